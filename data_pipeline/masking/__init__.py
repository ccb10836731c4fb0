"""What identifies people is replaced by tokens before a text leaves the house, and put back."""

from data_pipeline.masking.mask import Mask, Masked, held_back, mask

__all__ = ["Mask", "Masked", "held_back", "mask"]

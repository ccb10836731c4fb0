"""The chunk index that lives in a folder: a LanceDB table and a catalogue per namespace."""

from data_pipeline.adapters.embedded.index import EmbeddedIndex

__all__ = ["EmbeddedIndex"]

"""Embedders of no particular vendor: what may be put around any of them, and one that runs here."""

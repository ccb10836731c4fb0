"""The chunk index at Pinecone: a document index, with a catalogue beside each namespace."""

from data_pipeline.adapters.pinecone.index import Pace, PineconeIndex

__all__ = ["Pace", "PineconeIndex"]

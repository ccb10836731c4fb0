"""The HTTP edge: the only folder that knows Litestar."""

__version__ = "0.1.0"

"""What every store of chunks keeps and counts, whatever it is built on. Pure."""

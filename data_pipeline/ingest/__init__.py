"""Files in, articles and chunks out."""

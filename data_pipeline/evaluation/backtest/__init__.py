"""Past tickets decided again, as a sheet to mark, and the marks as labels."""

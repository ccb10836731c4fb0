"""What a text claims that can be looked up in another: read by kind, compared by value."""

"""What articles state with a value, and which of it cannot both be true."""

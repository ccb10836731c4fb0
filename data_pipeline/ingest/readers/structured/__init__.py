"""The parts of a structured JSON article, one reader each."""

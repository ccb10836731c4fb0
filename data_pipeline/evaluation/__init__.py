"""How well the engine does on labelled tickets, and what a knowledge base still lacks."""

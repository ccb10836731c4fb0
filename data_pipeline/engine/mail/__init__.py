"""The parts of a mail: its HTML, its quoted trail, its signature."""

"""Answers that a model writes from numbered passages, and that code checks before use."""

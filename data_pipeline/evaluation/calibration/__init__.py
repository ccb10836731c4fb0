"""Fit the confidence on a knowledge base itself, and find the cut that keeps a promise."""

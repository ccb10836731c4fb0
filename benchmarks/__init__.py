"""Measurements with fixed seeds that print tables; never a test."""

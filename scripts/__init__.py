"""Thin doors for people: parse arguments, call, print."""

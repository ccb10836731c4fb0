"""The service itself: no SDK, no settings, no HTTP. Pure functions, and awaits only in search."""

"""The rules of ordering: pure functions and values."""

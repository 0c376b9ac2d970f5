"""The rules of the share: pure functions and values."""

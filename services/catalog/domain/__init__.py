"""The rules of suppliers, listings and search: pure functions and values, no I/O, no clock."""

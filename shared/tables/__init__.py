"""A table that somebody brings is opened, read and published in the same way whatever it is for."""

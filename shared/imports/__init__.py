"""A file of many rows is taken in, checked row by row and done in the background, alike whatever it brings."""

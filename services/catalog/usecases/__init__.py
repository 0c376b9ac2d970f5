"""One verb a file; each opens its own transaction; reads too."""

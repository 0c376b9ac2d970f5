"""Whoever runs an installation has one command, `zhucai`, that reads the four databases and mends nothing silently."""

"""Pages of who buys and who approves."""

"""Pages of what a reader was told, and of how they want to be told."""

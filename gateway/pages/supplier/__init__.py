"""Pages of who grows, makes and sells."""

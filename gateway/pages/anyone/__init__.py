"""Pages that anyone may open, and each reader's own account."""

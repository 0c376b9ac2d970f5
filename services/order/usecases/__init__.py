"""What people ask of the order service: one verb a file, each opening its own transaction."""

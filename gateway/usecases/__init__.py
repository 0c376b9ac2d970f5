"""What is done with accounts, seats and sessions: one verb a file."""

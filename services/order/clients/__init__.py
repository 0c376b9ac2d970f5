"""What order asks of others outside: the card vendor."""

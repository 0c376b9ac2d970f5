"""What order asks of others outside: the card vendor. Delivery notes leave as papers."""

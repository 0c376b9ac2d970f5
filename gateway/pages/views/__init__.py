"""What pages of several rooms show alike: goods, and who sells them."""

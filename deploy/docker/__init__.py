"""One image holds all four programs; what they find when they start is prepared once, before them."""

"""What a person types holds no character that hides, or turns, what others read; these are the patterns of it."""

UNSEEN = r"\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff"
"""No screen shows these, as the inside of a class of characters."""
LINE = rf"^[^{UNSEEN}]*$"
PARAGRAPHS = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
"""Lines may end and tabs may stand; nothing that a database does not hold."""

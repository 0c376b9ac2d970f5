"""What a person types holds no character that hides, or turns, what others read; these are the patterns of it.

What two people type is compared however they wrote it: a telephone by its digits.
"""

import re
import unicodedata

UNSEEN = r"\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff"
"""No screen shows these, as the inside of a class of characters."""
LINE = rf"^[^{UNSEEN}]*$"
PARAGRAPHS = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
"""Lines may end and tabs may stand; nothing that a database does not hold."""
_CHINA = re.compile(r"^(?:0086|86)(?=1\d{10}$|0\d{9,11}$)")


def digits_of(written: str) -> str:
    """Give the digits of a text, of whatever width, as plain ones."""
    folded = unicodedata.normalize("NFKC", written)
    return "".join(letter for letter in folded if letter.isdigit())


def normal_phone(written: str) -> str:
    """Write a telephone as it is compared: its digits, without the code of the country."""
    return _CHINA.sub("", digits_of(written))

"""A text that leaves in a table is shown by a spreadsheet, and never computed."""

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(text: str) -> str:
    """Write a text so that a spreadsheet shows it and computes nothing; names that begin so get an apostrophe."""
    return f"'{text}" if text.startswith(_DANGEROUS) else text

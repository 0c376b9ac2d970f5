"""A PDF that a test files is a real one of a page, so that it is refused only for what the test bent."""

from deploy.operator.demo.paper import pdf

PDF = pdf("a paper")


def stuffed(junk: bytes) -> bytes:
    """Put bytes before the table of a PDF's objects, which stays where the file says that it is."""
    table = PDF.rindex(b"xref\n0")
    after = PDF[table:].replace(b"startxref\n%d" % table, b"startxref\n%d" % (table + len(junk)))
    return PDF[:table] + junk + after

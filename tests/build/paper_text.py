"""What stands on each page of a PDF is read back, so that a test sees what a reader sees.

It reads PDFs as Typst writes them: no object streams, glyphs of two bytes, and a ToUnicode table for each font.
"""

import re
import zlib

_OBJECT = re.compile(rb"(?:^|\n)(\d+) 0 obj\s*(.*?)endobj", re.S)
_TOKEN = re.compile(rb"/(f\d+) [\d.]+ Tf|<([0-9A-Fa-f]+)>|(\()")
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.S)
_PLAIN = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def pages_of(pdf: bytes) -> list[str]:
    """Give the text of each page, in the order in which it was drawn, without spaces."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    pages = [body for _, body in sorted(objects.items()) if re.search(rb"/Type/Page[^s]", body)]
    return [_page(objects, body) for body in pages]


def _page(objects: dict[int, bytes], page: bytes) -> str:
    resources = objects[_reference(page, b"Resources")]
    named = re.findall(rb"/(f\d+) (\d+) 0 R", resources)
    fonts = {name: _letters(_stream(objects[_reference(objects[int(number)], b"ToUnicode")])) for name, number in named}
    said: list[str] = []
    letters: dict[bytes, str] = {}
    drawn, at = _stream(objects[_reference(page, b"Contents")]), 0
    while found := _TOKEN.search(drawn, at):
        at = found.end()
        if found[1]:
            letters = fonts[found[1]]
            continue
        if found[3]:
            at = _end_of_string(drawn, at)
        glyphs = bytes.fromhex(found[2].decode()) if found[2] else _unescaped(drawn[found.end() : at - 1])
        said += [letters.get(glyphs[place : place + 2], "?") for place in range(0, len(glyphs), 2)]
    return re.sub(r"\s", "", "".join(said))


def _end_of_string(drawn: bytes, at: int) -> int:
    """Find where a string ends: brackets in it are balanced, or escaped."""
    depth = 1
    while depth:
        depth += {b"(": 1, b")": -1}.get(drawn[at : at + 1], 0)
        at += 2 if drawn[at : at + 1] == b"\\" else 1
    return at


def _reference(body: bytes, name: bytes) -> int:
    found = re.search(rb"/%b (\d+) 0 R" % name, body)
    assert found is not None, name
    return int(found[1])


def _stream(body: bytes) -> bytes:
    return zlib.decompressobj().decompress(body.partition(b"stream\n")[2])


def _unescaped(text: bytes) -> bytes:
    def plain(found: re.Match[bytes]) -> bytes:
        return bytes([int(found[1], 8)]) if found[1][:1].isdigit() else _PLAIN.get(found[1], found[1])

    return _ESCAPE.sub(plain, text)


def _letters(table: bytes) -> dict[bytes, str]:
    pairs = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>", table)
    return {bytes.fromhex(glyph.decode()): bytes.fromhex(text.decode()).decode("utf-16-be") for glyph, text in pairs}

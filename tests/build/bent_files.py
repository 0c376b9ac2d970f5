"""Files that are not what they seem: pages that only begin like a PDF, pictures that would fill a memory, and worse."""

import struct
import zlib

from tests.build.catalog import a_photo
from tests.build.papers import PDF, stuffed

SIGNATURE = b"\x89PNG\r\n\x1a\n"
A_PAGE = b"%PDF-1.4\n<html><script>alert(1)</script>"


def an_object_stream(content: bytes) -> bytes:
    return b"9 0 obj << /Type /ObjStm /Filter /FlateDecode >> stream\n" + zlib.compress(content) + b"\nendstream\n"


def a_chunk(kind: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def a_png(width: int, height: int) -> bytes:
    """Write a PNG that says how large it is, and holds next to nothing."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return SIGNATURE + a_chunk(b"IHDR", header) + a_chunk(b"IDAT", zlib.compress(b"")) + a_chunk(b"IEND")


def a_jpeg_of(width: int, height: int) -> bytes:
    """Give a JPEG another size in its header than it has."""
    body = a_photo()
    place = next(body.index(bytes([0xFF, marker])) for marker in (0xC0, 0xC2) if bytes([0xFF, marker]) in body)
    return body[: place + 5] + struct.pack(">HH", height, width) + body[place + 9 :]


def a_locked_pdf() -> bytes:
    return PDF.replace(b"/Root 1 0 R", b"/Root 1 0 R /Encrypt 5 0 R")


def a_pdf_with(action: bytes) -> bytes:
    """Give a PDF in which some object has an action, such as `/S /JavaScript`."""
    return stuffed(b"9 0 obj << %s >> endobj\n" % action)

"""A PDF is told by its structure, read within bounds: that it is whole, open to whoever has it, and runs nothing.

It is never drawn here. What is looked for stands in ISO 32000-1: the table of its objects that `startxref` points at
(7.5.5), the catalog that the table's dictionary names, and names of actions, written plainly, with `#` escapes (7.3.5)
or inside compressed object streams (7.5.7).
"""

import binascii
import re
import zlib
from collections.abc import Iterator

from shared.errors import Invalid

END_BYTES = 2_048
"""Readers look for the end in the last KiB; what somebody appended to it is left as it is."""
INFLATED_BYTES_MAX = 16 * 1024**2
OBJECT_STREAMS_MAX = 5_000
ACTIVE = (b"/JavaScript", b"/Launch")
_HEADER = re.compile(rb"%PDF-[12]\.[0-9]")
_POINTER = re.compile(rb"startxref\s+([0-9]{1,10})\s+$")
_TABLE = re.compile(rb"\s*(?:xref\s|[0-9]{1,10}\s+[0-9]{1,5}\s+obj\b)")


class DocumentBroken(Invalid):
    """The file is damaged, or is not what it seems; open it and save it anew.

    zh: 文件已损坏或名不副实，请打开后重新保存。
    """


class DocumentNotPlain(Invalid):
    """This PDF is locked, or runs something; print it to a plain PDF.

    zh: 该 PDF 已加密或含有可执行内容，请打印为普通 PDF。
    """


def check_pdf(body: bytes) -> None:
    """Refuse what begins like a PDF and is none that everybody can read. Raises DocumentBroken, DocumentNotPlain."""
    end = body.rfind(b"%%EOF", -END_BYTES)
    if not _HEADER.match(body) or end < 0:
        raise DocumentBroken(reason="no end")
    pointer = _POINTER.search(body, max(0, end - END_BYTES), end)
    table = _TABLE.match(body, int(pointer[1])) if pointer else None
    if table is None:
        raise DocumentBroken(reason="no table of its objects")
    about = _dictionary(body, table.start(), is_stream=b"obj" in table[0])
    if b"/Root" not in about:
        raise DocumentBroken(reason="no catalog")
    if b"/Encrypt" in about:
        raise DocumentNotPlain(reason="encrypted")
    for part in (body, *_object_streams(body)):
        written = _unescaped(part)
        if any(name in written for name in ACTIVE):
            raise DocumentNotPlain(reason="runs something")


def _dictionary(body: bytes, table: int, is_stream: bool) -> bytes:
    """Give the dictionary of the table: behind `trailer`, or at the head of the stream that the table is."""
    if not is_stream:
        table = body.find(b"trailer", table)
        return b"" if table < 0 else body[table : body.find(b"startxref", table)]
    return body[table : body.find(b"stream", table)]


def _object_streams(body: bytes) -> Iterator[bytes]:
    """Unpack the streams that hold objects, each byte of the file at most once, and to a bound in all."""
    left, place, seen = INFLATED_BYTES_MAX, 0, 0
    while (place := body.find(b"/ObjStm", place)) >= 0:
        start = body.find(b"stream", place)
        place = body.find(b"endstream", start)
        if start < 0 or place < 0:
            raise DocumentBroken(reason="a stream breaks off")
        packed = body[start + len(b"stream") : place].removeprefix(b"\r").removeprefix(b"\n")
        try:
            part = zlib.decompressobj().decompress(packed, left)
        except zlib.error as error:
            raise DocumentBroken(reason="a stream cannot be unpacked") from error
        left, seen = left - len(part), seen + 1
        if left <= 0 or seen > OBJECT_STREAMS_MAX:
            raise DocumentNotPlain(reason="unpacks to too much", bytes_max=INFLATED_BYTES_MAX)
        yield part


def _unescaped(part: bytes) -> bytes:
    """Write names without their escapes: `#4A` is J, which quoted-printable writes `=4A`."""
    return binascii.a2b_qp(part.replace(b"=", b"\0").replace(b"#", b"=")) if b"#" in part else part

"""A document that is taken is whole and plain by its own bytes; nothing of it is decoded, and none of it is changed."""

import struct
import zlib
from collections.abc import Callable

from shared.errors import Invalid
from shared.media import (
    JPEG,
    PDF,
    PNG,
    FileEmpty,
    FileKindUnknown,
    FileNotAsDeclared,
    FileTooLarge,
    check_file,
    media_type_of,
)
from shared.pdf import DocumentBroken, DocumentNotPlain, check_pdf

PIXELS_MAX = 100_000_000
"""A page of A3 scanned at 600 dots an inch has 70 million."""
PARTS_MAX = 20_000
_SIZES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""The markers of a JPEG behind which its size stands (ITU T.81, table B.1)."""
_SCAN = 0xDA


class DocumentTooManyPixels(Invalid):
    """A picture has at most 100 megapixels.

    zh: 图片不能超过 1 亿像素。
    """


NOT_WHOLE = (DocumentBroken, DocumentNotPlain, DocumentTooManyPixels)
REFUSALS = (FileEmpty, FileKindUnknown, FileNotAsDeclared, FileTooLarge, *NOT_WHOLE)
"""Whatever may be refused of a document, for the routes that take one."""


def check_document(
    body: bytes, declared: str, taken: tuple[str, ...], tell: Callable[[bytes], str | None] = media_type_of
) -> str:
    """Give the media type of a document that may be taken. Raises what stands in REFUSALS."""
    found = check_file(body, declared, taken, tell)
    check_whole(body, found)
    return found


def check_whole(body: bytes, media_type: str) -> None:
    """Refuse what only begins like its kind, locks its reader out, or would fill a memory.

    Raises what stands in NOT_WHOLE.
    """
    if media_type == PDF:
        check_pdf(body)
    elif media_type in (JPEG, PNG):
        try:
            width, height = _size_of_jpeg(body) if media_type == JPEG else _size_of_png(body)
        except (struct.error, IndexError) as error:
            raise DocumentBroken(reason="breaks off") from error
        if not width * height:
            raise DocumentBroken(reason="shows nothing")
        if width * height > PIXELS_MAX:
            raise DocumentTooManyPixels(pixels=width * height, pixels_max=PIXELS_MAX)


def _size_of_png(body: bytes) -> tuple[int, int]:
    """Walk the chunks to the last one, each against its sum; the first one holds the size (ISO 15948, 5.3)."""
    place, kinds = 8, [b""]
    while kinds[-1] != b"IEND" and len(kinds) < PARTS_MAX:
        length, kind = struct.unpack_from(">I4s", body, place)
        (told,) = struct.unpack_from(">I", body, place + 8 + length)
        if zlib.crc32(memoryview(body)[place + 4 : place + 8 + length]) != told:
            raise DocumentBroken(reason="a chunk is damaged")
        kinds.append(kind)
        place += 12 + length
    if kinds[1] != b"IHDR" or kinds[-1] != b"IEND" or b"IDAT" not in kinds:
        raise DocumentBroken(reason="shows nothing")
    width, height = struct.unpack_from(">II", body, 16)
    return width, height


def _size_of_jpeg(body: bytes) -> tuple[int, int]:
    """Walk the segments to the picture itself, which has to end; what a camera appended behind it is left alone."""
    place, size = 2, (0, 0)
    for _ in range(PARTS_MAX):
        if body[place] != 0xFF:
            raise DocumentBroken(reason="a segment is damaged")
        marker = body[place + 1]
        if marker == 0xFF:  # Any number of these may stand before a marker.
            place += 1
            continue
        (length,) = struct.unpack_from(">H", body, place + 2)
        if marker in _SIZES:
            height, width = struct.unpack_from(">HH", body, place + 5)
            size = width, height
        place += 2 + length
        if marker == _SCAN:
            if body.find(b"\xff\xd9", place) < 0:
                raise DocumentBroken(reason="breaks off")
            return size
    raise DocumentBroken(reason="shows nothing")

"""A photo that proves something keeps its picture to the bit, and nothing of where, when and with what it was taken.

Decision: what a camera wrote beside the picture is left out part by part, and the picture is not written anew. Why: a
photo that proves something should not lose a pixel, and a walk over its parts takes neither memory nor time to speak
of. Price: a maker's part that the picture needs, and that no standard knows, is lost too.

Which way is up stays: the one field of it, of eight values, is written anew. Kept of a JPEG (ITU T.81) are the tables,
the frames, the scans, the JFIF header, Adobe's colour transform and the colour profile; of a PNG (ISO 15948) what draws
and colours it. What hangs behind the end, as a film or a second picture, is left out.
"""

import re
import struct
import zlib

PARTS_MAX = 20_000
_UPRIGHT = 1
_TURNS = range(2, 9)
"""The other values of Exif's orientation (JEITA CP-3451, tag 0x0112)."""
_TAG, _SHORT, _ENTRIES_MAX = 0x0112, 3, 200

_START, _END, _SCAN, _COMMENT = 0xD8, 0xD9, 0xDA, 0xFE
_JFIF, _EXIF, _PROFILE, _ADOBE = b"JFIF\0", b"Exif\0\0", b"ICC_PROFILE\0", b"Adobe"
_KEPT_PARTS = {0xE0: _JFIF, 0xE2: _PROFILE, 0xEE: _ADOBE}
_APPLICATION = range(0xE0, 0xF0)
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""Within a scan: not a stuffed byte, no restart, no filling."""

_PNG = b"\x89PNG\r\n\x1a\n"
_DRAWN = frozenset(b"IHDR PLTE IDAT IEND tRNS cHRM gAMA sBIT sRGB iCCP bKGD pHYs cICP mDCV cLLI acTL fcTL fdAT".split())


def plain_photo(body: bytes) -> bytes:
    """Give a JPEG or PNG without what is no picture, and anything else as it is.

    Raises ValueError for one that is no whole JPEG or PNG; what `shared.documents` lets through is whole.
    """
    try:
        if body.startswith(b"\xff\xd8\xff"):
            return _plain_jpeg(body)
        return _plain_png(body) if body.startswith(_PNG) else body
    except (struct.error, IndexError) as error:
        raise ValueError("breaks off") from error


def _plain_jpeg(body: bytes) -> bytes:
    head, parts, turned, place = [b"\xff\xd8"], [], _UPRIGHT, 2
    for _ in range(PARTS_MAX):
        if body[place] != 0xFF:
            raise ValueError("a segment is damaged")
        marker = body[place + 1]
        if marker == 0xFF:
            place += 1
            continue
        if marker == _END:
            break
        (length,) = struct.unpack_from(">H", body, place + 2)
        end = place + 2 + length
        content = body[place + 4 : end]
        if marker == 0xE1 and content.startswith(_EXIF):
            turned = _orientation(content[len(_EXIF) :]) or turned
        elif marker == 0xE0 and content.startswith(_JFIF):
            head.append(body[place:end])
        elif marker != _COMMENT and (
            marker not in _APPLICATION or (marker in _KEPT_PARTS and content.startswith(_KEPT_PARTS[marker]))
        ):
            if marker == _SCAN:
                found = _MARKER.search(body, end)
                end = len(body) if found is None else found.start()
            parts.append(body[place:end])
        place = end
        if place >= len(body):
            break
    else:
        raise ValueError("too many parts")
    if turned != _UPRIGHT:
        told = _EXIF + _only_orientation(turned)
        head.append(b"\xff\xe1" + struct.pack(">H", len(told) + 2) + told)
    return b"".join((*head, *parts, b"\xff\xd9"))


def _plain_png(body: bytes) -> bytes:
    parts, turned, place = [_PNG], _UPRIGHT, len(_PNG)
    for _ in range(PARTS_MAX):
        length, kind = struct.unpack_from(">I4s", body, place)
        end = place + 12 + length
        if kind == b"eXIf":
            turned = _orientation(body[place + 8 : end - 4]) or turned
        elif kind in _DRAWN:
            parts.append(body[place:end])
        place = end
        if kind == b"IEND":
            break
    else:
        raise ValueError("too many parts")
    if turned != _UPRIGHT:
        told = b"eXIf" + _only_orientation(turned)
        parts.insert(2, struct.pack(">I", len(told) - 4) + told + struct.pack(">I", zlib.crc32(told)))
    return b"".join(parts)


def _orientation(exif: bytes) -> int | None:
    """Read which way is up from a TIFF header and its first directory; None where it is not told, or not well."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(exif[:4])
    if order is None:
        return None
    try:
        (place,) = struct.unpack_from(f"{order}I", exif, 4)
        (count,) = struct.unpack_from(f"{order}H", exif, place)
        for at in range(min(count, _ENTRIES_MAX)):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", exif, place + 2 + 12 * at)
            if (tag, kind) == (_TAG, _SHORT):
                return value if value in _TURNS else _UPRIGHT
    except struct.error:
        pass
    return None


def _only_orientation(turned: int) -> bytes:
    """Write a TIFF header with the one field."""
    return b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, _TAG, _SHORT, 1, turned, 0, 0)

"""A photo is made plain to the bit: the picture stays, upright as it was, and no place, device or day stays with it."""

import io
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps, PngImagePlugin

from shared.plain_photos import plain_photo

DEVICE = "Huawei Mate 60 of Chen"
PLACE = (27.0, 9.0, 18.0)
XMP = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>Chaling 430224</x:xmpmeta>"


def picture(mode: str = "RGB") -> Image.Image:
    return Image.radial_gradient("L").resize((64, 40)).convert(mode)


def camera(orientation: int | None) -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = DEVICE
    exif[0x0132] = "2026:03:05 08:30:00"
    if orientation is not None:
        exif[0x0112] = orientation
    exif.get_ifd(0x8825)[2] = PLACE
    exif.get_ifd(0x8825)[1] = "N"
    return exif


def jpeg(orientation: int | None = None, *, mode: str = "RGB", **saved: object) -> bytes:
    out = io.BytesIO()
    picture(mode).save(out, "JPEG", exif=camera(orientation), comment=DEVICE, quality=90, **saved)
    body = out.getvalue()
    # Another maker's part, XMP, and a film behind the end.
    extra = b"".join(
        b"\xff" + bytes([marker]) + (len(said) + 2).to_bytes(2, "big") + said
        for marker, said in ((0xE1, XMP), (0xED, b"Photoshop 3.0\0" + DEVICE.encode()))
    )
    return body[:2] + extra + body[2:] + b"ftypmp42" + DEVICE.encode()


def png(orientation: int | None = None, mode: str = "RGB") -> bytes:
    told = PngImagePlugin.PngInfo()
    told.add_text("Software", DEVICE)
    told.add_itxt("XML:com.adobe.xmp", XMP.decode())
    out = io.BytesIO()
    picture(mode).save(out, "PNG", pnginfo=told, exif=camera(orientation), icc_profile=b"")
    return out.getvalue() + DEVICE.encode()


def seen(body: bytes) -> Image.Image:
    with Image.open(io.BytesIO(body)) as image:
        return ImageOps.exif_transpose(image).copy()


MADE: dict[str, Callable[[int | None], bytes]] = {"jpeg": jpeg, "png": png}


class TestAPhoto:
    @pytest.mark.parametrize("kind", MADE)
    @pytest.mark.parametrize("orientation", [None, *range(1, 9)])
    def test_keeps_its_picture_and_which_way_is_up_alone(self, kind: str, orientation: int | None) -> None:
        body = MADE[kind](orientation)
        with Image.open(io.BytesIO(body)) as planted:
            assert planted.getexif().get_ifd(0x8825)[2] == PLACE
        plain = plain_photo(body)
        with Image.open(io.BytesIO(plain)) as image:
            exif = image.getexif()
            assert dict(exif) == ({0x0112: orientation} if orientation not in (None, 1) else {})
            assert not exif.get_ifd(0x8825)
        assert seen(plain).tobytes() == seen(body).tobytes()
        assert seen(plain).size == seen(body).size
        for hidden in (DEVICE.encode(), b"2026:03:05", b"Chaling", b"ftyp"):
            assert hidden not in plain
        assert plain_photo(plain) == plain

    @pytest.mark.parametrize("mode", ["L", "CMYK"])
    def test_keeps_its_colours(self, mode: str) -> None:
        body = jpeg(3, mode=mode)
        assert seen(plain_photo(body)).tobytes() == seen(body).tobytes()

    def test_keeps_its_scans_restarts_and_profile(self) -> None:
        profile = b"profile" * 20_000  # In three parts.
        body = jpeg(6, progressive=True, icc_profile=profile, restart_marker_blocks=1)
        plain = plain_photo(body)
        assert seen(plain).tobytes() == seen(body).tobytes()
        with Image.open(io.BytesIO(plain)) as image:
            assert image.info["icc_profile"] == profile

    @pytest.mark.parametrize("mode", ["RGBA", "P", "LA", "1"])
    def test_keeps_what_shows_through(self, mode: str) -> None:
        body = png(8, mode)
        assert seen(plain_photo(body)).convert("RGBA").tobytes() == seen(body).convert("RGBA").tobytes()

    def test_without_anything_beside_it_is_left_as_it_is(self) -> None:
        for kind in ("JPEG", "PNG"):
            out = io.BytesIO()
            picture().save(out, kind)
            assert plain_photo(out.getvalue()) == out.getvalue()

    @pytest.mark.parametrize("body", [b"%PDF-1.7 /Author (Chen)", b"PK\x03\x04", b"RIFF....WEBP", b""])
    def test_alone_is_made_plain(self, body: bytes) -> None:
        assert plain_photo(body) == body

    def test_with_a_bent_orientation_is_upright(self) -> None:
        body = jpeg(6)
        bent = body.replace(b"\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06", b"\x01\x12\x00\x03\x00\x00\x00\x01\x00\x63")
        assert bent != body
        with Image.open(io.BytesIO(plain_photo(bent))) as image:
            assert dict(image.getexif()) == {}

    @given(st.sampled_from(sorted(MADE)), st.data())
    def test_that_is_damaged_is_refused_or_told_nothing_more(self, kind: str, data: st.DataObject) -> None:
        body = bytearray(MADE[kind](6))
        for _ in range(data.draw(st.integers(1, 4))):
            body[data.draw(st.integers(4, len(body) - 1))] = data.draw(st.integers(0, 255))
        cut = bytes(body[: data.draw(st.integers(4, len(body)))])
        try:
            plain = plain_photo(cut)
        except ValueError:
            return
        assert len(plain) <= len(cut) + 40

    def test_of_very_many_parts_is_refused(self) -> None:
        with pytest.raises(ValueError, match="too many"):
            plain_photo(b"\xff\xd8" + b"\xff\xfe\x00\x02" * 30_000)
        part = b"\x00\x00\x00\x00tEXt" + zlib.crc32(b"tEXt").to_bytes(4, "big")
        with pytest.raises(ValueError, match="too many"):
            plain_photo(b"\x89PNG\r\n\x1a\n" + part * 30_000)

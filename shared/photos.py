"""A photo that we show is one that we made: decoded, turned upright, made small and written anew without its EXIF."""

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from shared.errors import Invalid

PIXELS_MAX = 40_000_000
FULL_PIXELS = 1600
THUMB_PIXELS = 400
MEDIA_TYPE = "image/jpeg"


class PhotoUnreadable(Invalid):
    """This photo cannot be read.

    zh: 无法读取这张照片，请另选一张或重新拍摄。
    """


class PhotoTooManyPixels(Invalid):
    """A photo has at most 40 megapixels.

    zh: 照片不能超过 4000 万像素。
    """


@dataclass(frozen=True, slots=True)
class Developed:
    """A photo and its thumbnail as JPEG, without any metadata."""

    full: bytes
    thumb: bytes
    width: int
    height: int


def develop(body: bytes) -> Developed:
    """Re-encode a JPEG, PNG or WebP: at most 1600 pixels a side, and a thumbnail of 400.

    The header's size is judged before a pixel is decoded, so that a small file cannot fill the memory.
    Raises PhotoUnreadable, PhotoTooManyPixels.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(body), formats=("JPEG", "PNG", "WEBP")) as image:
                if image.width * image.height > PIXELS_MAX:
                    raise PhotoTooManyPixels(pixels=image.width * image.height, pixels_max=PIXELS_MAX)
                image.draft("RGB", (FULL_PIXELS, FULL_PIXELS))
                full = _on_white(ImageOps.exif_transpose(image))
    except Image.DecompressionBombError as error:
        raise PhotoTooManyPixels(pixels_max=PIXELS_MAX) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, MemoryError) as error:
        raise PhotoUnreadable(reason=type(error).__name__) from error
    full.thumbnail((FULL_PIXELS, FULL_PIXELS), Image.Resampling.LANCZOS)
    thumb = full.copy()
    thumb.thumbnail((THUMB_PIXELS, THUMB_PIXELS), Image.Resampling.LANCZOS)
    return Developed(_jpeg(full, 84), _jpeg(thumb, 78), full.width, full.height)


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        seen = image.convert("RGBA")
        white = Image.new("RGB", seen.size, "white")
        white.paste(seen, mask=seen.getchannel("A"))
        return white
    return image.convert("RGB")


def _jpeg(image: Image.Image, quality: int) -> bytes:
    bare = Image.new("RGB", image.size)
    bare.paste(image)
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
    return out.getvalue()

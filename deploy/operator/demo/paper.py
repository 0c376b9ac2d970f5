"""The demo's documents, vouchers and photos are small real files that say what they are."""

import io
from functools import cache

from PIL import Image, ImageDraw

PHOTO_PIXELS = 48
SHADES = {
    "grain_oil": (222, 184, 94),
    "vegetables": (96, 160, 72),
    "fruit": (232, 132, 48),
    "meat_poultry": (188, 84, 76),
    "eggs": (226, 196, 160),
    "aquatic": (84, 140, 176),
    "dairy": (220, 224, 232),
    "dry_goods": (140, 104, 72),
    "processed": (176, 64, 48),
    "tea": (72, 112, 64),
    "handicraft": (148, 88, 152),
}
"""The colour of a category; a photo is a basket of it."""


def pdf(text: str) -> bytes:
    """Write a PDF of one page that shows one line of ASCII."""
    shown = text.encode("ascii", "replace").replace(b"\\", b"/").replace(b"(", b"[").replace(b")", b"]")
    page = b"BT /F1 18 Tf 60 760 Td (" + shown + b") Tj ET"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(page), page),
    )
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n")
    starts = []
    for number, content in enumerate(objects, start=1):
        starts.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    table = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % start for start in starts)
    out.write(b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table))
    return out.getvalue()


@cache
def photo(category: str, variety: int) -> bytes:
    """Draw a tiny basket of goods as PNG; goods of a category differ by their `variety`."""
    red, green, blue = SHADES[category]
    tilt = variety % 7 * 6 - 18
    image = Image.new("RGB", (PHOTO_PIXELS, PHOTO_PIXELS), (244, 240, 230))
    drawing = ImageDraw.Draw(image)
    for place in range(6):
        left, top = 6 + place % 3 * 12, 10 + place // 3 * 12 + (variety + place) % 3
        shade = (min(255, red + tilt), min(255, green + tilt // 2), max(0, blue - tilt))
        drawing.ellipse((left, top, left + 13, top + 13), fill=shade, outline=(90, 80, 60))
    drawing.rectangle((3, 34, 44, 44), fill=(168, 128, 80), outline=(110, 80, 48))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()

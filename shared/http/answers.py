"""An answer is JSON bytes, written once, or a file as it was filed; the hot lists pass theirs through as they are."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

import orjson
from starlette.responses import Response

JSON = "application/json"
_BYTES = {"schema": {"type": "string", "format": "binary"}}


def json_answer(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Answer a JSON-ready value (dates, UUIDs, enums and dataclasses included)."""
    return bytes_answer(orjson.dumps(value), status, headers)


def bytes_answer(body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Answer JSON that is already written."""
    return Response(body, status_code=status, media_type=JSON, headers=headers)


def file_answer(body: bytes, media_type: str, name: str) -> Response:
    """Answer somebody's file to be saved under its name; no cache keeps it, and no browser guesses what it is."""
    shown = name.replace("/", "_").replace("\\", "_").lstrip(".") or "file"  # A name is no path, and hides no file.
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(shown, safe='')}",
        "cache-control": "private, no-store",
        "x-content-type-options": "nosniff",
    }
    return Response(body, media_type=media_type, headers=headers)


def bytes_of(media_types: Iterable[str]) -> dict[str, Any]:
    """Describe bytes of any of these media types for OpenAPI, as the `content` of a request or an answer."""
    return dict.fromkeys(media_types, _BYTES)

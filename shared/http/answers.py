"""An answer is JSON bytes, written once; the hot lists pass theirs through as they are."""

from typing import Any

import orjson
from starlette.responses import Response

JSON = "application/json"


def json_answer(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Answer a JSON-ready value (dates, UUIDs, enums and dataclasses included)."""
    return bytes_answer(orjson.dumps(value), status, headers)


def bytes_answer(body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Answer JSON that is already written."""
    return Response(body, status_code=status, media_type=JSON, headers=headers)

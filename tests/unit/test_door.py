"""The door of every program keeps NUL out of text, names where it stood, and lets everything else pass."""

import json
from typing import Any

import pytest

from shared.http.door import Door


async def entered(body: bytes, *, query: bytes = b"", media_type: bytes = b"application/json") -> dict[str, Any] | None:
    """Send a request through a door; gives the problem it was refused with, or None where it was let in."""
    answered: list[dict[str, Any]] = []

    async def inside(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        answered.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "headers": [(b"content-type", media_type), (b"accept-language", b"en")],
        "query_string": query,
    }
    await Door(inside, program="test")(scope, receive, send)  # type: ignore[arg-type]
    return None if answered[0]["status"] == 200 else json.loads(answered[1]["body"])


class TestNul:
    @pytest.mark.parametrize(
        ("body", "place"),
        [
            ({"reason": "a\0b"}, "reason"),
            ({"lines": [{"reason": "fine"}, {"reason": "\0"}]}, "lines.1.reason"),
            ({"a\0": 1}, "body"),
            (["\0"], "0"),
        ],
    )
    async def test_in_a_body_is_refused_by_the_fields_name(self, body: Any, place: str) -> None:
        with pytest.raises(Exception, match="NUL") as refused:
            await entered(json.dumps(body).encode())
        assert [error["field"] for error in refused.value.facts["errors"]] == [place]  # type: ignore[attr-defined]

    async def test_in_a_query_is_refused_by_its_name(self) -> None:
        problem = await entered(b"", query=b"limit=1&list=%00x")
        assert problem is not None
        assert (problem["status"], problem["errors"][0]["field"]) == (422, "list")

    @pytest.mark.parametrize("body", [{"reason": r"\u0000"}, {"reason": "%00"}, {"reason": "\u0001"}])
    async def test_what_only_looks_like_it_passes(self, body: Any) -> None:
        assert await entered(json.dumps(body).encode()) is None

    async def test_a_file_may_hold_it(self) -> None:
        assert await entered(b"\x00\\u0000", media_type=b"application/pdf") is None

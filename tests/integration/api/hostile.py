"""What strangers send: every example of the document bent in each way that a field can be, and what is no document."""

import copy
import json
from collections.abc import Iterator
from typing import Any

LONG = "长" * 60_000
SURROGATE = "\ud800"

NOT_JSON: dict[str, bytes] = {
    "nothing": b"",
    "half": b'{"a": ',
    "text": b"hello",
    "NUL bytes": b"\x00\x00\x00\x00",
    "not UTF-8": b'{"name": "\xff\xfe\xfd"}',
    "UTF-16": '{"name": "陈"}'.encode("utf-16"),
    "two documents": b"{}{}",
    "not a number": b'{"amount_fen": NaN}',
    "infinity": b'{"amount_fen": 1e999}',
    "a number of 5,000 digits": b'{"amount_fen": ' + b"9" * 5_000 + b"}",
    "nested 100,000 deep, lists": b"[" * 100_000,
    "nested 50,000 deep, objects": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "nested 900 deep, closed": b"[" * 900 + b"]" * 900,
    "a list": b"[]",
    "null": b"null",
    "a string": b'"x"',
    "a number": b"7",
}

Place = tuple[str | int, ...]


def bent(example: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    """Give every bent copy of an example, with what was done to it."""
    yield "an unknown field", _json({**example, "__proto__": {"admin": True}})
    for name in list(example)[:1]:
        yield "twice the same key", b'{"%s": 1, ' % name.encode() + _json(example)[1:]
    for place, value in _places(example):
        name = ".".join(map(str, place))
        yield f"{name} left out", _json(_with(example, place, None, drop=True))
        for what, other in _others(value):
            yield f"{name} {what}", _json(_with(example, place, other))


def _others(value: Any) -> Iterator[tuple[str, Any]]:
    yield "null", None
    yield "an object in its place", {"$ne": None}
    yield "a list in its place", [[[]]]
    if isinstance(value, bool):
        yield "a word", "yes"
    elif isinstance(value, int):
        yield "negative", -1
        yield "beyond 64 bits", 2**63
        yield "of 400 digits", 10**399
        yield "a fraction", 1.5
        yield "a word", "many"
    elif isinstance(value, str):
        yield "empty", ""
        yield "of 60,000 characters", LONG
        yield "with a NUL", f"a\x00{value}"
        yield "a lone surrogate", SURROGATE
        yield "with a lone surrogate inside", value + SURROGATE
        yield "with marks that turn the line", "\u202e\u2066\ufeff" + value
        yield "a number", 7
    elif isinstance(value, list):
        yield "of 3,000", (value or [0]) * 3_000
        yield "empty", []
        yield "a word", "all"


def _places(value: Any, at: Place = ()) -> Iterator[tuple[Place, Any]]:
    if at:
        yield at, value
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _places(inner, (*at, name))
    elif isinstance(value, list) and value:
        yield from _places(value[0], (*at, 0))


def _with(example: dict[str, Any], place: Place, other: Any, *, drop: bool = False) -> dict[str, Any]:
    changed = copy.deepcopy(example)
    inner: Any = changed
    for step in place[:-1]:
        inner = inner[step]
    if drop:
        del inner[place[-1]]
    else:
        inner[place[-1]] = other
    return changed


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()

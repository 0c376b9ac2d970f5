"""A list is read page by page with a cursor that says after which keys to go on, so that no page grows slow."""

import base64
import binascii
from typing import Any

import orjson

from shared.errors import InvalidFields, field_problem

LIMIT_DEFAULT = 24
LIMIT_MAX = 100


def encode_cursor(keys: list[Any]) -> str:
    """Write the keys of the last row of a page as an opaque cursor."""
    return base64.urlsafe_b64encode(orjson.dumps(keys)).decode().rstrip("=")


def decode_cursor(cursor: str | None, *types: type) -> list[Any] | None:
    """Read a cursor's keys, checked to be of these types; raises InvalidFields for a text that is none."""
    if not cursor:
        return None
    try:
        keys = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError) as error:
        raise _bad() from error
    if not isinstance(keys, list) or len(keys) != len(types):
        raise _bad()
    if not all(type(key) is kind and _storable(key) for key, kind in zip(keys, types, strict=True)):
        raise _bad()
    return keys


def _storable(key: Any) -> bool:
    """Tell whether a database can hold a key: no NUL in a text, no number beyond a bigint."""
    return "\x00" not in key if isinstance(key, str) else not isinstance(key, int) or -(2**63) <= key < 2**63


def _bad() -> InvalidFields:
    return InvalidFields(field_problem("cursor", "is not a cursor of this list", "不是本列表的游标"))

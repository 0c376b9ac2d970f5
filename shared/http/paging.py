"""A list is read page by page with a cursor that says after which keys to go on, so that no page grows slow."""

import base64
import binascii
from contextlib import suppress
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson

from shared.errors import InvalidFields, field_problem

LIMIT_DEFAULT = 24
LIMIT_MAX = 100


def encode_cursor(keys: list[Any]) -> str:
    """Write the keys of the last row of a page as an opaque cursor."""
    return base64.urlsafe_b64encode(orjson.dumps(keys)).decode().rstrip("=")


def decode_cursor(cursor: str | None, *types: type) -> list[Any] | None:
    """Read a cursor's keys, each checked to be of its type: str, int, UUID, date, or datetime with its zone.

    Raises InvalidFields for a text that is none.
    """
    if not cursor:
        return None
    try:
        keys = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError) as error:
        raise not_of_this_list() from error
    if not isinstance(keys, list) or len(keys) != len(types):
        raise not_of_this_list()
    return [_key(key, kind) for key, kind in zip(keys, types, strict=True)]


def decode_id(cursor: str | None) -> UUID | None:
    """Read the cursor of a list that goes by id alone; raises InvalidFields for a text that is none."""
    keys = decode_cursor(cursor, UUID)
    return keys[0] if keys else None


def not_of_this_list() -> InvalidFields:
    """Say that a cursor is none of this list's."""
    return InvalidFields(field_problem("cursor", "is not a cursor of this list", "不是本列表的游标"))


def _key(key: Any, kind: type) -> Any:
    if kind in (str, int):
        if type(key) is kind and _storable(key):
            return key
    elif isinstance(key, str):
        with suppress(ValueError):
            if kind is not datetime:
                return UUID(key) if kind is UUID else date.fromisoformat(key)
            moment = datetime.fromisoformat(key)
            if moment.tzinfo is not None and date.min.year < moment.year < date.max.year:  # so in every zone
                return moment
    raise not_of_this_list()


def _storable(key: Any) -> bool:
    """Tell whether a database can hold a key: no NUL in a text, no number beyond a bigint."""
    return "\x00" not in key if isinstance(key, str) else not isinstance(key, int) or -(2**63) <= key < 2**63

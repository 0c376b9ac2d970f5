"""A cursor gives back the keys it was made of, and one that somebody made up is refused naming the field."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from shared.errors import InvalidFields
from shared.http.paging import decode_cursor, decode_id, encode_cursor

ID = UUID("0192f000-0000-7000-8000-00000000000a")
MOMENT = datetime(2025, 6, 30, 8, 15, 0, 123456, UTC)


@pytest.mark.parametrize(
    ("written", "kind", "read"),
    [
        ("县残联", str, "县残联"),
        (-(2**63), int, -(2**63)),
        (str(ID), UUID, ID),
        ("2025-06-30", date, date(2025, 6, 30)),
        (MOMENT.isoformat(), datetime, MOMENT),
        ("2025-06-30T16:15:00.123456+08:00", datetime, MOMENT),
    ],
)
def test_a_key_is_read_as_what_it_is(written: Any, kind: type, read: Any) -> None:
    assert decode_cursor(encode_cursor([written]), kind) == [read]


@pytest.mark.parametrize(
    ("keys", "types"),
    [
        ([], (str,)),
        (["a", "b"], (str,)),
        (["a"], (int,)),
        ([True], (int,)),
        ([1.5], (int,)),
        ([2**63], (int,)),
        (["\x00"], (str,)),
        ([1], (UUID,)),
        (["not an id"], (UUID,)),
        ([None], (UUID,)),
        (["2025-02-31"], (date,)),
        (["2025-06-30T08:15:00"], (datetime,)),
        (["0001-01-01T00:00:00+14:00"], (datetime,)),
        (["9999-12-31T23:59:59-12:00"], (datetime,)),
    ],
)
def test_keys_of_another_kind_are_refused(keys: list[Any], types: tuple[type, ...]) -> None:
    with pytest.raises(InvalidFields) as refused:
        decode_cursor(encode_cursor(keys), *types)
    assert refused.value.facts["errors"][0]["field"] == "cursor"


@pytest.mark.parametrize("text", ["a", "!!!", "e30", "bnVsbA", "国", "A" * 500])
def test_a_text_that_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(InvalidFields):
        decode_id(text)


@pytest.mark.parametrize("text", [None, ""])
def test_no_cursor_is_the_first_page(text: str | None) -> None:
    assert decode_id(text) is None

"""Each field that wants mending is named once, by what is wrong with it."""

from typing import Any

import pytest
from pydantic import BaseModel, Field, ValidationError

from shared.http.problems import FIELDS_MAX, fields_of


class Line(BaseModel):
    quantity: int = Field(ge=1)


class Basket(BaseModel):
    lines: list[Line] = Field(min_length=1)


@pytest.mark.parametrize(
    ("sent", "named"),
    [
        ({"lines": [{"quantity": -3}]}, [("lines.0.quantity", "greater_than_equal")]),
        ({"lines": [{"quantity": 1}, {"quantity": "x"}]}, [("lines.1.quantity", "int_parsing")]),
        ({"lines": []}, [("lines", "too_short")]),
        ({}, [("lines", "missing")]),
    ],
)
def test_a_list_is_not_too_short_for_the_entries_that_are_wrong(
    sent: dict[str, Any], named: list[tuple[str, str]]
) -> None:
    assert told(sent) == named


def test_no_more_are_named_than_anybody_reads() -> None:
    assert len(told({"lines": [{"quantity": 0}] * (FIELDS_MAX + 9)})) == FIELDS_MAX


def told(sent: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(ValidationError) as refused:
        Basket.model_validate(sent)
    return [(one["field"], one["rule"]) for one in fields_of(refused.value.errors())]

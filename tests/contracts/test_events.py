"""An event, once said, keeps its shape: what was written yesterday is read today, and nothing goes missing.

A new field is added to the frozen file by hand and needs a default, or yesterday's events could not be read.
To freeze a new event: `python -m tests.contracts.freeze`.
"""

import json
from pathlib import Path

import pytest

from shared.contracts.envelope import Event, seal, unseal
from tests.contracts.samples import EVENTS, sample
from tests.unit.test_shared import NOW

FROZEN = Path(__file__).parent / "frozen"
by_type = pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)


@by_type
class TestFrozen:
    def test_says_what_it_always_said(self, event: type[Event]) -> None:
        frozen = json.loads((FROZEN / f"{event.stream}.{event.type}.json").read_text(encoding="utf-8"))
        assert sample(event).model_dump(mode="json") == frozen, (
            f"{event.type} changed shape: other programs read it. Say a new type, or add a field with a default and "
            f"freeze it (python -m tests.contracts.freeze)"
        )

    def test_yesterdays_is_read(self, event: type[Event]) -> None:
        frozen = json.loads((FROZEN / f"{event.stream}.{event.type}.json").read_text(encoding="utf-8"))
        assert event.model_validate(frozen) == sample(event)

    def test_goes_through_its_envelope(self, event: type[Event]) -> None:
        one = sample(event)
        envelope_id, body = seal(one, source=event.stream, at=NOW, request_id="r-1")
        opened = unseal(body)
        assert (opened.id, opened.type, opened.source, opened.key) == (envelope_id, event.type, event.stream, one.key)
        assert event.model_validate(opened.data) == one


def test_no_file_is_left_of_an_event_that_is_gone() -> None:
    assert {path.stem for path in FROZEN.glob("*.json")} == {f"{event.stream}.{event.type}" for event in EVENTS}


def test_types_are_said_by_one_stream_each() -> None:
    assert len({event.type for event in EVENTS}) == len(EVENTS)

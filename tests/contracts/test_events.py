"""An event, once said, keeps its shape: what was written yesterday is read today, and nothing goes missing.

A new field is added to the frozen file by hand and needs a default, or yesterday's events could not be read.
To freeze a new event: `python -m tests.contracts.freeze`.
"""

import importlib
import json
from pathlib import Path

import pytest

from shared.contracts.envelope import Event, reader_of, seal, unseal
from shared.contracts.order import OrderInSum
from tests.build.everything import PACKAGES
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

    def test_is_read_in_one_go_as_in_two(self, event: type[Event]) -> None:
        body = seal(sample(event), source=event.stream, at=NOW, request_id="r-1")[1].encode()
        said, opened = reader_of(event)(body), unseal(body)
        assert said.data == event.model_validate(opened.data)
        assert said.model_dump(exclude={"data"}) == opened.model_dump(exclude={"data"})


def _heard() -> set[type[Event]]:
    heard = (importlib.import_module(f"{package}.consumers").SUBSCRIPTIONS for package in PACKAGES.values())
    return {event for streams in heard for subs in streams.values() for sub in subs for event in sub.events}


@pytest.mark.parametrize("view", sorted(_heard() - set(EVENTS), key=repr))
def test_who_wants_less_of_an_event_reads_the_same_of_it(view: type[Event]) -> None:
    event = next(event for event in EVENTS if event.type == view.type)
    assert issubclass(event, view), f"{view.__name__} is a base of {event.__name__}, or the two will drift apart"
    one = sample(event)
    seen = reader_of(view)(seal(one, source=event.stream, at=NOW, request_id="r-1")[1].encode()).data
    assert type(seen) is view
    assert seen.key == one.key
    assert seen.model_dump() == one.model_dump(include=set(view.model_fields))


def test_an_order_is_heard_of_without_its_lines() -> None:
    assert _heard() - set(EVENTS) == {OrderInSum}
    assert OrderInSum not in EVENTS, "it is how an event is read, and nobody says it"


def test_no_file_is_left_of_an_event_that_is_gone() -> None:
    assert {path.stem for path in FROZEN.glob("*.json")} == {f"{event.stream}.{event.type}" for event in EVENTS}


def test_types_are_said_by_one_stream_each() -> None:
    assert len({event.type for event in EVENTS}) == len(EVENTS)

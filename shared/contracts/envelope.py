"""Every event travels in one envelope, and a reader needs no other document to know what it is.

    {"id", "type", "source", "key", "at", "request_id", "data": {…}}

`type` ends in nothing: additive changes keep it; a change that an old reader would misread is a new type.
The subject on JetStream is `<stream>.<type>`, for example `order.acceptance.recorded`.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

import orjson
from pydantic import BaseModel, ConfigDict

from shared.ids import new_id


class Fact(BaseModel):
    """A frozen part of an event. Readers ignore what they do not know yet."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Event(Fact):
    """Something that happened; `type` and `stream` name it, `key` is the aggregate it happened to."""

    type: ClassVar[str]
    stream: ClassVar[str]

    @property
    def key(self) -> str:
        raise NotImplementedError

    @classmethod
    def subject(cls) -> str:
        return f"{cls.stream}.{cls.type}"


E = TypeVar("E", bound=Event)


def seal(event: Event, *, source: str, at: datetime, request_id: str) -> tuple[UUID, str]:
    """Put an event into its envelope; gives the envelope's id and its JSON text."""
    data = orjson.Fragment(event.model_dump_json())
    return _sealed(event.type, event.key, data, source=source, at=at, request_id=request_id)


def seal_facts(
    kind: type[Event], key: str, facts: Mapping[str, Any], *, source: str, at: datetime, request_id: str
) -> tuple[UUID, str]:
    """Seal what its caller knows to be the facts of such an event, without making it: for the hot route.

    Measured, an order of five lines takes a third of the time; who calls this has a test that holds its facts against
    the class. Ids, dates and words are taken as they are.
    """
    return _sealed(kind.type, key, facts, source=source, at=at, request_id=request_id)


def _sealed(kind: str, key: str, data: Any, *, source: str, at: datetime, request_id: str) -> tuple[UUID, str]:
    envelope_id = new_id()
    body = orjson.dumps(
        {
            "id": envelope_id,
            "type": kind,
            "source": source,
            "key": key,
            "at": at,
            "request_id": request_id,
            "data": data,
        },
        default=_id,
    )
    return envelope_id, body.decode()


def _id(value: Any) -> str:
    """Write an id as asyncpg reads it, whose class is its own."""
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} is no part of an event")


class Envelope(Fact):
    """What is written on an envelope."""

    id: UUID
    type: str
    source: str
    key: str
    at: datetime
    request_id: str = ""


class Opened(Envelope):
    """An envelope as received, its data not yet read."""

    data: dict[str, Any]


def unseal(body: bytes | str) -> Opened:
    """Read an envelope; raises pydantic's ValidationError for what is none."""
    return Opened.model_validate(orjson.loads(body))


class Said(Envelope, Generic[E]):
    """An envelope with the event in it."""

    data: E


def reader_of(event: type[E]) -> Callable[[bytes], Said[E]]:
    """Make what reads an envelope and its event in one go, and of the event no more than this class wants.

    What it makes raises pydantic's ValidationError. Measured, an order of five lines is read in two thirds of the time
    that reading its envelope and then its data takes, and without its lines in a quarter.
    """
    return Said[event].model_validate_json  # type: ignore[valid-type]  # pydantic makes the class at run time

"""Every event travels in one envelope, and a reader needs no other document to know what it is.

    {"id", "type", "source", "key", "at", "request_id", "data": {…}}

`type` ends in nothing: additive changes keep it; a change that an old reader would misread is a new type.
The subject on JetStream is `<stream>.<type>`, for example `order.acceptance.recorded`.
"""

from collections.abc import Callable
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
    envelope_id = new_id()
    body = orjson.dumps(
        {
            "id": envelope_id,
            "type": event.type,
            "source": source,
            "key": event.key,
            "at": at,
            "request_id": request_id,
            "data": orjson.Fragment(event.model_dump_json()),
        }
    )
    return envelope_id, body.decode()


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

"""One example of every event, the same at each run, made from its annotations."""

import types
import typing
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from shared.contracts import catalog, order, procurement_quota
from shared.contracts.envelope import Event

EVENTS: tuple[type[Event], ...] = (*catalog.EVENTS, *order.EVENTS, *procurement_quota.EVENTS)

_BY_TYPE: dict[Any, Any] = {
    str: "文字",
    int: 12345,
    bool: True,
    UUID: UUID("019a0000-0000-7000-8000-000000000001"),
    date: date(2026, 3, 2),
    time: time(8, 30),
    datetime: datetime(2026, 3, 2, 1, 2, 3, tzinfo=UTC),
}


def sample(model: type[BaseModel]) -> Any:
    """Make the example of a model, each field from its annotation."""
    hints = typing.get_type_hints(model)
    return model(**{name: _value(hints[name]) for name in model.model_fields})


def _value(hint: Any) -> Any:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        return (_value(arguments[0]),)
    if origin in (typing.Union, types.UnionType):
        return _value(next(argument for argument in arguments if argument is not type(None)))
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return next(iter(hint))
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return sample(hint)
    return _BY_TYPE[hint]

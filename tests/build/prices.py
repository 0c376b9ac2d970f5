"""Changes of prices for tests, made at a moment that a test chooses."""

import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

from services.catalog.usecases.change_price import ChangePrice


def an_id_made_at(moment: datetime) -> UUID:
    """Make a UUIDv7 (RFC 9562) as a device makes it whose clock shows this moment."""
    made_ms = int(moment.timestamp() * 1000)
    return UUID(int=made_ms << 80 | 7 << 76 | secrets.randbits(12) << 64 | 2 << 62 | secrets.randbits(62))


def a_price(price_fen: int, seen_version: int = 1, **other: Any) -> ChangePrice:
    """Write a change of a price."""
    return ChangePrice.model_validate({"price_fen": price_fen, "seen_version": seen_version, **other})

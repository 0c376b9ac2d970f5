"""Every aggregate has a UUIDv7 that its creator chose, so that saying a thing twice is saying it once."""

from uuid import UUID, uuid5

import uuid_utils

ZHUCAI = UUID("6f2d5c4e-8a57-5d0b-9a43-3c2c7f8f0f51")
"""The namespace of ids that are derived from facts, such as a unit's from its code."""


def new_id() -> UUID:
    """Make a UUIDv7 (RFC 9562): unique, and ordered by the millisecond of its making."""
    return UUID(bytes=uuid_utils.uuid7().bytes)


def derived_id(*facts: object) -> UUID:
    """Derive the same UUIDv5 from the same facts, for example `derived_id("unit", "430000")`."""
    return uuid5(ZHUCAI, "\x1f".join(str(fact) for fact in facts))


def order_id(requisition: UUID, supplier: UUID) -> UUID:
    """Name the one order that a requisition places with a supplier, so that a repeat is the same order."""
    return uuid5(requisition, str(supplier))

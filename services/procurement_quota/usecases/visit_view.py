"""An unannounced visit is nobody's to see below who made it, until it is released; then its past stays theirs alone."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.procurement_quota.domain.registers import Register, VisitState, VisitUnknown
from services.procurement_quota.store.register_tables import register_version
from services.procurement_quota.store.registers import Record, by_units, of_units, papers_of_record, versions_of
from services.procurement_quota.usecases.filing_view import papers_written
from services.procurement_quota.usecases.register_view import heading_written
from shared.contracts.authority import Identity, NotAllowed, Owned, Reach, Role, require, seats_that_reach
from shared.db.unit_of_work import ReadTx

MAKERS = (Role.OFFICER, Role.AUDITOR)


def matter_of(unit_path: str, supplier_id: UUID | None) -> str:
    """Give the place of what was visited; a supplier lies below the federation of its county."""
    return unit_path if supplier_id is None else f"{unit_path}{supplier_id}/"


def owned(one: Record) -> Owned:
    """Tell whose a visit is."""
    path = matter_of(one.unit_path, one.supplier_id)
    return Owned(canteen_id=one.canteen_id, supplier_id=one.supplier_id, unit_path=path)


def made_by(identity: Identity, one: Record) -> bool:
    """Tell whether somebody is an officer or auditor of the unit for which a visit was made, or of one above."""
    return any(one.by_path.startswith(seat.path) for seat in identity.seats_as(*MAKERS) if seat.path)


async def reach_visit(tx: ReadTx, identity: Identity, operation: str, visit_id: UUID) -> list[Record]:
    """Give what somebody may see of a visit's versions: all to its makers, to others those from its release on.

    Raises VisitUnknown, also for one that is not released, and NotAllowed.
    """
    versions = await versions_of(tx, Register.VISIT, visit_id)
    if not versions:
        raise VisitUnknown(visit_id=str(visit_id))
    mine = made_by(identity, versions[0])
    seen = versions if mine else [one for one in versions if one.state != VisitState.OPEN]
    if not seen:
        raise VisitUnknown(visit_id=str(visit_id))
    require(identity, operation, owned(versions[-1]))
    return seen


async def reach_own_visit(tx: ReadTx, identity: Identity, operation: str, visit_id: UUID) -> list[Record]:
    """Give a visit's versions to its makers. Raises VisitUnknown, NotAllowed."""
    seen = await reach_visit(tx, identity, operation, visit_id)
    if not made_by(identity, seen[0]):
        raise NotAllowed(operation=operation)
    return seen


def visits_in_reach(identity: Identity, operation: str) -> sa.ColumnElement[bool]:
    """Hold visits to what somebody may see of them. Raises NotAllowed for who has no seat at all for it."""
    seats = seats_that_reach(identity, operation)
    if not seats:
        raise NotAllowed(operation=operation)
    released = register_version.c.state != VisitState.OPEN.value
    whole = of_units([seat.path for reach, seat in seats if reach is Reach.SUBTREE and seat.path])
    own = [seat.organisation_id for reach, seat in seats if reach is not Reach.SUBTREE]
    theirs = sa.or_(register_version.c.canteen_id.in_(own), register_version.c.supplier_id.in_(own))
    makers = by_units([seat.path for seat in identity.seats_as(*MAKERS) if seat.path])
    return sa.or_(sa.and_(released, sa.or_(whole, theirs)), makers)


async def visit_written(tx: ReadTx, one: Record, versions: Sequence[Record]) -> dict[str, Any]:
    """Write a version of a visit, with its history as far as it is seen, and its papers."""
    return {
        **heading_written(one, versions),
        "canteen_id": None if one.canteen_id is None else str(one.canteen_id),
        "supplier_id": None if one.supplier_id is None else str(one.supplier_id),
        **{name: value for name, value in one.content.items() if name != "whom"},
        "papers": papers_written(await papers_of_record(tx, one.id)),
    }

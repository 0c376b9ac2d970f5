"""Events as they are shown and said, and whose they are."""

from typing import Any
from uuid import UUID

from services.catalog.domain.fairs import FAIR, EntryState, FairNotFound
from services.catalog.store import fairs
from services.catalog.store.fairs import Entry, Fair, FairSale
from shared.contracts.authority import Identity, Owned, allows, supplier_seats
from shared.contracts.catalog import FairChanged
from shared.contracts.words import FairState
from shared.db.unit_of_work import ReadTx, Tx
from shared.reference import county_name
from shared.reference.items import item_name


def owned_fair(fair: Fair) -> Owned:
    """Tell whose an event is: the unit's that holds it."""
    return Owned(unit_path=fair.unit_path)


def runs_it(identity: Identity | None, fair: Fair) -> bool:
    """Tell whether the asker sees of an event what the public does not."""
    return identity is not None and allows(identity, "review_fair_supplier", owned_fair(fair))


def under_review(identity: Identity, fair: Fair, supplier_id: UUID, asked_by: UUID) -> Owned:
    """Tell whose request is decided on: an officer with a seat in the supplier asks on its behalf, too."""
    seated = any(seat.organisation_id == supplier_id for seat in supplier_seats(identity))
    own = seated or identity.account_id == asked_by
    return Owned(unit_path=fair.unit_path, asked_by=identity.account_id if own else None)


async def seen(tx: ReadTx, identity: Identity | None, fair_id: UUID) -> Fair:
    """Give an event that the asker may see. Raises FairNotFound."""
    fair = await fairs.find(tx, fair_id)
    if fair is None or (fair.state is FairState.DRAFT and not runs_it(identity, fair)):
        raise FairNotFound(fair_id=fair_id)
    return fair


def fair_line(fair: Fair) -> dict[str, Any]:
    """Show an event as a line of a list."""
    return {
        "fair_id": str(fair.fair_id),
        "version": fair.version,
        "state": fair.state.value,
        "kind": fair.kind.value,
        "name": fair.name,
        "unit_id": str(fair.unit_id),
        "begins_on": fair.begins_on.isoformat(),
        "ends_on": fair.ends_on.isoformat(),
        "place": fair.place,
        "county_code": fair.county_code,
        "county_name": county_name(fair.county_code),
        "stream_url": fair.stream_url,
    }


async def full_fair(tx: ReadTx, fair: Fair, identity: Identity | None) -> dict[str, Any]:
    """Show an event with who takes part; who asked and who was refused only to its officers and to themselves."""
    own = {seat.organisation_id for seat in supplier_seats(identity)} if identity else set()
    runs = runs_it(identity, fair)
    rows = await fairs.entries(tx, fair.fair_id)
    taking_part = [
        {
            "supplier_id": str(row.supplier_id),
            "supplier_name": row.name,
            "supplier_kind": row.kind,
            "state": row.state,
            "shown": row.shown,
            **({"note": row.note, "reason": row.reason} if runs or row.supplier_id in own else {}),
        }
        for row in rows
        if runs or row.supplier_id in own or row.state == EntryState.ADMITTED.value
    ]
    return fair_line(fair) | {
        "description": fair.description,
        "reason": fair.reason,
        "open_steps": FAIR.open_verbs(fair.state),
        "suppliers": taking_part,
    }


def entry_view(entry: Entry, listing_ids: list[UUID]) -> dict[str, Any]:
    """Show how a supplier stands with an event."""
    return {
        "fair_id": str(entry.fair_id),
        "supplier_id": str(entry.supplier_id),
        "revision": entry.revision,
        "state": entry.state.value,
        "note": entry.note,
        "reason": entry.reason,
        "asked_at": entry.asked_at.isoformat(),
        "reviewer_name": entry.reviewer_name,
        "reviewed_at": entry.reviewed_at.isoformat() if entry.reviewed_at else None,
        "listing_ids": [str(one) for one in listing_ids],
    }


def sale_view(sale: FairSale) -> dict[str, Any]:
    """Show a walk-in sale."""
    return {
        "sale_id": str(sale.sale_id),
        "fair_id": str(sale.fair_id),
        "supplier_id": str(sale.supplier_id),
        "revision": sale.revision,
        "state": sale.state.value,
        "item_code": sale.item_code,
        "item_name": item_name(sale.item_code),
        "grams": sale.grams,
        "pieces": sale.pieces,
        "amount_fen": sale.amount_fen,
        "sold_on": sale.sold_on.isoformat(),
        "reason": sale.reason,
    }


async def say_fair(tx: Tx, fair: Fair) -> None:
    """Say how an event stands, once it was announced; a draft is nobody's but its officers'."""
    if fair.state is FairState.DRAFT:
        return
    await tx.publish(
        FairChanged(
            fair_id=fair.fair_id,
            version=fair.version,
            unit_id=fair.unit_id,
            name=fair.name,
            kind=fair.kind,
            begins_on=fair.begins_on,
            ends_on=fair.ends_on,
            state=fair.state,
            supplier_ids=tuple(await fairs.admitted_ids(tx, fair.fair_id)),
        )
    )

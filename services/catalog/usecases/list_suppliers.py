"""A list of suppliers holds the admitted ones, the asker's own, and those that the asker's seats reach."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.catalog.domain.suppliers import county_problems
from services.catalog.store import suppliers
from services.catalog.store.suppliers import Supplier
from services.catalog.usecases.cursors import moment_of, number_of, tagged
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.reach import acted_for, review_steps
from services.catalog.usecases.shapes import public_supplier
from services.catalog.usecases.texts import COMMAND, CodeOfSix
from shared.contracts.authority import Identity, Reach, Role, seats_that_reach, supplier_seats
from shared.contracts.words import SupplierKind, SupplierState
from shared.db.unit_of_work import ReadTx
from shared.errors import InvalidFields
from shared.http.paging import LIMIT_DEFAULT, LIMIT_MAX, decode_cursor, encode_cursor


class ListSuppliers(BaseModel):
    """Which suppliers, and which page of them."""

    model_config = COMMAND

    state: SupplierState | None = None
    county: CodeOfSix | None = Field(default=None, description="code of GB/T 2260")
    kind: SupplierKind | None = None
    limit: int = Field(default=LIMIT_DEFAULT, ge=1, le=LIMIT_MAX)
    cursor: str | None = Field(default=None, max_length=300)


async def list_suppliers(desk: Desk, identity: Identity | None, query: ListSuppliers) -> dict[str, Any]:
    """List suppliers, oldest application first."""
    if query.county is not None and (problems := county_problems("county", query.county)):
        raise InvalidFields(*problems)
    async with desk.uow.glance() as tx:
        found = await suppliers.page(
            tx,
            state=query.state,
            county_code=query.county,
            kind=query.kind,
            visible=_visible_to(identity),
            after=_after(query.cursor),
            limit=query.limit + 1,
        )
        page = found[: query.limit]
        items = await _items(tx, identity, page)
    following = None
    if len(found) > query.limit:
        following = encode_cursor(["applied", number_of(page[-1].applied_at), str(page[-1].supplier_id)])
    return {"items": items, "next": following}


async def _items(tx: ReadTx, identity: Identity | None, page: list[Supplier]) -> list[dict[str, Any]]:
    """Show a page; of suppliers that an officer reviews also which reviews are open, and which are for another."""
    items = [public_supplier(supplier) for supplier in page]
    if identity is None or not identity.seats_as(Role.OFFICER):
        return items
    ids = [supplier.supplier_id for supplier in page]
    by, acted = await suppliers.recommended_by(tx, ids), await acted_for(tx, identity, ids)
    for supplier, item in zip(page, items, strict=True):
        steps = review_steps(identity, supplier, by.get(supplier.supplier_id), acted=supplier.supplier_id in acted)
        if steps is not None:
            item["review_steps"] = steps
    return items


def _after(cursor: str | None) -> tuple[datetime, UUID] | None:
    keys = decode_cursor(cursor, str, int, UUID)
    if keys is None:
        return None
    tagged(keys[0], "applied")
    return moment_of(keys[1]), keys[2]


def _visible_to(identity: Identity | None) -> suppliers.Visible:
    if identity is None:
        return suppliers.Visible()
    return suppliers.Visible(
        account_id=identity.account_id,
        supplier_ids=tuple(seat.organisation_id for seat in supplier_seats(identity)),
        paths=tuple(
            seat.path
            for reach, seat in seats_that_reach(identity, "get_supplier_document")
            if reach is Reach.SUBTREE and seat.path
        ),
    )

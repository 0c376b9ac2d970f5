"""A sale at a fair is shown whole: what was sold, by whom it was told and answered, and what became of it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.order.domain.on_site_refusals import NoSuchSale
from services.order.domain.refusals import NoSuchFair
from services.order.domain.states import ON_SITE, OnSiteState
from services.order.store.fairs import fair_is_known
from services.order.store.on_site import Sale, Step, find_sale, list_sales, steps_of
from services.order.store.on_site_photos import photos_of
from services.order.usecases.desk import Desk
from services.order.usecases.reach import after_of, cursor_of, reach_of
from shared.contracts.authority import Identity, require
from shared.db.unit_of_work import ReadTx


async def get_on_site_sale(desk: Desk, identity: Identity, sale_id: UUID) -> dict[str, Any]:
    """Read a sale. Raises NoSuchSale, NotAllowed."""
    async with desk.uow.read() as tx:
        sale = await find_sale(tx, sale_id)
        if sale is None:
            raise NoSuchSale(on_site_sale_id=str(sale_id))
        require(identity, "get_on_site_sale", sale.owned)
        return sale_view(sale, await steps_of(tx, sale_id), await photos_of(tx, sale_id))


async def list_on_site_sales(
    desk: Desk,
    identity: Identity,
    *,
    fair: UUID | None,
    canteen: UUID | None,
    supplier: UUID | None,
    state: OnSiteState | None,
    limit: int,
    cursor: str | None,
) -> dict[str, Any]:
    """Give one page, newest first. Raises NotAllowed, NoSuchCanteen, NoSuchSupplier, NoSuchFair."""
    after = after_of(cursor)
    async with desk.uow.glance() as tx:
        reach = await reach_of(tx, identity, "list_on_site_sales", canteen=canteen, supplier=supplier)
        if fair is not None and not await fair_is_known(tx, fair):
            raise NoSuchFair(fair_id=str(fair))
        found = await list_sales(
            tx,
            reach,
            fair_id=fair,
            canteen_id=canteen,
            supplier_id=supplier,
            state=state,
            after=after,
            limit=limit + 1,
        )
    page = found[:limit]
    more = len(found) > limit
    return {
        "items": [sale_summary(one) for one in page],
        "next": cursor_of(page[-1].entered_at, page[-1].sale_id) if more else None,
    }


async def answered_view(tx: ReadTx, sale_id: UUID) -> dict[str, Any]:
    """Read a sale that is known to exist, as it is answered."""
    sale = await find_sale(tx, sale_id)
    assert sale is not None
    return sale_view(sale, await steps_of(tx, sale_id), await photos_of(tx, sale_id))


def sale_view(sale: Sale, steps: Sequence[Step], photos: Sequence[dict[str, Any]]) -> dict[str, Any]:
    told = [{name: getattr(step, name) for name in Step.__dataclass_fields__} for step in steps]
    shown = [one | {"account_id": _text(one["account_id"])} for one in told]
    lines = [line.kept() for line in sale.lines]
    return sale_summary(sale) | {"note": sale.note, "lines": lines, "scale_photos": list(photos), "steps": shown}


def sale_summary(sale: Sale) -> dict[str, Any]:
    return {
        "on_site_sale_id": str(sale.sale_id),
        "revision": sale.revision,
        "state": sale.state,
        "open_steps": ON_SITE.open_steps(sale.state),
        "fair_id": str(sale.fair_id),
        "canteen": {"id": str(sale.canteen_id), "name": sale.canteen_name},
        "supplier": {"id": str(sale.supplier_id), "name": sale.supplier_name},
        "fund": sale.fund,
        "sold_on": sale.sold_on,
        "amount_fen": sale.amount_fen,
        "line_count": len(sale.lines),
        "first_name": sale.lines[0].name,
        "entered_by": str(sale.entered_by),
        "entered_by_name": sale.entered_by_name,
        "entered_at": sale.entered_at,
        "due_at": sale.due_at,
        "answered_by": _text(sale.answered_by),
        "answered_by_name": sale.answered_by_name,
        "answered_at": sale.answered_at,
        "reason": sale.reason,
        "requisition_id": _text(sale.requisition_id),
        "order_id": _text(sale.order_id),
    }


def _text(id_: UUID | None) -> str | None:
    return None if id_ is None else str(id_)

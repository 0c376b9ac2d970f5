"""Whoever is owed, whoever owes, and who is above them see what is paid late, by how many days, and are told once.

Source: 保障中小企业款项支付条例, article 7: nobody is kept waiting for money (不得拖欠).
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from services.order.domain.accounts import days_late, due_on
from services.order.store.accounts import figures_page, mark_told, owing_page, unit_above
from services.order.usecases.desk import Desk
from services.order.usecases.notices import raise_notice
from services.order.usecases.reach import reach_of
from shared.clock import today
from shared.contracts.authority import Identity
from shared.contracts.grants import Role
from shared.contracts.order import Audience
from shared.contracts.words import NoticeKind
from shared.db.unit_of_work import Tx
from shared.errors import InvalidFields, field_problem
from shared.http.paging import decode_cursor, decode_id, encode_cursor
from shared.rounds import BATCH_MAX

AHEAD_MAX = timedelta(days=400)


async def list_overdue_payments(
    desk: Desk,
    identity: Identity,
    *,
    canteen: UUID | None,
    supplier: UUID | None,
    limit: int,
    cursor: str | None,
    due_by: date | None = None,
) -> dict[str, Any]:
    """Give one page of orders that are paid late, or with `due_by` fall due by then; those accepted first come first.

    Raises InvalidFields for a day too far ahead.
    """
    keys = decode_cursor(cursor, date, UUID)
    now = today(desk.clock)
    if due_by is not None and due_by > now + AHEAD_MAX:
        raise InvalidFields(field_problem("due_by", "is at most 400 days ahead", "最多晚于今天400天"))
    async with desk.uow.glance() as tx:
        reach = await reach_of(tx, identity, "list_overdue_payments", canteen=canteen, supplier=supplier)
        found = await owing_page(
            tx,
            reach,
            late_on=now if due_by is None else max(now, due_by + timedelta(days=1)),
            canteen_id=canteen,
            supplier_id=supplier,
            after=None if keys is None else (keys[0], keys[1]),
            limit=limit + 1,
        )
    page = found[:limit]
    more = len(found) > limit
    return {
        "items": [_late(row, now) for row in page],
        "next": encode_cursor([page[-1].accepted_on.isoformat(), str(page[-1].order_id)]) if more else None,
    }


def _late(row: Any, now: date) -> dict[str, Any]:
    due = due_on(row.accepted_on, row.term_days)
    return {
        "order_id": str(row.order_id),
        "canteen": {"id": str(row.canteen_id), "name": row.canteen_name},
        "unit": {"id": str(row.unit_id), "name": row.unit_name},
        "supplier": {"id": str(row.supplier_id), "name": row.supplier_name},
        "fund": row.fund,
        "accepted_on": row.accepted_on,
        "due_on": due,
        "days_overdue": days_late(due, now),
        "owed_fen": row.kept_fen - row.paid_fen,
    }


async def tell_overdue(desk: Desk) -> int:
    """Tell once of each order that is paid late: both sides, and the level above; gives how many it were."""
    now = today(desk.clock)
    async with desk.uow.begin() as tx:
        late = await owing_page(tx, None, late_on=now, untold=True, limit=BATCH_MAX)
        new = await mark_told(tx, [row.order_id for row in late]) if late else set()
        by_account = defaultdict(list)
        for row in late:
            if row.order_id in new:
                by_account[row.canteen_id, row.supplier_id].append(row)
        for together in by_account.values():
            await _tell(tx, together, now)
    return len(new)


async def _tell(tx: Tx, rows: Iterable[Any], now: date) -> None:
    first, *_ = rows = list(rows)
    audience = [
        Audience(organisation_id=first.canteen_id, roles=(Role.BUYER,)),
        Audience(organisation_id=first.unit_id, roles=(Role.FINANCE,)),
        Audience(organisation_id=first.supplier_id, roles=(Role.SUPPLIER,)),
    ]
    above = await unit_above(tx, first.unit_path)
    if above is not None:
        audience.append(Audience(organisation_id=above, roles=(Role.FINANCE, Role.OFFICER)))
    due = [due_on(row.accepted_on, row.term_days) for row in rows]
    await raise_notice(
        tx,
        NoticeKind.PAYMENT_OVERDUE,
        first.order_id,
        audience,
        {
            "order_id": first.order_id,
            "canteen": first.canteen_name,
            "supplier": first.supplier_name,
            "owed_fen": sum(row.kept_fen - row.paid_fen for row in rows),
            "due_on": min(due),
            "days": days_late(min(due), now),
        },
    )


async def list_days_to_pay(
    desk: Desk, *, month: date, canteen: UUID | None, limit: int, cursor: str | None
) -> dict[str, Any]:
    """Give one page of how long canteens took to pay in a month that is over, for everybody."""
    async with desk.uow.read() as tx:
        found = await figures_page(tx, month=month, canteen_id=canteen, after=decode_id(cursor), limit=limit + 1)
    page = found[:limit]
    more = len(found) > limit
    return {
        "month": f"{month:%Y-%m}",
        "items": [_figure(row) for row in page],
        "next": encode_cursor([str(page[-1].canteen_id)]) if more else None,
    }


def _figure(row: Any) -> dict[str, Any]:
    return {
        "canteen": {"id": str(row.canteen_id), "name": row.canteen_name},
        "unit": {"id": str(row.unit_id), "name": row.unit_name},
        "payments": row.payments,
        "paid_fen": row.paid_fen,
        "late_payments": row.late_payments,
        "late_paid_fen": row.late_paid_fen,
        "median_days": row.median_days,
        "weighted_days": (row.fen_days + row.paid_fen // 2) // row.paid_fen if row.paid_fen else None,
        "fen_days": row.fen_days,
        "owed_fen": row.owed_fen,
        "overdue_fen": row.overdue_fen,
        "overdue_days": row.overdue_days,
    }

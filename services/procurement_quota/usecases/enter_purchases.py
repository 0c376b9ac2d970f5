"""Purchases made elsewhere are entered in one place, one or many at once, whether typed or imported.

The order of locks is one for everybody: papers, then heads. A paper that comes twice in the same batch is refused the
second time, as it would be a moment later.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.procurement_quota.domain.counting import Place
from services.procurement_quota.domain.elsewhere import bought_elsewhere
from services.procurement_quota.store import ledger
from services.procurement_quota.store.canteens import Canteen
from services.procurement_quota.store.openings import standing_openings
from services.procurement_quota.store.purchases import (
    entered,
    lock_papers,
    papers_like,
    part_of,
    write_purchases,
)
from services.procurement_quota.usecases.desk import Desk
from shared.db.unit_of_work import Tx
from shared.errors import Conflict

GIVEN = (
    "canteen_id",
    "fund",
    "category",
    "seller",
    "invoice_number",
    "invoice_code",
    "invoice_total_fen",
    "receipt_number",
    "payee_id",
    "bought_on",
    "amount_fen",
    "origin_county",
    "channel",
    "order_number",
)
"""What says whether two purchases of one id are the same."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One purchase to enter: `given` holds GIVEN, checked field by field already."""

    purchase_id: UUID
    canteen: Canteen
    given: dict[str, Any]
    entered_by: UUID

    def columns(self, now: datetime) -> dict[str, Any]:
        return {
            "id": self.purchase_id,
            "unit_id": self.canteen.unit_id,
            **self.given,
            "entered_by": self.entered_by,
            "entered_at": now,
        }


class PurchaseDiffers(Conflict):
    """A purchase with this id was entered with other content; what was entered does not change.

    zh: 该编号的采购已按其他内容录入，已录入的内容不能更改。
    """


class CoveredByOpening(Conflict):
    """The canteen's opening balance holds what was bought in these days; it would count twice.

    zh: 该日期的采购已含在食堂的期初余额内，不能重复录入。
    """


async def enter_purchases(desk: Desk, tx: Tx, wanted: Sequence[Wanted]) -> dict[UUID, Conflict | None]:
    """Enter what may be entered and post it; gives by id why each of the others may not.

    One that is entered already, with the same content, is simply left.
    """
    rows = {one.purchase_id: one.columns(tx.now) for one in wanted}
    parts = {purchase_id: part_of(row) for purchase_id, row in rows.items()}
    await lock_papers(tx, parts.values())
    heads = await ledger.lock_heads(tx, {one.canteen.unit_id for one in wanted})
    known = await entered(tx, rows)
    taken = {row["lot_id"] for row in await ledger.entries_of_lots(tx, rows.keys() - known.keys())}
    papers = await papers_like(tx, list(parts.values()), desk.receipt_fen_max)
    openings = await standing_openings(tx, {one.canteen.id for one in wanted})
    answers: dict[UUID, Conflict | None] = {}
    drafts, new = [], []
    reference = await desk.reference.current(tx)
    for one in wanted:
        earlier = known.get(one.purchase_id)
        answers[one.purchase_id] = None
        if earlier is not None:
            if any(earlier[name] != one.given[name] for name in GIVEN):
                answers[one.purchase_id] = PurchaseDiffers(purchase_id=str(one.purchase_id))
            continue
        if one.purchase_id in taken:
            answers[one.purchase_id] = PurchaseDiffers(purchase_id=str(one.purchase_id))
            continue
        try:
            _check_opening(openings.get((one.canteen.id, one.given["fund"], one.given["bought_on"].year)), one)
            papers.take(parts[one.purchase_id])
        except Conflict as conflict:
            answers[one.purchase_id] = conflict
            continue
        new.append(rows[one.purchase_id])
        place = Place(one.canteen.id, one.canteen.unit_id, one.canteen.unit_path)
        drafts.append(bought_elsewhere(reference, place, one.purchase_id, one.given))
    await write_purchases(tx, new)
    await ledger.post(tx, heads, drafts)
    return answers


def _check_opening(opening: dict[str, Any] | None, one: Wanted) -> None:
    if opening is not None and one.given["bought_on"] <= opening["bought_until"]:
        raise CoveredByOpening(opening_id=str(opening["id"]), bought_until=opening["bought_until"].isoformat())

"""An ordinary acceptance is one step of an order: what it changes, and the order as it will be read then.

Where something was paid or held before, the acceptance goes under a lock instead; see `stepping`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.order.domain.actors import Actor
from services.order.domain.weighing import Weighed, reason_of, verb_of
from services.order.store.stepping import Goods, LineNow, Seen, Step, stepped_view


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What is written of an acceptance, and by whom."""

    acceptance_id: UUID
    accepted_on: date
    at: datetime
    by: Actor
    found: Mapping[UUID, Weighed]
    weighed_at: datetime | None
    day: date

    @property
    def kept_fen(self) -> int:
        return sum(one.kept.net_fen for one in self.found.values())

    @property
    def step(self) -> Step:
        return Step(verb_of(self.found.values()), self.at, self.by, reason_of(self.found.values()))

    @property
    def goods(self) -> Goods:
        return Goods(
            lines={
                line_id: LineNow(
                    accepted=one.accepted,
                    kept_fen=one.kept.net_fen,
                    reason=one.reason,
                    refused=one.refused,
                    gross_grams=one.gross_grams,
                    tare_grams=one.tare_grams,
                    lot_number=one.lot_number,
                )
                for line_id, one in self.found.items()
            },
            acceptance_id=self.acceptance_id,
            accepted_on=self.accepted_on,
            kept_fen=self.kept_fen,
            weighed_at=self.weighed_at,
            day=self.day,
        )


def accepted_view(seen: Seen, acceptance: Acceptance) -> dict[str, Any]:
    """Write the order as it will be read once the acceptance stands."""
    view, kept_fen = seen.view, seen.order.kept_fen + acceptance.kept_fen
    lines = []
    for line in view["lines"]:
        one = acceptance.found[UUID(line["line_id"])]
        kept = one.kept
        lines.append(
            line
            | {
                "accepted_quantity": kept.quantity,
                "kept_quantity": kept.quantity - line["returned_quantity"],
                "accepted_fen": kept.net_fen,
                "kept_fen": kept.net_fen,
                "reason": one.reason,
                "refused_quantity": one.refused,
                "gross_grams": one.gross_grams,
                "tare_grams": one.tare_grams,
                "lot_number": one.lot_number,
            }
        )
    return stepped_view(
        seen,
        acceptance.step,
        accepted_fen=acceptance.kept_fen,
        kept_fen=kept_fen,
        owed_fen=max(kept_fen - seen.order.paid_fen, 0),
        refund_due_fen=max(seen.order.paid_fen - kept_fen, 0),
        lines=lines,
        acceptance={
            "acceptance_id": str(acceptance.acceptance_id),
            "accepted_on": acceptance.accepted_on.isoformat(),
            "accepted_at": seen.now,
            "accepted_by": str(acceptance.by.account_id),
            "accepted_by_name": acceptance.by.name,
            "weighed_at": acceptance.weighed_at and acceptance.weighed_at.isoformat(),
            "second_by": None,
            "second_by_name": None,
        },
    )

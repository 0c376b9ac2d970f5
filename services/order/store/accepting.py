"""An ordinary acceptance is one step: order, lines, stamp and what is said are written by one statement.

Where something was paid or held before, the acceptance goes under a lock instead; see `stepping`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.order.domain.weights import Kept
from services.order.store.stepping import SAID, Said, Seen, Step, parameters, run_step, stepped_view
from shared.db.unit_of_work import Stamp, UnitOfWork

_WRITE = f"""
WITH moved AS (
  UPDATE orders SET state = $16::text, version = version + 1, kept_fen = kept_fen + $17::bigint,
    acceptance_id = $18::uuid, accepted_on = $19::date, accepted_at = $3::timestamptz, accepted_by = $4::uuid,
    accepted_by_name = $5::text
  WHERE order_id = $1::uuid AND xmin::text = $2::text
  RETURNING order_id
), lined AS (
  UPDATE order_lines l SET accepted_quantity = n.accepted, accepted_fen = n.fen, kept_fen = n.fen, reason = n.reason
  FROM moved m, unnest($20::uuid[], $21::bigint[], $22::bigint[], $23::text[]) AS n(line_id, accepted, fen, reason)
  WHERE l.order_id = m.order_id AND l.line_id = n.line_id
), {SAID}
SELECT order_id FROM moved"""  # noqa: S608 - composed of constants


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What is written of an acceptance, and by whom."""

    acceptance_id: UUID
    accepted_on: date
    at: datetime
    by: UUID
    by_name: str
    reason: str
    kept: Mapping[UUID, Kept]
    reasons: Mapping[UUID, str]

    @property
    def kept_fen(self) -> int:
        return sum(one.net_fen for one in self.kept.values())

    @property
    def step(self) -> Step:
        return Step("accept", self.at, self.by, self.by_name, self.reason)


def accepted_view(seen: Seen, acceptance: Acceptance) -> dict[str, Any]:
    """Write the order as it will be read once the acceptance stands."""
    view, kept_fen = seen.view, seen.order.kept_fen + acceptance.kept_fen
    lines = []
    for line in view["lines"]:
        kept = acceptance.kept[UUID(line["line_id"])]
        lines.append(
            line
            | {
                "accepted_quantity": kept.quantity,
                "kept_quantity": kept.quantity - line["returned_quantity"],
                "accepted_fen": kept.net_fen,
                "kept_fen": kept.net_fen,
                "reason": acceptance.reasons[UUID(line["line_id"])],
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
            "accepted_by": str(acceptance.by),
            "accepted_by_name": acceptance.by_name,
        },
    )


async def write_acceptance(
    uow: UnitOfWork,
    seen: Seen,
    acceptance: Acceptance,
    view: dict[str, Any],
    said: Sequence[Said],
    once: Stamp | None,
) -> bool:
    """Accept a shipped order; False, and nothing written, when somebody else was first. Raises Busy."""
    kept = acceptance.kept
    given = [
        *parameters(seen, acceptance.step, view, said, once),
        acceptance.kept_fen,
        acceptance.acceptance_id,
        acceptance.accepted_on,
        list(kept),
        [one.quantity for one in kept.values()],
        [one.net_fen for one in kept.values()],
        [acceptance.reasons[line_id] for line_id in kept],
    ]
    return await run_step(uow, _WRITE, given)

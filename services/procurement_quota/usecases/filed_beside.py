"""What was filed of a closed year stands beside what is known now; a verdict that turned is due to be restated."""

from datetime import date
from typing import Any
from uuid import UUID

from services.procurement_quota.domain.chain import moment_text
from services.procurement_quota.domain.figures import Asked
from services.procurement_quota.domain.month_close import month_figures
from services.procurement_quota.domain.restating import Due, due_since
from services.procurement_quota.domain.rules import Rule
from services.procurement_quota.store.figures import Closed
from services.procurement_quota.store.month_closings import closed_months
from services.procurement_quota.store.restating import Restated, attested_versions, late_entries, restatements
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.gather_basis import Gathered
from shared.clock import business_date
from shared.db.unit_of_work import ReadTx


async def filed_beside(
    desk: Desk, tx: ReadTx, found: Gathered, closed: Closed | None, rule: Rule, asked: Asked, status: str
) -> dict[str, Any]:
    """Set what was filed beside what is known now; a verdict that turned since calls for a restatement.

    `found` holds the one canteen that was closed.
    """
    filed = closed.filed.get(rule.code) if closed else None
    if closed is None or filed is None:
        return {"as_filed": None, "restatement_due": False, "restatement": None, "restatements": []}
    restated = (await restatements(tx, [closed.canteen_id], asked.year, asked.known_by)).get(closed.canteen_id, [])
    filings = [(closed.closed_at, filed), *((one.recorded_at, one.filed.get(rule.code, filed)) for one in restated)]
    at, last = filings[-1]
    due = None
    if last["status"] != status:
        until = asked.known_by or desk.clock.now()
        late = await late_entries(tx, closed.canteen_id, asked, at, until)
        attested = await attested_versions(tx, closed.canteen_id, asked, until)
        basis = found.bases[0]
        due = due_since(
            basis, found.rate(basis.unit_path), asked.year, last["status"], (at, business_date(at)), late, attested
        )
    return {
        "as_filed": {
            **filed,
            "closed_at": moment_text(closed.closed_at),
            "closed_by": str(closed.closed_by),
            "entry": {"unit_id": str(closed.unit_id), "seq": closed.seq},
        },
        "restatement_due": due is not None,
        "restatement": due_written(due, last["status"], status, business_date(asked.known_by or desk.clock.now())),
        "restatements": [restated_written(one, rule.code) for one in restated],
    }


async def months_beside(tx: ReadTx, found: Gathered, canteen_id: UUID, rule: Rule, asked: Asked) -> dict[str, Any]:
    """Set what each closed month filed beside what is known of it now; `found` holds the one canteen."""
    basis = found.bases[0]
    rows = []
    for one in await closed_months(tx, canteen_id, asked.year, asked.known_by):
        filed = one.filed.get(rule.code)
        if filed is None:
            continue
        restated = month_figures(basis, found.rate(basis.unit_path), asked.year, one.month).written()
        rows.append(
            {
                "month": one.month,
                "closed_at": moment_text(one.closed_at),
                "closed_by": str(one.closed_by),
                "entry": {"unit_id": str(one.unit_id), "seq": one.seq},
                "as_filed": filed["figures"],
                "restated": restated,
                "moved": restated != filed["figures"],
            }
        )
    return {"closed_months": rows}


def due_written(due: Due | None, was: str, now: str, today: date) -> dict[str, Any] | None:
    """Write by when a restatement is due."""
    if due is None:
        return None
    return {
        "was": was,
        "now": now,
        "flipped_at": moment_text(due.flipped_at),
        "due_on": due.due_on.isoformat(),
        "overdue": due.overdue(today),
    }


def restated_written(one: Restated, rule: str) -> dict[str, Any]:
    """Write what a restatement filed under one rule."""
    return {
        "number": one.number,
        "reason": one.reason,
        "filed_at": moment_text(one.recorded_at),
        "filed_by": str(one.filed_by),
        "entry": {"unit_id": str(one.unit_id), "seq": one.seq},
        **{name: one.filed.get(rule, {}).get(name) for name in ("status", "rate_bp", "figures")},
    }

"""A case is locked, moved on by a compare-and-set with its step beside it, and listed by whose hands it is in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from services.order.domain.actors import Actor
from services.order.domain.cases import CaseKind, CaseOutcome, CaseSubject
from services.order.domain.states import CASE, CaseState
from services.order.store.case_tables import case_steps, cases
from services.order.store.tables import suppliers, units
from shared.contracts.authority import Owned, Reach, Seat
from shared.db.unit_of_work import ReadTx, Tx
from shared.states import WrongState


@dataclass(frozen=True, slots=True)
class Case:
    """A case, in whose hands it is, and whom it concerns."""

    case_id: UUID
    kind: CaseKind
    subject: CaseSubject
    subject_id: UUID | None
    party_canteen_id: UUID | None
    party_supplier_id: UUID | None
    unit_id: UUID
    unit_name: str
    unit_path: str
    state: CaseState
    text: str
    contact: str
    raised_by: UUID | None
    raised_at: datetime
    reply_due_at: datetime
    outcome: CaseOutcome | None
    reopened: bool
    content_sha256: str
    code_sha256: str

    @property
    def owned(self) -> Owned:
        return Owned(unit_path=self.unit_path, account_id=self.raised_by, asked_by=self.raised_by)


_CASE = sa.select(
    *(cases.c[name] for name in Case.__dataclass_fields__ if not name.startswith("unit_")),
    cases.c.unit_id,
    units.c.name.label("unit_name"),
    units.c.path.label("unit_path"),
).join(units, units.c.unit_id == cases.c.unit_id)


def _case(row: sa.Row[Any]) -> Case:
    told = {
        **row._mapping,
        "kind": CaseKind(row.kind),
        "subject": CaseSubject(row.subject),
        "state": CaseState(row.state),
        "outcome": None if row.outcome is None else CaseOutcome(row.outcome),
    }
    return Case(**told)


async def find_case(tx: ReadTx, case_id: UUID, *, lock: bool = False) -> Case | None:
    """Read a case, locked where asked; None for one that is not there."""
    chosen = _CASE.where(cases.c.case_id == case_id)
    row = await tx.first(chosen.with_for_update(key_share=True, of=cases) if lock else chosen)
    return None if row is None else _case(row)


async def case_by_code(tx: ReadTx, code_sha256: str) -> Case | None:
    """Read the case that is followed by a code; None where it names none."""
    row = await tx.first(_CASE.where(cases.c.code_sha256 == code_sha256))
    return None if row is None else _case(row)


async def add_case(tx: Tx, values: Mapping[str, Any]) -> bool:
    """Write a case; False when its id is there."""
    row = await tx.first(insert(cases).values(**values).on_conflict_do_nothing().returning(cases.c.case_id))
    return row is not None


async def add_case_step(
    tx: Tx,
    case_id: UUID,
    step: str,
    state: CaseState,
    unit_id: UUID,
    *,
    by: Actor | None,
    reason: str = "",
    outcome: CaseOutcome | None = None,
) -> None:
    """Write what happened to a case; `by` None is whoever raised it, without an account."""
    await tx.execute(
        sa.insert(case_steps).values(
            case_id=case_id,
            at=tx.now,
            step=step,
            state=state.value,
            unit_id=unit_id,
            account_id=None if by is None else by.account_id,
            account_name="" if by is None else by.name,
            acted_as=None if by is None or by.acted_as is None else by.acted_as.value,
            reason=reason,
            outcome=None if outcome is None else outcome.value,
        )
    )


async def move_case(tx: Tx, case: Case, verb: str, **values: Any) -> CaseState:
    """Move a case on by a verb. Raises WrongState."""
    target = CASE.check(case.state, verb)
    if verb == "answer":
        values["answered_at"] = sa.func.coalesce(cases.c.answered_at, tx.now)
    row = await tx.first(
        sa.update(cases)
        .where(cases.c.case_id == case.case_id, cases.c.state.in_(CASE.open_from(verb)))
        .values(state=target.value, **values)
        .returning(cases.c.case_id)
    )
    if row is None:
        raise WrongState(state=case.state.value, step=verb)
    return target


async def steps_of(tx: ReadTx, case_id: UUID) -> list[dict[str, Any]]:
    """Read what happened to a case, with the names of the units."""
    rows = await tx.rows(
        sa.select(case_steps, units.c.name.label("unit_name"), units.c.path.label("unit_path"))
        .join(units, units.c.unit_id == case_steps.c.unit_id)
        .where(case_steps.c.case_id == case_id)
        .order_by(case_steps.c.id)
    )
    return [dict(row._mapping) for row in rows]


async def list_cases_page(
    tx: ReadTx,
    reach: Sequence[tuple[Reach, Seat]],
    *,
    state: CaseState | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[Case]:
    """Read a page of the cases in the hands of units that these seats reach, newest first."""
    paths = sorted({seat.path for _, seat in reach if seat.path})
    chosen = _CASE.where(sa.or_(sa.false(), *(units.c.path.startswith(path, autoescape=True) for path in paths)))
    if state is not None:
        chosen = chosen.where(cases.c.state == state.value)
    if after is not None:
        chosen = chosen.where(
            sa.tuple_(cases.c.raised_at, cases.c.case_id) < sa.tuple_(sa.literal(after[0]), sa.literal(after[1]))
        )
    rows = await tx.rows(chosen.order_by(cases.c.raised_at.desc(), cases.c.case_id.desc()).limit(limit))
    return [_case(row) for row in rows]


async def late_cases(tx: ReadTx, now: datetime, most: int) -> list[UUID]:
    """List cases that are past their day and of which nobody was told so."""
    rows = await tx.rows(
        sa.select(cases.c.case_id)
        .where(cases.c.state != CaseState.CLOSED.value, cases.c.due_told_at.is_(None), cases.c.reply_due_at <= now)
        .order_by(cases.c.reply_due_at)
        .limit(most)
    )
    return [row.case_id for row in rows]


async def take_late_case(tx: Tx, case_id: UUID) -> bool:
    """Write that whoever is late is told; False where that was done, or the case is closed by now."""
    row = await tx.first(
        sa.update(cases)
        .where(cases.c.case_id == case_id, cases.c.state != CaseState.CLOSED.value, cases.c.due_told_at.is_(None))
        .values(due_told_at=tx.now)
        .returning(cases.c.case_id)
    )
    return row is not None


async def unit_path_of(tx: ReadTx, unit_id: UUID) -> str | None:
    """Give a unit's path; None for one that was not heard of."""
    path: str | None = await tx.value(sa.select(units.c.path).where(units.c.unit_id == unit_id))
    return path


async def unit_of_supplier(tx: ReadTx, supplier_id: UUID) -> UUID | None:
    """Give the federation of a supplier's county; None where none was heard of."""
    found: UUID | None = await tx.value(
        sa.select(units.c.unit_id)
        .join(suppliers, suppliers.c.county_code == units.c.code)
        .where(suppliers.c.supplier_id == supplier_id)
        .order_by(sa.func.length(units.c.path), units.c.unit_id)
        .limit(1)
    )
    return found


async def topmost_unit(tx: ReadTx) -> UUID | None:
    """Give the unit above all others; None where none was heard of."""
    found: UUID | None = await tx.value(
        sa.select(units.c.unit_id).order_by(sa.func.length(units.c.path), units.c.unit_id).limit(1)
    )
    return found


_COUNTS = """count(*) AS cases,
  count(*) FILTER (WHERE c.state = 'closed') AS closed,
  count(*) FILTER (WHERE c.state <> 'closed' AND c.reply_due_at <= :now) AS late,
  count(*) FILTER (WHERE c.outcome IN ('upheld', 'partly_upheld')) AS upheld,
  percentile_disc(0.5) WITHIN GROUP (ORDER BY (c.answered_at AT TIME ZONE 'Asia/Shanghai')::date
    - (c.raised_at AT TIME ZONE 'Asia/Shanghai')::date) AS median_days_to_answer
"""
_OF_UNITS = sa.text(
    f"""
SELECT c.unit_id, u.name AS unit_name, u.path, {_COUNTS}
FROM cases c JOIN units u USING (unit_id)
WHERE c.raised_at >= :since AND c.raised_at < :until AND (:path = '' OR (u.path, c.unit_id) > (:path, :unit_id))
GROUP BY c.unit_id, u.name, u.path ORDER BY u.path, c.unit_id LIMIT :most
"""  # noqa: S608 - composed of constants
).bindparams(sa.bindparam("path", type_=sa.Text), sa.bindparam("unit_id", type_=sa.Uuid))
_OF_ALL = sa.text(
    f"""
SELECT {_COUNTS} FROM cases c JOIN units u USING (unit_id) WHERE c.raised_at >= :since AND c.raised_at < :until
"""  # noqa: S608 - composed of constants
)


async def case_statistics(
    tx: ReadTx, now: datetime, since: datetime, until: datetime, after: tuple[str, UUID] | None, most: int
) -> Sequence[sa.Row[Any]]:
    """Count the cases of units that were raised in a span, after a path and id; days are whole, of those answered."""
    path, unit_id = after or ("", None)
    asked = {"now": now, "since": since, "until": until, "path": path, "unit_id": unit_id, "most": most}
    return await tx.rows(_OF_UNITS, asked)


async def all_case_statistics(tx: ReadTx, now: datetime, since: datetime, until: datetime) -> dict[str, Any]:
    """Count the cases of all units alike."""
    row = await tx.first(_OF_ALL, {"now": now, "since": since, "until": until})
    assert row is not None
    return dict(row._mapping)

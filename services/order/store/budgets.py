"""A budget is one row, changed by putting it anew, and each of its versions is kept; what is used is always counted.

Decision: what a month has used is summed from its orders whenever it is asked for, and kept nowhere. Why: a counter
would have to be told of each decline, acceptance, return and credit, and would drift the first time that one is
forgotten. Price: a canteen whose fund has a budget pays for a sum over a month's orders with each placing.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on, insert

from services.order.domain.actors import Actor
from services.order.domain.budgets import BudgetStop, Passage, Position, Ruling, Terms
from services.order.domain.weights import TOLERANCE_BP_MAX
from services.order.store.budget_tables import budget_checks, budget_gates, budget_versions, budgets
from services.order.store.copies import reached
from services.order.store.tables import canteens, units
from shared.contracts.authority import Reach, Seat
from shared.contracts.words import ENDED, Fund
from shared.db.unit_of_work import ReadTx, Tx, UnitOfWork
from shared.states import sql_words


class Budget(NamedTuple):
    """A budget as it was last put."""

    budget_id: UUID
    canteen_id: UUID
    canteen_name: str
    unit_path: str
    fund: Fund
    month: date
    every_month: bool
    version: int
    terms: Terms
    reason: str
    put_by: UUID
    put_by_name: str
    put_at: datetime


class BudgetVersion(NamedTuple):
    """One version of a budget."""

    version: int
    amount_fen: int
    stop: str
    reason: str
    put_by: UUID
    put_by_name: str
    put_at: datetime


LINE_MOST_FEN = f"""((coalesce(l.confirmed_quantity, l.quantity) + CASE l.measure WHEN 'weight' THEN
    coalesce(l.confirmed_quantity, l.quantity) * coalesce(l.tolerance_bp, {TOLERANCE_BP_MAX}) / 10000 ELSE 0 END)
  * l.price_fen + l.unit_quantity / 2) / l.unit_quantity"""
"""What a line of an open order may come to: as `AskedLine.most_fen`, of what its seller confirmed."""

OFFERED_MOST_FEN = """((b.quantity + CASE b.measure WHEN 'weight' THEN b.quantity * b.tolerance_bp / 10000 ELSE 0 END)
  * b.price_fen + b.unit_quantity / 2) / b.unit_quantity"""

ORDER_MOST_FEN = f"""((SELECT sum({LINE_MOST_FEN}) FROM order_lines l WHERE l.order_id = o.order_id)
  + coalesce((SELECT sum({OFFERED_MOST_FEN}) FROM substitutes b
    WHERE b.order_id = o.order_id AND b.state = 'offered'), 0))"""  # noqa: S608 - composed of constants
"""What an open order may come to: a substitute that waits for its answer counts, so that accepting it adds nothing."""

_POSITIONS = f"""
SELECT a.canteen_id, a.fund, a.month, g.version AS gate_version, g.passed_fen, b.budget_id, b.version, b.amount_fen,
  b.stop, b.put_by, coalesce(u.fen, 0)::bigint AS used_fen, coalesce(w.fen, 0)::bigint AS waiting_fen
FROM unnest(%s, %s, %s) WITH ORDINALITY AS a(canteen_id, fund, month, place)
JOIN budget_gates g ON g.canteen_id = a.canteen_id AND g.fund = a.fund
LEFT JOIN LATERAL (
  SELECT * FROM budgets b WHERE b.canteen_id = a.canteen_id AND b.fund = a.fund AND b.month <= a.month
    AND (b.every_month OR b.month = a.month)
  ORDER BY b.every_month, b.month DESC LIMIT 1
) b ON true
LEFT JOIN LATERAL (
  SELECT sum(CASE WHEN o.acceptance_id IS NULL THEN {ORDER_MOST_FEN} ELSE o.kept_fen END) AS fen
  FROM orders o
  WHERE b.budget_id IS NOT NULL AND o.canteen_id = a.canteen_id AND o.fund = a.fund AND o.wanted_on >= a.month
    AND o.wanted_on < (a.month + interval '1 month')::date AND o.state NOT IN ({sql_words(ENDED)})
) u ON true
LEFT JOIN LATERAL (
  SELECT sum(coalesce(q.most_fen, q.amount_fen)) AS fen
  FROM requisitions q
  WHERE b.budget_id IS NOT NULL AND q.state = 'awaiting' AND q.canteen_id = a.canteen_id AND q.fund = a.fund
    AND q.wanted_on >= a.month AND q.wanted_on < (a.month + interval '1 month')::date
) w ON true
ORDER BY a.place"""  # noqa: S608 - composed of constants

_READ_POSITIONS = _POSITIONS % ("$1::uuid[]", "$2::text[]", "$3::date[]")
_FIND_POSITIONS = sa.text(
    _POSITIONS % tuple(f"CAST(:{name} AS {kind}[])" for name, kind in (("c", "uuid"), ("f", "text"), ("m", "date")))
).bindparams(
    sa.bindparam("c", type_=ARRAY(sa.Uuid)),
    sa.bindparam("f", type_=ARRAY(sa.Text)),
    sa.bindparam("m", type_=ARRAY(sa.Date)),
)

Asked = tuple[UUID, Fund, date]
"""A canteen, a fund and the first day of a month."""


async def read_positions(uow: UnitOfWork, asked: Sequence[Asked]) -> list[Position]:
    """Tell how canteens' funds stand in months, of those that ever had a budget; in one statement of its own."""
    return [_position(row) for row in await uow.statement(_READ_POSITIONS, *_columns(asked))]


async def find_positions(tx: ReadTx, asked: Sequence[Asked]) -> list[Position]:
    """Tell how canteens' funds stand in months, of those that ever had a budget."""
    rows = await tx.rows(_FIND_POSITIONS, dict(zip("cfm", _columns(asked), strict=True)))
    return [_position(row._mapping) for row in rows]


def _columns(asked: Sequence[Asked]) -> tuple[list[UUID], list[str], list[date]]:
    return [one[0] for one in asked], [one[1].value for one in asked], [one[2] for one in asked]


def _position(row: Any) -> Position:
    ruling = None
    if row["budget_id"] is not None:
        terms = Terms(row["amount_fen"], BudgetStop(row["stop"]))
        ruling = Ruling(row["budget_id"], row["version"], terms, row["put_by"])
    return Position(
        row["canteen_id"],
        Fund(row["fund"]),
        row["month"],
        row["gate_version"],
        row["passed_fen"],
        ruling,
        row["used_fen"],
        row["waiting_fen"],
    )


async def pass_gate(tx: Tx, passed: Passage) -> bool:
    """Let something pass that is placed in this transaction; False, and nothing done, where another look is needed.

    Stock is locked before, as the one statement that places orders does, so that no two of them wait for each other.
    """
    position = passed.position
    after = budget_gates.c.passed_fen + passed.most_fen
    fits = sa.true() if passed.upto_fen is None else after <= passed.upto_fen
    row = await tx.first(
        sa.update(budget_gates)
        .where(
            budget_gates.c.canteen_id == position.canteen_id,
            budget_gates.c.fund == position.fund.value,
            budget_gates.c.version == position.gate_version,
            fits,
        )
        .values(passed_fen=after)
        .returning(budget_gates.c.version)
    )
    return row is not None


async def write_check(tx: Tx, requisition_id: UUID, step: str, passed: Passage) -> None:
    """Write down which version of which budget a requisition was held against; nothing where none rules."""
    ruling = passed.position.ruling
    if ruling is not None:
        await tx.execute(
            insert(budget_checks).values(
                requisition_id=requisition_id,
                step=step,
                budget_id=ruling.budget_id,
                budget_version=ruling.version,
                month=passed.position.month,
                most_fen=passed.most_fen,
                over_fen=passed.over_fen,
                at=tx.now,
            )
        )


async def was_beyond_soft(tx: ReadTx, requisition_id: UUID) -> bool:
    """Tell whether a requisition went beyond a soft budget when it was asked, of which finance was told then."""
    held, version = budget_checks.c, budget_versions.c
    chosen = sa.exists().where(
        held.requisition_id == requisition_id,
        held.over_fen > 0,
        version.budget_id == held.budget_id,
        version.version == held.budget_version,
        version.stop == BudgetStop.SOFT.value,
    )
    return bool(await tx.value(sa.select(chosen)))


_CHOSEN = (
    sa.select(budgets, canteens.c.name.label("canteen_name"), units.c.path.label("unit_path"))
    .join(canteens, canteens.c.canteen_id == budgets.c.canteen_id)
    .join(units, units.c.unit_id == canteens.c.unit_id)
)


async def find_budget(tx: ReadTx, budget_id: UUID) -> Budget | None:
    row = await tx.first(_CHOSEN.where(budgets.c.budget_id == budget_id))
    return None if row is None else _budget(row)


async def budget_of(tx: ReadTx, canteen_id: UUID, fund: Fund, month: date, *, every_month: bool) -> UUID | None:
    """Give the budget that was put for exactly this."""
    found: UUID | None = await tx.value(
        sa.select(budgets.c.budget_id).where(
            budgets.c.canteen_id == canteen_id,
            budgets.c.fund == fund.value,
            budgets.c.month == month,
            budgets.c.every_month == every_month,
        )
    )
    return found


async def hold_gate(tx: Tx, canteen_id: UUID, fund: Fund) -> None:
    """Lock the gate of a canteen's fund, made where there is none; whoever places waits meanwhile."""
    own = {"canteen_id": canteen_id, "fund": fund.value}
    await tx.execute(insert(budget_gates).values(own).on_conflict_do_nothing())
    await tx.execute(sa.select(budget_gates.c.version).filter_by(**own).with_for_update())


async def write_budget(tx: Tx, budget: Budget, by: Actor) -> None:
    """Write a budget's newest version, the gate being held; whoever read before it has to look again."""
    own = {"canteen_id": budget.canteen_id, "fund": budget.fund.value}
    await tx.execute(sa.update(budget_gates).filter_by(**own).values(version=budget_gates.c.version + 1, passed_fen=0))
    changed = {
        "version": budget.version,
        "amount_fen": budget.terms.amount_fen,
        "stop": budget.terms.stop.value,
        "reason": budget.reason,
        "put_by": budget.put_by,
        "put_by_name": budget.put_by_name,
        "put_at": budget.put_at,
    }
    written = insert(budgets).values(
        budget_id=budget.budget_id, month=budget.month, every_month=budget.every_month, **own, **changed
    )
    await tx.execute(written.on_conflict_do_update(index_elements=[budgets.c.budget_id], set_=changed))
    acted_as = None if by.acted_as is None else by.acted_as.value
    await tx.execute(insert(budget_versions).values(budget_id=budget.budget_id, acted_as=acted_as, **changed))


async def versions_of(tx: ReadTx, budget_id: UUID, limit: int) -> list[BudgetVersion]:
    """List a budget's versions, newest first."""
    rows = await tx.rows(
        sa.select(*(budget_versions.c[name] for name in BudgetVersion._fields))
        .where(budget_versions.c.budget_id == budget_id)
        .order_by(budget_versions.c.version.desc())
        .limit(limit)
    )
    return [BudgetVersion._make(row) for row in rows]


async def list_ruling(
    tx: ReadTx,
    reach: Sequence[tuple[Reach, Seat]],
    month: date,
    *,
    canteen_id: UUID | None,
    fund: Fund | None,
    after: tuple[UUID, str] | None,
    limit: int,
) -> list[Budget]:
    """List the budgets that rule a month among the canteens that these seats reach, one for each canteen and fund."""
    chosen = _CHOSEN.where(
        reached(reach, budgets.c.canteen_id, None),
        budgets.c.month <= month,
        sa.or_(budgets.c.every_month, budgets.c.month == month),
    )
    if canteen_id is not None:
        chosen = chosen.where(budgets.c.canteen_id == canteen_id)
    if fund is not None:
        chosen = chosen.where(budgets.c.fund == fund.value)
    if after is not None:
        keys = sa.tuple_(sa.literal(after[0]), sa.literal(after[1]))
        chosen = chosen.where(sa.tuple_(budgets.c.canteen_id, budgets.c.fund) > keys)
    rows = await tx.rows(
        chosen.ext(distinct_on(budgets.c.canteen_id, budgets.c.fund))
        .order_by(budgets.c.canteen_id, budgets.c.fund, budgets.c.every_month, budgets.c.month.desc())
        .limit(limit)
    )
    return [_budget(row) for row in rows]


def _budget(row: Any) -> Budget:
    told = {name: getattr(row, name) for name in Budget._fields if name not in ("fund", "terms")}
    return Budget(**told, fund=Fund(row.fund), terms=Terms(row.amount_fen, BudgetStop(row.stop)))

"""Accounts are computed from what was recorded before a moment: a month closed late reads as one closed at once.

An acceptance, a return and a credit count by the moment of their recording, a payment and a refund by their day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from services.order.domain.accounts import TERM_DAYS, AccountLine, Late, Moves, due_on
from services.order.domain.states import ACCOUNT, AccountState
from services.order.store.account_tables import (
    account_lines,
    account_months,
    account_statements,
    overdue_told,
    pay_figures,
    payment_terms,
)
from services.order.store.copies import reached
from services.order.store.refunds import REFUND_MOVES
from services.order.store.tables import canteens, orders, units
from shared.contracts.authority import Owned, Reach, Seat
from shared.contracts.words import Fund
from shared.db.unit_of_work import ReadTx, Tx

TERM_OF = """(SELECT t.days FROM payment_terms t WHERE t.unit_id = o.unit_id
    AND t.valid_from <= coalesce(o.sold_on, (o.placed_at AT TIME ZONE 'Asia/Shanghai')::date)
    ORDER BY t.valid_from DESC LIMIT 1)"""
"""The term of an order `o`, in days; null where its unit had set none when it was placed."""

_MOVES = sa.text(
    f"""
SELECT o.order_id, o.unit_id, o.supplier_id, o.supplier_name, o.fund, o.accepted_on, {TERM_OF} AS term_days,
  l.fen AS whole_fen, o.accepted_at >= :since AS fresh,
  r.before_fen AS returned_before, r.within_fen AS returned_fen, k.before_fen AS credited_before,
  k.within_fen AS credited_fen, p.before_fen AS paid_before, p.within_fen AS paid_fen,
  f.before_fen AS refunded_before, f.within_fen AS refunded_fen, p.days
FROM orders o
CROSS JOIN LATERAL (SELECT coalesce(sum(l.accepted_fen), 0)::bigint AS fen FROM order_lines l
  WHERE l.order_id = o.order_id) l
CROSS JOIN LATERAL (
  SELECT coalesce(-sum(x.amount_fen) FILTER (WHERE r.agreed_at < :since), 0)::bigint AS before_fen,
    coalesce(-sum(x.amount_fen) FILTER (WHERE r.agreed_at >= :since), 0)::bigint AS within_fen
  FROM returns r JOIN return_lines x USING (return_id) WHERE r.order_id = o.order_id AND r.agreed_at < :until) r
CROSS JOIN LATERAL (
  SELECT coalesce(sum(x.amount_fen) FILTER (WHERE k.agreed_at < :since), 0)::bigint AS before_fen,
    coalesce(sum(x.amount_fen) FILTER (WHERE k.agreed_at >= :since), 0)::bigint AS within_fen
  FROM credits k JOIN credit_lines x USING (credit_id) WHERE k.order_id = o.order_id AND k.agreed_at < :until) k
CROSS JOIN LATERAL (
  SELECT coalesce(sum(p.paid_fen) FILTER (WHERE p.paid_on < :first), 0)::bigint AS before_fen,
    coalesce(sum(p.paid_fen) FILTER (WHERE p.paid_on >= :first), 0)::bigint AS within_fen,
    coalesce(json_agg(json_build_array(greatest(p.paid_on - o.accepted_on, 0), p.paid_fen))
      FILTER (WHERE p.paid_on >= :first AND p.paid_fen > 0), '[]')::jsonb AS days
  FROM payments p WHERE p.order_id = o.order_id AND p.paid_on < :next) p
CROSS JOIN LATERAL (
  SELECT coalesce(sum(f.amount_fen) FILTER (WHERE f.at < :since), 0)::bigint AS before_fen,
    coalesce(sum(f.amount_fen) FILTER (WHERE f.at >= :since), 0)::bigint AS within_fen
  FROM {REFUND_MOVES} f JOIN payments p USING (payment_id) WHERE p.order_id = o.order_id AND f.at < :until) f
WHERE o.canteen_id = :canteen_id AND o.accepted_at < :until
ORDER BY o.accepted_on, o.order_id
"""  # noqa: S608 - composed of constants
).bindparams(
    sa.bindparam("since", type_=sa.DateTime(timezone=True)),
    sa.bindparam("until", type_=sa.DateTime(timezone=True)),
    sa.bindparam("first", type_=sa.Date),
    sa.bindparam("next", type_=sa.Date),
    sa.bindparam("canteen_id", type_=sa.Uuid),
)

_TERM_DAYS: sa.ColumnElement[int] = sa.func.coalesce(
    sa.literal_column(TERM_OF.replace("o.", "orders."), sa.Integer), sa.literal(TERM_DAYS)
)

_own_units = units.alias("own_units")
_OWN_UNIT_NAME: sa.Label[str] = sa.func.coalesce(_own_units.c.name, "").label("unit_name")
"""What the unit of a row is called: the canteen's of that day, though it was moved; who reads it goes by today's."""

Account = tuple[UUID, UUID, str, Fund]
"""Unit, supplier, its name, fund."""


@dataclass(frozen=True, slots=True)
class Month:
    """A month by its first day, the next one's, and the moments at which both begin."""

    first: date
    next: date
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement as far as its steps need it, and whose it is."""

    statement_id: UUID
    canteen_id: UUID
    unit_id: UUID
    unit_path: str
    supplier_id: UUID
    number: str
    fund: Fund
    state: AccountState
    supplier_confirmed_at: datetime | None
    canteen_confirmed_at: datetime | None

    @property
    def owned(self) -> Owned:
        return Owned(supplier_id=self.supplier_id, canteen_id=self.canteen_id, unit_path=self.unit_path)


async def take_month(tx: Tx, first: date) -> sa.Row[Any] | None:
    """Take the closing of a month for this transaction; None when it is done, or another takes it now."""
    await tx.execute(insert(account_months).values(month=first, statements=0, done=False).on_conflict_do_nothing())
    return await tx.first(
        sa.select(account_months)
        .where(account_months.c.month == first, sa.not_(account_months.c.done))
        .with_for_update(skip_locked=True)
    )


async def month_is_done(tx: ReadTx, first: date) -> bool:
    return bool(await tx.value(sa.select(sa.exists().where(account_months.c.month == first, account_months.c.done))))


async def last_month_done(tx: ReadTx) -> date | None:
    """Name the last month whose accounts are closed."""
    found: date | None = await tx.value(sa.select(sa.func.max(account_months.c.month)).where(account_months.c.done))
    return found


async def next_canteen(tx: ReadTx, after: UUID | None) -> UUID | None:
    """Name the canteen after one, by its id."""
    chosen = sa.select(canteens.c.canteen_id).order_by(canteens.c.canteen_id).limit(1)
    if after is not None:
        chosen = chosen.where(canteens.c.canteen_id > after)
    found: UUID | None = await tx.value(chosen)
    return found


async def went_on(tx: Tx, first: date, upto: UUID | None, statements: int) -> None:
    """Write how far a month is closed; None for to its end."""
    done: dict[str, Any] = {"done": True} if upto is None else {"upto_canteen_id": upto}
    await tx.execute(
        sa.update(account_months).where(account_months.c.month == first).values(statements=statements, **done)
    )


async def accounts_of(
    tx: ReadTx, canteen_id: UUID, month: Month, left_out: Mapping[UUID, tuple[Late, ...]]
) -> tuple[dict[Account, list[AccountLine]], list[tuple[int, int]]]:
    """Compute a canteen's accounts of a month, and of each payment in it after how many days it came, and its fen.

    A supplier has one account with a unit and fund, by the name that it bore last, however often it was renamed. What
    was left out of earlier months, by order, is late here, so that an account begins where it was said to end.
    """
    rows = await tx.rows(
        _MOVES,
        {
            "since": month.since,
            "until": month.until,
            "first": month.first,
            "next": month.next,
            "canteen_id": canteen_id,
        },
    )
    found: dict[tuple[UUID, UUID, Fund], list[AccountLine]] = {}
    named: dict[UUID, tuple[date, str]] = {}
    took: list[tuple[int, int]] = []
    for row in rows:
        took += [(days, fen) for days, fen in row.days]
        accepted_before = 0 if row.fresh else row.whole_fen
        taken = row.returned_before + row.credited_before + row.paid_before
        late = left_out.get(row.order_id, ())
        late_fen = sum(one.moves.closing_fen for one in late)
        moves = Moves(
            accepted_before - taken + row.refunded_before - late_fen,
            row.whole_fen if row.fresh else 0,
            row.returned_fen,
            row.credited_fen,
            row.paid_fen,
            row.refunded_fen,
            late_fen,
        )
        if late or not moves.still:
            name = (row.accepted_on, row.supplier_name)
            named[row.supplier_id] = max(named.get(row.supplier_id, name), name)
            due = due_on(row.accepted_on, row.term_days)
            account = (row.unit_id, row.supplier_id, Fund(row.fund))
            found.setdefault(account, []).append(AccountLine(row.order_id, row.accepted_on, due, moves, late))
    return {(unit, seller, named[seller][1], fund): lines for (unit, seller, fund), lines in found.items()}, took


def sums_of(moves: Moves) -> dict[str, int]:
    """Give the columns of what moved, in fen."""
    return {**{name: getattr(moves, name) for name in Moves.__dataclass_fields__}, "closing_fen": moves.closing_fen}


async def add_statement(
    tx: Tx, statement_id: UUID, number: str, canteen_id: UUID, account: Account, first: date, lines: list[AccountLine]
) -> None:
    """Write a statement with its lines, under its month's lock; that the account has one already is a fault."""
    unit_id, supplier_id, supplier_name, fund = account
    whole = sum((line.moves for line in lines), Moves())
    await tx.execute(
        sa.insert(account_statements).values(
            statement_id=statement_id,
            number=number,
            canteen_id=canteen_id,
            unit_id=unit_id,
            supplier_id=supplier_id,
            supplier_name=supplier_name,
            fund=fund.value,
            month=first,
            issued_at=tx.now,
            due_on=max((line.due_on for line in lines if line.moves.closing_fen > 0), default=None),
            state=AccountState.ISSUED.value,
            **sums_of(whole),
        )
    )
    await tx.execute(
        sa.insert(account_lines),
        [
            {
                "statement_id": statement_id,
                "order_id": line.order_id,
                "accepted_on": line.accepted_on,
                "due_on": line.due_on,
                **sums_of(line.moves),
            }
            for line in lines
        ],
    )


async def add_figure(tx: Tx, first: date, canteen_id: UUID, figure: dict[str, Any]) -> None:
    """Write how long a canteen took to pay in a month, and whose it is then; what stands stays."""
    unit = sa.select(canteens.c.unit_id).where(canteens.c.canteen_id == canteen_id).scalar_subquery()
    row = insert(pay_figures).values(month=first, canteen_id=canteen_id, unit_id=unit, **figure)
    await tx.execute(row.on_conflict_do_nothing())


_STATEMENT = (
    sa.select(
        *(account_statements.c[name] for name in Statement.__dataclass_fields__ if name != "unit_path"),
        units.c.path.label("unit_path"),
    )
    .join(canteens, canteens.c.canteen_id == account_statements.c.canteen_id)
    .join(units, units.c.unit_id == canteens.c.unit_id)
)


async def find_statement(tx: ReadTx, statement_id: UUID, *, lock: bool = False) -> Statement | None:
    """Read a statement, locked where asked; None for one that is not there."""
    chosen = _STATEMENT.where(account_statements.c.statement_id == statement_id)
    row = await tx.first(chosen.with_for_update(key_share=True, of=account_statements) if lock else chosen)
    if row is None:
        return None
    return Statement(**{**row._mapping, "fund": Fund(row.fund), "state": AccountState(row.state)})


async def move_statement(tx: Tx, statement: Statement, verb: str | None, **values: Any) -> None:
    """Write columns of a locked statement, and its new state where a verb leads to one."""
    if verb is not None:
        values["state"] = ACCOUNT.check(statement.state, verb).value
    await tx.execute(
        sa.update(account_statements)
        .where(account_statements.c.statement_id == statement.statement_id)
        .values(**values)
    )


async def list_statements(
    tx: ReadTx,
    reach: Sequence[tuple[Reach, Seat]],
    *,
    canteen_id: UUID | None,
    supplier_id: UUID | None,
    state: AccountState | None,
    month: date | None,
    after: tuple[date, UUID] | None,
    limit: int,
) -> Sequence[sa.Row[Any]]:
    """Read a page of what these seats reach, newest month first."""
    told = account_statements.c
    chosen = (
        sa.select(account_statements, canteens.c.name.label("canteen_name"), _OWN_UNIT_NAME)
        .join(canteens, canteens.c.canteen_id == told.canteen_id)
        .join(units, units.c.unit_id == canteens.c.unit_id)
        .outerjoin(_own_units, _own_units.c.unit_id == told.unit_id)
        .where(reached(reach, told.canteen_id, told.supplier_id))
    )
    for column, wanted in ((told.canteen_id, canteen_id), (told.supplier_id, supplier_id), (told.month, month)):
        if wanted is not None:
            chosen = chosen.where(column == wanted)
    if state is not None:
        chosen = chosen.where(told.state == state.value)
    if after is not None:
        chosen = chosen.where(sa.tuple_(told.month, told.statement_id) < sa.tuple_(*map(sa.literal, after)))
    return await tx.rows(chosen.order_by(told.month.desc(), told.statement_id.desc()).limit(limit))


async def owing_page(
    tx: ReadTx,
    reach: Sequence[tuple[Reach, Seat]] | None,
    *,
    late_on: date,
    canteen_id: UUID | None = None,
    supplier_id: UUID | None = None,
    untold: bool = False,
    after: tuple[date, UUID] | None = None,
    limit: int,
) -> Sequence[sa.Row[Any]]:
    """Read orders that are paid late by a day, in the order of their acceptance; of everybody where `reach` is None."""
    o = orders.c
    chosen = (
        sa.select(
            o.order_id,
            o.canteen_id,
            canteens.c.name.label("canteen_name"),
            o.unit_id,
            _OWN_UNIT_NAME,
            units.c.path.label("unit_path"),
            o.supplier_id,
            o.supplier_name,
            o.fund,
            o.accepted_on,
            o.kept_fen,
            o.paid_fen,
            _TERM_DAYS.label("term_days"),
        )
        .join(canteens, canteens.c.canteen_id == o.canteen_id)
        .join(units, units.c.unit_id == canteens.c.unit_id)
        .outerjoin(_own_units, _own_units.c.unit_id == o.unit_id)
        .where(o.paid_fen < o.kept_fen, o.accepted_on < late_on, o.accepted_on + _TERM_DAYS < late_on)
    )
    if reach is not None:
        chosen = chosen.where(reached(reach, o.canteen_id, o.supplier_id))
    if canteen_id is not None:
        chosen = chosen.where(o.canteen_id == canteen_id)
    if supplier_id is not None:
        chosen = chosen.where(o.supplier_id == supplier_id)
    if untold:
        chosen = chosen.where(sa.not_(sa.exists().where(overdue_told.c.order_id == o.order_id)))
    if after is not None:
        chosen = chosen.where(sa.tuple_(o.accepted_on, o.order_id) > sa.tuple_(*map(sa.literal, after)))
    return await tx.rows(chosen.order_by(o.accepted_on, o.order_id).limit(limit))


async def mark_told(tx: Tx, order_ids: Sequence[UUID]) -> set[UUID]:
    """Write that it is told of these orders that they are paid late; gives those of which it was not told before."""
    rows = await tx.rows(
        insert(overdue_told)
        .values([{"order_id": order_id, "told_at": tx.now} for order_id in order_ids])
        .on_conflict_do_nothing()
        .returning(overdue_told.c.order_id)
    )
    return {row.order_id for row in rows}


async def unit_above(tx: ReadTx, path: str) -> UUID | None:
    """Name the unit whose path is one step shorter; None at the top."""
    above = path.rstrip("/").rpartition("/")[0] + "/"
    found: UUID | None = await tx.value(sa.select(units.c.unit_id).where(units.c.path == above))
    return found


async def add_terms(tx: Tx, values: dict[str, Any]) -> bool:
    """Write terms; False when these, or others from the same day, are there."""
    row = await tx.first(
        insert(payment_terms).values(**values).on_conflict_do_nothing().returning(payment_terms.c.terms_id)
    )
    return row is not None


async def terms_of(tx: ReadTx, unit_id: UUID) -> Sequence[sa.Row[Any]]:
    """Read a unit's terms, the newest first."""
    chosen = sa.select(payment_terms).where(payment_terms.c.unit_id == unit_id)
    return await tx.rows(chosen.order_by(payment_terms.c.valid_from.desc()).limit(100))


async def unit_path(tx: ReadTx, unit_id: UUID) -> str | None:
    """Give a unit's path; None for a unit that is not known."""
    path: str | None = await tx.value(sa.select(units.c.path).where(units.c.unit_id == unit_id))
    return path


async def figures_page(
    tx: ReadTx, *, month: date, canteen_id: UUID | None, after: UUID | None, limit: int
) -> Sequence[sa.Row[Any]]:
    """Read how long canteens took to pay in a month, by their ids."""
    chosen = (
        sa.select(
            *(column for column in pay_figures.c if column.name != "unit_id"),
            sa.func.coalesce(pay_figures.c.unit_id, canteens.c.unit_id).label("unit_id"),
            canteens.c.name.label("canteen_name"),
            _OWN_UNIT_NAME,
        )
        .join(canteens, canteens.c.canteen_id == pay_figures.c.canteen_id)
        .outerjoin(_own_units, _own_units.c.unit_id == sa.func.coalesce(pay_figures.c.unit_id, canteens.c.unit_id))
        .where(pay_figures.c.month == month)
    )
    if canteen_id is not None:
        chosen = chosen.where(pay_figures.c.canteen_id == canteen_id)
    if after is not None:
        chosen = chosen.where(pay_figures.c.canteen_id > after)
    return await tx.rows(chosen.order_by(pay_figures.c.canteen_id).limit(limit))

"""Confirmed papers that end and that nothing goes on from, as they are found, and what was said of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as insert_or_not

from services.catalog.domain.expiry import NOTICE_DAYS
from services.catalog.domain.filings import FilingState, FilingSubject
from services.catalog.store.expiry_tables import expiry_notices
from services.catalog.store.filing_tables import certificates, recognitions
from services.catalog.store.filings import Whose
from services.catalog.store.tables import suppliers
from shared.contracts.words import SupplierState
from shared.db.unit_of_work import ReadTx, Tx

_LIVING = [state.value for state in SupplierState if state is not SupplierState.REVOKED]
_CONFIRMED = FilingState.CONFIRMED.value


@dataclass(frozen=True, slots=True)
class Ending:
    """A confirmed paper with its last day."""

    subject: FilingSubject
    supplier_id: UUID
    supplier_name: str
    filing_id: UUID
    title: str
    kind: str
    valid_to: date


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice of a paper that ends; `days` is which one."""

    ending: Ending
    days: int


def _ending(subject: FilingSubject, first: date, last: date) -> sa.Select[Any]:
    """Select a subject's papers whose last day is one of these, and that no later one goes on from."""
    table = recognitions if subject is FilingSubject.RECOGNITION else certificates
    later = table.alias()
    same = later.c.level == table.c.level if table is recognitions else _same_goods(later, table)
    goes_on = sa.exists().where(
        later.c.supplier_id == table.c.supplier_id,
        later.c.state == _CONFIRMED,
        same,
        later.c.valid_from <= table.c.valid_to + sa.literal(timedelta(days=1)),
        sa.or_(later.c.valid_to.is_(None), later.c.valid_to > table.c.valid_to),
    )
    kind = table.c.level if table is recognitions else table.c.kind
    return (
        sa.select(
            sa.literal(subject.value).label("subject"),
            table.c.supplier_id,
            suppliers.c.name.label("supplier_name"),
            table.c.filing_id,
            table.c.title,
            kind.label("kind"),
            table.c.valid_to,
        )
        .join(suppliers, suppliers.c.supplier_id == table.c.supplier_id)
        .where(
            table.c.state == _CONFIRMED,
            table.c.valid_to.between(first, last),
            suppliers.c.state.in_(_LIVING),
            ~goes_on,
        )
    )


def _same_goods(later: sa.FromClause, table: sa.Table) -> sa.ColumnElement[bool]:
    return sa.and_(later.c.kind == table.c.kind, later.c.item_codes.contains(table.c.item_codes))


def _every(first: date, last: date) -> sa.Subquery:
    subjects = (FilingSubject.RECOGNITION, FilingSubject.CERTIFICATE)
    return sa.union_all(*(_ending(subject, first, last) for subject in subjects)).subquery()


def _made(row: sa.Row[Any]) -> Ending:
    return Ending(
        FilingSubject(row.subject),
        row.supplier_id,
        row.supplier_name,
        row.filing_id,
        row.title,
        row.kind,
        row.valid_to,
    )


async def unsaid(tx: ReadTx, today: date, first: date, last: date, limit: int) -> list[Notice]:
    """Give papers that end on some of these days and of which the notice that is due was not said; a batch."""
    every = _every(first, last)
    left = every.c.valid_to - sa.literal(today)
    days = sa.case(*((left <= one, one) for one in sorted(NOTICE_DAYS)))
    said = sa.exists().where(
        expiry_notices.c.supplier_id == every.c.supplier_id,
        expiry_notices.c.subject == every.c.subject,
        expiry_notices.c.filing_id == every.c.filing_id,
        expiry_notices.c.valid_to == every.c.valid_to,
        expiry_notices.c.days == days,
    )
    query = (
        sa.select(every, days.label("days"))
        .where(~said)
        .order_by(every.c.valid_to, every.c.supplier_id, every.c.filing_id)
        .limit(limit)
    )
    return [Notice(_made(row), row.days) for row in await tx.rows(query)]


async def say(tx: Tx, notices: Sequence[Notice], at: datetime) -> list[Notice]:
    """Keep notices as said, and give those that nobody had said before us."""
    values = [
        {
            "supplier_id": one.ending.supplier_id,
            "subject": one.ending.subject.value,
            "filing_id": one.ending.filing_id,
            "valid_to": one.ending.valid_to,
            "days": one.days,
            "said_at": at,
        }
        for one in notices
    ]
    table = expiry_notices.c
    written = await tx.rows(
        insert_or_not(expiry_notices)
        .values(values)
        .on_conflict_do_nothing()
        .returning(table.supplier_id, table.subject, table.filing_id)
    )
    news = {(row.supplier_id, FilingSubject(row.subject), row.filing_id) for row in written}
    return [one for one in notices if (one.ending.supplier_id, one.ending.subject, one.ending.filing_id) in news]


async def page(
    tx: ReadTx,
    whose: Whose,
    *,
    first: date,
    last: date,
    supplier_id: UUID | None,
    after: tuple[date, UUID, UUID] | None,
    limit: int,
) -> list[Ending]:
    """Give papers within reach that end on some of these days, the first to end first."""
    every = _every(first, last)
    keys = (every.c.valid_to, every.c.supplier_id, every.c.filing_id)
    reached = sa.select(suppliers.c.supplier_id).where(whose.reached())
    query = sa.select(every).where(every.c.supplier_id.in_(reached)).order_by(*keys).limit(limit)
    if supplier_id is not None:
        query = query.where(every.c.supplier_id == supplier_id)
    if after is not None:
        query = query.where(sa.tuple_(*keys) > sa.tuple_(*map(sa.literal, after)))
    return [_made(row) for row in await tx.rows(query)]

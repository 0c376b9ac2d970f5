"""What is filed on paper, as it is stored; the three subjects share what is common to all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.catalog.domain.filings import FilingState, FilingSubject
from services.catalog.domain.recognition import Recognised, RecognitionLevel
from services.catalog.store.filing_tables import certificates, effect_figures, filing_reviews, recognitions
from services.catalog.store.members import owned_by
from services.catalog.store.tables import suppliers
from shared.db.unit_of_work import ReadTx, Tx

REVIEWS_SHOWN_MAX = 50
TABLES: Mapping[FilingSubject, sa.Table] = {
    FilingSubject.RECOGNITION: recognitions,
    FilingSubject.CERTIFICATE: certificates,
    FilingSubject.FIGURE: effect_figures,
}
_COMMON = ("supplier_id", "filing_id", "revision", "state", "document_ids", "replaces", "cut_on", "written_by")
_MOMENTS = ("filed_at", "changed_at")
_ONCE_CONFIRMED = [FilingState.CONFIRMED.value, FilingState.REPLACED.value, FilingState.ENDED.value]


@dataclass(frozen=True, slots=True)
class Filing:
    """One filed paper as it stands; `says` holds what is its subject's own."""

    subject: FilingSubject
    supplier_id: UUID
    filing_id: UUID
    revision: int
    state: FilingState
    document_ids: list[UUID]
    replaces: UUID | None
    cut_on: date | None
    written_by: list[UUID]
    filed_at: datetime
    changed_at: datetime
    says: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Whose:
    """An asker's own suppliers and applications, and the subtrees that its seats reach."""

    account_id: UUID
    supplier_ids: tuple[UUID, ...] = ()
    paths: tuple[str, ...] = ()

    def reached(self) -> sa.ColumnElement[bool]:
        """Say which suppliers those are."""
        mine: list[sa.ColumnElement[bool]] = [suppliers.c.supplier_id.in_(owned_by(self.account_id))]
        if self.supplier_ids:
            mine.append(suppliers.c.supplier_id.in_(self.supplier_ids))
        mine += [suppliers.c.unit_path.startswith(path, autoescape=True) for path in self.paths]
        return sa.or_(*mine)


def _made(subject: FilingSubject, row: sa.Row[Any]) -> Filing:
    said = dict(row._mapping)
    common = {name: said.pop(name) for name in (*_COMMON, *_MOMENTS)}
    return Filing(**common | {"subject": subject, "state": FilingState(common["state"]), "says": said})


async def find(tx: ReadTx, subject: FilingSubject, supplier_id: UUID, filing_id: UUID) -> Filing | None:
    """Give a filed paper, or None."""
    table = TABLES[subject]
    row = await tx.first(sa.select(table).where(table.c.supplier_id == supplier_id, table.c.filing_id == filing_id))
    return None if row is None else _made(subject, row)


async def of_supplier(
    tx: ReadTx, subject: FilingSubject, supplier_id: UUID, states: Sequence[FilingState] = tuple(FilingState)
) -> list[Filing]:
    """Give a supplier's papers of a subject in some states, the oldest first; how many there may be is bounded."""
    table = TABLES[subject]
    query = (
        sa.select(table)
        .where(table.c.supplier_id == supplier_id, table.c.state.in_([state.value for state in states]))
        .order_by(table.c.filed_at, table.c.filing_id)
    )
    return [_made(subject, row) for row in await tx.rows(query)]


async def count(tx: ReadTx, subject: FilingSubject, supplier_id: UUID) -> int:
    table = TABLES[subject]
    return int(await tx.value(sa.select(sa.func.count()).where(table.c.supplier_id == supplier_id)))


async def insert(tx: Tx, subject: FilingSubject, values: Mapping[str, Any]) -> None:
    """Keep what is filed; its supplier is locked."""
    await tx.execute(sa.insert(TABLES[subject]).values(**values))


async def change(tx: Tx, known: Filing, values: Mapping[str, Any]) -> None:
    """Change what is filed; its supplier is locked."""
    table = TABLES[known.subject]
    await tx.execute(
        sa.update(table)
        .where(table.c.supplier_id == known.supplier_id, table.c.filing_id == known.filing_id)
        .values(**values)
    )


async def insert_review(tx: Tx, values: Mapping[str, Any]) -> None:
    """Keep a decision."""
    await tx.execute(sa.insert(filing_reviews).values(**values))


async def reviews(tx: ReadTx, known: Filing) -> Sequence[sa.Row[Any]]:
    """Give the newest decisions about a filed paper, oldest first."""
    table = filing_reviews.c
    newest = (
        sa.select(filing_reviews)
        .where(
            table.supplier_id == known.supplier_id,
            table.filing_id == known.filing_id,
            table.subject == known.subject.value,
        )
        .order_by(table.review_id.desc())
        .limit(REVIEWS_SHOWN_MAX)
    )
    return list(reversed(await tx.rows(newest)))


async def ever_recognised(tx: ReadTx, supplier_id: UUID) -> list[Recognised]:
    """Give every recognition of a supplier that was ever confirmed."""
    table = recognitions.c
    query = (
        sa.select(table.filing_id, table.level, table.valid_from, table.valid_to, table.cut_on)
        .where(table.supplier_id == supplier_id, table.state.in_(_ONCE_CONFIRMED))
        .order_by(table.valid_from, table.filing_id)
    )
    return [
        Recognised(row.filing_id, RecognitionLevel(row.level), row.valid_from, row.valid_to, row.cut_on)
        for row in await tx.rows(query)
    ]


async def last_count(tx: ReadTx, supplier_id: UUID, kind: str, before: date) -> int | None:
    """Give the figure that is confirmed for the nearest day before another; None where there is none."""
    table = effect_figures.c
    found = await tx.value(
        sa.select(table.count)
        .where(
            table.supplier_id == supplier_id,
            table.kind == kind,
            table.as_of < before,
            table.state == FilingState.CONFIRMED.value,
        )
        .order_by(table.as_of.desc())
        .limit(1)
    )
    return None if found is None else int(found)


async def confirmed_figure(tx: ReadTx, supplier_id: UUID, kind: str, as_of: date) -> UUID | None:
    """Give which figure is confirmed for a day."""
    table = effect_figures.c
    found = await tx.value(
        sa.select(table.filing_id).where(
            table.supplier_id == supplier_id,
            table.kind == kind,
            table.as_of == as_of,
            table.state == FilingState.CONFIRMED.value,
        )
    )
    return None if found is None else UUID(str(found))


async def page(
    tx: ReadTx,
    whose: Whose,
    *,
    subjects: Sequence[FilingSubject],
    state: FilingState,
    supplier_id: UUID | None,
    after: tuple[datetime, UUID, UUID] | None,
    limit: int,
) -> Sequence[sa.Row[Any]]:
    """Give what is filed and within reach, in a state, the one that has waited longest first."""
    keys = ("filed_at", "supplier_id", "filing_id")
    queries = []
    for subject in subjects:
        table = TABLES[subject]
        nothing = sa.null().cast(sa.Date)
        query = (
            sa.select(
                sa.literal(subject.value).label("subject"),
                *(table.c[name] for name in (*keys, "state", "revision")),
                suppliers.c.name.label("supplier_name"),
                table.c.get("valid_from", nothing).label("valid_from"),
                table.c.get("valid_to", nothing).label("valid_to"),
                table.c.get("as_of", nothing).label("as_of"),
            )
            .join(suppliers, suppliers.c.supplier_id == table.c.supplier_id)
            .where(table.c.state == state.value, whose.reached())
            .order_by(*(table.c[name] for name in keys))
            .limit(limit)
        )
        if supplier_id is not None:
            query = query.where(table.c.supplier_id == supplier_id)
        if after is not None:
            query = query.where(sa.tuple_(*(table.c[name] for name in keys)) > sa.tuple_(*map(sa.literal, after)))
        queries.append(sa.select(query.subquery()))
    every = sa.union_all(*queries).subquery()
    return await tx.rows(sa.select(every).order_by(*(every.c[name] for name in keys)).limit(limit))

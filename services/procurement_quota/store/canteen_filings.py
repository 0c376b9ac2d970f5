"""Changes of canteens' forms as they were filed, with what was said to them and their papers."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.procurement_quota.domain.forms import FilingState
from services.procurement_quota.store.filing_tables import canteen_filing, filing_evidence, filing_ruling
from services.procurement_quota.store.tables import attestation, entry, unit
from shared.contracts.words import Fund
from shared.db.unit_of_work import ReadTx, Tx

filing_state = sa.case(
    (filing_ruling.c.outcome == "approve", FilingState.APPROVED.value),
    (filing_ruling.c.outcome == "return", FilingState.RETURNED.value),
    else_=FilingState.FILED.value,
)
RULED = (
    filing_ruling.c.outcome,
    filing_ruling.c.reason,
    filing_ruling.c.unit_path.label("ruled_path"),
    filing_ruling.c.unit_name.label("ruled_unit"),
    filing_ruling.c.papers,
    filing_ruling.c.ruled_by,
    filing_ruling.c.recorded_at.label("ruled_at"),
)
_FILINGS = (
    sa.select(
        canteen_filing,
        unit.c.path.label("unit_path"),
        unit.c.name.label("unit_name"),
        filing_state.label("state"),
        *RULED,
    )
    .join(unit, unit.c.id == canteen_filing.c.unit_id)
    .outerjoin(filing_ruling, filing_ruling.c.filing_id == canteen_filing.c.id)
)


async def canteen_filing_by_id(tx: ReadTx, filing_id: UUID) -> dict[str, Any] | None:
    row = await tx.first(_FILINGS.where(canteen_filing.c.id == filing_id))
    return None if row is None else dict(row._mapping)


async def open_filing_of(tx: ReadTx, canteen_id: UUID) -> UUID | None:
    """Give the filing of a canteen that nobody has ruled on yet."""
    row = await tx.first(
        _FILINGS.where(canteen_filing.c.canteen_id == canteen_id, filing_ruling.c.filing_id.is_(None)).limit(1)
    )
    return None if row is None else row.id


async def list_canteen_filings(
    tx: ReadTx,
    *,
    paths: Sequence[str],
    canteen_id: UUID | None,
    state: str | None,
    after: UUID | None,
    limit: int,
) -> list[dict[str, Any]]:
    """List, newest id first, the filings of the units below some paths."""
    reach = sa.or_(sa.false(), *(unit.c.path.startswith(path, autoescape=True) for path in paths))
    asked = _FILINGS.where(reach).order_by(canteen_filing.c.id.desc()).limit(limit)
    if canteen_id is not None:
        asked = asked.where(canteen_filing.c.canteen_id == canteen_id)
    if state is not None:
        asked = asked.where(filing_state == state)
    if after is not None:
        asked = asked.where(canteen_filing.c.id < after)
    return [dict(row._mapping) for row in await tx.rows(asked)]


async def write_canteen_filing(tx: Tx, values: dict[str, Any]) -> None:
    await tx.execute(sa.insert(canteen_filing), values)


async def write_ruling(tx: Tx, values: dict[str, Any]) -> None:
    await tx.execute(sa.insert(filing_ruling), values)


async def papers_of_filing(tx: ReadTx, filing_id: UUID) -> list[dict[str, Any]]:
    """List the papers of a filing, in the order in which they were put."""
    asked = (
        sa.select(filing_evidence)
        .where(filing_evidence.c.filing_id == filing_id)
        .order_by(filing_evidence.c.put_at, filing_evidence.c.document_id)
    )
    return [dict(row._mapping) for row in await tx.rows(asked)]


async def papers_of_filings(tx: ReadTx, filing_ids: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """List the papers of many filings."""
    asked = (
        sa.select(filing_evidence)
        .where(filing_evidence.c.filing_id.in_(list(filing_ids)))
        .order_by(filing_evidence.c.put_at, filing_evidence.c.document_id)
    )
    found: dict[UUID, list[dict[str, Any]]] = {}
    for row in await tx.rows(asked):
        found.setdefault(row.filing_id, []).append(dict(row._mapping))
    return found


async def write_filing_evidence(tx: Tx, values: dict[str, Any]) -> None:
    await tx.execute(sa.insert(filing_evidence), values)


async def year_begun(tx: ReadTx, canteen_id: UUID, year: int) -> bool:
    """Tell whether anything of a year was booked or attested at a canteen."""
    booked = sa.exists().where(entry.c.canteen_id == canteen_id, entry.c.year == year)
    attested = sa.exists().where(attestation.c.canteen_id == canteen_id, attestation.c.year == year)
    return bool(await tx.value(sa.select(sa.or_(booked, attested))))


async def bought_since(tx: ReadTx, canteen_id: UUID, day: date) -> int:
    """Sum what a canteen's own money bought, and kept, from a day on, in fen."""
    total: int | None = await tx.value(
        sa.select(sa.cast(sa.func.sum(entry.c.amount_fen), sa.BigInteger)).where(
            entry.c.canteen_id == canteen_id,
            entry.c.fund == Fund.CANTEEN.value,
            entry.c.year >= day.year,
            entry.c.happened_on >= day,
        )
    )
    return total or 0

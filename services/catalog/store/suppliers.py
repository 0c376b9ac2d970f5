"""Suppliers and their reviews, as they are stored."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.dialects.postgresql import insert as insert_or_not

from services.catalog.domain.suppliers import SupplierOutcome
from services.catalog.store.members import owned_by
from services.catalog.store.rows import value_of
from services.catalog.store.tables import supplier_reviews, suppliers
from shared.contracts.words import SupplierKind, SupplierState
from shared.db.unit_of_work import ReadTx, Tx

REVIEWS_SHOWN_MAX = 50
_WORDS = {"state": SupplierState, "kind": SupplierKind}


@dataclass(frozen=True, slots=True)
class Supplier:
    """One supplier as it stands."""

    supplier_id: UUID
    version: int
    state: SupplierState
    kind: SupplierKind
    name: str
    county_code: str
    credit_code: str | None
    registration_number: str | None
    contact_name: str
    contact_phone: str
    address: str | None
    bank_name: str | None
    bank_account_name: str | None
    bank_account_number: str | None
    applicant_account_id: UUID
    unit_path: str
    applied_at: datetime
    changed_at: datetime
    admitted_at: datetime | None
    recognised: list[list[str | None]] | None = None


@dataclass(frozen=True, slots=True)
class Visible:
    """Beside the admitted suppliers: what an account answers for, where it is seated, and subtrees."""

    account_id: UUID | None = None
    supplier_ids: tuple[UUID, ...] = ()
    paths: tuple[str, ...] = ()


_OF_ID = suppliers.c.supplier_id == sa.bindparam("of_id")
_BY_ID = sa.select(suppliers).where(_OF_ID)
_HELD = _BY_ID.with_for_update(read=True)
_LOCKED = sa.select(suppliers.c.supplier_id).where(_OF_ID).with_for_update(key_share=True)


async def find(tx: ReadTx, supplier_id: UUID) -> Supplier | None:
    """Give a supplier, or None."""
    row = await tx.first(_BY_ID, {"of_id": supplier_id})
    return None if row is None else value_of(Supplier, row, _WORDS)


async def find_all(tx: ReadTx, supplier_ids: Iterable[UUID]) -> dict[UUID, Supplier]:
    """Give suppliers by their ids."""
    rows = await tx.rows(sa.select(suppliers).where(suppliers.c.supplier_id.in_(list(supplier_ids))))
    return {row.supplier_id: value_of(Supplier, row, _WORDS) for row in rows}


async def lock(tx: Tx, supplier_id: UUID) -> None:
    """Keep everyone else from changing a supplier, and from filing for it, until this transaction ends."""
    await tx.execute(_LOCKED, {"of_id": supplier_id})


async def lock_and_find(tx: Tx, supplier_id: UUID) -> Supplier:
    """Lock a supplier that there is, and give it as it stands once it is locked."""
    await lock(tx, supplier_id)
    found = await find(tx, supplier_id)
    assert found is not None
    return found


async def hold(tx: Tx, supplier_id: UUID) -> Supplier | None:
    """Give a supplier and keep it as it is until this transaction ends; others may hold it so, too."""
    row = await tx.first(_HELD, {"of_id": supplier_id})
    return None if row is None else value_of(Supplier, row, _WORDS)


async def insert(tx: Tx, values: Mapping[str, Any]) -> Supplier | None:
    """Write a new supplier; None when another has this id by now."""
    row = await tx.first(insert_or_not(suppliers).values(**values).on_conflict_do_nothing().returning(*suppliers.c))
    return None if row is None else value_of(Supplier, row, _WORDS)


async def change(tx: Tx, known: Supplier, values: Mapping[str, Any]) -> Supplier | None:
    """Change a supplier from the version that was looked at to the next; None when it has moved on meanwhile."""
    row = await tx.first(
        sa.update(suppliers)
        .where(
            suppliers.c.supplier_id == known.supplier_id,
            suppliers.c.version == known.version,
            suppliers.c.state == known.state.value,
        )
        .values(**values, version=known.version + 1)
        .returning(*suppliers.c)
    )
    return None if row is None else value_of(Supplier, row, _WORDS)


async def count_open_applications(tx: ReadTx, account_id: UUID) -> int:
    """Count what an account applied for and nobody has admitted or revoked."""
    pending = [SupplierState.APPLIED.value, SupplierState.RECOMMENDED.value, SupplierState.RETURNED.value]
    count = await tx.value(
        sa.select(sa.func.count()).where(suppliers.c.applicant_account_id == account_id, suppliers.c.state.in_(pending))
    )
    return int(count)


async def insert_review(tx: Tx, values: Mapping[str, Any]) -> None:
    """Keep a decision."""
    await tx.execute(sa.insert(supplier_reviews).values(**values))


async def reviews(tx: ReadTx, supplier_id: UUID) -> Sequence[sa.Row[Any]]:
    """Give the newest decisions about a supplier, oldest first."""
    newest = (
        sa.select(supplier_reviews)
        .where(supplier_reviews.c.supplier_id == supplier_id)
        .order_by(supplier_reviews.c.review_id.desc())
        .limit(REVIEWS_SHOWN_MAX)
    )
    return list(reversed(await tx.rows(newest)))


async def recommended_by(tx: ReadTx, supplier_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Give by supplier who recommended it last."""
    table = supplier_reviews.c
    query = (
        sa.select(table.supplier_id, table.reviewed_by)
        .ext(distinct_on(table.supplier_id))
        .where(table.supplier_id.in_(supplier_ids), table.outcome == SupplierOutcome.RECOMMEND.value)
        .order_by(table.supplier_id, table.supplier_version.desc())
    )
    return {row.supplier_id: row.reviewed_by for row in await tx.rows(query)}


async def page(
    tx: ReadTx,
    *,
    state: SupplierState | None,
    county_code: str | None,
    kind: SupplierKind | None,
    visible: Visible,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[Supplier]:
    """Give suppliers that may be seen, oldest application first."""
    table = suppliers.c
    seen: list[sa.ColumnElement[bool]] = [table.state == SupplierState.ADMITTED.value]
    if visible.account_id is not None:
        seen.append(table.supplier_id.in_(owned_by(visible.account_id)))
    if visible.supplier_ids:
        seen.append(table.supplier_id.in_(visible.supplier_ids))
    seen += [table.unit_path.startswith(path, autoescape=True) for path in visible.paths]
    query = sa.select(suppliers).where(sa.or_(*seen)).order_by(table.applied_at, table.supplier_id).limit(limit)
    if state is not None:
        query = query.where(table.state == state.value)
    if county_code is not None:
        query = query.where(table.county_code == county_code)
    if kind is not None:
        query = query.where(table.kind == kind.value)
    if after is not None:
        query = query.where(sa.tuple_(table.applied_at, table.supplier_id) > sa.tuple_(*map(sa.literal, after)))
    return [value_of(Supplier, row, _WORDS) for row in await tx.rows(query)]

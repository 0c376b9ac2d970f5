"""Packages, as they are stored: who asked for one, how far it is, and where its bytes lie."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.catalog.domain.packages import PackageState
from services.catalog.store.readiness_tables import readiness_packages
from services.catalog.store.rows import value_of
from shared.db.unit_of_work import ReadTx, Tx

_WORDS = {"state": PackageState}
_KEPT = [PackageState.BUILDING.value, PackageState.READY.value]


@dataclass(frozen=True, slots=True)
class Package:
    """One package as it stands."""

    supplier_id: UUID
    package_id: UUID
    state: PackageState
    asked_by: UUID
    asked_at: datetime
    built_at: datetime | None
    expires_at: datetime | None
    object_key: str | None
    size_bytes: int | None
    sha256: str | None
    failure: str


async def find(tx: ReadTx, supplier_id: UUID, package_id: UUID) -> Package | None:
    """Give a package, or None."""
    table = readiness_packages.c
    row = await tx.first(
        sa.select(readiness_packages).where(table.supplier_id == supplier_id, table.package_id == package_id)
    )
    return None if row is None else value_of(Package, row, _WORDS)


async def count_kept(tx: ReadTx, supplier_id: UUID) -> int:
    """Count the packages that take or will take room."""
    table = readiness_packages.c
    query = sa.select(sa.func.count()).where(table.supplier_id == supplier_id, table.state.in_(_KEPT))
    return int(await tx.value(query))


async def insert(tx: Tx, values: Mapping[str, Any]) -> None:
    """Keep that a package is asked for; its supplier is locked."""
    await tx.execute(sa.insert(readiness_packages).values(**values))


async def next_to_build(tx: ReadTx) -> Package | None:
    """Give the package that was asked for first and is not built, or None."""
    table = readiness_packages.c
    row = await tx.first(
        sa.select(readiness_packages)
        .where(table.state == PackageState.BUILDING.value)
        .order_by(table.asked_at)
        .limit(1)
    )
    return None if row is None else value_of(Package, row, _WORDS)


async def next_to_remove(tx: ReadTx, now: datetime) -> Package | None:
    """Give a package whose days are over and whose bytes still lie there, or None."""
    table = readiness_packages.c
    row = await tx.first(
        sa.select(readiness_packages)
        .where(table.state == PackageState.READY.value, table.expires_at <= now)
        .order_by(table.expires_at)
        .limit(1)
    )
    return None if row is None else value_of(Package, row, _WORDS)


async def move(tx: Tx, known: Package, values: Mapping[str, Any]) -> None:
    """Change a package from the state it was seen in; nothing where another was first."""
    table = readiness_packages.c
    await tx.execute(
        sa.update(readiness_packages)
        .where(
            table.supplier_id == known.supplier_id,
            table.package_id == known.package_id,
            table.state == known.state.value,
        )
        .values(**values)
    )

"""A base asks for a package of what it has to show, sees how far it is, and is given a link once it is ready."""

from typing import Any
from uuid import UUID

from services.catalog.domain.packages import (
    PACKAGES_KEPT_MAX,
    PackageNotFound,
    PackageNotReady,
    PackageState,
    TooManyPackages,
)
from services.catalog.domain.suppliers import RevokedSupplier
from services.catalog.store import packages, suppliers
from services.catalog.store.packages import Package
from services.catalog.usecases.acts import log_act
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.reach import reached
from shared.contracts.authority import Identity
from shared.contracts.words import SupplierState
from shared.files.links import link_view

READINESS_PACKAGE = "readiness-package"


async def put_readiness_package(desk: Desk, identity: Identity, supplier_id: UUID, package_id: UUID) -> dict[str, Any]:
    """Ask for a package once; the same id again tells how far it is.

    Raises SupplierNotFound, NotAllowed, HelpEnded, RevokedSupplier, TooManyPackages.
    """
    async with desk.uow.begin() as tx:
        await reached(tx, identity, "put_readiness_package", supplier_id)
        supplier = await suppliers.lock_and_find(tx, supplier_id)
        if known := await packages.find(tx, supplier_id, package_id):
            return package_view(known)
        if supplier.state is SupplierState.REVOKED:
            raise RevokedSupplier(supplier_id=supplier_id)
        if await packages.count_kept(tx, supplier_id) >= PACKAGES_KEPT_MAX:
            raise TooManyPackages(packages_max=PACKAGES_KEPT_MAX)
        await packages.insert(
            tx,
            {
                "supplier_id": supplier_id,
                "package_id": package_id,
                "state": PackageState.BUILDING.value,
                "asked_by": identity.account_id,
                "asked_at": tx.now,
                "failure": "",
            },
        )
        await log_act(tx, identity, supplier_id, "put_readiness_package", package_id)
        asked = await packages.find(tx, supplier_id, package_id)
        assert asked is not None
        return package_view(asked)


async def get_readiness_package(desk: Desk, identity: Identity, supplier_id: UUID, package_id: UUID) -> dict[str, Any]:
    """Tell how far a package is. Raises SupplierNotFound, NotAllowed, PackageNotFound."""
    async with desk.uow.glance() as tx:
        await reached(tx, identity, "get_readiness_package", supplier_id)
        known = await packages.find(tx, supplier_id, package_id)
    if known is None:
        raise PackageNotFound(package_id=package_id)
    return package_view(known)


async def link_readiness_package(desk: Desk, identity: Identity, supplier_id: UUID, package_id: UUID) -> dict[str, Any]:
    """Give a link to a package that is ready. Raises SupplierNotFound, NotAllowed, PackageNotFound, PackageNotReady."""
    async with desk.uow.glance() as tx:
        await reached(tx, identity, "link_readiness_package", supplier_id)
        known = await packages.find(tx, supplier_id, package_id)
    if known is None:
        raise PackageNotFound(package_id=package_id)
    if readable_key(known, desk) is None:
        raise PackageNotReady(package_id=package_id, state=known.state.value)
    return link_view(desk.links.link(READINESS_PACKAGE, supplier_id, package_id, identity.account_id), package_id)


def readable_key(package: Package, desk: Desk) -> str | None:
    """Give where its bytes lie, if they do and its days are not over."""
    if package.state is not PackageState.READY or package.expires_at is None:
        return None
    return package.object_key if desk.clock.now() < package.expires_at else None


def package_view(package: Package) -> dict[str, Any]:
    """Show how far a package is."""
    return {
        "supplier_id": str(package.supplier_id),
        "package_id": str(package.package_id),
        "state": package.state.value,
        "asked_at": package.asked_at.isoformat(),
        "built_at": package.built_at.isoformat() if package.built_at else None,
        "expires_at": package.expires_at.isoformat() if package.expires_at else None,
        "size_bytes": package.size_bytes,
        "sha256": package.sha256,
        "failure": package.failure,
    }

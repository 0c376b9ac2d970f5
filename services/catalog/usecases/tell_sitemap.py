"""Search engines are told of every page that there is, when it last changed, and of none that is gone."""

from typing import Any

from services.catalog.domain.sitemap import Kind, part_named, parts_of
from services.catalog.store import sitemap
from services.catalog.usecases.cursors import moment_of
from services.catalog.usecases.desk import Desk


async def list_sitemap_parts(desk: Desk) -> dict[str, Any]:
    """Name the parts of the sitemap."""
    async with desk.uow.glance() as tx:
        counts = {kind: await sitemap.count(tx, kind) for kind in Kind}
    return {"items": [{"part": part.name} for kind in Kind for part in parts_of(kind, counts[kind])]}


async def get_sitemap_part(desk: Desk, name: str) -> dict[str, Any]:
    """Give the pages of one part, each with the moment at which it last changed. Raises SitemapPartNotFound.

    A listing's page changes when a version of it is put on sale, a supplier's with the supplier.
    """
    part = part_named(name)
    async with desk.uow.glance() as tx:
        rows = await sitemap.pages(tx, part.kind, part.buckets)
    return {
        "part": part.name,
        "kind": part.kind.value,
        "items": [
            {"id": str(row.id), "changed_at": moment_of(row.changed_us).isoformat(timespec="seconds")} for row in rows
        ],
    }

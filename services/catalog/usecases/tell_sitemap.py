"""Search engines are told of every page that there is, when it last changed, and of none that is gone."""

from typing import Any

import orjson

from services.catalog.domain.sitemap import Kind, part_named, parts_of
from services.catalog.store import sitemap
from services.catalog.usecases import recent
from services.catalog.usecases.cursors import moment_of
from services.catalog.usecases.desk import Desk


async def list_sitemap_parts(desk: Desk) -> dict[str, Any]:
    """Name the parts of the sitemap, by what there is or was less than a minute ago."""

    async def read() -> dict[Kind, int]:
        async with desk.uow.glance() as tx:
            return {kind: await sitemap.count(tx, kind) for kind in Kind}

    counts = (await desk.recent.of(recent.Kind.SITEMAP, None, read)).found
    return {"items": [{"part": part.name} for kind in Kind for part in parts_of(kind, counts[kind])]}


async def written_sitemap_part(desk: Desk, name: str) -> bytes:
    """Give one part as JSON, as it is or was less than a minute ago. Raises SitemapPartNotFound."""

    async def write() -> bytes:
        return orjson.dumps(await get_sitemap_part(desk, name))

    return (await desk.recent.of(recent.Kind.SITEMAP_PART, part_named(name), write)).found


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

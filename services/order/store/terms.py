"""The terms of every version of a listing that was published are kept, so that a buyer is told what has changed."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.dialects.postgresql import insert

from services.order.domain.goods import TERMS
from services.order.store.tables import listing_terms
from shared.contracts.catalog import ListingFacts
from shared.db.unit_of_work import Tx, UnitOfWork

Versions = Mapping[tuple[UUID, int], dict[str, Any]]

_READ = """
SELECT t.listing_id, t.version, t.terms::text AS terms
FROM unnest($1::uuid[], $2::bigint[]) AS a(listing_id, version) JOIN listing_terms t USING (listing_id, version)"""


async def keep_terms(tx: Tx, versions: Sequence[ListingFacts]) -> None:
    """Keep the terms of versions; heard again, they are the same."""
    rows = [
        {
            "listing_id": facts.listing_id,
            "version": facts.listing_version,
            "terms": facts.model_dump(mode="json", include=set(TERMS)),
        }
        for facts in versions
    ]
    await tx.execute(insert(listing_terms).on_conflict_do_nothing(), rows)


async def read_terms(uow: UnitOfWork, asked: Collection[tuple[UUID, int]]) -> Versions:
    """Read the terms of versions; one that was never heard of is left out."""
    if not asked:
        return {}
    rows = await uow.statement(_READ, [one for one, _ in asked], [version for _, version in asked])
    return {(row["listing_id"], row["version"]): orjson.loads(row["terms"]) for row in rows}

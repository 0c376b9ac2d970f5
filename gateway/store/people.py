"""Who sits in units and canteens, as stored; whoever sits in a supplier is read in catalog."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from shared.db.unit_of_work import ReadTx


class SeatedPerson(NamedTuple):
    """One seat with who holds it and where it stands."""

    path: str
    organisation_id: UUID
    role: str
    account_id: UUID
    name: str
    kind: str
    organisation_name: str
    unit_id: UUID
    unit_name: str
    granted_at: datetime
    disabled_at: datetime | None


Place = tuple[str, UUID, str, UUID]
"""After which seat a list goes on."""

_SEATED = sa.text(
    """
    SELECT * FROM (
      SELECT coalesce(u.path, w.path) COLLATE "C" AS path, s.organisation_id, s.role, s.account_id, a.name,
             s.organisation_kind AS kind, coalesce(u.name, c.name) AS organisation_name,
             coalesce(u.id, w.id) AS unit_id, coalesce(u.name, w.name) AS unit_name, s.granted_at, a.disabled_at
        FROM seats s
        JOIN accounts a ON a.id = s.account_id
        LEFT JOIN units u ON s.organisation_kind = 'unit' AND u.id = s.organisation_id
        LEFT JOIN canteens c ON s.organisation_kind = 'canteen' AND c.id = s.organisation_id
        LEFT JOIN units w ON w.id = c.unit_id
       WHERE s.organisation_kind <> 'supplier'
         AND (CAST(:role AS text) IS NULL OR s.role = :role)
         AND (CAST(:organisation_id AS uuid) IS NULL OR s.organisation_id = :organisation_id)
         AND (CAST(:named AS text) IS NULL OR strpos(lower(a.name), lower(:named)) > 0)
    ) AS seated
    WHERE EXISTS (SELECT FROM unnest(:paths) AS reached(path) WHERE starts_with(seated.path, reached.path))
      AND (CAST(:path AS text) IS NULL OR (path, organisation_id, role, account_id)
           > (CAST(:path AS text) COLLATE "C", CAST(:after_in AS uuid), CAST(:after_role AS text),
              CAST(:after_of AS uuid)))
    ORDER BY path, organisation_id, role, account_id LIMIT :limit
    """
).bindparams(
    sa.bindparam("paths", type_=ARRAY(sa.Text)),
    sa.bindparam("organisation_id", type_=sa.Uuid),
    sa.bindparam("after_in", type_=sa.Uuid),
    sa.bindparam("after_of", type_=sa.Uuid),
)


async def seated(
    tx: ReadTx,
    paths: Sequence[str],
    *,
    role: str | None,
    organisation_id: UUID | None,
    named: str | None,
    after: Place | None,
    limit: int,
) -> list[SeatedPerson]:
    """List seats in the units below some paths and in their canteens, by where they stand."""
    path, after_in, after_role, after_of = after or (None, None, None, None)
    rows = await tx.rows(
        _SEATED,
        {
            "paths": list(paths),
            "role": role,
            "organisation_id": organisation_id,
            "named": named,
            "path": path,
            "after_in": after_in,
            "after_role": after_role,
            "after_of": after_of,
            "limit": limit,
        },
    )
    return [SeatedPerson(**row._mapping) for row in rows]

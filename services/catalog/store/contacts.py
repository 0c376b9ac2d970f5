"""By what suppliers are reached and paid, as it is stored, and who shares it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as insert_or_not

from services.catalog.domain.contacts import ContactKind
from services.catalog.store.contact_tables import supplier_contacts
from services.catalog.store.tables import suppliers
from shared.db.unit_of_work import ReadTx, Tx

MEMBERS_SHOWN_MAX = 50


async def standing(tx: ReadTx, supplier_id: UUID) -> dict[ContactKind, str]:
    """Give what of a supplier stands."""
    table = supplier_contacts.c
    query = sa.select(table.kind, table.value).where(table.supplier_id == supplier_id, table.until.is_(None))
    return {ContactKind(row.kind): row.value for row in await tx.rows(query)}


async def replace(
    tx: Tx, supplier_id: UUID, over: Sequence[ContactKind], new: Mapping[ContactKind, str], at: datetime
) -> None:
    """Note what is over, and what stands from now on."""
    table = supplier_contacts.c
    if over:
        await tx.execute(
            sa.update(supplier_contacts)
            .where(
                table.supplier_id == supplier_id, table.until.is_(None), table.kind.in_([kind.value for kind in over])
            )
            .values(until=at)
        )
    if new:
        rows = [
            {"supplier_id": supplier_id, "kind": kind.value, "value": value, "since": at} for kind, value in new.items()
        ]
        await tx.execute(insert_or_not(supplier_contacts).on_conflict_do_nothing(), rows)


async def unnoted(tx: ReadTx, after: UUID | None, limit: int) -> list[UUID]:
    """Give suppliers of which nothing was ever noted, by id; a batch behind the last one."""
    noted = sa.exists().where(supplier_contacts.c.supplier_id == suppliers.c.supplier_id)
    query = sa.select(suppliers.c.supplier_id).where(~noted).order_by(suppliers.c.supplier_id).limit(limit)
    if after is not None:
        query = query.where(suppliers.c.supplier_id > after)
    return [row.supplier_id for row in await tx.rows(query)]


_EVERY = """
    SELECT kind, value, supplier_id, since, until FROM supplier_contacts
    UNION ALL
    SELECT 'person', CAST(account_id AS text), supplier_id, accepted_at, ended_at FROM supplier_members
"""
_REACHED = "SELECT supplier_id FROM suppliers WHERE unit_path ^@ ANY (CAST(:paths AS text[]))"
_DECIDED = """
    SELECT CAST(reviewed_by AS text) AS account, CAST(count(*) AS integer) AS decisions
      FROM (SELECT reviewed_by FROM supplier_reviews UNION ALL SELECT reviewed_by FROM listing_reviews
            UNION ALL SELECT reviewed_by FROM filing_reviews) AS every_review
     GROUP BY reviewed_by
"""
_TIES = sa.text(
    f"""
    SELECT kind, value, CAST(count(DISTINCT supplier_id) AS integer) AS suppliers,
           coalesce(max(d.decisions), 0) AS decisions, min(since) AS first_at,
           min(CAST(supplier_id AS text)) AS first_of
      FROM ({_EVERY}) AS e LEFT JOIN ({_DECIDED}) AS d ON e.kind = 'person' AND d.account = e.value
     WHERE (CAST(:kind AS text) IS NULL OR kind = :kind)
     GROUP BY kind, value
    HAVING bool_or(supplier_id IN ({_REACHED})) AND (count(DISTINCT supplier_id) > 1 OR max(d.decisions) > 0)
       AND (CAST(:after_kind AS text) IS NULL
            OR (kind, min(since), min(CAST(supplier_id AS text))) > (:after_kind, :after_at, :after_of))
     ORDER BY kind, first_at, first_of LIMIT :limit
    """  # noqa: S608 - our own text
)
_MEMBERS = sa.text(
    f"""
    SELECT m.kind, m.value, m.supplier_id, m.since, m.until, s.name, s.kind AS supplier_kind, s.county_code, s.state
      FROM (SELECT e.*, row_number() OVER (PARTITION BY kind, value ORDER BY since, supplier_id) AS place
              FROM ({_EVERY}) AS e
              JOIN unnest(CAST(:kinds AS text[]), CAST(:values AS text[])) AS one (k, v) ON kind = k AND value = v
             WHERE supplier_id IN ({_REACHED})) AS m
      JOIN suppliers s ON s.supplier_id = m.supplier_id
     WHERE m.place <= {MEMBERS_SHOWN_MAX} ORDER BY m.kind, m.value, m.place
    """  # noqa: S608 - our own text
)
_KIND = sa.bindparam("kind", type_=sa.Text)
_AFTER = (
    sa.bindparam("after_kind", type_=sa.Text),
    sa.bindparam("after_at", type_=sa.DateTime(timezone=True)),
    sa.bindparam("after_of", type_=sa.Text),
)


async def ties(
    tx: ReadTx, paths: Sequence[str], kind: str | None, after: tuple[str, datetime, UUID] | None, limit: int
) -> Sequence[sa.Row[Any]]:
    """Give what several suppliers share, one of them below these paths, or whose person also decides as an officer.

    They go by who was first to have what is shared, so that the value itself stands in no cursor.
    """
    after_kind, after_at, after_of = after or (None, None, None)
    parameters = {
        "paths": list(paths),
        "kind": kind,
        "after_kind": after_kind,
        "after_at": after_at,
        "after_of": None if after_of is None else str(after_of),
        "limit": limit,
    }
    return await tx.rows(_TIES.bindparams(_KIND, *_AFTER), parameters)


async def members(tx: ReadTx, paths: Sequence[str], pairs: Sequence[tuple[str, str]]) -> Sequence[sa.Row[Any]]:
    """Give who shares each of these, of the suppliers below these paths; of very many the first."""
    kinds, values = [kind for kind, _ in pairs], [value for _, value in pairs]
    return await tx.rows(_MEMBERS, {"paths": list(paths), "kinds": kinds, "values": values})


_OF_PHONES = sa.text(
    f"""
    SELECT c.*, s.name, s.kind, s.county_code, s.state, s.unit_path ^@ ANY (CAST(:paths AS text[])) AS in_reach
      FROM (SELECT value AS phone, supplier_id, min(since) AS since,
                   CASE WHEN bool_or(until IS NULL) THEN NULL ELSE max(until) END AS until,
                   CAST(count(*) OVER (PARTITION BY value) AS integer) AS suppliers,
                   row_number() OVER (PARTITION BY value ORDER BY min(since), supplier_id) AS place
              FROM supplier_contacts WHERE kind = 'phone' AND value = ANY (CAST(:phones AS text[]))
             GROUP BY value, supplier_id) AS c
      JOIN suppliers s ON s.supplier_id = c.supplier_id
     WHERE c.place <= {MEMBERS_SHOWN_MAX} ORDER BY c.phone, c.place
    """  # noqa: S608 - our own text
)
_NAMED = sa.text(
    """
    SELECT supplier_id, name, kind, county_code, state, unit_path ^@ ANY (CAST(:paths AS text[])) AS in_reach
      FROM suppliers WHERE supplier_id = ANY (CAST(:ids AS uuid[])) ORDER BY supplier_id
    """
)


async def of_phones(tx: ReadTx, paths: Sequence[str], phones: Sequence[str]) -> Sequence[sa.Row[Any]]:
    """Give who gives or gave each of these telephones, and whether it is below these paths; of very many the first."""
    return await tx.rows(_OF_PHONES, {"paths": list(paths), "phones": list(phones)})


async def named(tx: ReadTx, paths: Sequence[str], supplier_ids: Sequence[UUID]) -> Sequence[sa.Row[Any]]:
    """Give suppliers by their ids, and whether each is below these paths."""
    return await tx.rows(_NAMED, {"paths": list(paths), "ids": list(supplier_ids)})

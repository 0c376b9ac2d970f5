"""Telephones that accounts give, and in which houses their people sit, as they are stored."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from gateway.store.tables import phones
from shared.db.unit_of_work import ReadTx, Tx

HOLDERS_SHOWN_MAX = 50

_STANDS = sa.select(phones.c.value).where(phones.c.account_id == sa.bindparam("of"), phones.c.until.is_(None))
_HOLD = sa.text("SELECT id FROM accounts WHERE id = :of FOR NO KEY UPDATE")
_NEWEST = sa.text("SELECT since FROM account_phones WHERE account_id = :of ORDER BY since DESC OFFSET :n LIMIT 1")
_CANDIDATES = sa.text(
    """
    SELECT a.id, a.name FROM accounts a
     WHERE (CAST(:since AS uuid) IS NULL OR a.id >= :since) AND (
       EXISTS (SELECT FROM account_phones p WHERE p.account_id = a.id)
       OR (EXISTS (SELECT FROM seats s WHERE s.account_id = a.id AND s.organisation_kind <> 'supplier')
           AND (EXISTS (SELECT FROM seats s WHERE s.account_id = a.id AND s.organisation_kind = 'supplier')
                OR EXISTS (SELECT FROM supplier_members m WHERE m.account_id = a.id))))
     ORDER BY a.id LIMIT :limit
    """
).bindparams(sa.bindparam("since", type_=sa.Uuid))
_HOLDERS = sa.text(
    f"""
    SELECT h.* FROM (
      SELECT p.value, p.account_id, a.name, min(p.since) AS since,
             CASE WHEN bool_or(p.until IS NULL) THEN NULL ELSE max(p.until) END AS until,
             CAST(count(*) OVER (PARTITION BY p.value) AS integer) AS accounts,
             row_number() OVER (PARTITION BY p.value ORDER BY EXISTS (
               SELECT FROM seats s WHERE s.account_id = p.account_id AND s.organisation_kind <> 'supplier') DESC,
               p.account_id) AS place
        FROM account_phones p JOIN accounts a ON a.id = p.account_id
       WHERE p.value IN (SELECT value FROM account_phones WHERE account_id = ANY (CAST(:ids AS uuid[])))
         AND (EXISTS (SELECT FROM seats s WHERE s.account_id = p.account_id)
              OR EXISTS (SELECT FROM supplier_members m WHERE m.account_id = p.account_id))
       GROUP BY p.value, p.account_id, a.name) AS h
    WHERE h.place <= {HOLDERS_SHOWN_MAX} ORDER BY h.value, h.place
    """  # noqa: S608 - our own text
)
_HOUSES = sa.text(
    """
    SELECT s.account_id, s.role, s.organisation_kind AS kind, s.organisation_id,
           coalesce(p.name, c.name, u.name, '') AS name, coalesce(u.id, w.id, s.organisation_id) AS house,
           coalesce(u.path, w.path, '') AS path
      FROM seats s
      LEFT JOIN suppliers p ON s.organisation_kind = 'supplier' AND p.id = s.organisation_id
      LEFT JOIN canteens c ON s.organisation_kind = 'canteen' AND c.id = s.organisation_id
      LEFT JOIN units u ON s.organisation_kind = 'unit' AND u.id = s.organisation_id
      LEFT JOIN units w ON w.id = c.unit_id
     WHERE s.account_id = ANY (CAST(:ids AS uuid[]))
    UNION ALL
    SELECT m.account_id, NULL, 'supplier', m.supplier_id, coalesce(p.name, ''), m.supplier_id, ''
      FROM supplier_members m LEFT JOIN suppliers p ON p.id = m.supplier_id
     WHERE m.account_id = ANY (CAST(:ids AS uuid[])) AND NOT EXISTS (
       SELECT FROM seats s WHERE s.account_id = m.account_id AND s.organisation_id = m.supplier_id)
     ORDER BY 1, 3, 4, 2
    """
)


async def phone_of(tx: ReadTx, account_id: UUID) -> str | None:
    """Give the telephone that an account gives now, or None."""
    found: str | None = await tx.value(_STANDS, {"of": account_id})
    return found


async def hold(tx: Tx, account_id: UUID) -> None:
    """Keep everyone else from changing the telephone of an account until this transaction ends."""
    await tx.execute(_HOLD, {"of": account_id})


async def nth_newest(tx: ReadTx, account_id: UUID, n: int) -> datetime | None:
    """Tell since when the nth newest telephone of an account was given, or None where there are fewer."""
    found: datetime | None = await tx.value(_NEWEST, {"of": account_id, "n": n - 1})
    return found


async def replace(tx: Tx, account_id: UUID, value: str | None) -> None:
    """Note the telephone that an account, which is held, gives from now on; what stood has its end and stays.

    Of two that begin at once the one that began first may be noted last: what stood ends no earlier than it began.
    """
    standing = sa.update(phones).where(phones.c.account_id == account_id, phones.c.until.is_(None))
    await tx.execute(standing.values(until=sa.func.greatest(phones.c.since, tx.now)))
    if value is not None:
        await tx.execute(sa.insert(phones).values(account_id=account_id, value=value, since=tx.now))


async def candidates(tx: ReadTx, since: UUID | None, limit: int) -> Sequence[sa.Row[Any]]:
    """Give accounts that give a telephone, or sit both with a supplier and elsewhere, by id from one on."""
    return await tx.rows(_CANDIDATES, {"since": since, "limit": limit})


async def holders(tx: ReadTx, account_ids: Collection[UUID]) -> Sequence[sa.Row[Any]]:
    """Give by telephone which seated accounts give or gave it, of each that one of these accounts does, and how many.

    Of very many the first: who buys or decides before who only sells.
    """
    return await tx.rows(_HOLDERS, {"ids": list(account_ids)})


async def houses(tx: ReadTx, account_ids: Collection[UUID]) -> Sequence[sa.Row[Any]]:
    """Give where these accounts sit; a canteen's house is its unit. Without a role: a supplier they belonged to."""
    return await tx.rows(_HOUSES, {"ids": list(account_ids)})

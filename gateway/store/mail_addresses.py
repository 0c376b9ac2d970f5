"""An address is written to once its person has shown that it is theirs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from gateway.store.mail_tables import mail_addresses
from shared.db.unit_of_work import ReadTx, Tx


@dataclass(frozen=True, slots=True)
class Reached:
    """Where a person is written to, and what address waits for its code."""

    address: str | None = None
    confirmed_at: datetime | None = None
    asked_address: str | None = None
    asked_at: datetime | None = None


async def reached_at(tx: ReadTx, account_id: UUID) -> Reached:
    """Tell where a person is written to."""
    asked = sa.select(
        mail_addresses.c.address,
        mail_addresses.c.confirmed_at,
        mail_addresses.c.asked_address,
        mail_addresses.c.asked_at,
    ).where(mail_addresses.c.account_id == account_id)
    row = await tx.first(asked)
    return Reached(**row._mapping) if row is not None else Reached()


async def keep(tx: Tx, account_id: UUID, reached: Reached) -> None:
    """Write where a person is written to."""
    values: dict[str, Any] = {
        "address": reached.address,
        "confirmed_at": reached.confirmed_at,
        "asked_address": reached.asked_address,
        "asked_at": reached.asked_at,
    }
    await tx.execute(
        insert(mail_addresses)
        .values(account_id=account_id, **values)
        .on_conflict_do_update(index_elements=[mail_addresses.c.account_id], set_=values)
    )

"""What a person chose of how they are told is replaced as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from gateway.store.notice_tables import notice_settings
from gateway.store.tables import accounts
from shared.contracts.words import NoticeKind
from shared.db.unit_of_work import ReadTx, Tx

_CHOOSE = sa.text(
    "INSERT INTO notice_settings (account_id, kind, inbox, mail, set_at) "
    "SELECT :account_id, w.kind, w.inbox, w.mail, :at FROM unnest(:kinds, :inboxes, :mails) AS w(kind, inbox, mail) "
    "ON CONFLICT (account_id, kind) DO UPDATE SET inbox = excluded.inbox, mail = excluded.mail, "
    "set_at = excluded.set_at "
    "WHERE (notice_settings.inbox, notice_settings.mail) <> (excluded.inbox, excluded.mail)"
).bindparams(
    sa.bindparam("account_id", type_=sa.Uuid),
    sa.bindparam("at", type_=sa.DateTime(timezone=True)),
    sa.bindparam("kinds", type_=ARRAY(sa.Text)),
    sa.bindparam("inboxes", type_=ARRAY(sa.Boolean)),
    sa.bindparam("mails", type_=ARRAY(sa.Boolean)),
)


@dataclass(frozen=True, slots=True)
class Ways:
    """How a kind reaches a person."""

    inbox: bool = True
    mail: bool = True


async def chosen(tx: ReadTx, account_id: UUID) -> dict[NoticeKind, Ways]:
    """Give how each kind that was chosen about reaches a person."""
    rows = await tx.rows(
        sa.select(notice_settings.c.kind, notice_settings.c.inbox, notice_settings.c.mail).where(
            notice_settings.c.account_id == account_id
        )
    )
    return {NoticeKind(row.kind): Ways(row.inbox, row.mail) for row in rows}


async def choose(tx: Tx, account_id: UUID, wanted: Mapping[NoticeKind, Ways]) -> None:
    """Write what was chosen; a kind that is not named is told in every way again.

    Under the account's lock, as two that choose at once would each wait for a kind that the other writes.
    """
    kinds = sorted(wanted)
    await tx.execute(sa.select(accounts.c.id).where(accounts.c.id == account_id).with_for_update(key_share=True))
    await tx.execute(
        sa.delete(notice_settings).where(
            notice_settings.c.account_id == account_id, notice_settings.c.kind.not_in([kind.value for kind in kinds])
        )
    )
    values = {
        "account_id": account_id,
        "at": tx.now,
        "kinds": [kind.value for kind in kinds],
        "inboxes": [wanted[kind].inbox for kind in kinds],
        "mails": [wanted[kind].mail for kind in kinds],
    }
    await tx.execute(_CHOOSE, values)

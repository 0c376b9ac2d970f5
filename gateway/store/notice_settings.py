"""What a person chose of how they are told is replaced as a whole."""

from collections.abc import Mapping
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from gateway.store.notice_tables import notice_settings
from shared.contracts.words import NoticeKind
from shared.db.unit_of_work import ReadTx, Tx

_CHOOSE = sa.text(
    "INSERT INTO notice_settings (account_id, kind, inbox, set_at) "
    "SELECT :account_id, w.kind, w.inbox, :at FROM unnest(:kinds, :inboxes) AS w(kind, inbox) "
    "ON CONFLICT (account_id, kind) DO UPDATE SET inbox = excluded.inbox, set_at = excluded.set_at "
    "WHERE notice_settings.inbox <> excluded.inbox"
).bindparams(
    sa.bindparam("account_id", type_=sa.Uuid),
    sa.bindparam("at", type_=sa.DateTime(timezone=True)),
    sa.bindparam("kinds", type_=ARRAY(sa.Text)),
    sa.bindparam("inboxes", type_=ARRAY(sa.Boolean)),
)


async def chosen(tx: ReadTx, account_id: UUID) -> dict[NoticeKind, bool]:
    """Give whether each kind that was chosen about is kept to be read."""
    rows = await tx.rows(
        sa.select(notice_settings.c.kind, notice_settings.c.inbox).where(notice_settings.c.account_id == account_id)
    )
    return {NoticeKind(row.kind): row.inbox for row in rows}


async def choose(tx: Tx, account_id: UUID, wanted: Mapping[NoticeKind, bool]) -> None:
    """Write what was chosen; a kind that is not named is told in every way again."""
    kinds = sorted(wanted)
    await tx.execute(
        sa.delete(notice_settings).where(
            notice_settings.c.account_id == account_id, notice_settings.c.kind.not_in([kind.value for kind in kinds])
        )
    )
    values = {
        "account_id": account_id,
        "at": tx.now,
        "kinds": [kind.value for kind in kinds],
        "inboxes": [wanted[kind] for kind in kinds],
    }
    await tx.execute(_CHOOSE, values)

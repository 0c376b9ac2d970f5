"""Who is told is found by the seats of the moment, in the statement that writes it, and reads what is theirs alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from gateway.store.mail_tables import mails
from gateway.store.mails import A_DAY_MAX
from gateway.store.notice_tables import notices
from shared.contracts.grants import Role
from shared.contracts.words import NoticeKind
from shared.db.unit_of_work import ReadTx, Tx

KEPT_FOR = timedelta(days=180)
KEPT_MAX = 1_000
"""How long a notice is kept, and how many of a person's newest."""

_TELL = sa.text(
    """
WITH people AS (
SELECT a.id, coalesce(c.inbox, true) AS inbox, coalesce(c.mail, true) AS wants_mail,
  CASE WHEN :by_mail AND coalesce(c.mail, true) AND (
    SELECT count(*) FROM mails m WHERE m.account_id = a.id AND m.says = 'notice' AND m.made_at > :day_ago
  ) < :a_day_max THEN d.address END AS address
FROM (
  SELECT s.account_id FROM seats s
  JOIN unnest(:organisations, :roles) AS w(organisation_id, role) USING (organisation_id, role)
  UNION
  SELECT unnest(:accounts)
) t
JOIN accounts a ON a.id = t.account_id AND a.disabled_at IS NULL
LEFT JOIN notice_settings c ON c.account_id = a.id AND c.kind = :kind
LEFT JOIN mail_addresses d ON d.account_id = a.id
WHERE a.id IS DISTINCT FROM :by
), told AS (
INSERT INTO notices (notice_id, event_id, account_id, kind, subject_id, facts, at, due_at, shown)
SELECT uuidv7(), :event_id, p.id, :kind, :subject_id, :facts, :at, :due_at, p.inbox OR p.address IS NULL
FROM people p
WHERE p.inbox OR p.wants_mail
ON CONFLICT (event_id, account_id) DO NOTHING
RETURNING notice_id, account_id
)
INSERT INTO mails (mail_id, account_id, notice_id, says, address, state, tries, made_at, next_at)
SELECT uuidv7(), t.account_id, t.notice_id, 'notice', p.address, 'waiting', 0, :now, :now
FROM told t JOIN people p ON p.id = t.account_id AND p.address IS NOT NULL
"""
).bindparams(
    sa.bindparam("event_id", type_=sa.Uuid),
    sa.bindparam("kind", type_=sa.Text),
    sa.bindparam("subject_id", type_=sa.Uuid),
    sa.bindparam("by_mail", type_=sa.Boolean),
    sa.bindparam("a_day_max", type_=sa.Integer),
    sa.bindparam("now", type_=sa.DateTime(timezone=True)),
    sa.bindparam("day_ago", type_=sa.DateTime(timezone=True)),
    sa.bindparam("by", type_=sa.Uuid),
    sa.bindparam("facts", type_=JSONB),
    sa.bindparam("at", type_=sa.DateTime(timezone=True)),
    sa.bindparam("due_at", type_=sa.DateTime(timezone=True)),
    sa.bindparam("organisations", type_=ARRAY(sa.Uuid)),
    sa.bindparam("roles", type_=ARRAY(sa.Text)),
    sa.bindparam("accounts", type_=ARRAY(sa.Uuid)),
)


@dataclass(frozen=True, slots=True)
class Told:
    """What is told, and whom: who sits in these roles there now, and who is named, but not whose doing it is."""

    kind: NoticeKind
    subject_id: UUID
    places: Sequence[tuple[UUID, Role]]
    facts: dict[str, str]
    at: datetime
    due_at: datetime | None = None
    account_ids: Sequence[UUID] = ()
    by_account_id: UUID | None = None


async def tell(tx: Tx, event_id: UUID, said: Told, *, by_mail: bool) -> None:
    """Write a notice for who sits there now and who is named, once each; whose doing it is, is told nothing.

    `by_mail`: whether mail is sent here; then a letter is written too for whoever gave an address and wants it.
    """
    await tx.execute(
        _TELL,
        {
            "event_id": event_id,
            "kind": said.kind.value,
            "subject_id": said.subject_id,
            "facts": said.facts,
            "at": said.at,
            "due_at": said.due_at,
            "organisations": [organisation for organisation, _ in said.places],
            "roles": [role.value for _, role in said.places],
            "accounts": list(said.account_ids),
            "by": said.by_account_id,
            "by_mail": by_mail,
            "a_day_max": A_DAY_MAX,
            "now": tx.now,
            "day_ago": tx.now - timedelta(days=1),
        },
    )


_SHOWN = (
    notices.c.notice_id,
    notices.c.account_id,
    notices.c.kind,
    notices.c.subject_id,
    notices.c.facts,
    notices.c.at,
    notices.c.due_at,
    notices.c.read_at,
    mails.c.state.label("mail_state"),
    mails.c.ended_at.label("mail_ended_at"),
)
_WITH_MAIL = notices.outerjoin(mails, mails.c.notice_id == notices.c.notice_id)


async def list_page(
    tx: ReadTx, account_id: UUID, *, unread: bool | None, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[Any]:
    """List a person's notices, newest first, after a moment and id."""
    asked = sa.select(*_SHOWN).select_from(_WITH_MAIL)
    asked = asked.where(notices.c.account_id == account_id, notices.c.shown)
    if unread is not None:
        asked = asked.where(notices.c.read_at.is_(None) if unread else notices.c.read_at.is_not(None))
    if after is not None:
        asked = asked.where(sa.tuple_(notices.c.at, notices.c.notice_id) < after)
    return await tx.rows(asked.order_by(notices.c.at.desc(), notices.c.notice_id.desc()).limit(limit))


async def count_unread(tx: ReadTx, account_id: UUID) -> int:
    """Count what a person has not read; at most about `KEPT_MAX`, as no more is kept."""
    unread = (notices.c.account_id == account_id, notices.c.read_at.is_(None), notices.c.shown)
    return int(await tx.value(sa.select(sa.func.count()).select_from(notices).where(*unread)) or 0)


async def find(tx: ReadTx, notice_id: UUID) -> Any:
    """Find a notice by its id."""
    return await tx.first(sa.select(*_SHOWN).select_from(_WITH_MAIL).where(notices.c.notice_id == notice_id))


async def mark_read(tx: Tx, account_id: UUID, *, notice_id: UUID | None = None, up_to: datetime | None = None) -> int:
    """Note that one notice, or all up to a moment, were read now; gives how many were unread."""
    which = notices.c.notice_id == notice_id if notice_id is not None else notices.c.at <= up_to
    marked = await tx.rows(
        sa.update(notices)
        .where(notices.c.account_id == account_id, notices.c.read_at.is_(None), notices.c.shown, which)
        .values(read_at=tx.now)
        .returning(notices.c.notice_id)
    )
    return len(marked)


async def forget_old(tx: Tx, limit: int) -> int:
    """Remove some notices that are too old, or beyond what is kept of a person's newest; gives how many."""
    aged = sa.select(notices.c.notice_id).where(notices.c.at < tx.now - KEPT_FOR).limit(limit)
    gone = len(await tx.rows(_removed(aged)))
    if gone == limit:
        return gone
    many = sa.select(notices.c.account_id).group_by(notices.c.account_id).having(sa.func.count() > KEPT_MAX).subquery()
    beyond = (
        sa.select(notices.c.notice_id)
        .where(notices.c.account_id == many.c.account_id)
        .order_by(notices.c.at.desc(), notices.c.notice_id.desc())
        .offset(KEPT_MAX)
        .lateral()
    )
    crowded = sa.select(beyond.c.notice_id).select_from(many.join(beyond, sa.true())).limit(limit - gone)
    return gone + len(await tx.rows(_removed(crowded)))


def _removed(which: Any) -> Any:
    return sa.delete(notices).where(notices.c.notice_id.in_(which)).returning(notices.c.notice_id)

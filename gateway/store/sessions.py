"""Sessions are found by their token's hash; whoever changes what one may do tells every gateway before it answers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from gateway.store.tables import accounts, sessions
from shared.db.unit_of_work import ReadTx, Tx

CHANNEL = "zhucai_sessions"
EVERYONE = "*"
IDLE = timedelta(hours=12)
LIFE = timedelta(days=7)
SEEN_EVERY = timedelta(minutes=5)
PER_ACCOUNT_MAX = 500
KEPT_AFTER_END = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Found:
    """A session that is alive, and whose it is."""

    id: UUID
    account_id: UUID
    account: str
    name: str
    language: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


async def tell(tx: Tx, account_id: UUID | None) -> None:
    """Tell every gateway, at commit, that what it knows of an account (None: of everyone) is old."""
    payload = EVERYONE if account_id is None else str(account_id)
    await tx.execute(sa.select(sa.func.pg_notify(CHANNEL, payload)))


async def add_session(tx: Tx, session_id: UUID, token_sha256: bytes, account_id: UUID) -> datetime:
    """Write a new session, and end the oldest beyond the bound; gives when it expires at the latest."""
    expires_at = tx.now + LIFE
    await tx.execute(
        sa.insert(sessions).values(
            id=session_id,
            token_sha256=token_sha256,
            account_id=account_id,
            created_at=tx.now,
            seen_at=tx.now,
            expires_at=expires_at,
        )
    )
    await tx.execute(
        sa.delete(sessions).where(sessions.c.account_id == account_id, sessions.c.expires_at < tx.now - KEPT_AFTER_END)
    )
    beyond = (
        sa.select(sessions.c.id)
        .where(sessions.c.account_id == account_id, sessions.c.revoked_at.is_(None))
        .order_by(sessions.c.created_at.desc(), sessions.c.id.desc())
        .offset(PER_ACCOUNT_MAX)
    )
    ended = await tx.rows(
        sa.update(sessions).where(sessions.c.id.in_(beyond)).values(revoked_at=tx.now).returning(sessions.c.id)
    )
    if ended:
        await tell(tx, account_id)
    return expires_at


async def find_session(tx: ReadTx, token_sha256: bytes, now: datetime) -> Found | None:
    """Find a session that is not revoked, expired, idle for too long, or of a disabled account."""
    row = await tx.first(_LIVING, {"token_sha256": token_sha256, "now": now, "idle_since": now - IDLE})
    return Found(**row._mapping) if row is not None else None


_LIVING = (
    sa.select(
        sessions.c.id,
        sessions.c.account_id,
        accounts.c.account,
        accounts.c.name,
        accounts.c.language,
        sessions.c.created_at,
        sessions.c.seen_at,
        sessions.c.expires_at,
    )
    .join(accounts, accounts.c.id == sessions.c.account_id)
    .where(
        sessions.c.token_sha256 == sa.bindparam("token_sha256"),
        sessions.c.revoked_at.is_(None),
        sessions.c.expires_at > sa.bindparam("now"),
        sessions.c.seen_at > sa.bindparam("idle_since"),
        accounts.c.disabled_at.is_(None),
    )
)


async def touch(tx: Tx, session_id: UUID) -> None:
    """Note that a session was used, so that it is not idle."""
    await tx.execute(sa.update(sessions).where(sessions.c.id == session_id).values(seen_at=tx.now))


async def revoke(tx: Tx, *, session_id: UUID | None = None, account_id: UUID | None = None) -> int:
    """End one session, or all of an account; gives how many were alive."""
    key = sessions.c.id == session_id if session_id is not None else sessions.c.account_id == account_id
    rows = await tx.rows(
        sa.update(sessions)
        .where(key, sessions.c.revoked_at.is_(None))
        .values(revoked_at=tx.now)
        .returning(sessions.c.account_id)
    )
    for ended in {row.account_id for row in rows}:
        await tell(tx, ended)
    return len(rows)

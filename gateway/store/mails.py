"""A letter goes from one state to the next by compare-and-set, by whoever holds its claim."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from gateway.domain.states import MAIL, MailState
from gateway.store.mail_tables import mail_addresses, mails
from gateway.store.notice_tables import notices
from gateway.store.tables import accounts
from shared.db.unit_of_work import ReadTx, Tx
from shared.ids import new_id

A_DAY_MAX = 50
"""How many letters of notices a person is sent within a day; more they read in the inbox."""
KEPT_FOR = timedelta(days=30)
LEASE = timedelta(minutes=10)
"""For how long a claim holds: longer than all commands of a conversation may take."""


async def add_code(tx: Tx, account_id: UUID, address: str) -> None:
    """Have a code written to an address that is asked for; one that waits for another address is none any more."""
    await tx.execute(
        sa.delete(mails).where(
            mails.c.account_id == account_id, mails.c.says == "code", mails.c.state == MailState.WAITING.value
        )
    )
    await tx.execute(
        sa.insert(mails).values(
            mail_id=new_id(),
            account_id=account_id,
            says="code",
            address=address,
            state=MailState.WAITING.value,
            tries=0,
            made_at=tx.now,
            next_at=tx.now,
        )
    )


async def settle_left(tx: Tx) -> None:
    """Put back what somebody claimed and left, and end as unknown what somebody was sending and left."""
    left = mails.c.claimed_at < tx.now - LEASE
    lost = await tx.rows(
        sa.update(mails)
        .where(mails.c.state == MailState.SENDING.value, left)
        .values(state=MAIL.edges["lose"][1].value, claim=None, ended_at=tx.now, answer="the sender ended")
        .returning(mails.c.notice_id)
    )
    await _show(tx, lost)
    await tx.execute(
        sa.update(mails)
        .where(mails.c.state == MailState.CLAIMED.value, left)
        .values(state=MAIL.edges["put_back"][1].value, claim=None)
    )


async def give_up_waiting(tx: Tx, limit: int, answer: str) -> int:
    """End some letters that nobody has begun, and have the inbox tell what they were to tell; gives how many."""
    waiting = (
        sa.select(mails.c.mail_id)
        .where(mails.c.state.in_(MAIL.open_from("drop")))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = await tx.rows(
        sa.update(mails)
        .where(mails.c.mail_id.in_(waiting), mails.c.state.in_(MAIL.open_from("drop")))
        .values(state=MAIL.edges["drop"][1].value, ended_at=tx.now, answer=answer)
        .returning(mails.c.notice_id)
    )
    await _show(tx, rows)
    return len(rows)


async def claim_due(tx: Tx, claim: UUID, limit: int) -> list[UUID]:
    """Claim some letters that are due, skipping those that others are claiming."""
    due = (
        sa.select(mails.c.mail_id)
        .where(mails.c.state == MailState.WAITING.value, mails.c.next_at <= tx.now)
        .order_by(mails.c.next_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = await tx.rows(
        sa.update(mails)
        .where(mails.c.mail_id.in_(due), mails.c.state.in_(MAIL.open_from("claim")))
        .values(state=MAIL.edges["claim"][1].value, claim=claim, claimed_at=tx.now, tries=mails.c.tries + 1)
        .returning(mails.c.mail_id)
    )
    return [row.mail_id for row in rows]


async def claimed(tx: ReadTx, claim: UUID) -> Sequence[Any]:
    """Read what a claim holds, each with its notice, its person and the address that stands by now."""
    return await tx.rows(
        sa.select(
            mails.c.mail_id,
            mails.c.says,
            mails.c.address,
            mails.c.tries,
            mails.c.account_id,
            accounts.c.language,
            accounts.c.disabled_at,
            mail_addresses.c.address.label("confirmed_address"),
            mail_addresses.c.asked_address,
            mail_addresses.c.asked_at,
            notices.c.kind,
            notices.c.subject_id,
            notices.c.facts,
            notices.c.due_at,
        )
        .join(accounts, accounts.c.id == mails.c.account_id)
        .outerjoin(mail_addresses, mail_addresses.c.account_id == mails.c.account_id)
        .outerjoin(notices, notices.c.notice_id == mails.c.notice_id)
        .where(mails.c.claim == claim)
        .order_by(mails.c.made_at, mails.c.mail_id)
    )


async def step(
    tx: Tx, mail_id: UUID, claim: UUID, verb: str, *, answer: str | None = None, next_at: datetime | None = None
) -> bool:
    """Take one letter a step on; tells whether the claim still held it."""
    target = MAIL.edges[verb][1]
    held = target in (MailState.CLAIMED, MailState.SENDING)
    ended = target not in (MailState.WAITING, MailState.CLAIMED, MailState.SENDING)
    values: dict[str, Any] = {"state": target.value}
    if not held:
        values["claim"] = None
    if ended:
        values["ended_at"] = tx.now
    if answer is not None:
        values["answer"] = answer
    if next_at is not None:
        values["next_at"] = next_at
    row = await tx.first(
        sa.update(mails)
        .where(mails.c.mail_id == mail_id, mails.c.claim == claim, mails.c.state.in_(MAIL.open_from(verb)))
        .values(**values)
        .returning(mails.c.notice_id)
    )
    if row is not None and ended and target is not MailState.SENT:
        await _show(tx, [row])
    return row is not None


async def _show(tx: Tx, unsent: Sequence[Any]) -> None:
    """Let the inbox tell what no letter surely told, whoever chose letters alone."""
    ids = [row.notice_id for row in unsent if row.notice_id is not None]
    if ids:
        await tx.execute(sa.update(notices).where(notices.c.notice_id.in_(ids)).values(shown=True))


async def forget_old(tx: Tx, limit: int) -> int:
    """Remove some letters that ended long ago; gives how many."""
    old = (
        sa.select(mails.c.mail_id)
        .where(mails.c.made_at < tx.now - KEPT_FOR, mails.c.ended_at.is_not(None))
        .limit(limit)
    )
    return len(await tx.rows(sa.delete(mails).where(mails.c.mail_id.in_(old)).returning(mails.c.mail_id)))

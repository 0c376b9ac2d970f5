"""Whoever a matter waits for is told of it if, and only if, the transaction that makes it so commits.

Decision: order says what happened, to which roles of which organisations; who sits there, and how each is told, the
gateway knows. Why: seats change while a matter waits. Price: facts travel as text, and a page words them.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from shared.contracts.order import Audience, NoticeFact, NoticeRaised
from shared.contracts.words import NoticeKind
from shared.db.unit_of_work import Tx


async def raise_notice(
    tx: Tx,
    kind: NoticeKind,
    subject: UUID,
    audience: Sequence[Audience],
    facts: Mapping[str, object],
    due_at: datetime | None = None,
    *,
    accounts: Sequence[UUID] = (),
    by: UUID | None = None,
) -> None:
    """Say a notice with what is written in `tx`.

    `subject` is what it is about, by its id; a fact's name ends in its unit; `accounts` are told beside the audience,
    and `by`, whose doing it is, is told nothing.
    """
    await tx.publish(notice_of(kind, subject, audience, facts, due_at, accounts=accounts, by=by, at=tx.now))


def notice_of(
    kind: NoticeKind,
    subject: UUID,
    audience: Sequence[Audience],
    facts: Mapping[str, object],
    due_at: datetime | None = None,
    *,
    at: datetime,
    accounts: Sequence[UUID] = (),
    by: UUID | None = None,
) -> NoticeRaised:
    """Make a notice, for whoever says it by another way than a transaction's."""
    return NoticeRaised(
        kind=kind,
        subject_id=subject,
        audience=tuple(audience),
        account_ids=tuple(accounts),
        by_account_id=by,
        facts=tuple(NoticeFact(name=name, value=str(value)) for name, value in facts.items()),
        at=at,
        due_at=due_at,
    )

"""Letters that are due are handed to the mail server, each at most once, whichever of several gateways comes first."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from gateway.clients.mail import MailAway, MailBroken, Mailer, MailRefused, Session
from gateway.store import mails
from gateway.usecases.desk import Desk
from gateway.usecases.keep_mail_address import CODE_HOLDS, code_of
from gateway.usecases.letters import Letter, code_letter, notice_letter
from shared.contracts.words import NoticeKind
from shared.ids import new_id
from shared.logs import logger
from shared.rounds import BATCH_MAX

log = logger(__name__)

AT_ONCE_MAX = 20
"""How many letters one conversation with the server takes."""
AGAIN_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 4 * 60, 12 * 60, 24 * 60))
"""After which pauses a letter is tried again that the server did not take; then it is given up."""


async def send_due_mails(desk: Desk) -> int:
    """Hand over what is due; gives how many letters were looked after.

    Where no mail is sent any more, what waits is given up: the inbox tells it, and it never comes late.
    """
    if desk.mailer is None:
        async with desk.uow.begin() as tx:
            return await mails.give_up_waiting(tx, BATCH_MAX, "no mail is sent here")
    done = 0
    while done < BATCH_MAX:
        claim = new_id()
        async with desk.uow.begin() as tx:
            await mails.settle_left(tx)
            taken = await mails.claim_due(tx, claim, min(AT_ONCE_MAX, BATCH_MAX - done))
        if not taken:
            break
        await _send(desk, desk.mailer, claim)
        done += len(taken)
    return done


async def forget_old_mails(desk: Desk) -> int:
    """Remove letters that ended long ago."""
    async with desk.uow.begin() as tx:
        return await mails.forget_old(tx, BATCH_MAX)


async def _send(desk: Desk, mailer: Mailer, claim: UUID) -> None:
    async with desk.uow.glance() as tx:
        held = list(await mails.claimed(tx, claim))
    try:
        async with mailer.session() as session:
            while held:
                await _send_one(desk, mailer, session, claim, held[0])
                held.pop(0)
    except MailAway as away:
        log.warning("mail.away", error=str(away), letters=len(held))
        for row in held:
            await _again(desk, claim, row, str(away))


async def _send_one(desk: Desk, mailer: Mailer, session: Session, claim: UUID, row: Any) -> None:
    """Hand over one letter. Raises MailAway with the letter still claimed: nothing of it was sent."""
    letter = _letter(desk, row)
    if letter is None:
        await _step(desk, row.mail_id, claim, "give_up", answer="nobody is to be told any more")
        return
    try:
        await session.address(letter.to)
        if not await _step(desk, row.mail_id, claim, "begin"):
            raise MailAway("the claim was over")
        reply = await session.hand_over(letter.written(mailer.sender, desk.clock.now()))
    except MailRefused as refused:
        if refused.for_good:
            await _step(desk, row.mail_id, claim, "give_up", answer=str(refused))
        else:
            await _again(desk, claim, row, str(refused))
    except MailBroken as broken:
        log.warning("mail.unknown", mail_id=str(row.mail_id), error=str(broken))
        await _step(desk, row.mail_id, claim, "lose", answer=str(broken))
        raise MailAway(str(broken)) from broken
    else:
        await _step(desk, row.mail_id, claim, "deliver", answer=reply)


def _letter(desk: Desk, row: Any) -> Letter | None:
    """Write the letter as things stand now; none where its person, its address or its matter is gone."""
    if row.disabled_at is not None:
        return None
    if row.says == "code":
        until = row.asked_at + CODE_HOLDS if row.asked_at is not None else None
        if row.asked_address != row.address or until is None or desk.clock.now() >= until:
            return None
        code = code_of(desk.secret, row.account_id, row.address, row.asked_at)
        return code_letter(row.mail_id, row.address, row.language, code, int(CODE_HOLDS.total_seconds()) // 60)
    if row.confirmed_address != row.address or row.kind is None:
        return None
    kind = NoticeKind(row.kind)
    told = (kind, row.subject_id, row.facts, row.due_at, desk.public_url)
    return notice_letter(row.mail_id, row.address, row.language, *told)


async def _again(desk: Desk, claim: UUID, row: Any, answer: str) -> None:
    """Have a letter tried again after its pause, or give it up after the last; one not ours any more stays."""
    if row.tries > len(AGAIN_AFTER):
        await _step(desk, row.mail_id, claim, "give_up", answer=answer)
    else:
        next_at = desk.clock.now() + AGAIN_AFTER[row.tries - 1]
        await _step(desk, row.mail_id, claim, "put_back", answer=answer, next_at=next_at)


async def _step(
    desk: Desk, mail_id: UUID, claim: UUID, verb: str, *, answer: str | None = None, next_at: datetime | None = None
) -> bool:
    async with desk.uow.begin() as tx:
        return await mails.step(tx, mail_id, claim, verb, answer=answer, next_at=next_at)

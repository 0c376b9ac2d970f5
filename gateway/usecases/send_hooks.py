"""Organisations' programs are told what was said about them, each message until it is taken or its tries are over."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

from gateway.clients.hooks import HookAway
from gateway.domain.hooks import secret_of, signed_headers
from gateway.domain.states import EndpointState
from gateway.store import hooks
from gateway.store.notices import Told, tell
from gateway.usecases.desk import Desk
from shared.contracts.policy import POLICY
from shared.contracts.words import NoticeKind
from shared.db.unit_of_work import Tx
from shared.ids import derived_id, new_id
from shared.rounds import BATCH_MAX

AT_ONCE_MAX = 20
AGAIN_AFTER = tuple(
    timedelta(seconds=seconds) for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""After which pauses a message is sent again: five seconds to a day, as Standard Webhooks proposes."""
FAILS_FOR = timedelta(days=5)
"""How long an address may fail without taking anything, until it is told nothing any more."""
GONE = 410


async def send_due_hooks(desk: Desk) -> int:
    """Send what is due; gives how many messages were looked after."""
    done = 0
    while done < BATCH_MAX:
        claim = new_id()
        async with desk.uow.begin() as tx:
            await hooks.put_back_left(tx)
            taken = await hooks.claim_due(tx, claim, min(AT_ONCE_MAX, BATCH_MAX - done))
        if not taken:
            break
        await asyncio.gather(*(_send(desk, claim, row) for row in taken))
        done += len(taken)
    return done


async def forget_old_hooks(desk: Desk) -> int:
    """Remove messages that ended long ago."""
    async with desk.uow.begin() as tx:
        return await hooks.forget_old(tx, BATCH_MAX)


async def _send(desk: Desk, claim: UUID, row: Any) -> None:
    status, problem = None, None
    if row.endpoint_state == EndpointState.ACTIVE.value:
        body = row.body.encode()
        secret = secret_of(desk.secret, row.endpoint_id, row.secret_version)
        headers = signed_headers(secret, row.delivery_id, desk.clock.now(), body)
        try:
            status = await desk.hooks.send(row.url, body, {**headers, "content-type": "application/json"})
        except HookAway as away:
            problem = str(away)
    else:
        problem = "the address is not in use any more"
    well = status is not None and 200 <= status < 300
    async with desk.uow.begin() as tx:
        endpoint = await hooks.find_endpoint(tx, row.endpoint_id, locked=True)
        in_use = endpoint.state == EndpointState.ACTIVE.value
        over = row.tries > len(AGAIN_AFTER) or not in_use
        verb = "deliver" if well else "give_up" if over else "put_back"
        next_at = tx.now + AGAIN_AFTER[row.tries - 1] if verb == "put_back" else None
        held = await hooks.step(tx, row.delivery_id, claim, verb, status=status, problem=problem, next_at=next_at)
        if held and in_use:
            await _note(desk, tx, row.endpoint_id, well=well, gone=status == GONE)


async def _note(desk: Desk, tx: Tx, endpoint_id: UUID, *, well: bool, gone: bool) -> None:
    """Keep since when an address fails; one that is gone, or fails for days, is disabled, and its people are told."""
    found = await hooks.note_answer(tx, endpoint_id, well=well)
    if well or found is None or not (gone or tx.now - found.failing_since >= FAILS_FOR):
        return
    if not await hooks.end_endpoint(tx, endpoint_id, "disable"):
        return
    roles = tuple(grant.role for grant in POLICY["put_webhook_endpoint"].grants if grant.role is not None)
    said = Told(
        kind=NoticeKind.WEBHOOK_DISABLED,
        subject_id=endpoint_id,
        places=[(found.organisation_id, role) for role in roles],
        facts={"url": found.url},
        at=tx.now,
    )
    event_id = derived_id("webhook disabled", endpoint_id, found.failing_since)
    await tell(tx, event_id, said, by_mail=desk.mailer is not None)

"""What is raised is kept once for each person who sits where it is addressed, and told to their house's program."""

from collections.abc import Sequence
from uuid import UUID

import orjson

from gateway.store import hooks
from gateway.store.notices import Told, tell
from gateway.usecases.desk import Desk
from shared.contracts.order import NoticeRaised
from shared.db.unit_of_work import Tx
from shared.events.consumer import Delivery


async def keep_notices(desk: Desk, deliveries: Sequence[Delivery[NoticeRaised]]) -> None:
    """Write each notice for whom it is for."""
    async with desk.uow.begin(once=deliveries) as tx:
        for delivery in tx.fresh:
            await write_notice(desk, tx, delivery.envelope.id, _told(delivery.event))


async def write_notice(desk: Desk, tx: Tx, event_id: UUID, told: Told) -> None:
    """Write one notice for whom it is for, by the id of the event that it was heard of by."""
    await tell(tx, event_id, told, by_mail=desk.mailer is not None)
    await hooks.enqueue(tx, event_id, told.kind.value, _bodies(told))


def _told(said: NoticeRaised) -> Told:
    return Told(
        kind=said.kind,
        subject_id=said.subject_id,
        places=[(one.organisation_id, role) for one in said.audience for role in one.roles],
        facts={fact.name: fact.value for fact in said.facts},
        at=said.at,
        due_at=said.due_at,
        account_ids=said.account_ids,
        by_account_id=said.by_account_id,
    )


def _bodies(told: Told) -> dict[UUID, str]:
    """Write what the program of each organisation is told, in the shape of Standard Webhooks."""
    data = {"subject_id": str(told.subject_id), "facts": told.facts, "due_at": told.due_at}
    return {
        organisation_id: orjson.dumps(
            {"type": told.kind.value, "timestamp": told.at, "data": {"organisation_id": organisation_id, **data}}
        ).decode()
        for organisation_id in dict.fromkeys(one for one, _ in told.places)
    }

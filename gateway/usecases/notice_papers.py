"""A supplier's people are told that a paper of theirs ends, by what is said of the paper.

Decision: those who may file a new one are told, the owner and whoever helps with the papers. Why: a packer can do
nothing about it. Price: a supplier whose owner reads nothing is not helped by its packer.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from gateway.store.notices import Told
from gateway.usecases.desk import Desk
from gateway.usecases.keep_notices import write_notice
from shared.clock import SHANGHAI
from shared.contracts.authority import Role
from shared.contracts.catalog import SupplierExpiring
from shared.contracts.words import NoticeKind
from shared.events.consumer import Delivery

FILES = (Role.SUPPLIER, Role.HELPER)
NEWS_FOR = timedelta(days=30)
"""What is heard later than this is no news to anybody."""


async def notice_papers(desk: Desk, deliveries: Sequence[Delivery[SupplierExpiring]]) -> None:
    """Write to whoever files a supplier's papers that one ends, and until when it holds."""
    async with desk.uow.begin(once=deliveries) as tx:
        for one in tx.fresh:
            if one.envelope.at > tx.now - NEWS_FOR:
                await write_notice(desk, tx, one.envelope.id, _ending(one.event, one.envelope.at))


def _ending(event: SupplierExpiring, at: datetime) -> Told:
    after = datetime.combine(event.valid_to + timedelta(days=1), time(), SHANGHAI).astimezone(UTC)
    return Told(
        kind=NoticeKind.PAPER_EXPIRES,
        subject_id=event.subject_id,
        places=[(event.supplier_id, role) for role in FILES],
        facts={"name": event.name, "valid_to": event.valid_to.isoformat(), "supplier_id": str(event.supplier_id)},
        at=at,
        due_at=after,
    )

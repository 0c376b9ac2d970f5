"""A notice reaches whoever sits where it is addressed when it is heard, each once, and not whose doing it is."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from gateway.usecases.disable_account import disable_account
from gateway.usecases.keep_notices import keep_notices
from shared.contracts.authority import Role
from shared.contracts.order import Audience, NoticeFact, NoticeRaised
from shared.contracts.words import NoticeKind
from shared.ids import new_id
from tests.integration.gateway.conftest import Gateway, heard

UNIT, ABOVE, SUBJECT = new_id(), new_id(), new_id()
AT, DUE = datetime(2026, 3, 2, 1, tzinfo=UTC), datetime(2026, 3, 3, 1, tzinfo=UTC)


def raised(*roles: tuple[UUID, Role], accounts: tuple[UUID, ...] = (), by: UUID | None = None) -> Any:
    return heard(
        NoticeRaised(
            kind=NoticeKind.REQUISITION_WAITS,
            subject_id=SUBJECT,
            audience=tuple(Audience(organisation_id=organisation, roles=(role,)) for organisation, role in roles),
            account_ids=accounts,
            by_account_id=by,
            facts=(NoticeFact(name="amount_fen", value="13000"),),
            at=AT,
            due_at=DUE,
        )
    )


async def told(gateway: Gateway) -> list[UUID]:
    async with gateway.engine.connect() as connection:
        return list((await connection.scalars(sa.text("SELECT account_id FROM notices ORDER BY account_id"))).all())


class TestNotices:
    async def test_reach_each_person_once_however_many_seats_they_have_and_often_it_is_heard(
        self, gateway: Gateway
    ) -> None:
        approver = await gateway.person("li.na", (Role.APPROVER, UNIT), (Role.FINANCE, UNIT))
        above = await gateway.person("wang.wu", (Role.APPROVER, ABOVE))
        await gateway.person("zhao.liu", (Role.OFFICER, UNIT), (Role.APPROVER, new_id()))
        notice = raised((UNIT, Role.APPROVER), (UNIT, Role.FINANCE), (ABOVE, Role.APPROVER), accounts=(approver,))
        for _ in range(3):
            await keep_notices(gateway.desk, [notice])
        assert await told(gateway) == sorted([approver, above])
        async with gateway.engine.connect() as connection:
            row = (await connection.execute(sa.text("SELECT * FROM notices LIMIT 1"))).one()
        assert (row.event_id, row.kind, row.subject_id) == (notice.envelope.id, "requisition_waits", SUBJECT)
        assert (row.facts, row.at, row.due_at, row.read_at) == ({"amount_fen": "13000"}, AT, DUE, None)

    async def test_do_not_reach_whose_doing_it_is_nor_who_is_not_there_any_more(self, gateway: Gateway) -> None:
        asker = await gateway.person("li.na", (Role.APPROVER, UNIT))
        gone = await gateway.person("wang.wu", (Role.APPROVER, UNIT))
        await disable_account(gateway.desk, gone)
        await keep_notices(gateway.desk, [raised((UNIT, Role.APPROVER), accounts=(asker, new_id()), by=asker)])
        assert await told(gateway) == []

    async def test_a_seat_given_later_is_told_nothing_of_before(self, gateway: Gateway) -> None:
        await keep_notices(gateway.desk, [raised((UNIT, Role.APPROVER))])
        await gateway.person("li.na", (Role.APPROVER, UNIT))
        assert await told(gateway) == []

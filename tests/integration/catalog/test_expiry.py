"""Whoever holds a paper that ends is told at 60, 30, 7 and 0 days, once each, and the label ends with its days."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.catalog.domain.filings import FilingSubject
from services.catalog.domain.suppliers import SupplierOutcome
from services.catalog.main import opened
from services.catalog.store.expiry import Ending, Notice, say
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.expire import expire
from services.catalog.usecases.list_reminders import ListReminders, list_reminders
from shared.clock import SettableClock
from shared.contracts.authority import Identity
from shared.ids import new_id
from tests.build.catalog import COUNTY, ELSEWHERE, PROVINCE, a_person, admitted, an_officer, decide
from tests.build.filings import confirmed, decided, filed
from tests.integration.catalog.conftest import NOW, Kept, settings_from

RECOGNITION, CERTIFICATE, FIGURE = FilingSubject
ENDS = date(2026, 6, 1)


def on(clock: SettableClock, day: date) -> None:
    clock.set(datetime(day.year, day.month, day.day, 1, tzinfo=UTC))


async def said(kept: Kept) -> list[tuple[str, int]]:
    """Give what was said of endings, each with the days that were left."""
    events = [event.data for event in await kept.said() if event.type == "supplier.expiring"]
    return [(event["what"], event["days_left"]) for event in events]


class TestExpire:
    async def test_each_notice_is_said_once_through_the_days(
        self, desk: Desk, kept: Kept, clock: SettableClock
    ) -> None:
        seller = await admitted(desk)
        await confirmed(desk, seller, RECOGNITION, valid_to=ENDS.isoformat())
        for left in range(70, -40, -1):
            on(clock, ENDS - timedelta(days=left))
            await expire(desk)
        assert await said(kept) == [("recognition", 60), ("recognition", 30), ("recognition", 7), ("recognition", 0)]
        events = [event for event in await kept.said() if event.type == "supplier.expiring"]
        assert {event.data["name"] for event in events} == {"市级残疾人就业帮扶基地"}
        assert await kept.value("SELECT state FROM suppliers") == "admitted"

    async def test_after_a_rest_only_what_is_due_now_is_said(
        self, desk: Desk, kept: Kept, clock: SettableClock
    ) -> None:
        seller = await admitted(desk)
        await confirmed(desk, seller, CERTIFICATE, valid_to=ENDS.isoformat())
        on(clock, ENDS - timedelta(days=5))
        assert await expire(desk) == 1
        assert await said(kept) == [("certificate", 5)]
        async with kept.unchanged():
            assert await expire(desk) == 0

    async def test_rounds_that_meet_say_it_once(self, desk: Desk, kept: Kept, clock: SettableClock) -> None:
        for _ in range(2):
            await confirmed(desk, await admitted(desk), CERTIFICATE, valid_to=ENDS.isoformat())
        on(clock, ENDS)
        await asyncio.gather(*(expire(desk) for _ in range(4)))
        assert await said(kept) == [("certificate", 0)] * 2

    async def test_two_papers_of_one_id_are_told_apart(self, desk: Desk, clock: SettableClock) -> None:
        seller, filing_id = await admitted(desk), new_id()
        notices = [
            Notice(Ending(subject, seller.id, "云阳", filing_id, "证书", "green", ENDS), 60)
            for subject in (RECOGNITION, CERTIFICATE)
        ]
        async with desk.uow.begin() as tx:
            assert await say(tx, notices[:1], tx.now) == notices[:1]
            assert await say(tx, notices, tx.now) == notices[1:]

    async def test_nothing_is_said_of_what_goes_on_or_was_never_confirmed(
        self, desk: Desk, kept: Kept, clock: SettableClock
    ) -> None:
        seller, revoked = await admitted(desk), await admitted(desk)
        ends: dict[str, Any] = {"valid_to": ENDS.isoformat()}
        await confirmed(desk, seller, RECOGNITION, **ends)
        await confirmed(desk, seller, RECOGNITION, valid_from="2026-06-02", valid_to=None)
        await filed(desk, seller, CERTIFICATE, **ends)
        ended = await confirmed(desk, seller, CERTIFICATE, number="2", **ends)
        await decided(desk, seller, CERTIFICATE, ended, "end")
        await confirmed(desk, revoked, CERTIFICATE, **ends)
        await decide(desk, revoked.id, SupplierOutcome.REVOKE, ground="lapse")
        on(clock, ENDS)
        async with kept.unchanged():
            assert await expire(desk) == 0

    async def test_the_program_says_it_by_itself(
        self, desk: Desk, env: dict[str, str], owner: Any, clock: SettableClock
    ) -> None:
        await confirmed(desk, await admitted(desk), CERTIFICATE, valid_to="2026-03-09")
        async with asyncio.timeout(60), opened(settings_from(env, run="consume"), clock=clock):
            while not await owner.fetchval("SELECT count(*) FROM expiry_notices WHERE days = 7"):
                await asyncio.sleep(0.05)


class TestReminders:
    async def test_are_computed_as_of_today_for_whom_they_concern(self, desk: Desk, clock: SettableClock) -> None:
        seller, other = await admitted(desk), await admitted(desk, county_code="430102")
        first = await confirmed(desk, seller, RECOGNITION, valid_to="2026-04-01")
        second = await confirmed(desk, seller, CERTIFICATE, valid_to="2026-08-01")
        theirs = str(await filed(desk, other, CERTIFICATE, valid_to="2026-03-31"))
        await decided(desk, other, CERTIFICATE, UUID(theirs), at=ELSEWHERE)

        async def found(who: Identity, **query: Any) -> list[tuple[str, int]]:
            page = await list_reminders(desk, who, ListReminders.model_validate(query))
            return [(one["subject_id"], one["days_left"]) for one in page["items"]]

        assert await found(seller.person) == [(str(first), 30)]
        assert await found(an_officer(COUNTY), days=365) == [(str(first), 30), (str(second), 152)]
        assert await found(an_officer(PROVINCE)) == [(theirs, 29), (str(first), 30)]
        assert await found(an_officer(PROVINCE), supplier=str(other.id)) == [(theirs, 29)]
        assert await found(an_officer(ELSEWHERE)) == [(theirs, 29)]
        assert await found(a_person()) == []
        clock.set(NOW + timedelta(days=40))
        page = await list_reminders(desk, seller.person, ListReminders())
        assert [(one["days_left"], one["lapsed"]) for one in page["items"]] == [(-10, True)]

    async def test_go_on_behind_their_cursor(self, desk: Desk) -> None:
        seller = await admitted(desk)
        ends = {"green": "2026-03-10", "organic": "2026-03-11", "quarantine": "2026-03-12"}
        ids = [str(await confirmed(desk, seller, CERTIFICATE, kind=kind, valid_to=end)) for kind, end in ends.items()]
        seen, cursor = [], None
        for _ in range(2):
            page = await list_reminders(desk, seller.person, ListReminders(limit=2, cursor=cursor))
            seen += [one["subject_id"] for one in page["items"]]
            cursor = page["next"]
        assert (seen, cursor) == (ids, None)

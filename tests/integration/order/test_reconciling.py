"""What the vendor says is held against our books day by day, and every planted difference is found, none invented."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import orjson
import pytest
import sqlalchemy as sa

from services.order.clients.stripe import StripeCards
from services.order.domain.refusals import CardsUnavailable
from services.order.usecases.credit_order import credit_order
from services.order.usecases.desk import Desk
from services.order.usecases.keep_copies import keep_copies
from services.order.usecases.list_reconciliations import list_reconciliations
from services.order.usecases.reconcile import reconcile, reconcile_due
from shared.clock import SettableClock
from shared.contracts.authority import NotAllowed, Role, Seat
from shared.contracts.procurement_quota import UnitChanged
from shared.contracts.words import UnitLevel
from shared.ids import derived_id, new_id
from tests.build.order import START, Town, Walk, an_identity, heard, said
from tests.build.strict_stripe import StrictStripe
from tests.integration.order.test_cards import Away, kept, with_card
from tests.integration.order.test_returns import a_credit

ROOT, ROOT_ID = "/430000/", derived_id("unit", "430000")
MONDAY = date(2026, 3, 2)


@pytest.fixture
async def strict(desk: Desk) -> AsyncIterator[StrictStripe]:
    vendor = StrictStripe(lambda: int(desk.clock.now().timestamp()))
    yield vendor
    assert vendor.faults == []


@pytest.fixture
async def at_vendor(desk: Desk, strict: StrictStripe, env: dict[str, str], town: Town) -> Desk:
    """No payment of another test stands in the way of the day that is looked at, and no unit beside the topmost one.

    Several files write units with nobody above them; a report is for the first of those, and told to the first five.
    """
    root = UnitChanged(
        unit_id=ROOT_ID,
        version=1,
        code="430000",
        name="湖南省残联",
        level=UnitLevel.PROVINCE,
        parent_id=None,
        path=ROOT,
        division_code="430000",
        approval_limit_fen=0,
    )
    await keep_copies(desk, heard(root))
    beneath = "UPDATE units SET path = :root || ltrim(path, '/') WHERE unit_id <> :id AND path ~ '^/[^/]+/$'"
    async with desk.uow.begin() as tx:
        await tx.execute(sa.text(beneath), {"root": ROOT, "id": ROOT_ID})
        await tx.execute(sa.text("UPDATE payments SET touched_at = '2020-01-01Z', renew_at = NULL"))
        await tx.execute(sa.text("UPDATE refunds SET touched_at = '2020-01-01Z'"))
    town.desk = replace(desk, cards=StripeCards("sk_test_strict", env["STRIPE_WEBHOOK_SECRET"], http=strict))
    return town.desk


async def a_paid_order(town: Town) -> Walk:
    walk = await town.an_order((await town.goods(), 10_000))
    await with_card(walk)
    await walk.confirm()
    await walk.pack()
    await walk.ship()
    await walk.accept()
    return walk


async def found(desk: Desk, day: date) -> dict[str, Any]:
    async with desk.uow.glance() as tx:
        row = await tx.first(sa.text("SELECT * FROM reconciliations WHERE day = :day"), {"day": day})
    assert row is not None
    return dict(row._mapping)


class Days:
    """A day of its own for each test: reports are never written twice."""

    def __init__(self) -> None:
        self._next = 0

    def take(self, desk: Desk, apart: int = 2) -> date:
        self._next += apart
        clock = desk.clock
        assert isinstance(clock, SettableClock)
        clock.set(START - timedelta(days=self._next))
        return MONDAY - timedelta(days=self._next)


DAYS = Days()


class TestReconciling:
    async def test_a_sound_day_differs_in_nothing(self, at_vendor: Desk, town: Town, strict: StrictStripe) -> None:
        day = DAYS.take(at_vendor)
        walk = await a_paid_order(town)
        await credit_order(at_vendor, walk.seller, walk.order_id, a_credit(walk, 1_000))
        held = await town.an_order((await town.goods(), 10_000))
        await with_card(held)
        await held.confirm()
        assert at_vendor.cards is not None
        assert await reconcile(at_vendor, at_vendor.cards, day)
        report = await found(at_vendor, day)
        assert (report["payments"], report["differing"], report["differences"], report["complete"]) == (2, 0, [], True)
        assert (report["paid_fen"], report["captured_fen"]) == (13_000, 13_000)
        assert (report["refunded_fen"], report["vendor_refunded_fen"]) == (1_000, 1_000)
        assert not await reconcile(at_vendor, at_vendor.cards, day)

    async def test_every_planted_difference_is_found_and_told(
        self, at_vendor: Desk, town: Town, strict: StrictStripe
    ) -> None:
        day = DAYS.take(at_vendor)
        walks = {name: await a_paid_order(town) for name in ("amount", "state", "gone", "by hand", "missing", "sum")}
        for name in ("missing", "sum"):
            await credit_order(at_vendor, walks[name].seller, walks[name].order_id, a_credit(walks[name], 1_000))
        intents = dict(zip(walks, strict.intents, strict=True))
        strict.intents[intents["amount"]]["amount_received"] = 12_999
        strict.intents[intents["state"]]["status"] = "canceled"
        strict.intents[intents["by hand"]]["amount_received"] = 13_000
        by_hand = strict._refund({"payment_intent": intents["by hand"], "amount": "5"})
        ours = {one["payment_intent"]: key for key, one in strict.refunds.items() if one is not by_hand}
        del strict.refunds[ours[intents["missing"]]]
        strict.refunds[ours[intents["sum"]]]["amount"] = 999
        del strict.intents[intents["gone"]]
        assert at_vendor.cards is not None
        made = await at_vendor.cards.make(new_id(), new_id(), await kept(at_vendor.cards), 777, at_once=True)
        await at_vendor.cards.hold(made.intent_id)
        assert await reconcile(at_vendor, at_vendor.cards, day)
        report = await found(at_vendor, day)
        told = {(one["kind"], one["intent_id"], one["ours"], one["theirs"]) for one in report["differences"]}
        assert told == {
            ("amount", intents["amount"], "13000", "12999"),
            ("state", intents["state"], "paid", "cancelled"),
            ("not_at_vendor", intents["gone"], "paid", ""),
            ("refund_unknown", intents["by hand"], "", "5"),
            ("refund_missing", intents["missing"], "1000", ""),
            ("refund_amount", intents["sum"], "1000", "999"),
            ("charge_unknown", made.intent_id, "", "777"),
        }
        (notice,) = await said(at_vendor, derived_id("reconciliation", day), "notice.raised")
        told_to = [(one["organisation_id"], one["roles"]) for one in notice["audience"]]
        assert (notice["kind"], told_to) == ("reconciliation_differs", [(str(ROOT_ID), ["finance"])])
        assert {fact["name"]: fact["value"] for fact in notice["facts"]} == {"day": str(day), "differences": "7"}

    async def test_the_round_reports_the_day_before_once_and_waits_for_the_vendor(
        self, at_vendor: Desk, town: Town, strict: StrictStripe
    ) -> None:
        day = DAYS.take(at_vendor)
        await a_paid_order(town)
        clock = at_vendor.clock
        assert isinstance(clock, SettableClock)
        assert await reconcile_due(at_vendor) == 0
        clock.set(clock.now() + timedelta(days=1))
        away = replace(at_vendor, cards=Away())
        assert await reconcile_due(away) == 0
        assert [await reconcile_due(at_vendor) for _ in range(3)] == [1, 0, 0]
        assert (await found(at_vendor, day))["payments"] == 1

    async def test_a_day_without_payments_is_written_as_such(self, at_vendor: Desk, strict: StrictStripe) -> None:
        assert at_vendor.cards is not None
        day = DAYS.take(at_vendor)
        assert await reconcile(at_vendor, at_vendor.cards, day)
        report = await found(at_vendor, day)
        assert (report["payments"], report["differing"], report["complete"]) == (0, 0, True)

    async def test_missed_days_are_made_up_for_in_order_and_once(
        self, at_vendor: Desk, town: Town, strict: StrictStripe
    ) -> None:
        day = DAYS.take(at_vendor, apart=50)
        await a_paid_order(town)
        clock = at_vendor.clock
        assert isinstance(clock, SettableClock)
        clock.set(clock.now() + timedelta(days=2))
        await a_paid_order(town)
        clock.set(clock.now() + timedelta(days=2))
        strict.lost = list(strict.intents)[-1]
        assert await reconcile_due(at_vendor) == 2
        assert await reconcile_due(at_vendor) == 2
        assert await reconcile_due(at_vendor) == 0
        reports = [await found(at_vendor, day + timedelta(days=one)) for one in range(4)]
        assert [one["payments"] for one in reports] == [1, 0, 1, 0]
        made = [one["made_at"] for one in reports]
        assert made == sorted(made)

    async def test_no_day_is_made_up_for_that_is_longer_ago_than_a_month(
        self, at_vendor: Desk, town: Town, strict: StrictStripe
    ) -> None:
        day = DAYS.take(at_vendor, apart=100)
        await a_paid_order(town)
        clock = at_vendor.clock
        assert isinstance(clock, SettableClock)
        clock.set(clock.now() + timedelta(days=40))
        assert await asyncio.gather(*(reconcile_due(at_vendor) for _ in range(3))) != [0, 0, 0]
        async with at_vendor.uow.glance() as tx:
            rows = await tx.rows(
                sa.text("SELECT day FROM reconciliations WHERE day BETWEEN :day AND :last"),
                {"day": day, "last": day + timedelta(days=39)},
            )
        assert sorted(row.day for row in rows) == [day + timedelta(days=one) for one in range(9, 40)]

    async def test_the_vendor_away_leaves_nothing(self, at_vendor: Desk, town: Town, strict: StrictStripe) -> None:
        day = DAYS.take(at_vendor)
        await a_paid_order(town)
        strict.lost = next(iter(strict.intents))
        assert at_vendor.cards is not None
        with pytest.raises(CardsUnavailable):
            await reconcile(at_vendor, at_vendor.cards, day)
        assert await reconcile(at_vendor, at_vendor.cards, day)

    async def test_against_the_stand_in_a_day_differs_in_nothing(self, desk: Desk, town: Town, at_vendor: Desk) -> None:
        town.desk = desk
        day = DAYS.take(desk)
        walk = await a_paid_order(town)
        await credit_order(desk, walk.seller, walk.order_id, a_credit(walk, 1_000))
        assert desk.cards is not None
        assert await reconcile(desk, desk.cards, day)
        report = await found(desk, day)
        assert (report["differences"], report["captured_fen"], report["vendor_refunded_fen"]) == ([], 13_000, 1_000)


class TestReading:
    async def test_is_for_finance_and_audit_of_the_topmost_unit(self, at_vendor: Desk, town: Town) -> None:
        assert at_vendor.cards is not None
        for _ in range(2):
            day = DAYS.take(at_vendor)
            await a_paid_order(town)
            assert await reconcile(at_vendor, at_vendor.cards, day)
        for role in (Role.FINANCE, Role.AUDITOR):
            reader = an_identity(Seat(role, new_id(), ROOT))
            page = orjson.loads(await list_reconciliations(at_vendor, reader, 1, None))
            assert len(page["items"]) == 1
            rest = orjson.loads(await list_reconciliations(at_vendor, reader, 100, page["next"]))
            days = [one["day"] for one in page["items"] + rest["items"]]
            assert days == sorted(set(days), reverse=True)
        for nobody in (town.finance, town.buyer, an_identity(Seat(Role.OFFICER, new_id(), ROOT))):
            with pytest.raises(NotAllowed):
                await list_reconciliations(at_vendor, nobody, 1, None)

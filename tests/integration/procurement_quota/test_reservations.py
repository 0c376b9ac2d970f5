"""A reservation is filed, returned, amended and accepted, each by whom it concerns, and every version is kept."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.procurement_quota.domain.reservations import ReservationState, ReviewOutcome
from services.procurement_quota.domain.rules import RuleNotInForce
from services.procurement_quota.domain.seeded_rules import HUNAN_CANTEEN, HUNAN_UNION, NATIONAL_CANTEEN
from services.procurement_quota.usecases.close_year import CloseYear, YearClosed, close_year
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.get_statement import AskStatement
from services.procurement_quota.usecases.list_alerts import list_alerts
from services.procurement_quota.usecases.put_reservation import (
    PutReservation,
    PutReserved,
    ReservationElsewhere,
    put_reservation,
)
from services.procurement_quota.usecases.read_reservations import get_reservation, list_reservations
from services.procurement_quota.usecases.reservation_view import ReservationUnknown
from services.procurement_quota.usecases.review_reservation import (
    NewerReservation,
    ReviewReservation,
    review_reservation,
)
from shared.contracts.authority import Identity, NotAllowed, OwnRequest, Role
from shared.db.unit_of_work import KeyReused, Stamp
from shared.errors import InvalidFields
from shared.ids import new_id
from shared.states import WrongState
from tests.build.quota import Kitchen, a_line, noon, someone
from tests.integration.procurement_quota.conftest import MakeKitchen, Unchanged


def filing(kitchen: Kitchen, amount_fen: int, rule: str = HUNAN_CANTEEN, **other: Any) -> PutReservation:
    facts: dict[str, Any] = {
        "canteen_id": kitchen.canteen_id,
        "year": 2026,
        "expected_base_fen": 1_000_001,
        "reserved": [PutReserved(rule=rule, amount_fen=amount_fen)],
    }
    return PutReservation(**facts | other)


def accept(version: int = 1) -> ReviewReservation:
    return ReviewReservation(version=version, outcome=ReviewOutcome.ACCEPT)


def send_back(version: int = 1, reason: str = "与就餐人数不符") -> ReviewReservation:
    return ReviewReservation(version=version, outcome=ReviewOutcome.RETURN, reason=reason)


def wrong_field(refused: pytest.ExceptionInfo[InvalidFields]) -> str:
    field: str = refused.value.facts["errors"][0]["field"]
    return field


class Reserving:
    """One canteen's reservation, and who may do what with it."""

    def __init__(self, desk: Desk, kitchen: Kitchen) -> None:
        self.desk, self.kitchen, self.id = desk, kitchen, new_id()

    async def put(self, amount_fen: int, **other: Any) -> dict[str, Any]:
        return (
            await put_reservation(self.desk, self.kitchen.finance, self.id, filing(self.kitchen, amount_fen, **other))
        )[0]

    async def review(
        self, command: ReviewReservation, who: Identity | None = None, once: Stamp | None = None
    ) -> dict[str, Any]:
        return await review_reservation(self.desk, who or self.kitchen.above, self.id, command, once=once)

    async def reserved(self, **dates: Any) -> int | None:
        fen: int | None = (await self.kitchen.statement(year=2026, **dates))["figures"]["reserved_fen"]
        return fen


@pytest.fixture
def reserving(desk: Desk, kitchen: Kitchen) -> Reserving:
    return Reserving(desk, kitchen)


class TestFiling:
    async def test_is_checked_against_the_rate_and_shown_on_the_statement(
        self, reserving: Reserving, kitchen: Kitchen, unchanged: Unchanged
    ) -> None:
        async with unchanged():
            with pytest.raises(InvalidFields) as refused:
                await reserving.put(200_000)
        assert refused.value.facts["errors"][0]["required_fen"] == 200_001
        answer = await reserving.put(200_001)
        assert (answer["version"], answer["state"], answer["late"]) == (1, "submitted", False)
        assert answer["required"] == [
            {"rule": HUNAN_CANTEEN, "rate_bp": 2_000, "required_fen": 200_001, "due_on": "2026-01-31"}
        ]
        async with unchanged():
            assert await reserving.put(200_001) == answer
            with pytest.raises(ReservationElsewhere):
                await put_reservation(reserving.desk, kitchen.finance, new_id(), filing(kitchen, 300_000))
        amended = await reserving.put(250_000, reason="新增一个用餐点")
        assert [(one["version"], one["reason"]) for one in amended["versions"]] == [(1, ""), (2, "新增一个用餐点")]
        kitchen.clock.set(noon(date(2026, 2, 1)))
        await kitchen.accept(a_line(50_000), on=date(2026, 1, 20))
        figures = (await kitchen.statement(year=2026))["figures"]
        assert (figures["reserved_fen"], figures["executed_bp"]) == (250_000, 2_000)

    async def test_wants_a_rule_with_a_percentage_that_binds_and_its_own_finance(
        self, desk: Desk, kitchen: Kitchen, unchanged: Unchanged
    ) -> None:
        async with unchanged():
            for rule in (HUNAN_UNION, HUNAN_CANTEEN):
                twice = [PutReserved(rule=rule, amount_fen=999_999)] * 2
                with pytest.raises(InvalidFields) as refused:
                    await put_reservation(desk, kitchen.finance, new_id(), filing(kitchen, 1, reserved=twice))
                assert wrong_field(refused).endswith(".rule")
            with pytest.raises(RuleNotInForce):
                await put_reservation(desk, kitchen.finance, new_id(), filing(kitchen, 999_999, year=2030))
            for who in (kitchen.above, kitchen.buyer, kitchen.auditor):
                with pytest.raises(NotAllowed):
                    await put_reservation(desk, who, new_id(), filing(kitchen, 999_999))

    async def test_a_draft_is_kept_unchecked_and_stands_nowhere(
        self, reserving: Reserving, unchanged: Unchanged
    ) -> None:
        draft = await reserving.put(5, draft=True)
        assert (draft["state"], draft["required"][0]["required_fen"]) == ("draft", 200_001)
        assert await reserving.reserved() is None
        async with unchanged():
            with pytest.raises(WrongState):
                await reserving.review(accept())
            with pytest.raises(InvalidFields):
                await reserving.put(5)
        submitted = await reserving.put(200_001)
        assert [one["state"] for one in submitted["versions"]] == ["draft", "submitted"]
        await reserving.put(1, draft=True)
        assert await reserving.reserved() == 200_001
        assert (await reserving.review(accept(2)))["versions"][1]["state"] == "accepted"

    async def test_an_amendment_says_why(self, reserving: Reserving, unchanged: Unchanged) -> None:
        await reserving.put(200_001)
        async with unchanged():
            for nothing in ("", "   "):
                with pytest.raises(InvalidFields) as refused:
                    await reserving.put(300_000, reason=nothing)
                assert wrong_field(refused) == "reason"

    async def test_less_than_last_year_is_explained(self, reserving: Reserving, unchanged: Unchanged) -> None:
        last_year = Reserving(reserving.desk, reserving.kitchen)
        await last_year.put(300_000, year=2025, expected_base_fen=1_200_000)
        async with unchanged():
            with pytest.raises(InvalidFields) as refused:
                await reserving.put(250_000)
        [error] = refused.value.facts["errors"]
        assert (error["field"], error["lower"]) == (
            "explanation",
            [
                {"field": "expected_base_fen", "last_year_fen": 1_200_000},
                {"field": "reserved.0.amount_fen", "last_year_fen": 300_000},
            ],
        )
        answer = await reserving.put(250_000, explanation="就餐人数减少")
        assert answer["last_year"] == {
            "expected_base_fen": 1_200_000,
            "reserved": [{"rule": HUNAN_CANTEEN, "amount_fen": 300_000}],
        }
        assert answer["explanation"] == "就餐人数减少"

    async def test_a_rule_of_last_year_that_is_left_out_is_explained(
        self, reserving: Reserving, unchanged: Unchanged
    ) -> None:
        both = [PutReserved(rule=rule, amount_fen=300_000) for rule in (HUNAN_CANTEEN, NATIONAL_CANTEEN)]
        await Reserving(reserving.desk, reserving.kitchen).put(300_000, year=2025, reserved=both)
        async with unchanged():
            with pytest.raises(InvalidFields) as refused:
                await reserving.put(300_000)
        [error] = refused.value.facts["errors"]
        assert error["lower"] == [{"field": "reserved", "rule": NATIONAL_CANTEEN, "last_year_fen": 300_000}]

    async def test_a_closed_year_takes_no_more(self, desk: Desk, kitchen: Kitchen, unchanged: Unchanged) -> None:
        kitchen.clock.set(noon(date(2026, 1, 20)))
        await close_year(desk, kitchen.finance, kitchen.canteen_id, CloseYear(year=2025))
        async with unchanged():
            with pytest.raises(YearClosed):
                await put_reservation(desk, kitchen.finance, new_id(), filing(kitchen, 999_999, year=2025))


class TestReview:
    async def test_returned_it_stands_no_more_and_filed_again_it_does(
        self, reserving: Reserving, kitchen: Kitchen
    ) -> None:
        await reserving.put(200_001)
        kitchen.clock.set(noon(date(2026, 1, 10)))
        returned = await reserving.review(send_back())
        assert (returned["state"], returned["review"]["reason"]) == ("returned", "与就餐人数不符")
        assert returned["review"]["reviewed_by"] == str(kitchen.above.account_id)
        assert await reserving.reserved() is None
        assert await reserving.reserved(known_by=date(2026, 1, 9)) == 200_001
        kitchen.clock.set(noon(date(2026, 2, 5)))
        again = await reserving.put(260_000, reason="已按就餐人数核对")
        assert (again["state"], again["review"], again["late"]) == ("submitted", None, False)
        accepted = await reserving.review(accept(2))
        assert [one["state"] for one in accepted["versions"]] == ["returned", "accepted"]
        assert await reserving.reserved() == 260_000

    async def test_is_the_level_aboves_and_never_whos_filed_it(
        self, reserving: Reserving, kitchen: Kitchen, unchanged: Unchanged
    ) -> None:
        both = Identity(kitchen.finance.account_id, new_id(), "王芳", (*kitchen.finance.seats, *kitchen.above.seats))
        beside = someone(Role.FINANCE, new_id(), "/430000/430200/")
        await put_reservation(reserving.desk, both, reserving.id, filing(kitchen, 200_001))
        async with unchanged():
            for who in (kitchen.buyer, kitchen.auditor, beside, someone(Role.FINANCE, new_id(), kitchen.path)):
                with pytest.raises(NotAllowed):
                    await reserving.review(accept(), who)
            with pytest.raises(OwnRequest):
                await reserving.review(accept(), both)
            with pytest.raises(ReservationUnknown):
                await review_reservation(reserving.desk, kitchen.above, new_id(), accept())

    async def test_is_of_the_version_that_was_read_and_once(self, reserving: Reserving, unchanged: Unchanged) -> None:
        await reserving.put(200_001)
        await reserving.put(210_000, reason="补录")
        once = Stamp.of_request("review", new_id().hex, b"1")
        async with unchanged():
            with pytest.raises(NewerReservation):
                await reserving.review(accept(1))
            with pytest.raises(InvalidFields) as refused:
                await reserving.review(send_back(2, " "))
            assert wrong_field(refused) == "reason"
        first = await reserving.review(accept(2), once=once)
        async with unchanged():
            assert await reserving.review(accept(2), once=once) == first
            with pytest.raises(KeyReused):
                await reserving.review(accept(2), once=Stamp(once.door, once.key, "other"))
            with pytest.raises(WrongState):
                await reserving.review(send_back(2))


class TestReading:
    async def test_is_for_the_canteen_and_the_units_above(
        self, reserving: Reserving, kitchen: Kitchen, kitchen_of: MakeKitchen
    ) -> None:
        filed = await reserving.put(200_001)
        for who in (kitchen.finance, kitchen.buyer, kitchen.above, kitchen.auditor):
            assert await get_reservation(reserving.desk, who, reserving.id) == filed
        other = await kitchen_of()
        for stranger in (other.finance, other.buyer):
            with pytest.raises(NotAllowed):
                await get_reservation(reserving.desk, stranger, reserving.id)
        with pytest.raises(ReservationUnknown):
            await get_reservation(reserving.desk, kitchen.finance, new_id())

    async def test_a_unit_lists_the_newest_of_each_by_state(
        self, desk: Desk, reserving: Reserving, kitchen: Kitchen
    ) -> None:
        await reserving.put(200_001)
        await reserving.put(250_000, reason="补录")

        async def listed(state: ReservationState | None = None, unit: UUID = kitchen.unit_id) -> list[Any]:
            page = await list_reservations(desk, kitchen.finance, unit, year=2026, state=state, limit=100, cursor=None)
            return [(one["id"], one["version"], one["state"]) for one in page["items"]]

        assert await listed() == [(str(reserving.id), 2, "submitted")]
        assert await listed(ReservationState.ACCEPTED) == []
        await reserving.put(1, draft=True)
        assert await listed(ReservationState.SUBMITTED) == [(str(reserving.id), 2, "submitted")]
        await reserving.review(accept(2))
        assert await listed(ReservationState.ACCEPTED) == [(str(reserving.id), 2, "accepted")]
        page = await list_reservations(
            desk, kitchen.above, kitchen.unit_id, year=2026, state=None, limit=1, cursor=None
        )
        assert page["next"] is None
        stranger = someone(Role.FINANCE, new_id(), "/430000/430200/")
        with pytest.raises(NotAllowed):
            await list_reservations(desk, stranger, kitchen.unit_id, year=2026, state=None, limit=1, cursor=None)


class TestReminders:
    async def raised(self, kitchen: Kitchen, rule: str = HUNAN_CANTEEN, **dates: Any) -> list[tuple[str, int]]:
        ask = AskStatement(rule, 2026, **dates)
        found = await list_alerts(kitchen.desk, kitchen.finance, kitchen.unit_id, ask, limit=100, cursor=None)
        return [(one["alert"], one["value"]) for one in found["items"] if "reserv" in one["alert"]]

    async def test_are_of_what_is_not_filed_in_time_or_not_filed_again(
        self, reserving: Reserving, kitchen: Kitchen
    ) -> None:
        kitchen.clock.set(noon(date(2026, 1, 31)))
        assert await self.raised(kitchen) == []
        kitchen.clock.set(noon(date(2026, 2, 3)))
        assert await self.raised(kitchen) == [("unreserved", 3)]
        filed = await reserving.put(200_001)
        assert filed["late"] is True
        assert await self.raised(kitchen) == []
        assert await self.raised(kitchen, NATIONAL_CANTEEN) == [("unreserved", 3)]
        assert await self.raised(kitchen, happened_by=date(2026, 2, 2)) == [("unreserved", 2)]
        kitchen.clock.set(noon(date(2026, 2, 4)))
        await reserving.review(send_back())
        kitchen.clock.set(noon(date(2026, 2, 9)))
        assert await self.raised(kitchen) == [("reservation_returned", 5)]
        await reserving.put(200_001, reason="已核对")
        assert await self.raised(kitchen) == []

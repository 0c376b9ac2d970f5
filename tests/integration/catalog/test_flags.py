"""Sold beyond what is plausible is flagged with its lots, answered, decided by another, and appealed against."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.catalog.domain.flags import AnswerFixed, AppealTooLate, FlagNotFound, FlagOutcome, UpheldByYou, flag_id_of
from services.catalog.domain.suppliers import ChangedMeanwhile
from services.catalog.usecases.answer_flag import AppealFlag, PutFlagAnswer, appeal_flag, put_flag_answer
from services.catalog.usecases.decide_flag import DecideFlag, decide_flag
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.get_flags import ListFlags, get_flag, list_flags
from services.catalog.usecases.keep_sales import keep_sales
from services.catalog.usecases.put_outside_sale import put_outside_sale
from shared.clock import SettableClock
from shared.contracts.authority import Identity, NotAllowed, OwnRequest, Role
from shared.contracts.words import FlagKind
from shared.db.unit_of_work import Stamp
from shared.errors import InvalidFields
from shared.http.paging import encode_cursor
from shared.ids import new_id
from shared.states import WrongState
from tests.build.catalog import (
    COUNTY,
    ELSEWHERE,
    PREFECTURE,
    PROVINCE,
    Seller,
    a_person,
    admitted,
    an_officer,
    on_sale,
    seated,
)
from tests.build.sold import a_line, accepted, back, confirmed, hear, returned
from tests.integration.catalog.conftest import NOW, Kept
from tests.integration.catalog.test_capacity import a_sale, fields

PLAUSIBLE = 6_670_000
"""Grams of ginger that can have been sold in March: what November brought and still keeps."""
AUDITOR = an_officer(PROVINCE, Role.AUDITOR)


async def a_base(desk: Desk) -> tuple[Seller, UUID]:
    """Have a base with a confirmed capacity for ginger, and ginger on sale."""
    seller = await admitted(desk)
    await confirmed(desk, seller)
    return seller, await on_sale(desk, seller, item_code="ginger")


def flag_of(seller: Seller) -> UUID:
    return flag_id_of(FlagKind.CAPACITY, seller.id, "ginger", 2026)


async def flagged(desk: Desk, grams: int = 2 * PLAUSIBLE) -> tuple[Seller, UUID]:
    """Have a base sell too much; gives it and its listing."""
    seller, listing = await a_base(desk)
    await hear(desk, accepted(seller.id, a_line(listing, grams)))
    return seller, listing


async def decided(desk: Desk, seller: Seller, outcome: str, version: int, who: Identity = AUDITOR) -> dict[str, Any]:
    command = DecideFlag(outcome=FlagOutcome(outcome), version=version, reason="已核对台账")
    return await decide_flag(desk, who, flag_of(seller), command)


class TestRaise:
    async def test_up_to_ten_percent_is_none(self, desk: Desk, kept: Kept) -> None:
        await flagged(desk, PLAUSIBLE * 11 // 10)
        assert await kept.value("SELECT count(*) FROM flags") == 0
        assert "supplier.flagged" not in await kept.types_said()

    async def test_names_the_latest_lots_of_the_excess_and_is_said_once(self, desk: Desk, kept: Kept) -> None:
        seller, listing = await a_base(desk)
        lines = [a_line(listing, grams) for grams in (6_000_000, 1_000_000, 500_000)]
        heard = await hear(desk, *(accepted(seller.id, line) for line in lines))
        flag = await get_flag(desk, seller.person, flag_of(seller))
        assert (flag["state"], flag["version"], flag["kind"]) == ("open", 1, "capacity")
        assert {**flag["evidence"], "capacity_id": ""} == {
            "capacity_id": "",
            "from_month": 3,
            "to_month": 8,
            "expected_grams": PLAUSIBLE,
            "found_grams": 7_500_000,
            "elsewhere_grams": 0,
            "lots_of_excess": 2,
        }
        assert flag["reason"] == "2026年3—8月姜各渠道共售出7,500公斤，核实产能为6,670公斤"
        in_english = "Ginger, 2026-03 to 2026-08: 7,500 kg were sold in all channels; the verified capacity is 6,670 kg"
        assert (flag["reason_en"], flag["steps"][0]["text_en"]) == (in_english, in_english)
        said = [event.data for event in await kept.said() if event.type == "supplier.flagged"]
        assert [(one["version"], one["state"], one["lots"]) for one in said] == [(1, "open", flag["lots"])]
        assert len(flag["lots"]) == 2
        async with kept.unchanged():
            await keep_sales(desk, heard)

    async def test_counts_what_was_sold_elsewhere(self, desk: Desk) -> None:
        seller, _ = await flagged(desk, PLAUSIBLE)
        await put_outside_sale(desk, seller.person, seller.id, new_id(), a_sale(grams=700_000))
        flag = await get_flag(desk, seller.person, flag_of(seller))
        assert (flag["evidence"]["found_grams"], flag["evidence"]["elsewhere_grams"]) == (7_370_000, 700_000)
        assert len(flag["lots"]) == 1

    async def test_grows_with_more_and_not_with_what_goes_back(self, desk: Desk, kept: Kept) -> None:
        seller, listing = await flagged(desk)
        line = a_line(listing, 1_000_000)
        more = accepted(seller.id, line)
        await hear(desk, more)
        flag = await get_flag(desk, seller.person, flag_of(seller))
        assert (flag["version"], [step["step"] for step in flag["steps"]]) == (2, ["raise", "grow"])
        await hear(desk, returned(more, back(line, 1_000_000)))
        assert (await get_flag(desk, seller.person, flag_of(seller)))["version"] == 2

    async def test_a_capacity_that_is_confirmed_later_raises_it_and_a_larger_one_leaves_it(self, desk: Desk) -> None:
        seller = await admitted(desk)
        listing = await on_sale(desk, seller, item_code="ginger")
        await hear(desk, accepted(seller.id, a_line(listing, 2 * PLAUSIBLE)))
        await confirmed(desk, seller)
        assert (await get_flag(desk, seller.person, flag_of(seller)))["state"] == "open"
        await confirmed(desk, seller, yield_grams=100_000)
        assert (await get_flag(desk, seller.person, flag_of(seller)))["state"] == "open"

    async def test_of_goods_without_an_item_is_none(self, desk: Desk, kept: Kept) -> None:
        seller, _ = await a_base(desk)
        unnamed = await on_sale(desk, seller)
        await hear(desk, accepted(seller.id, a_line(unnamed, 10 * PLAUSIBLE)))
        assert await kept.value("SELECT count(*) FROM flags") == 0


async def named(desk: Desk, seller: Seller, nth: int = 1) -> tuple[str, int, list[str]]:
    """Tell the state, the version and the lots of a flag."""
    flag = await get_flag(desk, seller.person, flag_id_of(FlagKind.CAPACITY, seller.id, "ginger", 2026, nth))
    return flag["state"], flag["version"], sorted(lot["acceptance_id"] for lot in flag["lots"])


class TestMore:
    @pytest.mark.parametrize("outcome", ["", "uphold"])
    async def test_frees_no_lot_that_nobody_cleared(self, desk: Desk, outcome: str) -> None:
        """What goes back and what is sold later move the excess to other lots; those that were named stay."""
        seller, listing = await a_base(desk)
        first, later = a_line(listing, PLAUSIBLE), a_line(listing, PLAUSIBLE // 5)
        whole, beyond = accepted(seller.id, first), accepted(seller.id, later)
        await hear(desk, whole, beyond)
        if outcome:
            await decided(desk, seller, outcome, 1)
        await hear(desk, returned(whole, back(first, PLAUSIBLE * 3 // 10)))
        more = accepted(seller.id, a_line(listing, PLAUSIBLE * 2 // 5))
        await hear(desk, more)
        old, new = str(beyond.acceptance_id), str(more.acceptance_id)
        if outcome:
            assert await named(desk, seller) == ("upheld", 2, [old])
            assert await named(desk, seller, 2) == ("open", 1, [new])
        else:
            assert await named(desk, seller) == ("open", 2, sorted([old, new]))

    async def test_that_is_found_after_a_decision_is_decided_by_itself(self, desk: Desk, kept: Kept) -> None:
        seller, listing = await flagged(desk)
        await decided(desk, seller, "uphold", 1)
        await appeal_flag(desk, seller.person, flag_of(seller), AppealFlag(version=2, text="漏计新流转地块"))
        await decided(desk, seller, "confirm", 3, an_officer(PROVINCE))
        struck = await named(desk, seller)
        for place in (1, 2):
            await hear(desk, accepted(seller.id, a_line(listing, PLAUSIBLE)))
            state, version, lots = await named(desk, seller, 2)
            assert (state, version, len(lots), set(lots) & set(struck[2])) == ("open", place, place, set())
        assert await named(desk, seller) == struck
        further = flag_id_of(FlagKind.CAPACITY, seller.id, "ginger", 2026, 2)
        await decide_flag(desk, AUDITOR, further, DecideFlag(outcome=FlagOutcome.CLEAR, version=2, reason="已核对台账"))
        assert (await named(desk, seller))[0] == "final"
        await hear(desk, accepted(seller.id, a_line(listing, PLAUSIBLE // 10)))
        assert (await named(desk, seller, 2))[0] == "cleared"
        await hear(desk, accepted(seller.id, a_line(listing, PLAUSIBLE)))
        assert (await named(desk, seller, 2))[0] == "open"
        assert await kept.value("SELECT count(*) FROM flags") == 2

    async def test_than_a_flag_has_room_for_opens_a_further_one(self, desk: Desk) -> None:
        seller, listing = await a_base(desk)
        sales = [accepted(seller.id, *(a_line(listing, PLAUSIBLE // 50) for _ in range(150))) for _ in range(4)]
        await hear(desk, *sales)
        assert [len((await named(desk, seller, nth))[2]) for nth in (1, 2)] == [500, 50]
        await hear(desk, accepted(seller.id, a_line(listing, PLAUSIBLE // 50)))
        assert [(version, len(lots)) for _, version, lots in [await named(desk, seller, nth) for nth in (1, 2)]] == [
            (1, 500),
            (2, 51),
        ]


class TestAnswer:
    async def test_is_given_once_with_own_papers(self, desk: Desk, kept: Kept) -> None:
        seller, _ = await flagged(desk)
        answer_id, said = new_id(), PutFlagAnswer(text="其中一半为代销")
        first = await put_flag_answer(desk, seller.person, flag_of(seller), answer_id, said)
        assert (first["state"], first["version"]) == ("answered", 2)
        async with kept.unchanged():
            assert await put_flag_answer(desk, seller.person, flag_of(seller), answer_id, said) == first
            with pytest.raises(AnswerFixed):
                await put_flag_answer(desk, seller.person, flag_of(seller), answer_id, PutFlagAnswer(text="另一说法"))
            foreign = PutFlagAnswer(text="见附件", document_ids=(new_id(),))
            with pytest.raises(InvalidFields) as refused:
                await put_flag_answer(desk, seller.person, flag_of(seller), new_id(), foreign)
            assert fields(refused) == ["document_ids"]

    async def test_is_for_whom_it_is_about(self, desk: Desk, kept: Kept) -> None:
        seller, _ = await flagged(desk)
        rival = await admitted(desk)
        async with kept.unchanged():
            for who in (rival.person, an_officer(), AUDITOR):
                with pytest.raises(NotAllowed):
                    await put_flag_answer(desk, who, flag_of(seller), new_id(), PutFlagAnswer(text="x"))
            with pytest.raises(NotAllowed):
                await get_flag(desk, rival.person, flag_of(seller))
            with pytest.raises(FlagNotFound):
                await get_flag(desk, seller.person, new_id())


class TestDecide:
    async def test_is_for_a_level_above_or_an_auditor_without_a_seat_there(self, desk: Desk, kept: Kept) -> None:
        seller, _ = await flagged(desk)
        async with kept.unchanged():
            for who in (seller.person, an_officer(COUNTY), an_officer(ELSEWHERE), a_person()):
                with pytest.raises(NotAllowed):
                    await decided(desk, seller, "uphold", 1, who)
            with pytest.raises(OwnRequest):
                await decided(desk, seller, "clear", 1, seated(AUDITOR, seller.id))
            with pytest.raises(ChangedMeanwhile):
                await decided(desk, seller, "clear", 2)
            with pytest.raises(WrongState):
                await decided(desk, seller, "confirm", 1)
        assert (await decided(desk, seller, "uphold", 1, an_officer(PREFECTURE)))["state"] == "upheld"

    async def test_cleared_is_raised_anew_by_clearly_more(self, desk: Desk) -> None:
        seller, listing = await flagged(desk)
        await decided(desk, seller, "clear", 1)
        await hear(desk, accepted(seller.id, a_line(listing, PLAUSIBLE // 10)))
        assert (await get_flag(desk, seller.person, flag_of(seller)))["state"] == "cleared"
        await hear(desk, accepted(seller.id, a_line(listing, PLAUSIBLE)))
        flag = await get_flag(desk, seller.person, flag_of(seller))
        assert (flag["state"], [step["step"] for step in flag["steps"]]) == ("open", ["raise", "clear", "raise"])

    async def test_of_two_who_decide_at_once_one_wins_and_a_repeat_is_one(self, desk: Desk) -> None:
        seller, _ = await flagged(desk)
        come = [decided(desk, seller, outcome, 1) for outcome in ("clear", "uphold")]
        answers = await asyncio.gather(*come, return_exceptions=True)
        assert sorted(type(one).__name__ for one in answers) == ["ChangedMeanwhile", "dict"]
        other, _ = await flagged(desk)
        once, command = Stamp("decide", "k1", "same"), DecideFlag(outcome=FlagOutcome.CLEAR, version=1, reason="属实")
        first = await decide_flag(desk, AUDITOR, flag_of(other), command, once=once)
        assert await decide_flag(desk, AUDITOR, flag_of(other), command, once=once) == first


class TestAppeal:
    async def test_is_decided_by_another_and_ends_it(self, desk: Desk, kept: Kept) -> None:
        seller, _ = await flagged(desk)
        await decided(desk, seller, "uphold", 1)
        appeal = AppealFlag(version=2, text="漏计新流转地块")
        assert (await appeal_flag(desk, seller.person, flag_of(seller), appeal))["state"] == "appealed"
        async with kept.unchanged():
            with pytest.raises(UpheldByYou):
                await decided(desk, seller, "clear", 3)
        told = await decided(desk, seller, "confirm", 3, an_officer(PROVINCE))
        assert (told["state"], told["open_steps"]) == ("final", [])
        states = [one.data["state"] for one in await kept.said() if one.type == "supplier.flagged"]
        assert states == ["open", "upheld", "appealed", "final"]

    async def test_has_sixty_days(self, desk: Desk, kept: Kept, clock: SettableClock) -> None:
        seller, _ = await flagged(desk)
        await decided(desk, seller, "uphold", 1)
        clock.set(NOW + timedelta(days=61))
        async with kept.unchanged():
            with pytest.raises(AppealTooLate) as refused:
                await appeal_flag(desk, seller.person, flag_of(seller), AppealFlag(version=2, text="迟来的申诉"))
        assert refused.value.facts == {"appeal_until": "2026-05-01"}


class TestList:
    async def test_holds_what_is_in_reach(self, desk: Desk) -> None:
        seller, _ = await flagged(desk)
        rival = await admitted(desk)
        for who in (seller.person, an_officer(COUNTY), AUDITOR):
            assert [one["flag_id"] for one in (await list_flags(desk, who, ListFlags()))["items"]] == [
                str(flag_of(seller))
            ]
        for who in (rival.person, an_officer(ELSEWHERE), a_person()):
            assert (await list_flags(desk, who, ListFlags()))["items"] == []
        for other in (ListFlags(state="cleared"), ListFlags(kind="price"), ListFlags(supplier=rival.id)):
            assert (await list_flags(desk, AUDITOR, other))["items"] == []
        with pytest.raises(InvalidFields):
            await list_flags(desk, AUDITOR, ListFlags(cursor=encode_cursor(["applied", 0, str(new_id())])))

"""Anybody brings up what is wrong: it is recorded, dealt with by nobody whom it concerns, answered and followed up."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from services.order.domain.refusals import (
    CaseDiffers,
    CaseReopenedBefore,
    HandedToItself,
    NoSuchCanteen,
    NoSuchCase,
    NoSuchOrder,
    NoSuchSupplier,
    NoSuchUnit,
    PartyToCase,
)
from services.order.usecases.case_commands import FollowCase, PutCase, ReopenCase, StepCase
from services.order.usecases.case_papers import link_case_paper, put_case_paper
from services.order.usecases.desk import Desk
from services.order.usecases.keep_copies import keep_copies
from services.order.usecases.linked_files import get_order_file
from services.order.usecases.put_case import put_case
from services.order.usecases.read_cases import follow_case, get_case, get_case_statistics, list_cases
from services.order.usecases.step_case import reopen_case, step_case
from services.order.usecases.tell_of_cases import tell_late_cases
from shared.clock import SettableClock
from shared.contracts.authority import Identity, NotAllowed, OwnRequest, Role, Seat
from shared.contracts.procurement_quota import UnitChanged
from shared.contracts.words import UnitLevel
from shared.errors import InvalidFields
from shared.http.answers import json_answer
from shared.ids import new_id
from shared.papers.paper import Paper
from shared.states import WrongState
from tests.build.order import START, Town, an_identity, heard, said, untouched
from tests.build.papers import PDF


async def a_unit(desk: Desk, path: str) -> UUID:
    unit_id = new_id()
    event = UnitChanged(
        unit_id=unit_id,
        version=1,
        code=path.strip("/").split("/")[-1],
        name="株洲市残联",
        level=UnitLevel.PREFECTURE,
        parent_id=None,
        path=path,
        division_code="430200",
        approval_limit_fen=0,
    )
    await keep_copies(desk, heard(event))
    return unit_id


class Land:
    """A prefecture of its own with a county's town in it, and an officer in each."""

    def __init__(self, town: Town, above: UUID, path: str) -> None:
        self.town, self.above, self.path = town, above, path
        self.officer = an_identity(Seat(Role.OFFICER, above, path), name="孙办理")
        self.own_officer = an_identity(Seat(Role.OFFICER, town.unit_id, town.path), name="县残联")


@pytest.fixture
async def land(desk: Desk) -> Land:
    path = f"/430000/{new_id().int % 10**12}/"
    above = await a_unit(desk, path)
    return Land(await Town(desk, path=f"{path}{new_id().int % 10**12}/").heard_of(), above, path)


def a_case(**other: Any) -> PutCase:
    return PutCase.model_validate({"kind": "complaint", "text": "所送蔬菜有异味", **other})


def of_canteen(land: Land, **other: Any) -> PutCase:
    return a_case(subject="canteen", subject_id=land.town.canteen_id, **other)


def a_step(step: str, **other: Any) -> StepCase:
    return StepCase.model_validate({"step": step, "reason": "经核查属实", **other})


async def raised(desk: Desk, land: Land, by: Identity | None = None) -> tuple[UUID, str]:
    case_id = new_id()
    view, _ = await put_case(desk, by, case_id, of_canteen(land, contact="0731-5555 0001"))
    return case_id, view["code"]


async def closed(desk: Desk, land: Land, case_id: UUID) -> dict[str, Any]:
    await step_case(desk, land.officer, case_id, a_step("accept"))
    await step_case(desk, land.officer, case_id, a_step("answer"))
    return await step_case(desk, land.officer, case_id, a_step("close", outcome="upheld"))


class TestRaising:
    async def test_needs_no_account_and_is_followed_by_a_code(self, desk: Desk, land: Land) -> None:
        case_id, command = new_id(), of_canteen(land, contact="0731-5555 0001")
        view, new = await put_case(desk, None, case_id, command)
        assert (new, view["state"], view["recorded"], view["answered"]) == (True, "received", True, False)
        assert view["unit"]["id"] == str(land.above)
        async with untouched(desk):
            assert await put_case(desk, None, case_id, command) == (view, False)
            with pytest.raises(CaseDiffers):
                await put_case(desk, None, case_id, of_canteen(land, contact=""))
            with pytest.raises(CaseDiffers):
                await put_case(desk, land.town.buyer, case_id, command)
            followed = await follow_case(desk, FollowCase(code=view["code"].lower()))
            with pytest.raises(NoSuchCase):
                await follow_case(desk, FollowCase(code="A" * 16))
        assert followed == {name: value for name, value in view.items() if name != "code"}
        assert followed["contact"] is None
        (notice,) = await said(desk, case_id, "notice.raised")
        assert notice["audience"][0]["organisation_id"] == str(land.above)

    async def test_of_one_id_at_once_is_one_case(self, desk: Desk, land: Land) -> None:
        case_id, command = new_id(), of_canteen(land)
        done = await asyncio.gather(*(put_case(desk, None, case_id, command) for _ in range(6)))
        assert {view["code"] for view, _ in done} == {done[0][0]["code"]}
        assert sorted(new for _, new in done) == [False] * 5 + [True]
        assert len(await said(desk, case_id, "notice.raised")) == 1

    async def test_names_what_there_is_and_no_order_of_others(self, desk: Desk, land: Land) -> None:
        walk = await land.town.an_order((await land.town.goods(), 10_000))
        stranger = an_identity(Seat(Role.BUYER, new_id(), land.town.path))
        order = a_case(subject="order", subject_id=walk.order_id)
        async with untouched(desk):
            for by in (None, stranger):
                with pytest.raises(NoSuchOrder):
                    await put_case(desk, by, new_id(), order)
            with pytest.raises(NoSuchCanteen):
                await put_case(desk, None, new_id(), a_case(subject="canteen", subject_id=new_id()))
            with pytest.raises(NoSuchSupplier):
                await put_case(desk, None, new_id(), a_case(subject="supplier", subject_id=new_id()))
            with pytest.raises(NoSuchUnit):
                await put_case(desk, None, new_id(), a_case(unit_id=new_id()))
        view, _ = await put_case(desk, land.town.buyer, new_id(), order)
        assert view["unit"]["id"] == str(land.above)
        view, _ = await put_case(desk, None, new_id(), a_case(unit_id=land.town.unit_id, kind="conflict_of_interest"))
        assert view["unit"]["id"] == str(land.town.unit_id)

    @pytest.mark.parametrize(
        "bent",
        [
            {"text": ""},
            {"text": "长" * 4_001},
            {"text": "a\u202eb"},
            {"subject": "order"},
            {"subject_id": str(new_id())},
            {"kind": "praise"},
            {"contact": "长" * 501},
        ],
    )
    def test_is_bounded(self, bent: dict[str, Any]) -> None:
        with pytest.raises(ValidationError):
            a_case(**bent)


class TestDealing:
    async def test_goes_from_record_to_answer_to_outcome(self, desk: Desk, land: Land) -> None:
        case_id, code = await raised(desk, land, land.town.buyer)
        async with untouched(desk):
            for early in (a_step("answer"), a_step("close", outcome="upheld")):
                with pytest.raises(WrongState):
                    await step_case(desk, land.officer, case_id, early)
        view = await closed(desk, land, case_id)
        assert json_answer(view).status_code == 200
        assert (view["recorded"], view["answered"], view["followed_up"]) == (True, True, True)
        assert (view["outcome"], view["contact"]) == ("upheld", "0731-5555 0001")
        receipt = await follow_case(desk, FollowCase(code=code))
        assert [step["step"] for step in receipt["steps"]] == ["receive", "accept", "answer", "close"]
        assert [step["reason"] for step in receipt["steps"]] == ["", "", "经核查属实", "经核查属实"]
        assert {(step["account_id"], step["account_name"]) for step in receipt["steps"]} == {(None, "")}
        told = [notice for notice in await said(desk, case_id, "notice.raised") if notice["account_ids"]]
        assert [notice["account_ids"] for notice in told] == [[str(land.town.buyer.account_id)]] * 3

    async def test_is_nobodys_whom_it_concerns_nor_who_raised_it(self, desk: Desk, land: Land) -> None:
        case_id, _ = await raised(desk, land)
        party = an_identity(*land.officer.seats, *land.town.buyer.seats)
        own, _ = await raised(desk, land, land.officer)
        async with untouched(desk):
            with pytest.raises(PartyToCase):
                await step_case(desk, party, case_id, a_step("accept"))
            with pytest.raises(OwnRequest):
                await step_case(desk, land.officer, own, a_step("accept"))
            for other in (land.own_officer, land.town.buyer, land.town.finance):
                with pytest.raises(NotAllowed):
                    await step_case(desk, other, case_id, a_step("accept"))
                with pytest.raises(NotAllowed):
                    await get_case(desk, other, case_id)
            with pytest.raises(NoSuchCase):
                await step_case(desk, land.officer, new_id(), a_step("accept"))

    async def test_handed_on_keeps_its_evidence_and_its_day(self, desk: Desk, land: Land) -> None:
        case_id, code = await raised(desk, land)
        paper = Paper(new_id(), "照片.pdf", PDF)
        await put_case_paper(desk, None, case_id, paper, code)
        path = f"/430000/{new_id().int % 10**12}/"
        other = await a_unit(desk, path)
        async with untouched(desk):
            for wrong in (land.town.unit_id, land.above):
                with pytest.raises(HandedToItself):
                    await step_case(desk, land.officer, case_id, a_step("hand_on", unit_id=wrong))
            with pytest.raises(NoSuchUnit):
                await step_case(desk, land.officer, case_id, a_step("hand_on", unit_id=new_id()))
        before = await get_case(desk, land.officer, case_id)
        await step_case(desk, land.officer, case_id, a_step("hand_on", unit_id=other))
        officer = an_identity(Seat(Role.OFFICER, other, path))
        view = await get_case(desk, officer, case_id)
        assert (view["state"], view["unit"]["id"]) == ("handed_on", str(other))
        assert (view["reply_due_at"], view["papers"]) == (before["reply_due_at"], before["papers"])
        assert (await get_case(desk, land.officer, case_id))["steps"] == view["steps"]
        with pytest.raises(NotAllowed):
            await step_case(desk, land.officer, case_id, a_step("accept"))
        link = desk.links.link("case-paper", case_id, paper.document_id, officer.account_id)
        assert (await link_case_paper(desk, officer, case_id, paper.document_id))["href"].startswith("/order-files/")
        assert (await get_order_file(desk, paper.document_id, link))[1].body == PDF

    async def test_by_two_at_once_is_done_once(self, desk: Desk, land: Land) -> None:
        case_id, _ = await raised(desk, land)
        done = await asyncio.gather(
            *(step_case(desk, land.officer, case_id, a_step("accept")) for _ in range(4)), return_exceptions=True
        )
        assert sum(isinstance(one, WrongState) for one in done) == 3


class TestReopening:
    async def test_is_theirs_who_raised_it_and_once(self, desk: Desk, land: Land, clock: SettableClock) -> None:
        case_id, code = await raised(desk, land)
        again = ReopenCase.model_validate({"reason": "未说明检测结果", "code": code})
        async with untouched(desk):
            with pytest.raises(WrongState):
                await reopen_case(desk, None, case_id, again)
        await closed(desk, land, case_id)
        clock.set(START + timedelta(days=10))
        async with untouched(desk):
            for stranger in (ReopenCase(reason="不服"), ReopenCase(reason="不服", code="B" * 16)):
                with pytest.raises(NoSuchCase):
                    await reopen_case(desk, land.town.buyer, case_id, stranger)
        view = await reopen_case(desk, None, case_id, again)
        assert (view["state"], view["outcome"], view["followed_up"]) == ("received", None, False)
        assert view["reply_due_at"].date().isoformat() == "2026-05-11"
        view = await closed(desk, land, case_id)
        assert "reopen" not in view["open_steps"]
        async with untouched(desk):
            with pytest.raises(CaseReopenedBefore):
                await reopen_case(desk, None, case_id, again)

    async def test_is_by_the_code_of_the_receipt_whatever_key_signs_links_by_then(self, desk: Desk, land: Land) -> None:
        case_id, code = await raised(desk, land)
        await closed(desk, land, case_id)
        later = replace(desk, links=replace(desk.links, key=b"k" * 32))
        again = ReopenCase(reason="未说明检测结果", code=code)
        assert (await reopen_case(later, None, case_id, again))["state"] == "received"


class TestLateness:
    async def test_is_told_once_to_whoever_has_it_and_to_the_unit_above(
        self, desk: Desk, land: Land, clock: SettableClock
    ) -> None:
        case_id, _ = await raised(desk, land)
        done, _ = await raised(desk, land)
        await closed(desk, land, done)
        clock.set(START + timedelta(days=60, seconds=1))
        await asyncio.gather(*(tell_late_cases(desk) for _ in range(3)))
        due = [one for one in await said(desk, case_id, "notice.raised") if one["kind"] == "case_due"]
        assert len(due) == 1
        assert due[0]["audience"][0]["organisation_id"] == str(land.above)
        assert [one["kind"] for one in await said(desk, done, "notice.raised")] == ["case_moved"]


class TestEvidence:
    async def test_is_filed_by_who_raised_it_or_has_it_until_it_is_closed(self, desk: Desk, land: Land) -> None:
        case_id, code = await raised(desk, land)
        paper = Paper(new_id(), "a.pdf", PDF)
        async with untouched(desk):
            for by, told in ((None, None), (None, "C" * 16), (land.town.buyer, None)):
                with pytest.raises(NoSuchCase):
                    await put_case_paper(desk, by, case_id, paper, told)
        await put_case_paper(desk, None, case_id, paper, code)
        await put_case_paper(desk, land.officer, case_id, Paper(new_id(), "b.pdf", PDF), None)
        view = await closed(desk, land, case_id)
        assert [one["name"] for one in view["papers"]] == ["a.pdf", "b.pdf"]
        async with untouched(desk):
            await put_case_paper(desk, None, case_id, paper, code)
            with pytest.raises(WrongState):
                await put_case_paper(desk, None, case_id, Paper(new_id(), "c.pdf", PDF), code)


class TestLists:
    async def test_show_what_is_in_ones_hands(self, desk: Desk, land: Land) -> None:
        first, _ = await raised(desk, land)
        second, _ = await raised(desk, land)
        page = await list_cases(desk, land.officer, None, 1, None)
        assert json_answer(page).status_code == 200
        rest = await list_cases(desk, land.officer, None, 1, page["next"])
        assert [one["case_id"] for one in (*page["items"], *rest["items"])] == [str(second), str(first)]
        assert rest["next"] is None
        assert (await list_cases(desk, land.own_officer, None, 10, None))["items"] == []
        with pytest.raises(NotAllowed):
            await list_cases(desk, land.town.buyer, None, 10, None)

    async def test_of_everybody_are_counts_alone(self, desk: Desk, land: Land, clock: SettableClock) -> None:
        for days in (2, 5, 9):
            clock.set(START)
            case_id, _ = await raised(desk, land)
            clock.set(START + timedelta(days=days))
            await closed(desk, land, case_id)
        await raised(desk, land)
        told = await get_case_statistics(desk, 2026)
        assert json_answer(told).status_code == 200
        await self._pages_tell_the_same(desk, land)
        (own,) = [one for one in told["units"] if one["unit_id"] == str(land.above)]
        counts = {name: own[name] for name in ("cases", "closed", "late", "upheld", "median_days_to_answer")}
        assert counts == {"cases": 4, "closed": 3, "late": 0, "upheld": 3, "median_days_to_answer": 5}
        assert [
            one for one in (await get_case_statistics(desk, 2025))["units"] if one["unit_id"] == str(land.above)
        ] == []

    async def _pages_tell_the_same(self, desk: Desk, land: Land) -> None:
        for _ in range(3):
            path = f"/430000/{new_id().int % 10**12}/"
            other = Land(
                await Town(desk, path=f"{path}{new_id().int % 10**12}/").heard_of(), await a_unit(desk, path), path
            )
            await raised(desk, other)
        whole = await get_case_statistics(desk, 2026)
        found: list[dict[str, Any]] = []
        cursor = None
        while True:
            page = await get_case_statistics(desk, 2026, 2, cursor)
            assert (len(page["units"]) <= 2, page["total"]) == (True, whole["total"])
            found += page["units"]
            cursor = page["next"]
            if cursor is None:
                break
        assert found[: len(whole["units"])] == whole["units"]
        assert len({one["unit_id"] for one in found}) == len(found) >= 4
        for name in ("cases", "closed", "late", "upheld"):
            assert whole["total"][name] == sum(one[name] for one in found)
        with pytest.raises(InvalidFields):
            await get_case_statistics(desk, 2026, 2, "nonsense")

"""A return is answered, or goes to the unit above, and is decided there by nobody who is a party to it."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.order.domain.refusals import NoSuchReturn, PartyToReturn, ReplyNotDue, ReturnDiffers, ReturnTooLate
from services.order.store.orders import find_order, move_order
from services.order.usecases.agree_return import agree_return
from services.order.usecases.commands import (
    EscalateReturn,
    RefuseReturn,
    ReturnGoods,
    RuleReturn,
    WithdrawReturn,
)
from services.order.usecases.desk import Desk
from services.order.usecases.escalate_return import escalate_return, escalate_unanswered
from services.order.usecases.get_order import get_order
from services.order.usecases.linked_files import get_order_file
from services.order.usecases.refuse_return import refuse_return
from services.order.usecases.return_goods import return_goods
from services.order.usecases.return_papers import link_return_paper, put_return_paper
from services.order.usecases.rule_return import rule_return
from services.order.usecases.withdraw_return import withdraw_return
from shared.clock import SettableClock
from shared.contracts.authority import Identity, NotAllowed, Role, Seat
from shared.files.links import Link, LinkDead
from shared.ids import new_id
from shared.media import FileKindUnknown
from shared.papers.evidence import EvidenceFixed, EvidenceUnknown, TooMuchEvidence
from shared.papers.paper import Paper
from shared.states import WrongState
from tests.build.market import a_photo
from tests.build.order import START, Town, Walk, an_identity, said, untouched
from tests.build.papers import PDF

REFUSE, ESCALATE = RefuseReturn(reason="签收时完好"), EscalateReturn(reason="照片可见腐烂")
UPHOLD = RuleReturn.model_validate({"outcome": "uphold", "reason": "照片与验收记录相符"})
DISMISS = RuleReturn.model_validate({"outcome": "dismiss", "reason": "证据不足"})


def officer_above(town: Town, *seats: Seat) -> Identity:
    return an_identity(Seat(Role.OFFICER, new_id(), "/430000/430200/"), *seats, name="孙裁定")


async def proposed(town: Town, quantity: int = 2_500) -> tuple[Walk, UUID]:
    walk = await town.an_order((await town.goods(), 10_000), upto="accepted")
    lines = [{"line_id": walk.line_ids()[0], "quantity": quantity, "reason": "有腐烂"}]
    asked = ReturnGoods.model_validate({"return_id": new_id(), "lines": lines, "remedy": "credit"})
    walk.view = await return_goods(town.desk, town.buyer, walk.order_id, asked)
    return walk, asked.return_id


async def escalated(town: Town) -> tuple[Walk, UUID]:
    walk, return_id = await proposed(town)
    await refuse_return(town.desk, walk.seller, walk.order_id, return_id, REFUSE)
    walk.view = await escalate_return(town.desk, town.buyer, walk.order_id, return_id, ESCALATE)
    return walk, return_id


def the_return(view: dict[str, Any]) -> dict[str, Any]:
    (only,) = view["returns"]
    found: dict[str, Any] = only
    return found


class TestAProposal:
    async def test_says_what_is_wanted_and_until_when_it_is_answered(self, desk: Desk, town: Town) -> None:
        walk, return_id = await proposed(town)
        one = the_return(walk.view)
        assert (one["remedy"], one["reply_due_at"][:19]) == ("credit", "2026-03-05T01:00:00")
        assert one["open_steps"] == ["agree", "escalate", "refuse", "withdraw"]
        (notice,) = await said(desk, return_id, "notice.raised")
        assert (notice["kind"], notice["due_at"][:19]) == ("return_asked", "2026-03-05T01:00:00")
        assert notice["audience"][0]["organisation_id"] == str(walk.seller.seats[0].organisation_id)

    async def test_comes_within_fifteen_days(self, desk: Desk, town: Town, clock: SettableClock) -> None:
        walk = await town.an_order((await town.goods(), 10_000), upto="accepted")
        lines = [{"line_id": walk.line_ids()[0], "quantity": 1, "reason": "有腐烂"}]
        asked = ReturnGoods.model_validate({"return_id": new_id(), "lines": lines})
        clock.set(START + timedelta(days=16))
        async with untouched(desk):
            with pytest.raises(ReturnTooLate) as refused:
                await return_goods(desk, town.buyer, walk.order_id, asked)
        assert refused.value.facts["last_day"] == "2026-03-17"
        assert "return" not in (await get_order(desk, town.buyer, walk.order_id))["open_steps"]
        clock.set(START + timedelta(days=15))
        assert "return" in (await get_order(desk, town.buyer, walk.order_id))["open_steps"]
        await return_goods(desk, town.buyer, walk.order_id, asked)

    async def test_again_with_another_remedy_is_another(self, desk: Desk, town: Town) -> None:
        walk, return_id = await proposed(town)
        lines = [{"line_id": walk.line_ids()[0], "quantity": 2_500, "reason": "有腐烂"}]
        other = ReturnGoods.model_validate({"return_id": return_id, "lines": lines, "remedy": "refund"})
        async with untouched(desk):
            with pytest.raises(ReturnDiffers):
                await return_goods(desk, town.buyer, walk.order_id, other)


class TestARefusal:
    async def test_has_a_reason_and_leaves_what_is_kept(self, desk: Desk, town: Town) -> None:
        walk, return_id = await proposed(town)
        view = await refuse_return(desk, walk.seller, walk.order_id, return_id, REFUSE)
        one = the_return(view)
        assert (one["state"], view["kept_fen"]) == ("refused", 13_000)
        last = one["steps"][-1]
        assert (last["step"], last["reason"], last["acted_as"]) == ("refuse", "签收时完好", "supplier")
        async with untouched(desk):
            with pytest.raises(WrongState):
                await refuse_return(desk, walk.seller, walk.order_id, return_id, REFUSE)
            with pytest.raises(NotAllowed):
                await refuse_return(desk, town.buyer, walk.order_id, return_id, REFUSE)
            with pytest.raises(NoSuchReturn):
                await refuse_return(desk, walk.seller, walk.order_id, new_id(), REFUSE)

    async def test_may_be_thought_better_of(self, desk: Desk, town: Town) -> None:
        walk, return_id = await proposed(town)
        await refuse_return(desk, walk.seller, walk.order_id, return_id, REFUSE)
        view = await agree_return(desk, walk.seller, walk.order_id, return_id)
        assert (the_return(view)["state"], view["kept_fen"]) == ("agreed", 9_750)


class TestSilence:
    async def test_goes_to_the_unit_above_once(self, desk: Desk, town: Town, clock: SettableClock) -> None:
        walk, return_id = await proposed(town)
        async with untouched(desk):
            await escalate_unanswered(desk)
            with pytest.raises(ReplyNotDue):
                await escalate_return(desk, town.buyer, walk.order_id, return_id, ESCALATE)
        clock.set(START + timedelta(days=3))
        await asyncio.gather(*(escalate_unanswered(desk) for _ in range(4)))
        one = the_return(await get_order(desk, town.buyer, walk.order_id))
        assert [step["step"] for step in one["steps"]] == ["propose", "escalate"]
        assert (one["state"], one["steps"][1]["account_id"]) == ("escalated", None)
        kinds = [notice["kind"] for notice in await said(desk, return_id, "notice.raised")]
        assert kinds == ["return_asked", "return_asked", "return_answered"]

    async def test_agreed_to_in_the_same_moment_is_one_or_the_other(
        self, desk: Desk, town: Town, clock: SettableClock
    ) -> None:
        walk, return_id = await proposed(town)
        clock.set(START + timedelta(days=3))
        await asyncio.gather(
            escalate_unanswered(desk),
            agree_return(desk, walk.seller, walk.order_id, return_id),
            escalate_unanswered(desk),
        )
        view = await get_order(desk, town.buyer, walk.order_id)
        assert (the_return(view)["state"], view["kept_fen"]) == ("agreed", 9_750)
        assert len(await said(desk, walk.order_id, "return.recorded")) == 1


class TestARuling:
    async def test_upheld_books_the_return(self, desk: Desk, town: Town) -> None:
        walk, return_id = await escalated(town)
        view = await rule_return(desk, officer_above(town), walk.order_id, return_id, UPHOLD)
        one = the_return(view)
        assert (one["state"], view["kept_fen"], view["returned_fen"]) == ("agreed", 9_750, 3_250)
        assert one["steps"][-1]["reason"] == "照片与验收记录相符"
        assert len(await said(desk, walk.order_id, "return.recorded")) == 1
        notice = (await said(desk, return_id, "notice.raised"))[-1]
        assert {one["organisation_id"] for one in notice["audience"]} == {
            str(town.canteen_id),
            str(walk.seller.seats[0].organisation_id),
        }

    async def test_dismissed_ends_it_with_nothing_booked(self, desk: Desk, town: Town) -> None:
        walk, return_id = await escalated(town)
        view = await rule_return(desk, officer_above(town), walk.order_id, return_id, DISMISS)
        assert (the_return(view)["state"], view["kept_fen"]) == ("dismissed", 13_000)
        async with untouched(desk):
            for again in (UPHOLD, DISMISS):
                with pytest.raises(WrongState):
                    await rule_return(desk, officer_above(town), walk.order_id, return_id, again)
            with pytest.raises(WrongState):
                await agree_return(desk, walk.seller, walk.order_id, return_id)
            with pytest.raises(WrongState):
                await put_return_paper(desk, town.buyer, walk.order_id, return_id, Paper(new_id(), "a.pdf", PDF))

    async def test_is_no_partys(self, desk: Desk, town: Town) -> None:
        walk, return_id = await escalated(town)
        buys = officer_above(town, *town.buyer.seats)
        sells = officer_above(town, *walk.seller.seats)
        refused = Identity(walk.seller.account_id, new_id(), "陈小红", officer_above(town).seats)
        own_unit = an_identity(Seat(Role.OFFICER, town.unit_id, town.path))
        elsewhere = an_identity(Seat(Role.OFFICER, new_id(), "/430000/430300/"))
        async with untouched(desk):
            for party in (buys, sells, refused):
                with pytest.raises(PartyToReturn):
                    await rule_return(desk, party, walk.order_id, return_id, UPHOLD)
            for other in (own_unit, elsewhere, town.buyer, walk.seller, town.finance):
                with pytest.raises(NotAllowed):
                    await rule_return(desk, other, walk.order_id, return_id, UPHOLD)

    async def test_is_not_kept_from_an_order_that_is_closed(self, desk: Desk, town: Town) -> None:
        walk, return_id = await escalated(town)
        async with desk.uow.begin() as tx:
            order = await find_order(tx, walk.order_id, lock=True)
            assert order is not None
            await move_order(tx, order, "settle", by=None, paid_fen=order.kept_fen)
        async with desk.uow.begin() as tx:
            order = await find_order(tx, walk.order_id, lock=True)
            assert order is not None
            await move_order(tx, order, "close", by=None)
        view = await rule_return(desk, officer_above(town), walk.order_id, return_id, UPHOLD)
        assert (view["state"], view["kept_fen"], view["refund_due_fen"]) == ("closed", 9_750, 3_250)

    async def test_and_a_withdrawal_at_once_leave_one_of_them(self, desk: Desk, town: Town) -> None:
        walk, return_id = await escalated(town)
        outcomes = await asyncio.gather(
            rule_return(desk, officer_above(town), walk.order_id, return_id, UPHOLD),
            withdraw_return(desk, town.buyer, walk.order_id, return_id, WithdrawReturn()),
            return_exceptions=True,
        )
        assert sum(isinstance(one, WrongState) for one in outcomes) == 1
        view = await get_order(desk, town.buyer, walk.order_id)
        kept = {"agreed": 9_750, "withdrawn": 13_000}[the_return(view)["state"]]
        assert view["kept_fen"] == kept


class TestEvidence:
    async def test_is_filed_by_both_sides_and_read_by_a_link_for_some_minutes(
        self, desk: Desk, town: Town, clock: SettableClock
    ) -> None:
        walk, return_id = await proposed(town)
        photo, paper = Paper(new_id(), "腐烂.jpg", a_photo()), Paper(new_id(), "签收单.pdf", PDF)
        await put_return_paper(desk, town.buyer, walk.order_id, return_id, photo)
        view = await put_return_paper(desk, walk.seller, walk.order_id, return_id, paper)
        assert [one["name"] for one in the_return(view)["papers"]] == ["腐烂.jpg", "签收单.pdf"]
        async with untouched(desk):
            again = await put_return_paper(desk, town.buyer, walk.order_id, return_id, photo)
            assert the_return(again)["papers"] == the_return(view)["papers"]
            other = Paper(photo.document_id, "腐烂.jpg", a_photo("red"))
            with pytest.raises(EvidenceFixed):
                await put_return_paper(desk, town.buyer, walk.order_id, return_id, other)
        given = await link_return_paper(desk, walk.seller, walk.order_id, return_id, photo.document_id)
        assert given["href"].startswith(f"/order-files/{photo.document_id}?kind=return-paper&")
        link = desk.links.link("return-paper", return_id, photo.document_id, walk.seller.account_id)
        name, found = await get_order_file(desk, photo.document_id, link)
        assert (name, found.body, found.media_type) == ("腐烂.jpg", photo.body, "image/jpeg")
        clock.set(START + timedelta(minutes=5))
        with pytest.raises(LinkDead):
            await get_order_file(desk, photo.document_id, link)

    async def test_is_opened_by_no_bent_link(self, desk: Desk, town: Town) -> None:
        walk, return_id = await proposed(town)
        photo = Paper(new_id(), "腐烂.jpg", a_photo())
        await put_return_paper(desk, town.buyer, walk.order_id, return_id, photo)
        good = desk.links.link("return-paper", return_id, photo.document_id, new_id())
        bent: list[Link] = [
            good.model_copy(update={"expires": good.expires + 1}),
            good.model_copy(update={"of": new_id()}),
            desk.links.link("return-paper", new_id(), photo.document_id, new_id()),
            desk.links.link("supplier-document", return_id, photo.document_id, new_id()),
        ]
        for link in bent:
            with pytest.raises(LinkDead):
                await get_order_file(desk, photo.document_id, link)
        with pytest.raises(LinkDead):
            await get_order_file(desk, new_id(), good)

    async def test_is_bounded_in_kind_and_number_and_nobody_elses(self, desk: Desk, town: Town) -> None:
        walk, return_id = await proposed(town)
        stranger = an_identity(Seat(Role.BUYER, new_id(), town.path))
        async with untouched(desk):
            with pytest.raises(NotAllowed):
                await put_return_paper(desk, stranger, walk.order_id, return_id, Paper(new_id(), "a.pdf", PDF))
            with pytest.raises(FileKindUnknown):
                await put_return_paper(desk, town.buyer, walk.order_id, return_id, Paper(new_id(), "a.exe", b"MZ"))
            with pytest.raises(EvidenceUnknown):
                await link_return_paper(desk, town.buyer, walk.order_id, return_id, new_id())
            with pytest.raises(NotAllowed):
                await link_return_paper(desk, stranger, walk.order_id, return_id, new_id())
        papers = [Paper(new_id(), f"{at}.pdf", PDF) for at in range(12)]
        done = await asyncio.gather(
            *(put_return_paper(desk, town.buyer, walk.order_id, return_id, paper) for paper in papers),
            return_exceptions=True,
        )
        assert sum(isinstance(one, TooMuchEvidence) for one in done) == 2
        assert len(the_return(await get_order(desk, town.buyer, walk.order_id))["papers"]) == 10

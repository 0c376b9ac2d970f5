"""Who can decide a requisition is told of it once it waits, and who asked for it what became of it, each once."""

from typing import Any

import pytest

from services.order.usecases.commands import DecideRequisition, Decision, PutRequisition
from services.order.usecases.decide_requisition import decide_requisition
from services.order.usecases.desk import Desk
from services.order.usecases.notices import raise_notice
from services.order.usecases.put_requisition import put_requisition
from shared.contracts.words import NoticeKind
from shared.ids import new_id
from tests.build.order import START, WANTED, Town, said


def facts(notice: dict[str, Any]) -> dict[str, str]:
    return {fact["name"]: fact["value"] for fact in notice["facts"]}


class TestNotices:
    async def test_tell_of_what_waits_and_of_its_refusal_once_each(self, desk: Desk) -> None:
        town = await Town(desk, limit_fen=0).heard_of()
        basket_id, requisition_id = await town.basket((await town.goods(), 10_000)), new_id()
        command = PutRequisition(basket_id=basket_id, wanted_on=WANTED)
        refuse = DecideRequisition(outcome=Decision.REFUSE, reason="本月已超预算")
        for _ in range(2):
            await put_requisition(desk, town.buyer, requisition_id, command)
        for _ in range(2):
            await decide_requisition(desk, town.approver, requisition_id, refuse)
        waits, decided = await said(desk, requisition_id, "notice.raised")
        assert (waits["kind"], waits["subject_id"]) == ("requisition_waits", str(requisition_id))
        assert waits["audience"] == [{"organisation_id": str(town.unit_id), "roles": ["approver"]}]
        assert (waits["account_ids"], waits["by_account_id"]) == ([], str(town.buyer.account_id))
        assert facts(waits) == {
            "canteen": "茶陵县残联食堂",
            "by": "王采购",
            "amount_fen": "13000",
            "wanted_on": str(WANTED),
        }
        assert (decided["kind"], decided["audience"]) == ("requisition_decided", [])
        assert decided["account_ids"] == [str(town.buyer.account_id)]
        assert facts(decided) == {"outcome": "refuse", "by": "赵审批", "reason": "本月已超预算"}

    async def test_nothing_is_told_of_what_is_placed_at_once(self, desk: Desk, town: Town) -> None:
        placed = await town.order((await town.goods(), 10_000))
        assert await said(desk, placed["requisition_id"], "notice.raised") == []

    async def test_nothing_is_told_where_the_transaction_fails(self, desk: Desk) -> None:
        subject = new_id()

        async def fail() -> None:
            async with desk.uow.begin() as tx:
                await raise_notice(tx, NoticeKind.ORDER_LAPSED, subject, [], {}, START, accounts=[new_id()])
                raise LookupError

        with pytest.raises(LookupError):
            await fail()
        assert await said(desk, subject) == []

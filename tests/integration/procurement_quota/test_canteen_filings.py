"""How a canteen is run is filed by its unit and takes effect when a level above approves, never before or by itself."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.procurement_quota.domain.forms import FilingState, FormContradicted, FormOutOfTurn, Ruling
from services.procurement_quota.usecases import put_canteen_filing as filing
from services.procurement_quota.usecases.begin_forms import begin_forms
from services.procurement_quota.usecases.decide_canteen_filing import RuleOnFiling, decide_canteen_filing
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.filing_view import FilingRuled, HolderRules
from services.procurement_quota.usecases.list_reference import list_canteens
from services.procurement_quota.usecases.put_canteen import (
    CanteenMoved,
    PutCanteen,
    PutHolder,
    PutShares,
    SharesFixed,
    UnitUnknown,
    put_canteen,
)
from services.procurement_quota.usecases.put_canteen_filing import PutCanteenFiling, PutMealsOf, put_canteen_filing
from services.procurement_quota.usecases.put_filing_evidence import get_filing_evidence, put_filing_evidence
from services.procurement_quota.usecases.put_units import unit_id
from shared.app import Program
from shared.contracts.authority import Identity, NotAllowed, OwnRequest, Role, Seat
from shared.contracts.words import CanteenKind, Fund
from shared.db.unit_of_work import Stamp
from shared.errors import InvalidFields
from shared.ids import new_id
from shared.papers.evidence import EvidenceFixed
from shared.papers.paper import Paper
from tests.build.papers import PDF
from tests.build.quota import CHALING, FURONG, Kitchen, a_line, noon, someone
from tests.integration.procurement_quota.conftest import MakeKitchen, Unchanged
from tests.integration.procurement_quota.test_reference import said

APPROVE = RuleOnFiling(outcome=Ruling.APPROVE, reason="属实")
RETURN = RuleOnFiling(outcome=Ruling.RETURN, reason="缺会议纪要")
OFFICER = someone(Role.OFFICER, unit_id(FURONG), f"/430000/430100/{FURONG}/", "芙蓉区残联")


def wanted(kitchen: Kitchen, kind: CanteenKind, since: date = date(2025, 1, 1), **other: Any) -> PutCanteenFiling:
    facts: dict[str, Any] = {"canteen_id": kitchen.canteen_id, "unit_id": kitchen.unit_id, "name": "机关食堂"}
    return PutCanteenFiling(**{**facts, "kind": kind, "valid_from": since, "evidence": "局务会纪要", **other})


async def file(kitchen: Kitchen, kind: CanteenKind, since: date = date(2025, 1, 1), **other: Any) -> UUID:
    filing_id = new_id()
    await put_canteen_filing(kitchen.desk, kitchen.finance, filing_id, wanted(kitchen, kind, since, **other))
    return filing_id


async def decide(kitchen: Kitchen, filing_id: UUID, command: RuleOnFiling = APPROVE, **how: Any) -> dict[str, Any]:
    return await decide_canteen_filing(kitchen.desk, how.pop("who", OFFICER), filing_id, command, **how)


async def kind_of(kitchen: Kitchen) -> str:
    page = await list_canteens(kitchen.desk, unit=kitchen.unit_id, below=None, limit=10, cursor=None)
    return str(page["items"][0]["kind"])


class TestForm:
    async def test_frees_from_the_duty_when_a_level_above_approves(
        self, program: Program, desk: Desk, kitchen: Kitchen
    ) -> None:
        filing_id = await file(kitchen, CanteenKind.NONE)
        assert (await kitchen.statement())["status"] != "no_duty"
        answer = await decide(kitchen, filing_id)
        assert (answer["state"], answer["ruling"]["unit_name"]) == ("approved", "芙蓉区残疾人联合会")
        assert (await kitchen.statement())["status"] == "no_duty"
        assert await kind_of(kitchen) == "none"
        told = [one for one in await said(program, "canteen.changed") if one["canteen_id"] == str(kitchen.canteen_id)]
        assert [(one["version"], one["kind"]) for one in told] == [(1, "own"), (2, "none")]

    async def test_returned_with_a_reason_changes_nothing_and_may_be_filed_anew(
        self, desk: Desk, kitchen: Kitchen, unchanged: Unchanged
    ) -> None:
        filing_id = await file(kitchen, CanteenKind.OUTSOURCED)
        async with unchanged():
            with pytest.raises(filing.FilingOpen):
                await file(kitchen, CanteenKind.NONE)
            with pytest.raises(InvalidFields):
                await decide(kitchen, filing_id, RuleOnFiling(outcome=Ruling.RETURN, reason=" "))
        answer = await decide(kitchen, filing_id, RETURN)
        assert (answer["state"], answer["ruling"]["reason"]) == ("returned", "缺会议纪要")
        assert (await kitchen.statement())["status"] != "no_duty"
        assert await kind_of(kitchen) == "own"
        async with unchanged():
            with pytest.raises(FilingRuled):
                await decide(kitchen, filing_id)
        assert await decide(kitchen, await file(kitchen, CanteenKind.OUTSOURCED))

    async def test_in_the_middle_of_a_year_leaves_that_year_its_duty(self, desk: Desk, kitchen: Kitchen) -> None:
        await decide(kitchen, await file(kitchen, CanteenKind.NONE, date(2025, 3, 1)))
        assert (await kitchen.statement())["status"] != "no_duty"
        kitchen.clock.set(noon(date(2026, 2, 1)))
        assert (await kitchen.statement(year=2026))["status"] == "no_duty"

    async def test_frees_nobody_who_buys_all_the_same(self, desk: Desk, kitchen: Kitchen) -> None:
        await decide(kitchen, await file(kitchen, CanteenKind.NONE, date(2026, 1, 1)))
        kitchen.clock.set(noon(date(2026, 2, 1)))
        assert (await kitchen.statement(year=2026))["status"] == "no_duty"
        await kitchen.accept(a_line(100_000, origin_county_code=FURONG), on=date(2026, 1, 20))
        told = await kitchen.statement(year=2026)
        assert (told["status"], told["figures"]["shortfall_fen"]) == ("behind", 20_000)

    async def test_is_contradicted_by_purchases(self, desk: Desk, kitchen: Kitchen, unchanged: Unchanged) -> None:
        filing_id = await file(kitchen, CanteenKind.NONE, date(2025, 5, 1))
        await kitchen.accept(a_line(700), on=date(2025, 5, 2))
        async with unchanged():
            with pytest.raises(FormContradicted) as refused:
                await decide(kitchen, filing_id)
        assert refused.value.facts["bought_fen"] == 700
        await decide(kitchen, filing_id, RETURN)
        await decide(kitchen, await file(kitchen, CanteenKind.NONE, date(2025, 5, 3)))

    async def test_of_union_goods_is_no_canteen(self, desk: Desk, kitchen: Kitchen) -> None:
        await kitchen.accept(a_line(700), on=date(2025, 5, 2), fund=Fund.UNION)
        await decide(kitchen, await file(kitchen, CanteenKind.NONE))

    async def test_ahead_is_said_on_its_day(self, program: Program, desk: Desk, kitchen: Kitchen) -> None:
        await decide(kitchen, await file(kitchen, CanteenKind.OUTSOURCED, date(2026, 1, 1)))
        assert await kind_of(kitchen) == "own"
        kitchen.clock.set(noon(date(2025, 12, 31)))
        await begin_forms(desk)
        assert await kind_of(kitchen) == "own"
        kitchen.clock.set(noon(date(2026, 1, 1)))
        assert await begin_forms(desk) >= 1
        assert await kind_of(kitchen) == "outsourced"
        assert await begin_forms(desk) == 0

    async def test_goes_forward_only(self, desk: Desk, kitchen: Kitchen, unchanged: Unchanged) -> None:
        await decide(kitchen, await file(kitchen, CanteenKind.NONE, date(2025, 3, 1)))
        async with unchanged():
            with pytest.raises(FormOutOfTurn):
                await file(kitchen, CanteenKind.OWN, date(2025, 2, 1))
            for since in (date(2024, 12, 31), date(2027, 1, 1)):
                with pytest.raises(InvalidFields):
                    await file(kitchen, CanteenKind.OWN, since)

    async def test_opens_a_canteen(self, desk: Desk, kitchen: Kitchen) -> None:
        second = Kitchen(desk, kitchen.clock, kitchen.unit_id, kitchen.path)
        filing_id = await file(second, CanteenKind.OWN, date(2025, 6, 1), name="第二食堂")
        page = await list_canteens(desk, unit=kitchen.unit_id, below=None, limit=10, cursor=None)
        assert len(page["items"]) == 1
        await decide(second, filing_id)
        await second.accept(a_line(100), on=date(2025, 6, 10))
        assert (await second.statement())["subject"]["name"] == "第二食堂"


class TestShares:
    async def test_follow_from_meals_and_hold_from_the_first_of_january(
        self, desk: Desk, kitchen: Kitchen, kitchen_of: MakeKitchen
    ) -> None:
        guest = await kitchen_of()
        holders = [
            PutMealsOf(unit_id=kitchen.unit_id, meals=1_000),
            PutMealsOf(unit_id=guest.unit_id, meals=1_000),
            PutMealsOf(name="县老干局", meals=1_000),
        ]
        kitchen.clock.set(noon(date(2025, 12, 20)))
        filing_id = await file(kitchen, CanteenKind.SHARED, date(2026, 1, 1), holders=holders)
        answer = await decide(kitchen, filing_id)
        assert [one["weight_bp"] for one in answer["holders"]] == [3_334, 3_333, 3_333]
        kitchen.clock.set(noon(date(2026, 3, 1)))
        await kitchen.accept(a_line(100), a_line(900, origin_county_code=FURONG), on=date(2026, 2, 1))
        parts = (await kitchen.statement(year=2026))["parts"]
        assert [(one["holder"], one["base_fen"], one["counted_fen"]) for one in parts] == [
            (parts[0]["holder"], 334, 34),
            (parts[1]["holder"], 333, 33),
            ("县老干局", 333, 33),
        ]
        assert (await kitchen.statement(year=2025))["parts"] == []

    async def test_are_fixed_before_the_year_and_approved_by_nobody_who_bears_one(
        self, desk: Desk, kitchen: Kitchen, kitchen_of: MakeKitchen, unchanged: Unchanged
    ) -> None:
        older = await kitchen_of(valid_from=date(2024, 1, 1))
        holders = [PutMealsOf(unit_id=kitchen.unit_id, meals=3), PutMealsOf(unit_id=unit_id(FURONG), meals=1)]
        async with unchanged():
            with pytest.raises(SharesFixed):
                await file(older, CanteenKind.SHARED, date(2025, 1, 1), holders=holders)
            for wrong in ([], holders[:1], [*holders, holders[0]], [*holders, PutMealsOf(meals=1)]):
                with pytest.raises(InvalidFields):
                    await file(kitchen, CanteenKind.SHARED, date(2026, 1, 1), holders=wrong)
            tiny = [PutMealsOf(unit_id=kitchen.unit_id, meals=1_000_000), PutMealsOf(name="食堂外包方", meals=1)]
            with pytest.raises(InvalidFields):
                await file(kitchen, CanteenKind.SHARED, date(2026, 1, 1), holders=tiny)
            with pytest.raises(InvalidFields):
                await file(kitchen, CanteenKind.OWN, date(2025, 1, 1), holders=holders)
        filing_id = await file(kitchen, CanteenKind.SHARED, date(2026, 1, 1), holders=holders)
        async with unchanged():
            with pytest.raises(HolderRules):
                await decide(kitchen, filing_id)
        answer = await decide(kitchen, filing_id, who=kitchen.above)
        assert answer["ruling"]["unit_path"] == "/430000/"

    async def test_of_a_canteens_first_year_are_fixed_before_its_first_purchase_or_attestation(
        self, desk: Desk, kitchen: Kitchen, kitchen_of: MakeKitchen, unchanged: Unchanged
    ) -> None:
        holders = [PutMealsOf(unit_id=kitchen.unit_id, meals=3), PutMealsOf(name="县老干局", meals=1)]
        bought, attested = await kitchen_of(), await kitchen_of()
        waiting = await file(bought, CanteenKind.SHARED, holders=holders)
        await bought.accept(a_line(700), on=date(2025, 5, 2))
        await attested.attest(1, 0)
        shares = PutShares(
            year=2025,
            holders=[PutHolder(unit_id=kitchen.unit_id, weight_bp=7_500), PutHolder(name="县老干局", weight_bp=2_500)],
            evidence="就餐人次",
            approved_by="芙蓉区残联",
            approved_on=date(2025, 5, 3),
        )
        async with unchanged():
            with pytest.raises(SharesFixed):
                await decide(bought, waiting)
            for one in (bought, attested):
                with pytest.raises(SharesFixed):
                    await file(one, CanteenKind.SHARED, holders=holders)
                facts: dict[str, Any] = {"unit_id": one.unit_id, "name": "机关食堂", "valid_from": date(2025, 1, 1)}
                with pytest.raises(SharesFixed):
                    await put_canteen(desk, one.canteen_id, PutCanteen(kind=CanteenKind.SHARED, shares=shares, **facts))
        await decide(bought, waiting, RETURN)
        await file(bought, CanteenKind.SHARED, date(2026, 1, 1), holders=holders)
        await decide(kitchen, await file(kitchen, CanteenKind.SHARED, holders=holders))

    async def test_that_burden_a_unit_below_another_are_approved_above_both(
        self, desk: Desk, kitchen: Kitchen, kitchen_of: MakeKitchen, unchanged: Unchanged
    ) -> None:
        far = await kitchen_of(CHALING)
        holders = [PutMealsOf(unit_id=kitchen.unit_id, meals=3), PutMealsOf(unit_id=far.unit_id, meals=1)]
        filing_id = await file(kitchen, CanteenKind.SHARED, date(2026, 1, 1), holders=holders)
        async with unchanged():
            for who in (OFFICER, someone(Role.FINANCE, new_id(), "/430000/430100/")):
                with pytest.raises(HolderRules):
                    await decide(kitchen, filing_id, who=who)
        assert (await decide(kitchen, filing_id, who=kitchen.above))["ruling"]["unit_path"] == "/430000/"

    async def test_that_burden_the_topmost_unit_are_approved_by_it(self, desk: Desk, kitchen: Kitchen) -> None:
        top = unit_id("430000")
        holders = [PutMealsOf(unit_id=kitchen.unit_id, meals=3), PutMealsOf(unit_id=top, meals=1)]
        filing_id = await file(kitchen, CanteenKind.SHARED, date(2026, 1, 1), holders=holders)
        assert (await decide(kitchen, filing_id, who=kitchen.above))["ruling"]["unit_path"] == "/430000/"

    async def test_approved_too_late_are_refused(self, desk: Desk, kitchen: Kitchen, unchanged: Unchanged) -> None:
        holders = [PutMealsOf(unit_id=kitchen.unit_id, meals=3), PutMealsOf(name="县老干局", meals=1)]
        filing_id = await file(kitchen, CanteenKind.SHARED, date(2026, 1, 1), holders=holders)
        kitchen.clock.set(noon(date(2026, 1, 1)))
        async with unchanged():
            with pytest.raises(SharesFixed):
                await decide(kitchen, filing_id)


class TestWhoMay:
    async def test_file_is_the_units_own_finance(
        self, desk: Desk, kitchen: Kitchen, kitchen_of: MakeKitchen, unchanged: Unchanged
    ) -> None:
        other = await kitchen_of()
        async with unchanged():
            for who in (kitchen.buyer, kitchen.above, kitchen.auditor, other.finance, OFFICER):
                with pytest.raises(NotAllowed):
                    await put_canteen_filing(desk, who, new_id(), wanted(kitchen, CanteenKind.NONE))
            theirs = wanted(kitchen, CanteenKind.NONE, canteen_id=other.canteen_id)
            with pytest.raises(CanteenMoved):
                await put_canteen_filing(desk, kitchen.finance, new_id(), theirs)
            with pytest.raises(UnitUnknown):
                await put_canteen_filing(
                    desk, kitchen.finance, new_id(), wanted(kitchen, CanteenKind.NONE, unit_id=new_id())
                )

    async def test_decide_is_a_level_above_and_never_who_filed(
        self, desk: Desk, kitchen: Kitchen, unchanged: Unchanged
    ) -> None:
        filing_id = await file(kitchen, CanteenKind.NONE)
        beside = someone(Role.FINANCE, new_id(), "/430000/430200/")
        both = Identity(
            kitchen.finance.account_id,
            new_id(),
            "王芳",
            (*kitchen.finance.seats, Seat(Role.FINANCE, unit_id("430000"), "/430000/")),
        )
        async with unchanged():
            for who in (kitchen.finance, kitchen.buyer, beside, kitchen.auditor):
                with pytest.raises(NotAllowed):
                    await decide(kitchen, filing_id, who=who)
            with pytest.raises(OwnRequest):
                await decide(kitchen, filing_id, who=both)
            with pytest.raises(filing.CanteenFilingUnknown):
                await decide(kitchen, new_id())

    async def test_again_is_the_same_and_with_other_content_is_refused(
        self, desk: Desk, kitchen: Kitchen, unchanged: Unchanged
    ) -> None:
        filing_id, command = new_id(), wanted(kitchen, CanteenKind.NONE)
        first, new = await put_canteen_filing(desk, kitchen.finance, filing_id, command)
        once = Stamp.of_request("decide", new_id().hex, b"1")
        assert new
        async with unchanged():
            assert await put_canteen_filing(desk, kitchen.finance, filing_id, command) == (first, False)
            other = wanted(kitchen, CanteenKind.NONE, evidence="另一份纪要")
            with pytest.raises(filing.FilingDiffers):
                await put_canteen_filing(desk, kitchen.finance, filing_id, other)
        ruled = await decide(kitchen, filing_id, once=once)
        async with unchanged():
            assert await decide(kitchen, filing_id, once=once) == ruled
            again, written = await put_canteen_filing(desk, kitchen.finance, filing_id, command)
            assert (again, written) == (ruled, False)

    async def test_is_listed_to_whom_it_concerns(self, desk: Desk, kitchen: Kitchen, kitchen_of: MakeKitchen) -> None:
        other = await kitchen_of()
        mine, theirs = await file(kitchen, CanteenKind.NONE), await file(other, CanteenKind.NONE)
        await decide(kitchen, mine, RETURN)

        async def listed(who: Identity, **asked: Any) -> list[str]:
            how: dict[str, Any] = {"canteen": None, "state": None, "limit": 100, "cursor": None, **asked}
            return [one["id"] for one in (await filing.read_canteen_filings(desk, who, **how))["items"]]

        assert await listed(kitchen.finance) == [str(mine)]
        assert await listed(OFFICER, canteen=other.canteen_id, state=FilingState.FILED) == [str(theirs)]
        assert str(mine) not in await listed(OFFICER, state=FilingState.FILED)
        assert await filing.get_canteen_filing(desk, kitchen.auditor, mine)
        for who in (kitchen.buyer, someone(Role.SUPPLIER, new_id())):
            with pytest.raises(NotAllowed):
                await listed(who)
        with pytest.raises(NotAllowed):
            await filing.get_canteen_filing(desk, other.finance, mine)


class TestPapers:
    async def test_are_filed_before_the_ruling_which_names_them(
        self, desk: Desk, kitchen: Kitchen, unchanged: Unchanged
    ) -> None:
        filing_id, paper = await file(kitchen, CanteenKind.NONE), new_id()
        how: dict[str, Any] = {"reach": filing.reach_filing, "answer": filing.answer_filing}

        async def put(document: UUID, body: bytes = PDF, name: str = "会议纪要.pdf") -> tuple[dict[str, Any], bool]:
            return await put_filing_evidence(
                desk,
                kitchen.finance,
                "put_canteen_filing_evidence",
                filing_id,
                Paper(document, name, body, "application/pdf"),
                **how,
            )

        answer, new = await put(paper)
        assert (new, [one["name"] for one in answer["papers"]]) == (True, ["会议纪要.pdf"])
        async with unchanged():
            assert await put(paper) == (answer, False)
            with pytest.raises(EvidenceFixed):
                await put(paper, name="另一份.pdf")
        record, found = await get_filing_evidence(
            desk, kitchen.auditor, "get_canteen_filing_evidence", filing_id, paper, reach=filing.reach_filing
        )
        assert (found.body, record["media_type"]) == (PDF, "application/pdf")
        ruled = await decide(kitchen, filing_id)
        assert ruled["ruling"]["papers"] == [answer["papers"][0]["sha256"]]
        async with unchanged():
            with pytest.raises(FilingRuled):
                await put(new_id())

"""A visit is unannounced: nobody below who made it sees it before its release, nor afterwards what stood before."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.procurement_quota.domain.registers import VISIT, RecordMoved, VisitState, VisitUnknown
from services.procurement_quota.usecases.keep_heard import keep_supplier_copies
from services.procurement_quota.usecases.put_canteen import UnitUnknown
from services.procurement_quota.usecases.put_referral import PutReferral, put_referral
from services.procurement_quota.usecases.put_visit import PutVisit, SupplierNotKnown, put_visit
from services.procurement_quota.usecases.read_visits import get_visit, list_visits
from services.procurement_quota.usecases.step_visit import (
    StepVisit,
    get_visit_evidence,
    put_visit_evidence,
    step_visit,
)
from shared.contracts.authority import Identity, NotAllowed, Role
from shared.contracts.catalog import SupplierChanged
from shared.contracts.words import SupplierKind, SupplierState
from shared.db.unit_of_work import Stamp
from shared.errors import InvalidFields
from shared.ids import new_id
from shared.papers.evidence import EvidenceFixed, EvidenceUnknown
from shared.papers.paper import Paper
from shared.states import WrongState
from tests.build.papers import PDF
from tests.build.quota import FURONG, Kitchen, heard, noon, someone
from tests.integration.procurement_quota.conftest import MakeKitchen, Unchanged

DAY = date(2025, 6, 20)
"""The day at which `desk` sets the clock."""
MEND = [{"what": "补齐三月份验收单", "due_on": date(2025, 7, 20)}]


@pytest.fixture
def province(kitchen: Kitchen) -> Identity:
    return someone(Role.OFFICER, new_id(), "/430000/", "省里来人")


def between(kitchen: Kitchen) -> list[Identity]:
    """Those between the province and the visited, and the visited themselves."""
    places = ("/430000/430100/", "/430000/430100/430102/", kitchen.path)
    return [someone(role, new_id(), path) for path in places for role in (Role.OFFICER, Role.AUDITOR, Role.FINANCE)]


def paid_to(kitchen: Kitchen, **other: Any) -> PutVisit:
    facts: dict[str, Any] = {
        "canteen_id": kitchen.canteen_id,
        "visited_on": DAY,
        "visitors": "省残联计财处两人",
        "found": "库房内无当月验收单",
        "mend": MEND,
    }
    return PutVisit.model_validate(facts | other)


async def write(kitchen: Kitchen, who: Identity, visit_id: UUID | None = None, **other: Any) -> UUID:
    visit_id = visit_id or new_id()
    await put_visit(kitchen.desk, who, visit_id, paid_to(kitchen, **other))
    return visit_id


async def step(kitchen: Kitchen, who: Identity, visit_id: UUID, version: int, verb: str) -> Any:
    command = StepVisit.model_validate({"version": version, "step": verb})
    return await step_visit(kitchen.desk, who, visit_id, command)


async def listed(kitchen: Kitchen, who: Identity, **asked: Any) -> list[str]:
    how: dict[str, Any] = {"state": None, "limit": 100, "cursor": None, **asked}
    return [one["id"] for one in (await list_visits(kitchen.desk, who, **how))["items"]]


def test_the_whole_square() -> None:
    reached = {(one.value, verb): VISIT.check(one, verb).value
               for verb in VISIT.edges for one in VisitState if VISIT.allows(one, verb)}  # fmt: skip
    assert reached == {
        ("open", "correct"): "open",
        ("open", "release"): "released",
        ("released", "follow"): "released",
        ("released", "close"): "closed",
    }


class TestUnannounced:
    async def test_is_seen_by_nobody_below_who_made_it(
        self, kitchen: Kitchen, province: Identity, unchanged: Unchanged
    ) -> None:
        visit_id = await write(kitchen, province)
        assert str(visit_id) in await listed(kitchen, province)
        assert await get_visit(kitchen.desk, someone(Role.AUDITOR, new_id(), "/430000/"), visit_id)
        async with unchanged():
            for who in (*between(kitchen), kitchen.buyer, kitchen.finance, kitchen.above):
                with pytest.raises(VisitUnknown):
                    await get_visit(kitchen.desk, who, visit_id)
                with pytest.raises(VisitUnknown):
                    await step(kitchen, who, visit_id, 1, "release")
                assert str(visit_id) not in await listed(kitchen, who)
            for who in between(kitchen)[:2]:
                with pytest.raises(NotAllowed):
                    await write(kitchen, who, visit_id, found="没有问题", version=1, why="改")
            flag = {"kind": "visit", "visit_id": visit_id}
            case = {"body": "police", "body_name": "公安局", "flag": flag, "reason": "举报"}
            for who in between(kitchen)[:2]:
                with pytest.raises(VisitUnknown):
                    await put_referral(kitchen.desk, who, new_id(), PutReferral.model_validate(case))

    async def test_is_read_from_its_release_on_without_its_past(
        self, kitchen: Kitchen, province: Identity, unchanged: Unchanged
    ) -> None:
        visit_id = await write(kitchen, province, found="疑似套票，待核实")
        await write(kitchen, province, visit_id, version=1, why="核实后更正")
        kitchen.clock.set(noon(DAY + timedelta(days=5)))
        released = await step(kitchen, province, visit_id, 2, "release")
        assert [one["version"] for one in released["history"]] == [1, 2, 3]
        for who in (*between(kitchen), kitchen.buyer, kitchen.finance):
            seen = await get_visit(kitchen.desk, who, visit_id)
            assert (seen["found"], [one["version"] for one in seen["history"]]) == ("库房内无当月验收单", [3])
            assert str(visit_id) in await listed(kitchen, who, state=VisitState.RELEASED)
            with pytest.raises(VisitUnknown):
                await get_visit(kitchen.desk, who, visit_id, known_by=DAY)
            async with unchanged():
                with pytest.raises(NotAllowed):
                    await step(kitchen, who, visit_id, 3, "close")
        then = await get_visit(kitchen.desk, province, visit_id, known_by=DAY)
        assert (then["version"], then["state"]) == (2, "open")

    async def test_goes_its_way(self, kitchen: Kitchen, province: Identity, unchanged: Unchanged) -> None:
        visit_id, once = await write(kitchen, province), Stamp.of_request("step", new_id().hex, b"1")
        async with unchanged():
            with pytest.raises(WrongState):
                await step(kitchen, province, visit_id, 1, "close")
            for wrong in ({"version": 0}, {"version": 2, "why": "改"}):
                with pytest.raises(RecordMoved):
                    await write(kitchen, province, visit_id, done="整改中", **wrong)
            with pytest.raises(InvalidFields):
                await write(kitchen, province, visit_id, done="整改中", version=1)
        command = StepVisit.model_validate({"version": 1, "step": "release"})
        released = await step_visit(kitchen.desk, province, visit_id, command, once=once)
        async with unchanged():
            assert await step_visit(kitchen.desk, province, visit_id, command, once=once) == released
            await write(kitchen, province, visit_id)
            with pytest.raises(InvalidFields):
                await step(kitchen, province, visit_id, 2, "close")
        await write(kitchen, province, visit_id, version=2, done="验收单已补齐", why="整改反馈")
        closed = await step(kitchen, province, visit_id, 3, "close")
        assert (closed["state"], closed["done"], closed["mend"][0]["due_on"]) == (
            "closed",
            "验收单已补齐",
            "2025-07-20",
        )
        async with unchanged():
            with pytest.raises(WrongState):
                await write(kitchen, province, visit_id, version=4, done="又及", why="补")

    async def test_is_of_one_canteen_supplier_or_unit(
        self, kitchen: Kitchen, kitchen_of: MakeKitchen, province: Identity, unchanged: Unchanged
    ) -> None:
        visit_id, other = await write(kitchen, province), await kitchen_of()
        wrong: list[dict[str, Any]] = [
            {"canteen_id": None},
            {"unit_id": kitchen.unit_id},
            {"visited_on": DAY + timedelta(days=1)},
            {"visited_on": date(2019, 1, 1)},
            {"mend": [{"what": "补", "due_on": DAY - timedelta(days=1)}]},
        ]
        async with unchanged():
            for one in wrong:
                with pytest.raises(InvalidFields):
                    await write(kitchen, province, **one)
            with pytest.raises(InvalidFields):
                await write(kitchen, province, visit_id, canteen_id=other.canteen_id, version=1, why="改")
            with pytest.raises(SupplierNotKnown):
                await write(kitchen, province, canteen_id=None, supplier_id=new_id())
            with pytest.raises(UnitUnknown):
                await write(kitchen, province, canteen_id=None, unit_id=new_id())
            for who in (*between(kitchen)[6:], kitchen.above, kitchen.finance, kitchen.buyer):
                with pytest.raises(NotAllowed):
                    await write(kitchen, who)

    async def test_of_a_supplier_is_its_countys_to_make_and_the_suppliers_to_read(self, kitchen: Kitchen) -> None:
        supplier = new_id()
        told = SupplierChanged(
            supplier_id=supplier,
            version=4,
            name="芙蓉基地",
            kind=SupplierKind.DISABLED_BASE,
            county_code=FURONG,
            state=SupplierState.ADMITTED,
            applicant_account_id=new_id(),
        )
        await keep_supplier_copies(kitchen.desk, heard(told, consumer="procurement_quota-catalog"))
        officer = someone(Role.OFFICER, new_id(), "/430000/430100/430102/")
        seller, rival = someone(Role.SUPPLIER, supplier), someone(Role.SUPPLIER, new_id())
        visit_id = await write(kitchen, officer, canteen_id=None, supplier_id=supplier)
        with pytest.raises(VisitUnknown):
            await get_visit(kitchen.desk, seller, visit_id)
        assert await listed(kitchen, seller) == []
        await step(kitchen, officer, visit_id, 1, "release")
        assert (await get_visit(kitchen.desk, seller, visit_id))["supplier_id"] == str(supplier)
        assert await listed(kitchen, seller) == [str(visit_id)]
        assert await listed(kitchen, rival) == []
        with pytest.raises(NotAllowed):
            await get_visit(kitchen.desk, rival, visit_id)


class TestPapers:
    async def test_are_the_makers_to_file_until_it_is_closed(
        self, kitchen: Kitchen, province: Identity, unchanged: Unchanged
    ) -> None:
        visit_id, paper = await write(kitchen, province, mend=[]), Paper(new_id(), "照片.pdf", PDF, "application/pdf")
        answer, new = await put_visit_evidence(kitchen.desk, province, visit_id, paper)
        assert (new, [one["name"] for one in answer["papers"]]) == (True, ["照片.pdf"])
        async with unchanged():
            assert await put_visit_evidence(kitchen.desk, province, visit_id, paper) == (answer, False)
            with pytest.raises(EvidenceFixed):
                await put_visit_evidence(kitchen.desk, province, visit_id, Paper(paper.document_id, "b.pdf", PDF))
            with pytest.raises(VisitUnknown):
                await get_visit_evidence(kitchen.desk, kitchen.finance, visit_id, paper.document_id)
        await step(kitchen, province, visit_id, 1, "release")
        record, found = await get_visit_evidence(kitchen.desk, kitchen.finance, visit_id, paper.document_id)
        assert (found.body, record["name"]) == (PDF, "照片.pdf")
        with pytest.raises(EvidenceUnknown):
            await get_visit_evidence(kitchen.desk, kitchen.finance, visit_id, new_id())
        flag = {"kind": "visit", "visit_id": visit_id}
        case = {"body": "discipline_inspection", "body_name": "纪检监察组", "flag": flag, "reason": "账实不符"}
        drafted, _ = await put_referral(kitchen.desk, province, new_id(), PutReferral.model_validate(case))
        assert [one["sha256"] for one in drafted["files"]] == [paper.sha256]
        assert (drafted["facts"]["found"], drafted["canteen_id"]) == ("库房内无当月验收单", str(kitchen.canteen_id))
        await step(kitchen, province, visit_id, 2, "close")
        async with unchanged():
            with pytest.raises(WrongState):
                await put_visit_evidence(kitchen.desk, province, visit_id, Paper(new_id(), "c.pdf", PDF))
            with pytest.raises(NotAllowed):
                await put_visit_evidence(kitchen.desk, kitchen.finance, visit_id, Paper(new_id(), "c.pdf", PDF))

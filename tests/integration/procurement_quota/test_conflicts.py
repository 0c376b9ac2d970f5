"""A conflict of interest is declared or recorded, reviewed by another, and held beside what the person decided."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.procurement_quota.domain.registers import (
    CONFLICT,
    ConflictState,
    ConflictUnknown,
    RecordMoved,
    in_force,
)
from services.procurement_quota.usecases.decide_canteen_filing import RuleOnFiling, decide_canteen_filing
from services.procurement_quota.usecases.decide_transfer import DecideTransfer, decide_transfer
from services.procurement_quota.usecases.keep_heard import keep_supplier_copies
from services.procurement_quota.usecases.put_canteen import UnitUnknown
from services.procurement_quota.usecases.put_canteen_filing import PutCanteenFiling, put_canteen_filing
from services.procurement_quota.usecases.put_conflict import PutConflict, put_conflict
from services.procurement_quota.usecases.put_referral import PutReferral, put_referral
from services.procurement_quota.usecases.put_transfer import PutTransfer, put_transfer
from services.procurement_quota.usecases.put_visit import SupplierNotKnown
from services.procurement_quota.usecases.read_conflicts import (
    get_conflict,
    list_conflict_decisions,
    list_conflicts,
)
from services.procurement_quota.usecases.review_conflict import ReviewConflict, review_conflict
from services.procurement_quota.usecases.verify_off_platform_purchase import (
    VerifyPurchase,
    verify_off_platform_purchase,
)
from shared.contracts.authority import Identity, NotAllowed, OwnRequest, Role
from shared.contracts.catalog import SupplierChanged
from shared.contracts.words import SupplierKind, SupplierState
from shared.db.unit_of_work import Stamp
from shared.errors import InvalidFields
from shared.ids import new_id
from shared.states import WrongState
from tests.build.quota import FURONG, Kitchen, heard, noon, someone
from tests.build.records import a_conflict
from tests.integration.procurement_quota.conftest import MakeKitchen, Unchanged

DAY = date(2025, 6, 20)
"""The day at which `desk` sets the clock."""


@pytest.fixture
def auditor(kitchen: Kitchen) -> Identity:
    return someone(Role.AUDITOR, new_id(), "/430000/", "审计甲")


def between(kitchen: Kitchen, **other: Any) -> PutConflict:
    """Declare that somebody of the kitchen's unit has family in it."""
    return PutConflict.model_validate(a_conflict(kitchen.unit_id, kitchen.unit_id) | other)


async def declare(kitchen: Kitchen, who: Identity, conflict_id: UUID | None = None, **other: Any) -> UUID:
    conflict_id = conflict_id or new_id()
    await put_conflict(kitchen.desk, who, conflict_id, between(kitchen, **other))
    return conflict_id


async def review(kitchen: Kitchen, who: Identity, conflict_id: UUID, version: int = 1, **other: Any) -> Any:
    command = ReviewConflict.model_validate({"version": version, "outcome": "accept", **other})
    return await review_conflict(kitchen.desk, who, conflict_id, command)


async def decisions(kitchen: Kitchen, who: Identity, conflict_id: UUID) -> list[tuple[str, str]]:
    """List what was decided, page by page of two."""
    found: list[tuple[str, str]] = []
    cursor: str | None = None
    while True:
        page = await list_conflict_decisions(kitchen.desk, who, conflict_id, limit=2, cursor=cursor)
        found += [(one["kind"], one["id"]) for one in page["items"]]
        if (cursor := page["next"]) is None:
            return found


class TestStates:
    def test_the_whole_square(self) -> None:
        reached = {(one.value, verb): CONFLICT.check(one, verb).value
                   for verb in CONFLICT.edges for one in ConflictState if CONFLICT.allows(one, verb)}  # fmt: skip
        assert reached == {
            ("declared", "correct"): "declared",
            ("accepted", "correct"): "declared",
            ("returned", "correct"): "declared",
            ("declared", "accept"): "accepted",
            ("declared", "return"): "returned",
        }

    @pytest.mark.parametrize(
        ("state", "valid_to", "day", "holds"),
        [
            ("declared", None, date(2025, 1, 1), True),
            ("accepted", "2025-12-31", date(2025, 12, 31), True),
            ("accepted", "2025-12-31", date(2026, 1, 1), False),
            ("accepted", None, date(2024, 12, 31), False),
            ("returned", None, date(2025, 6, 1), False),
        ],
    )
    def test_is_in_force_on_its_days(self, state: str, valid_to: str | None, day: date, holds: bool) -> None:
        assert in_force(state, "2025-01-01", valid_to, day) is holds


class TestDeclare:
    async def test_goes_its_way_and_keeps_every_version(self, kitchen: Kitchen, auditor: Identity) -> None:
        conflict_id = await declare(kitchen, kitchen.finance)
        accepted = await review(kitchen, auditor, conflict_id)
        assert (accepted["state"], accepted["in_force"], accepted["review"]) == (
            "accepted",
            True,
            {"outcome": "accept", "reason": ""},
        )
        kitchen.clock.set(noon(DAY + timedelta(days=9)))
        ended = {"version": 2, "valid_to": "2025-06-25", "why": "配偶已调离"}
        await declare(kitchen, kitchen.finance, conflict_id, **ended)
        now = await get_conflict(kitchen.desk, kitchen.finance, conflict_id)
        assert (now["state"], now["in_force"], now["review"], now["version"]) == ("declared", False, None, 3)
        then = await get_conflict(kitchen.desk, auditor, conflict_id, known_by=DAY)
        assert (then["state"], then["valid_to"], len(then["history"])) == ("accepted", None, 2)
        with pytest.raises(ConflictUnknown):
            await get_conflict(kitchen.desk, auditor, conflict_id, known_by=DAY - timedelta(days=1))

    async def test_is_ones_own_or_an_auditors_to_record(
        self, kitchen: Kitchen, kitchen_of: MakeKitchen, auditor: Identity, unchanged: Unchanged
    ) -> None:
        other = await kitchen_of()
        of_finance: dict[str, Any] = {"account_id": str(kitchen.finance.account_id)}
        async with unchanged():
            for who in (kitchen.above, other.finance, someone(Role.SUPPLIER, new_id())):
                with pytest.raises(NotAllowed):
                    await declare(kitchen, who)
            with pytest.raises(NotAllowed):
                await declare(kitchen, kitchen.buyer, **of_finance)
        recorded = await declare(kitchen, auditor, **of_finance)
        assert (await get_conflict(kitchen.desk, kitchen.finance, recorded))["account_id"] == of_finance["account_id"]
        own = await declare(kitchen, kitchen.buyer)
        async with unchanged():
            for who in (kitchen.finance, other.finance, kitchen.above):
                with pytest.raises(NotAllowed):
                    await get_conflict(kitchen.desk, who, own)
            with pytest.raises(RecordMoved):
                await declare(kitchen, kitchen.finance, own)
        page = await list_conflicts(kitchen.desk, kitchen.buyer, state=None, account=None, limit=9, cursor=None)
        assert [one["id"] for one in page["items"]] == [str(own)]
        asked: dict[str, Any] = {"state": ConflictState.DECLARED, "account": kitchen.finance.account_id}
        page = await list_conflicts(kitchen.desk, auditor, **asked, limit=9, cursor=None)
        assert [one["id"] for one in page["items"]] == [str(recorded)]

    async def test_names_one_supplier_or_unit_and_its_days(self, kitchen: Kitchen, unchanged: Unchanged) -> None:
        conflict_id = await declare(kitchen, kitchen.finance)
        wrong: list[dict[str, Any]] = [
            {"supplier_id": str(new_id())},
            {"about_unit_id": None},
            {"valid_to": "2024-12-31"},
            {"valid_from": "1949-10-01"},
        ]
        async with unchanged():
            for one in wrong:
                with pytest.raises(InvalidFields):
                    await declare(kitchen, kitchen.finance, **one)
            with pytest.raises(UnitUnknown):
                await declare(kitchen, kitchen.finance, about_unit_id=str(new_id()))
            with pytest.raises(SupplierNotKnown):
                await declare(kitchen, kitchen.finance, about_unit_id=None, supplier_id=str(new_id()))
            await declare(kitchen, kitchen.finance, conflict_id)
            with pytest.raises(RecordMoved):
                await declare(kitchen, kitchen.finance, conflict_id, measure="disclosure")
            with pytest.raises(InvalidFields):
                await declare(kitchen, kitchen.finance, conflict_id, measure="disclosure", version=1)


class TestReview:
    async def test_is_anothers(self, kitchen: Kitchen, auditor: Identity, unchanged: Unchanged) -> None:
        second = someone(Role.AUDITOR, new_id(), "/430000/", "审计乙")
        recorded = await declare(kitchen, auditor, account_id=str(second.account_id))
        async with unchanged():
            for who in (auditor, second):
                with pytest.raises(OwnRequest):
                    await review(kitchen, who, recorded)
            for who in (kitchen.finance, kitchen.above, someone(Role.OFFICER, kitchen.unit_id, kitchen.path)):
                with pytest.raises(NotAllowed):
                    await review(kitchen, who, recorded)
        officer = someone(Role.OFFICER, new_id(), "/430000/430100/")
        async with unchanged():
            with pytest.raises(InvalidFields):
                await review(kitchen, officer, recorded, outcome="return")
            with pytest.raises(RecordMoved):
                await review(kitchen, officer, recorded, 2)
        once = Stamp.of_request("review", new_id().hex, b"1")
        command = ReviewConflict.model_validate({"version": 1, "outcome": "return", "reason": "查无此事"})
        returned = await review_conflict(kitchen.desk, officer, recorded, command, once=once)
        assert (returned["state"], returned["in_force"]) == ("returned", False)
        async with unchanged():
            assert await review_conflict(kitchen.desk, officer, recorded, command, once=once) == returned
            with pytest.raises(WrongState):
                await review(kitchen, officer, recorded, 2)


class TestDecisions:
    async def test_stand_beside_the_conflict(
        self, kitchen: Kitchen, kitchen_of: MakeKitchen, auditor: Identity
    ) -> None:
        other, desk = await kitchen_of(), kitchen.desk
        accept = VerifyPurchase.model_validate({"outcome": "accept", "reason": "属实"})
        mine, theirs = await kitchen.buy_elsewhere(1_000), await other.buy_elsewhere(1_000)
        for one in (mine, theirs):
            await verify_off_platform_purchase(desk, kitchen.above, one, accept)
        filing, transfer = new_id(), new_id()
        form = {"canteen_id": kitchen.canteen_id, "unit_id": kitchen.unit_id, "name": "机关食堂", "kind": "shared",
                "valid_from": "2026-01-01", "evidence": "纪要",
                "holders": [{"unit_id": kitchen.unit_id, "meals": 3}, {"name": "县老干局", "meals": 1}]}  # fmt: skip
        await put_canteen_filing(desk, kitchen.finance, filing, PutCanteenFiling.model_validate(form))
        ruling = RuleOnFiling.model_validate({"outcome": "return", "reason": "缺纪要"})
        await decide_canteen_filing(desk, kitchen.above, filing, ruling)
        moving = {"purchase_id": mine, "to_canteen_id": other.canteen_id, "payer": "甲", "receiver": "乙",
                  "delivery_address": "丙", "reason": "误记"}  # fmt: skip
        await put_transfer(desk, kitchen.finance, transfer, PutTransfer.model_validate(moving))
        refusing = DecideTransfer.model_validate({"outcome": "refuse", "reason": "无误"})
        await decide_transfer(desk, kitchen.above, transfer, refusing)
        who = str(kitchen.above.account_id)
        recorded = await declare(kitchen, auditor, account_id=who)
        assert await decisions(kitchen, auditor, recorded) == [
            ("transfer", str(transfer)),
            ("canteen_filing", str(filing)),
            ("purchase", str(mine)),
        ]
        elsewhere = await declare(kitchen, auditor, account_id=who, about_unit_id=str(other.unit_id))
        assert sorted(await decisions(kitchen, auditor, elsewhere)) == [
            ("purchase", str(theirs)),
            ("transfer", str(transfer)),
        ]
        over = await declare(kitchen, auditor, account_id=who, valid_to=str(DAY - timedelta(days=1)))
        assert await decisions(kitchen, auditor, over) == []
        for nobody in (kitchen.finance, kitchen.above):
            with pytest.raises(NotAllowed):
                await decisions(kitchen, nobody, recorded)

    async def test_about_a_supplier_are_those_that_name_it(self, kitchen: Kitchen, auditor: Identity) -> None:
        supplier = new_id()
        told = SupplierChanged(
            supplier_id=supplier,
            version=4,
            name=f"芙蓉基地{supplier.hex[-6:]}",
            kind=SupplierKind.DISABLED_BASE,
            county_code=FURONG,
            state=SupplierState.ADMITTED,
            applicant_account_id=new_id(),
        )
        await keep_supplier_copies(kitchen.desk, heard(told, consumer="procurement_quota-catalog"))
        accept = VerifyPurchase.model_validate({"outcome": "accept", "reason": "属实"})
        bought, other = await kitchen.buy_elsewhere(1_000, seller=told.name), await kitchen.buy_elsewhere(1_000)
        for one in (bought, other):
            await verify_off_platform_purchase(kitchen.desk, kitchen.above, one, accept)
        about: dict[str, Any] = {
            "account_id": str(kitchen.above.account_id),
            "about_unit_id": None,
            "supplier_id": str(supplier),
        }
        conflict_id = await declare(kitchen, auditor, **about)
        assert await decisions(kitchen, auditor, conflict_id) == [("purchase", str(bought))]
        flag = {"kind": "conflict", "conflict_id": conflict_id}
        case = {"body": "discipline_inspection", "body_name": "纪检监察组", "flag": flag, "reason": "未回避"}
        drafted, _ = await put_referral(kitchen.desk, auditor, new_id(), PutReferral.model_validate(case))
        assert (drafted["facts"]["relation"], drafted["supplier_id"]) == ("family", str(supplier))

"""A drafted rule is tried on a booked year: what says the same as one in force gives its very figures."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.procurement_quota.domain.drafts import DraftKind
from services.procurement_quota.domain.seeded_rules import HUNAN_51, HUNAN_CANTEEN, HUNAN_UNION, NATIONAL_CANTEEN
from services.procurement_quota.domain.words import Outcome
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.get_statement import AskStatement
from services.procurement_quota.usecases.keep_draft import DraftUnknown
from services.procurement_quota.usecases.list_reference import list_rules
from services.procurement_quota.usecases.put_canteen import PutCanteen, PutHolder, PutShares, UnitUnknown, put_canteen
from services.procurement_quota.usecases.put_designation import PutCounty, PutDesignation, put_designation
from services.procurement_quota.usecases.put_rule_draft import put_rule_draft
from services.procurement_quota.usecases.put_units import unit_id
from services.procurement_quota.usecases.read_drafts import get_draft
from services.procurement_quota.usecases.verify_off_platform_purchase import (
    VerifyPurchase,
    verify_off_platform_purchase,
)
from services.procurement_quota.usecases.what_if_rule import what_if_rule
from shared.contracts.authority import Identity, NotAllowed, Role
from shared.contracts.words import CanteenKind, Fund, RevocationGround
from shared.ids import new_id
from tests.build.drafts import PROVINCE_UNIT, a_rule_draft, an_officer, read_rule_draft
from tests.build.quota import CHALING, FURONG, PROVINCE_PATH, QIDONG, Kitchen, a_line, noon, someone, stated
from tests.integration.procurement_quota.conftest import MakeKitchen, Unchanged
from tests.integration.procurement_quota.test_drafts import Province, a_code
from tests.integration.procurement_quota.test_revocations import hear, revoked

OFFICER = an_officer()
YEAR = 2025
NOT_OF_A_DRAFT = {"version", "rule_version", "in_force"}


async def tried(desk: Desk, draft_id: UUID, who: Identity = OFFICER, **asked: Any) -> dict[str, Any]:
    """Read all pages as one, the sums of the pages added up."""
    how: dict[str, Any] = {"year": YEAR, "unit_id": None, "short": False, "limit": 7, "cursor": None, **asked}
    found = page = await what_if_rule(desk, who, draft_id, **how)
    while page["next"] is not None:
        page = await what_if_rule(desk, who, draft_id, **{**how, "cursor": page["next"]})
        found["items"] += page["items"]
        for name in ("tried", "short", "shortfall_fen"):
            found[name] += page[name]
    return found


async def drafted_as_in_force(desk: Desk, code: str) -> UUID:
    """Draft exactly what the newest version of a rule says."""
    [rule] = [one for one in (await list_rules(desk, limit=100, cursor=None))["items"] if one["code"] == code]
    draft = a_rule_draft(code, since=date(2098, 1, 1)) | {
        "rule": {name: value for name, value in rule.items() if name not in NOT_OF_A_DRAFT}
    }
    draft_id = new_id()
    await put_rule_draft(desk, OFFICER, draft_id, read_rule_draft(draft))
    return draft_id


async def whatever_happens(desk: Desk, kitchen_of: MakeKitchen) -> list[Kitchen]:
    """Fill some canteens with everything that a ledger knows."""
    one, designated, guest = await kitchen_of(FURONG), await kitchen_of(CHALING), await kitchen_of(QIDONG)
    holders = [PutHolder(unit_id=guest.unit_id, weight_bp=3_333), PutHolder(unit_id=one.unit_id, weight_bp=6_667)]
    shares = PutShares(
        year=YEAR, holders=holders, evidence="就餐人次", approved_by="省残联", approved_on=date(2025, 1, 4)
    )
    facts: dict[str, Any] = {"unit_id": guest.unit_id, "name": "合用食堂", "valid_from": date(2025, 1, 1)}
    await put_canteen(desk, guest.canteen_id, PutCanteen(kind=CanteenKind.SHARED, shares=shares, **facts))
    supplier, false = new_id(), new_id()
    returned, credited = a_line(5_000), a_line(700, category="tea")
    accepted = await one.accept(returned, credited, a_line(90, category="handicraft"), on=date(2025, 3, 3))
    await one.accept(a_line(2_000, origin_county_code=FURONG), a_line(333, origin_county_code=QIDONG))
    await one.give_back(accepted, returned, 1_500, date(2025, 6, 18))
    await one.credit(accepted, credited, 33, date(2025, 6, 19))
    await one.accept(a_line(800, listing_id=false), a_line(60), supplier_id=supplier)
    await designated.accept(a_line(1_000), a_line(3_000, origin_county_code=FURONG), on=date(2025, 2, 2))
    for kitchen, outcome in ((one, Outcome.ACCEPT), (designated, Outcome.REJECT), (guest, None)):
        bought = await kitchen.buy_elsewhere(1_234)
        if outcome is not None:
            command = VerifyPurchase(outcome=outcome, reason="核对")
            await verify_off_platform_purchase(desk, kitchen.above, bought, command)
    await one.accept(a_line(400), fund=Fund.UNION, supplier_id=supplier)
    await one.accept(a_line(50, origin_county_code=FURONG), fund=Fund.UNION)
    one.clock.set(noon(date(2025, 6, 25)))
    await hear(desk, revoked(supplier, RevocationGround.FALSE_ORIGIN, false))
    lost = revoked(supplier, RevocationGround.LOST_RECOGNITION, effective_from=date(2025, 1, 1), version=6)
    await hear(desk, lost)
    await one.accept(a_line(70), supplier_id=supplier, on=date(2025, 6, 24), ordered_on=date(2025, 6, 24))
    await one.attest_until(5, [0, 0, 4_000, 4_000, 9_000])
    return [one, designated, guest]


class TestIdentical:
    @pytest.mark.parametrize("code", [HUNAN_CANTEEN, HUNAN_UNION, NATIONAL_CANTEEN])
    async def test_gives_exactly_the_statements_figures_for_every_canteen(
        self, desk: Desk, kitchen_of: MakeKitchen, code: str
    ) -> None:
        await whatever_happens(desk, kitchen_of)
        draft_id = await drafted_as_in_force(desk, code)
        found = await tried(desk, draft_id)
        auditor = someone(Role.AUDITOR, PROVINCE_UNIT, PROVINCE_PATH)
        statement = await stated(desk, auditor, PROVINCE_UNIT, AskStatement(code, YEAR))
        expected = {(row["id"], row["unit_id"]): row for row in statement["canteens"]}
        rows = {
            (row["id"], row["unit_id"]): {n: v for n, v in row.items() if n not in ("falls_short", "in_force")}
            for row in found["items"]
        }
        assert (len(rows), rows.keys()) == (len(found["items"]), expected.keys())
        assert {key: row for key, row in rows.items() if row != expected[key]} == {}
        assert all(row["in_force"] == expected[row["id"], row["unit_id"]] for row in found["items"])
        assert any(row["counted_fen"] for row in found["items"]) or code == NATIONAL_CANTEEN
        assert found["compared_version"] == found["rule"]["version"] == 1

    async def test_holds_when_a_list_changed_in_the_year(self, desk: Desk, kitchen_of: MakeKitchen) -> None:
        kitchen, code = await kitchen_of(FURONG), a_code()

        async def listed(*counties: str) -> None:
            named = [PutCounty(county_code=one, valid_from=date(2020, 1, 1)) for one in counties]
            await put_designation(desk, PutDesignation(list_code=code, name="名单", source="文件", counties=named))

        await listed(CHALING)
        province = Province(desk)
        draft = a_rule_draft(code, kitchen.path, since=date(2026, 1, 1), list_codes=[code])
        await province.in_force(draft)
        line = a_line(100)
        kitchen.clock.set(noon(date(2026, 6, 22)))
        accepted = await kitchen.accept(line, a_line(7, origin_county_code=FURONG), on=date(2026, 6, 21))
        kitchen.clock.set(noon(date(2026, 6, 23)))
        await listed(FURONG)
        await kitchen.accept(a_line(1_000), a_line(30, origin_county_code=FURONG), on=date(2026, 6, 22))
        await kitchen.give_back(accepted, line, 40, date(2026, 6, 23))
        again = await province.draft(draft | {"valid_from": "2098-01-01"})
        [row] = (await tried(desk, UUID(again["id"]), year=2026))["items"]
        figures = (await kitchen.statement(code, 2026))["figures"]
        assert (row["base_fen"], row["counted_fen"]) == (figures["base_fen"], figures["counted_fen"]) == (1_097, 90)


class TestAnother:
    async def test_lists_who_would_fall_short_by_how_much_and_touches_nothing(
        self, desk: Desk, kitchen_of: MakeKitchen, unchanged: Unchanged
    ) -> None:
        kitchen = await kitchen_of(FURONG)
        await kitchen.accept(a_line(300), a_line(700, origin_county_code=FURONG), on=date(2025, 3, 1))
        kitchen.clock.set(noon(date(2026, 3, 1)))
        draft = await Province(desk).draft(a_rule_draft(a_code(), kitchen.path, rate_bp=3_001))
        async with unchanged():
            found = await tried(desk, UUID(draft["id"]), year=None)
            only = await tried(desk, UUID(draft["id"]), year=None, short=True, unit_id=PROVINCE_UNIT)
        assert (found["year"], found["canteens"], found["short"], found["shortfall_fen"]) == (2025, 1, 1, 1)
        [row] = found["items"]
        told = {name: row[name] for name in ("base_fen", "counted_fen", "required_fen", "shortfall_fen", "rate_bp")}
        assert told == {
            "base_fen": 1_000,
            "counted_fen": 300,
            "required_fen": 301,
            "shortfall_fen": 1,
            "rate_bp": 3_001,
        }
        assert (row["falls_short"], row["in_force"], found["compared_version"]) == (True, None, None)
        assert only["items"] == found["items"]
        exactly = await Province(desk).draft(a_rule_draft(a_code(), kitchen.path, rate_bp=3_000))
        met = await tried(desk, UUID(exactly["id"]), year=None, short=True)
        assert (met["tried"], met["short"], met["items"]) == (1, 0, [])

    async def test_credits_no_origin_that_is_known_to_be_false(self, desk: Desk, kitchen_of: MakeKitchen) -> None:
        kitchen, code = await kitchen_of(FURONG), a_code()
        listing, supplier = new_id(), new_id()
        await kitchen.accept(
            a_line(500, origin_county_code=FURONG, listing_id=listing),
            a_line(20, origin_county_code=FURONG),
            supplier_id=supplier,
        )
        await hear(desk, revoked(supplier, RevocationGround.FALSE_ORIGIN, listing))
        county = PutCounty(county_code=FURONG, valid_from=date(2020, 1, 1))
        await put_designation(desk, PutDesignation(list_code=code, name="名单", source="文件", counties=[county]))
        draft = await Province(desk).draft(a_rule_draft(code, kitchen.path, list_codes=[code, HUNAN_51]))
        [row] = (await tried(desk, UUID(draft["id"])))["items"]
        assert (row["base_fen"], row["counted_fen"]) == (520, 20)

    async def test_is_for_the_province_alone(self, desk: Desk, kitchen: Kitchen, unchanged: Unchanged) -> None:
        draft = await Province(desk).draft(a_rule_draft(a_code()))
        draft_id = UUID(draft["id"])
        async with unchanged():
            for who in (kitchen.finance, kitchen.above, someone(Role.OFFICER, new_id(), "/430000/430100/")):
                with pytest.raises(NotAllowed):
                    await tried(desk, draft_id, who)
            with pytest.raises(DraftUnknown):
                await tried(desk, new_id())
            with pytest.raises(UnitUnknown):
                await tried(desk, draft_id, unit_id=new_id())
        auditor = someone(Role.AUDITOR, PROVINCE_UNIT, PROVINCE_PATH)
        assert (await tried(desk, draft_id, auditor, unit_id=unit_id(CHALING)))["unit"]["name"] == "茶陵县残疾人联合会"
        assert (await get_draft(desk, auditor, "get_rule_draft", DraftKind.RULE, draft_id))["state"] == "drafted"

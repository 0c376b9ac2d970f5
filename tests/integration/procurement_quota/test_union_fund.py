"""Union money is told apart: by label, each purchase once, a head, and beside the share of the rule that shows it."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from services.procurement_quota.domain.rules import RuleNotInForce
from services.procurement_quota.domain.seeded_rules import HUNAN_CANTEEN, HUNAN_UNION, NATIONAL_CANTEEN
from services.procurement_quota.domain.words import Outcome
from services.procurement_quota.store.tables import unit
from services.procurement_quota.usecases.correct_for_revocation import correct_for_revocation
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.get_union_fund import AskUnionFund, get_union_fund
from services.procurement_quota.usecases.put_canteen import PutCanteen, UnitUnknown, put_canteen
from services.procurement_quota.usecases.put_heads import HeadsUnknown, PutHeads, get_heads, put_heads
from services.procurement_quota.usecases.verify_off_platform_purchase import (
    VerifyPurchase,
    verify_off_platform_purchase,
)
from shared.contracts.authority import NotAllowed, Role
from shared.contracts.catalog import SupplierRevoked
from shared.contracts.words import CanteenKind, Channel, Fund, RevocationGround, SupplierKind
from shared.errors import InvalidFields
from shared.ids import new_id
from tests.build.quota import FURONG, QIDONG, Kitchen, a_line, heard, noon, someone
from tests.integration.procurement_quota.conftest import MakeKitchen, Unchanged

LABELS = ("disabled_base_fen", "demonstration_household_fen", "listed_county_fen", "none_fen")


async def fund_of(kitchen: Kitchen, unit: UUID | None = None, limit: int = 100, **dates: Any) -> dict[str, Any]:
    who = kitchen.finance if unit is None else kitchen.auditor
    ask = AskUnionFund(2025, **dates)
    return await get_union_fund(kitchen.desk, who, unit or kitchen.unit_id, ask, limit=limit, cursor=None)


def labels(sums: dict[str, Any]) -> list[int]:
    return [sums["by_label"][name] for name in LABELS]


async def heads(kitchen: Kitchen, number: int, source: str = "会员名册", year: int = 2025) -> dict[str, Any]:
    command = PutHeads(heads=number, source=source)
    return (await put_heads(kitchen.desk, kitchen.finance, kitchen.unit_id, year, command))[0]


class TestUnionFund:
    async def test_tells_each_purchase_once_by_label_and_a_head(self, kitchen: Kitchen) -> None:
        union: dict[str, Any] = {"fund": Fund.UNION, "on": date(2025, 6, 10)}
        line = a_line(1_000, category="handicraft", origin_county_code=FURONG)
        await kitchen.accept(line, **union)
        await kitchen.accept(a_line(200), supplier_kind=SupplierKind.DEMONSTRATION_HOUSEHOLD, **union)
        company = await kitchen.accept(first := a_line(300), supplier_kind=SupplierKind.COMPANY, **union)
        await kitchen.accept(a_line(50, origin_county_code=FURONG), supplier_kind=SupplierKind.COMPANY, **union)
        await kitchen.accept(a_line(9_999))
        await kitchen.give_back(company, first, 100, date(2025, 6, 12))
        [row] = (found := await fund_of(kitchen))["items"]
        assert labels(row) == [1_000, 200, 200, 50]
        assert (row["amount_fen"], row["preferred_fen"], row["preferred_bp"]) == (1_450, 1_400, 9_655)
        assert (row["heads"], row["per_head_fen"], found["total"]["units_without_heads"]) == (None, None, 1)
        figures = (await kitchen.statement(HUNAN_UNION))["figures"]
        assert (figures["base_fen"], figures["counted_fen"]) == (1_450, 1_400)
        await heads(kitchen, 4)
        found = await fund_of(kitchen)
        assert (found["items"][0]["per_head_fen"], found["total"]["per_head_fen"]) == (362, 362)
        earlier = await fund_of(kitchen, happened_by=date(2025, 6, 11))
        assert labels(earlier["total"]) == [1_000, 200, 300, 50]
        assert (await kitchen.statement(HUNAN_CANTEEN))["figures"]["base_fen"] == 9_999

    async def test_a_label_that_is_lost_is_taken_off_once(self, desk: Desk, kitchen: Kitchen) -> None:
        supplier = new_id()
        union: dict[str, Any] = {"fund": Fund.UNION, "supplier_id": supplier, "on": date(2025, 6, 15)}
        await kitchen.accept(a_line(200, origin_county_code=FURONG), **union)
        await kitchen.accept(a_line(400), **union)
        assert labels((await fund_of(kitchen))["total"]) == [600, 0, 0, 0]
        revoked = SupplierRevoked(
            supplier_id=supplier,
            version=2,
            ground=RevocationGround.LOST_RECOGNITION,
            reason="不再符合条件",
            effective_from=date(2025, 6, 10),
            listing_ids=(),
        )
        await correct_for_revocation(desk, heard(revoked, consumer="procurement_quota-catalog"))
        total = (await fund_of(kitchen))["total"]
        assert (labels(total), total["amount_fen"]) == ([0, 0, 400, 200], 600)
        assert (await kitchen.statement(HUNAN_UNION))["figures"]["counted_fen"] == total["preferred_fen"] == 400

    async def test_stands_beside_the_national_share_and_nowhere_in_hunans(self, desk: Desk, kitchen: Kitchen) -> None:
        await kitchen.accept(a_line(5_000, origin_county_code=FURONG))
        await kitchen.accept(a_line(700), fund=Fund.UNION)
        there = await kitchen.buy_elsewhere(
            300, fund=Fund.UNION, channel=Channel.PLATFORM_832, order_number=f"832-{new_id()}"[:40]
        )
        accepted = VerifyPurchase(outcome=Outcome.ACCEPT, reason="平台订单属实")
        await verify_off_platform_purchase(desk, kitchen.above, there, accepted)
        national, hunan = await kitchen.statement(NATIONAL_CANTEEN), await kitchen.statement(HUNAN_CANTEEN)
        apart = {"base_fen": 1_000, "counted_fen": 300, "share_bp": 3_000}
        assert {name: national["union_apart"][name] for name in apart} == apart
        assert (national["figures"]["base_fen"], national["figures"]["counted_fen"]) == (5_000, 0)
        assert (hunan["union_apart"], hunan["figures"]["base_fen"]) == (None, 5_000)
        [told] = (await fund_of(kitchen))["apart"]
        assert (told["rule"], told["counted_fen"]) == (NATIONAL_CANTEEN, 300)
        assert len(await kitchen.lines(NATIONAL_CANTEEN)) == 1

    async def test_of_a_unit_sums_its_canteens_and_pages_by_path(
        self, desk: Desk, kitchen_of: MakeKitchen, unchanged: Unchanged
    ) -> None:
        one, other = sorted([await kitchen_of(QIDONG), await kitchen_of(QIDONG)], key=lambda kitchen: kitchen.path)
        second = Kitchen(desk, one.clock, one.unit_id, one.path)
        opened = PutCanteen(unit_id=one.unit_id, name="二食堂", kind=CanteenKind.OWN, valid_from=date(2025, 1, 1))
        await put_canteen(desk, second.canteen_id, opened)
        for kitchen, amount_fen in ((one, 100), (second, 200), (other, 1_000)):
            await kitchen.accept(a_line(amount_fen), fund=Fund.UNION)
        await heads(one, 7)
        county = someone(Role.OFFICER, new_id(), "/430000/430400/430426/")
        from_county = one.path.rsplit("/", 2)[0] + "/"
        [county_id] = await _unit_ids(desk, from_county)
        ask, seen, cursor = AskUnionFund(2025), [], None
        async with unchanged():
            while True:
                page = await get_union_fund(desk, county, county_id, ask, limit=1, cursor=cursor)
                seen += [(row["unit_id"], row["amount_fen"], row["per_head_fen"]) for row in page["items"]]
                cursor = page["next"]
                if cursor is None:
                    break
        mine = [row for row in seen if row[0] in (str(one.unit_id), str(other.unit_id))]
        assert mine == [(str(one.unit_id), 300, 42), (str(other.unit_id), 1_000, None)]
        assert page["total"]["amount_fen"] == sum(amount for _, amount, _ in seen)
        assert page["total"]["per_head_fen"] == 42

    async def test_is_read_by_those_above_and_where_a_rule_binds(
        self, desk: Desk, kitchen: Kitchen, kitchen_of: MakeKitchen
    ) -> None:
        other = await kitchen_of()
        ask = AskUnionFund(2025)
        for who in (other.finance, kitchen.buyer):
            with pytest.raises(NotAllowed):
                await get_union_fund(desk, who, kitchen.unit_id, ask, limit=1, cursor=None)
        with pytest.raises(UnitUnknown):
            await get_union_fund(desk, kitchen.auditor, new_id(), ask, limit=1, cursor=None)
        with pytest.raises(RuleNotInForce):
            await get_union_fund(desk, kitchen.auditor, kitchen.unit_id, AskUnionFund(2023), limit=1, cursor=None)


async def _unit_ids(desk: Desk, path: str) -> list[UUID]:
    async with desk.uow.glance() as tx:
        rows = await tx.rows(sa.select(unit.c.id).where(unit.c.path == path))
    return [row.id for row in rows]


class TestHeads:
    async def test_are_kept_version_by_version_and_the_same_again_is_nothing(
        self, desk: Desk, kitchen: Kitchen, unchanged: Unchanged
    ) -> None:
        first = await heads(kitchen, 46)
        async with unchanged():
            assert await heads(kitchen, 46) == first
        kitchen.clock.set(noon(date(2025, 7, 1)))
        second = await heads(kitchen, 50, "7月会员名册")
        assert [(one["version"], one["heads"]) for one in second["versions"]] == [(1, 46), (2, 50)]
        assert await get_heads(desk, kitchen.auditor, kitchen.unit_id, 2025) == second
        [row] = (await fund_of(kitchen, known_by=date(2025, 6, 25)))["items"]
        assert row["heads"] == 46

    async def test_are_filed_by_the_units_own_finance_for_a_year_that_has_come(
        self, desk: Desk, kitchen: Kitchen, unchanged: Unchanged
    ) -> None:
        command = PutHeads(heads=1, source="名册")
        async with unchanged():
            for who in (kitchen.above, kitchen.buyer, kitchen.auditor):
                with pytest.raises(NotAllowed):
                    await put_heads(desk, who, kitchen.unit_id, 2025, command)
            with pytest.raises(UnitUnknown):
                await put_heads(desk, kitchen.finance, new_id(), 2025, command)
            with pytest.raises(InvalidFields):
                await put_heads(desk, kitchen.finance, kitchen.unit_id, 2027, command)
            with pytest.raises(HeadsUnknown):
                await get_heads(desk, kitchen.finance, kitchen.unit_id, 2025)

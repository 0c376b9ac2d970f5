"""Reference data loads itself once, and what is in force is never edited."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from services.procurement_quota.domain.seeded_rules import HUNAN_51, HUNAN_CANTEEN, NATIONAL_832, NATIONAL_CANTEEN
from services.procurement_quota.usecases import list_reference
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.load_reference import hunan_units, load_reference
from services.procurement_quota.usecases.put_canteen import PutCanteen, put_canteen
from services.procurement_quota.usecases.put_designation import PutCounty, PutDesignation, put_designation
from services.procurement_quota.usecases.put_rule import AlreadyInForce, ContinueRule, PutRule, continue_rule, put_rule
from services.procurement_quota.usecases.put_units import ParentUnknown, PutUnit, TreeFixed, put_unit, unit_id
from shared.app import Program
from shared.contracts.envelope import unseal
from shared.contracts.words import CanteenKind, Fund, UnitLevel
from shared.errors import InvalidFields
from shared.ids import new_id
from tests.build.quota import CHALING, FURONG, a_line
from tests.integration.procurement_quota.conftest import MakeKitchen, Unchanged, everything


async def said(program: Program, type_: str) -> list[dict[str, object]]:
    async with program.uow.glance() as tx:
        rows = await tx.rows(sa.text("SELECT body FROM outbox WHERE type = :type ORDER BY id"), {"type": type_})
    return [unseal(row.body).data for row in rows]


class TestLoadReference:
    async def test_again_writes_nothing(self, program: Program, desk: Desk) -> None:
        before = await everything(program)
        assert (await load_reference(desk)).units == 0
        after = await everything(program)
        assert {name for name in before if before[name] != after[name]} <= {"reference_head"}

    def test_names_the_province_its_fourteen_prefectures_and_its_counties(self) -> None:
        units = hunan_units()
        levels = [unit.level for unit in units]
        assert [levels.count(level) for level in UnitLevel] == [1, 14, 123]
        names = {unit.code: unit.name for unit in units}
        assert (names["430000"], names["430100"]) == ("湖南省残疾人联合会", "长沙市残疾人联合会")
        assert (names[CHALING], names["431271"]) == ("茶陵县残疾人联合会", "洪江区残疾人联合会")

    async def test_says_what_it_wrote(self, program: Program, desk: Desk) -> None:
        units = {str(one["unit_id"]): one for one in await said(program, "unit.changed")}
        chaling = units[str(unit_id(CHALING))]
        assert (chaling["path"], chaling["approval_limit_fen"]) == ("/430000/430200/430224/", 500_000)
        lists = {one["list_code"]: one for one in await said(program, "designation.changed")}
        assert len(lists[HUNAN_51]["counties"]) == 51  # type: ignore[arg-type]
        assert len(lists[NATIONAL_832]["counties"]) == 832  # type: ignore[arg-type]
        rules = [one for one in await said(program, "rule.changed") if one["rule_code"] == NATIONAL_CANTEEN]
        in_force: Any = rules[-1]["in_force"]
        [stretch] = in_force
        assert (stretch["valid_from"], stretch["valid_to"]) == ("2021-01-01", None)
        assert stretch["terms"]["list_codes"] == [NATIONAL_832]
        versions = [one["version"] for one in await said(program, "rule.changed") if one["rule_code"] == HUNAN_CANTEEN]
        assert versions == list(range(1, len(versions) + 1))


class TestRules:
    async def test_bind_further_years_only_by_a_document(self, desk: Desk, unchanged: Unchanged) -> None:
        async with unchanged():
            for days in (
                {"valid_from": date(2020, 1, 1), "valid_to": None},
                {"valid_from": date(2019, 1, 1), "valid_to": date(2022, 1, 1)},
            ):
                with pytest.raises(AlreadyInForce):
                    await continue_rule(desk, ContinueRule(rule_code=HUNAN_CANTEEN, document="另一文件", **days))
            for since, until in (
                (date(2031, 1, 1), date(2031, 1, 1)),
                (date(2031, 1, 2), None),
                (date(2031, 1, 1), date(2031, 12, 31)),
            ):
                never = ContinueRule(rule_code=HUNAN_CANTEEN, document="x", valid_from=since, valid_to=until)
                with pytest.raises(InvalidFields):
                    await continue_rule(desk, never)

    async def test_are_rows_never_a_change_of_code(self, desk: Desk, kitchen_of: MakeKitchen) -> None:
        kitchen = await kitchen_of(FURONG)
        code = f"trial-{new_id().hex[-8:]}"
        rule = PutRule(
            code=code,
            name="试行：茶叶三成",
            name_en="Trial: thirty percent of tea",
            fund=Fund.CANTEEN,
            scope_path=kitchen.path,
            rate_bp=3_000,
            list_codes=[NATIONAL_832],
            categories=["tea"],
            reading="茶叶采购额不低于30%。",
            reading_en="At least 30 % of tea.",
            source="试行文件",
        )
        assert await put_rule(desk, rule) == 1
        assert await put_rule(desk, rule) == 1
        await kitchen.accept(a_line(700, category="tea"))
        assert code not in [one["code"] for one in (await kitchen.statement())["rules"]]
        await continue_rule(desk, ContinueRule(rule_code=code, document="试行文件", valid_from=date(2025, 1, 1)))
        await kitchen.accept(a_line(100, category="tea"), a_line(300, category="eggs"))
        await kitchen.accept(a_line(400, category="tea", origin_county_code="430426"))
        statement = await kitchen.statement(code)
        assert (statement["figures"]["base_fen"], statement["figures"]["counted_fen"]) == (500, 100)
        assert (statement["rule"]["rate_bp"], statement["figures"]["required_fen"]) == (3_000, 150)


class TestDesignations:
    async def test_are_judged_as_of_the_order_and_never_again(self, desk: Desk, kitchen_of: MakeKitchen) -> None:
        kitchen = await kitchen_of(FURONG)
        code = f"trial-{new_id().hex[-8:]}"

        def listed(*counties: PutCounty) -> PutDesignation:
            return PutDesignation(list_code=code, name="试行名单", source="试行文件", counties=list(counties))

        until_june = PutCounty(county_code=CHALING, valid_from=date(2020, 1, 1), valid_to=date(2025, 6, 1))
        assert await put_designation(desk, listed(until_june)) == 1
        assert await put_designation(desk, listed(until_june)) == 1
        rule = PutRule(
            code=code,
            name="试行",
            name_en="Trial",
            fund=Fund.CANTEEN,
            scope_path=kitchen.path,
            rate_bp=1_000,
            list_codes=[code],
            reading="试行",
            reading_en="Trial",
            source="试行文件",
        )
        await put_rule(desk, rule)
        await continue_rule(desk, ContinueRule(rule_code=code, document="试行文件", valid_from=date(2025, 1, 1)))
        await kitchen.accept(a_line(100), ordered_on=date(2025, 5, 31))
        await kitchen.accept(a_line(200), ordered_on=date(2025, 6, 1))
        never = PutCounty(county_code=FURONG, valid_from=date(2020, 1, 1))
        assert await put_designation(desk, listed(never)) == 2
        await kitchen.accept(a_line(400), ordered_on=date(2025, 5, 31))
        assert [line["counts"] for line in await kitchen.lines(code)] == [True, False, False]
        assert "version 2" in (await kitchen.lines(code))[-1]["reason_en"]

    async def test_stand_once_on_any_day(self, desk: Desk, unchanged: Unchanged) -> None:
        twice = PutDesignation(
            list_code="twice",
            name="重复",
            source="x",
            counties=[
                PutCounty(county_code=CHALING, valid_from=date(2020, 1, 1)),
                PutCounty(county_code=CHALING, valid_from=date(2021, 1, 1)),
            ],
        )
        async with unchanged():
            with pytest.raises(InvalidFields):
                await put_designation(desk, twice)


class TestTree:
    async def test_refuses_a_unit_without_its_parent_or_in_another_place(
        self, desk: Desk, unchanged: Unchanged
    ) -> None:
        command = PutUnit(code=CHALING, name="x", level=UnitLevel.COUNTY, parent_code="nobody", division_code=CHALING)
        async with unchanged():
            with pytest.raises(ParentUnknown):
                await put_unit(desk, command)
            with pytest.raises(TreeFixed):
                await put_unit(desk, command.model_copy(update={"parent_code": "430100"}))

    async def test_a_change_raises_the_version_and_is_said_once(
        self, program: Program, desk: Desk, kitchen_of: MakeKitchen
    ) -> None:
        kitchen = await kitchen_of(FURONG)

        def named(name: str) -> PutCanteen:
            return PutCanteen(unit_id=kitchen.unit_id, name=name, kind=CanteenKind.OWN, valid_from=date(2025, 1, 1))

        assert await put_canteen(desk, kitchen.canteen_id, named("机关食堂")) == 1
        assert await put_canteen(desk, kitchen.canteen_id, named("二食堂")) == 2
        told = [one for one in await said(program, "canteen.changed") if one["canteen_id"] == str(kitchen.canteen_id)]
        assert [(one["version"], one["name"]) for one in told] == [(1, "机关食堂"), (2, "二食堂")]


class TestLists:
    async def test_page_by_keys_and_filter(self, desk: Desk, kitchen_of: MakeKitchen) -> None:
        kitchen = await kitchen_of(CHALING)
        seen: list[str] = []
        cursor: str | None = None
        while True:
            page = await list_reference.list_designations(
                desk, list_code=HUNAN_51, county=None, on=None, limit=20, cursor=cursor
            )
            seen += [one["county_code"] for one in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
        assert (len(seen), seen) == (51, sorted(set(seen)))
        chaling = await list_reference.list_designations(
            desk, list_code=None, county=CHALING, on=date(2020, 6, 1), limit=20, cursor=None
        )
        assert [one["list_code"] for one in chaling["items"] if not one["list_code"].startswith("trial")] == [HUNAN_51]
        below = await list_reference.list_units(desk, parent=unit_id("430000"), level=None, limit=100, cursor=None)
        assert len(below["items"]) == 14
        own = await list_reference.list_canteens(desk, unit=kitchen.unit_id, below=None, limit=10, cursor=None)
        assert [one["id"] for one in own["items"]] == [str(kitchen.canteen_id)]
        under = await list_reference.list_canteens(desk, unit=None, below=unit_id(CHALING), limit=100, cursor=None)
        assert str(kitchen.canteen_id) in [one["id"] for one in under["items"]]
        rules = await list_reference.list_rules(desk, limit=100, cursor=None)
        assert {HUNAN_CANTEEN, NATIONAL_CANTEEN} <= {one["code"] for one in rules["items"]}

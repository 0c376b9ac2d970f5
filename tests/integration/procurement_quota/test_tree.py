"""A unit moves or is merged by a document: who reads it follows at once, its rate and statement of the year do not."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.procurement_quota.domain.seeded_rules import HUNAN_CANTEEN
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.export_year import export_year
from services.procurement_quota.usecases.get_movements import AskMovements, get_movements
from services.procurement_quota.usecases.get_statement import AskStatement, get_statement
from services.procurement_quota.usecases.load_reference import load_reference
from services.procurement_quota.usecases.move_unit import (
    CannotMoveThere,
    MoveDiffers,
    MoveKind,
    MoveOutOfTurn,
    PutMove,
    RulesDiffer,
    get_unit_history,
    put_unit_move,
)
from services.procurement_quota.usecases.put_canteen import PutCanteen, UnitUnknown, put_canteen
from services.procurement_quota.usecases.put_rule import ContinueRule, PutRule, continue_rule, put_rule
from services.procurement_quota.usecases.put_units import PutUnit, put_unit, unit_id
from shared.app import Program
from shared.contracts.authority import NotAllowed, Role
from shared.contracts.words import CanteenKind, Fund, UnitLevel
from shared.errors import InvalidFields
from shared.ids import new_id
from tests.build.quota import CHALING, PROVINCE_PATH, Kitchen, a_line, noon, someone, stated
from tests.integration.procurement_quota.conftest import Unchanged
from tests.integration.procurement_quota.test_reference import said

OFFICER = someone(Role.OFFICER, unit_id("430000"), PROVINCE_PATH, "省残联")
JUNE = date(2025, 6, 1)


def to(unit: UUID, *, kind: MoveKind = MoveKind.MOVE, since: date = JUNE, document: str = "区划调整") -> PutMove:
    return PutMove(kind=kind, to_unit_id=unit, valid_from=since, document=document)


async def a_county(desk: Desk, prefecture: str = "430200", division: str = CHALING) -> tuple[str, UUID]:
    """Make a county's federation of its own, one of the 51 unless told, whose rate is 50 %."""
    code = new_id().hex[-12:]
    facts: dict[str, Any] = {"level": UnitLevel.COUNTY, "parent_code": prefecture, "division_code": division}
    return code, await put_unit(desk, PutUnit(code=code, name="县残联", valid_from=date(2020, 1, 1), **facts))


async def its_kitchen(desk: Desk, kitchen: Kitchen, code: str, division: str = CHALING) -> Kitchen:
    """Open the canteen of a unit below the county, with purchases of 100,000 fen that count a tenth."""
    below = code + "-c"
    unit = await put_unit(
        desk,
        PutUnit(
            code=below,
            name="直属中心",
            level=UnitLevel.COUNTY,
            parent_code=code,
            division_code=division,
            valid_from=date(2020, 1, 1),
        ),
    )
    own = Kitchen(desk, kitchen.clock, unit, f"/430000/430200/{code}/{below}/")
    command = PutCanteen(unit_id=unit, name="食堂", kind=CanteenKind.OWN, valid_from=date(2025, 1, 1))
    await put_canteen(desk, own.canteen_id, command)
    await own.accept(a_line(10_000), a_line(90_000, origin_county_code="430102"), on=date(2025, 5, 5))
    return own


class TestMove:
    async def test_readers_follow_the_tree_at_once_and_the_rate_on_the_first_of_january(
        self, program: Program, desk: Desk, kitchen: Kitchen
    ) -> None:
        code, county = await a_county(desk)
        own = await its_kitchen(desk, kitchen, code)
        old, new = (someone(Role.FINANCE, unit_id(at), f"/430000/{at}/") for at in ("430200", "431000"))
        before = await own.statement()
        assert (before["rule"]["rate_bp"], before["figures"]["required_fen"]) == (5_000, 50_000)
        ask = AskStatement(HUNAN_CANTEEN, 2025)
        await get_statement(desk, old, own.canteen_id, ask)
        with pytest.raises(NotAllowed):
            await get_statement(desk, new, own.canteen_id, ask)

        move = new_id()
        history, written = await put_unit_move(desk, OFFICER, county, move, to(unit_id("431000")))
        assert (written, history["path"]) == (True, f"/430000/431000/{code}/")
        assert [(one["valid_from"], one["path"]) for one in history["places"]] == [
            ("2020-01-01", f"/430000/430200/{code}/"),
            ("2025-06-01", f"/430000/431000/{code}/"),
        ]
        assert (history["moves"][0]["from_path"], history["moves"][0]["units"]) == (f"/430000/430200/{code}/", 2)

        with pytest.raises(NotAllowed):
            await get_statement(desk, old, own.canteen_id, ask)
        after = await get_statement(desk, new, own.canteen_id, ask)
        assert after["subject"]["unit_path"] == f"/430000/431000/{code}/{code}-c/"
        kept = ("figures", "status", "months", "missing_months")
        assert [after[name] for name in kept] == [before[name] for name in kept]
        assert after["rule"]["rate_bp"] == 5_000
        inside = await stated(desk, new, unit_id("431000"), ask)
        assert [row["rate_bp"] for row in inside["canteens"] if row["id"] == str(own.canteen_id)] == [5_000]
        told = [one for one in await said(program, "unit.changed") if str(one["path"]).find(f"/{code}/") > 0]
        assert [(one["path"], one["version"]) for one in told][-2:] == [
            (f"/430000/431000/{code}/", 2),
            (f"/430000/431000/{code}/{code}-c/", 2),
        ]

    async def test_purchases_go_on_in_the_same_chain_and_the_open_data_of_the_year_agree(
        self, program: Program, desk: Desk, kitchen: Kitchen
    ) -> None:
        code, county = await a_county(desk)
        own = await its_kitchen(desk, kitchen, code)
        await put_unit_move(desk, OFFICER, county, new_id(), to(unit_id("431000")))
        own.finance = someone(Role.FINANCE, own.unit_id, f"/430000/431000/{code}/{code}-c/")
        await own.accept(a_line(50_000), on=date(2025, 6, 18))
        lines = await own.lines()
        assert [line["seq"] for line in lines] == [1, 2, 3]
        figures = (await own.statement())["figures"]
        assert (figures["base_fen"], figures["counted_fen"], figures["required_fen"]) == (150_000, 60_000, 75_000)
        async with program.uow.read() as tx:
            tables = {table.name: table for table in (await export_year(tx, kitchen.clock, 2025)).tables}
        columns = tables["figures.csv"].columns
        rows = [dict(zip(columns, row, strict=True)) for row in tables["figures.csv"].rows]
        [row] = [one for one in rows if (one["canteen_id"], one["rule"]) == (str(own.canteen_id), HUNAN_CANTEEN)]
        assert (row["unit_path"], row["rate_bp"]) == (f"/430000/430200/{code}/{code}-c/", 5_000)

    async def test_as_of_an_earlier_day_is_what_it_was(self, desk: Desk, kitchen: Kitchen) -> None:
        code, county = await a_county(desk)
        own = await its_kitchen(desk, kitchen, code)
        kitchen.clock.set(noon(date(2025, 6, 22)))
        await put_unit_move(desk, OFFICER, county, new_id(), to(unit_id("431000"), kind=MoveKind.MERGE))
        kitchen.clock.set(noon(date(2025, 6, 24)))
        new = someone(Role.FINANCE, unit_id("431000"), "/430000/431000/")
        for known_by in (date(2025, 6, 21), None):
            ask = AskStatement(HUNAN_CANTEEN, 2025, known_by=known_by)
            assert (await get_statement(desk, new, own.canteen_id, ask))["rule"]["rate_bp"] == 5_000

    async def test_on_the_first_of_january_moves_the_rate_of_that_year(self, desk: Desk, kitchen: Kitchen) -> None:
        """A county on no list takes one of the 51 in, as of 1 January: the merged one's rate falls to 20 % at once."""
        code, county = await a_county(desk)
        _, other = await a_county(desk, division="430102")
        own = await its_kitchen(desk, kitchen, code)
        await put_unit_move(desk, OFFICER, county, new_id(), to(other, kind=MoveKind.MERGE, since=date(2025, 1, 1)))
        found = await get_statement(desk, kitchen.auditor, own.canteen_id, AskStatement(HUNAN_CANTEEN, 2025))
        assert (found["rule"]["rate_bp"], found["figures"]["required_fen"]) == (2_000, 20_000)

    async def test_a_merger_in_june_moves_the_rate_of_the_next_year(self, desk: Desk, kitchen: Kitchen) -> None:
        code, county = await a_county(desk)
        _, other = await a_county(desk, division="430102")
        own = await its_kitchen(desk, kitchen, code)
        history, _ = await put_unit_move(desk, OFFICER, county, new_id(), to(other, kind=MoveKind.MERGE))
        assert (history["places"][-1]["division_code"], history["moves"][0]["kind"]) == ("430102", "merge")
        for year, rate_bp in ((2025, 5_000), (2026, 2_000)):
            found = await get_statement(desk, kitchen.auditor, own.canteen_id, AskStatement(HUNAN_CANTEEN, year))
            assert found["rule"]["rate_bp"] == rate_bp, year

    async def test_stays_when_the_tree_is_loaded_again(self, desk: Desk) -> None:
        await put_unit_move(desk, OFFICER, unit_id("431321"), new_id(), to(unit_id("431000")))
        try:
            assert (await load_reference(desk)).units == 0
            assert (await get_unit_history(desk, unit_id("431321")))["path"] == "/430000/431000/431321/"
        finally:
            await put_unit_move(desk, OFFICER, unit_id("431321"), new_id(), to(unit_id("431300")))

    async def test_a_new_name_later_leaves_the_place_alone(self, desk: Desk, kitchen: Kitchen) -> None:
        code, county = await a_county(desk)
        await put_unit_move(desk, OFFICER, county, new_id(), to(unit_id("431000")))
        facts: dict[str, Any] = {"level": UnitLevel.COUNTY, "parent_code": "431000", "division_code": CHALING}
        await put_unit(desk, PutUnit(code=code, name="改名县残联", **facts))
        history = await get_unit_history(desk, county)
        assert (history["name"], history["version"], len(history["places"])) == ("改名县残联", 3, 2)


class TestATableOfAPastDay:
    """Of a county that went from 430200 to 431000 on 1 June, by a document that was recorded on 22 June."""

    async def test_goes_by_the_tree_of_that_day_as_it_was_known(self, desk: Desk, kitchen: Kitchen) -> None:
        code, own = await moved_in_june(desk, kitchen)
        before, after = (f"/430000/{at}/{code}/{code}-c/" for at in ("430200", "431000"))
        may, june, unknown = date(2025, 5, 31), date(2025, 6, 10), date(2025, 6, 21)
        for happened_by, known_by, path in (
            (may, None, before),
            (june, None, after),
            (june, unknown, before),
            (None, unknown, before),
            (None, date(2025, 6, 22), after),
            (None, None, after),
        ):
            ask = AskStatement(HUNAN_CANTEEN, 2025, happened_by=happened_by, known_by=known_by)
            tables = {
                at: await stated(desk, kitchen.auditor, unit_id(at), ask) for at in ("430200", "431000", "430000")
            }
            rows = {at: [one for one in tables[at]["canteens"] if one["id"] == str(own.canteen_id)] for at in tables}
            place, elsewhere = ("430200", "431000") if path == before else ("431000", "430200")
            assert [(one["unit_path"], one["rate_bp"]) for one in rows[place]] == [(path, 5_000)], ask
            assert (rows[elsewhere], len(rows["430000"])) == ([], 1)
            assert [one["canteens"] for one in tables[place]["units"] if one["path"].endswith(f"/{code}/")] == [1]
            own_table = await stated(desk, kitchen.auditor, unit_id(code), ask)
            assert (own_table["subject"]["unit_path"], len(own_table["canteens"])) == (
                path.replace(f"{code}-c/", ""),
                1,
            )

    async def test_is_read_by_whom_the_present_tree_lets(self, desk: Desk, kitchen: Kitchen) -> None:
        code, _ = await moved_in_june(desk, kitchen)
        old, new = (someone(Role.FINANCE, unit_id(at), f"/430000/{at}/") for at in ("430200", "431000"))
        ask = AskStatement(HUNAN_CANTEEN, 2025, happened_by=date(2025, 5, 31))
        assert len((await get_statement(desk, new, unit_id(code), ask))["canteens"]) == 1
        with pytest.raises(NotAllowed):
            await get_statement(desk, old, unit_id(code), ask)

    async def test_differs_from_a_later_one_by_what_moved(self, desk: Desk, kitchen: Kitchen) -> None:
        _, own = await moved_in_june(desk, kitchen)
        await own.accept(a_line(20_000), on=date(2025, 6, 23))
        since = date(2025, 6, 21)
        for at, sign in (("430200", -1), ("431000", 1), ("430000", 0)):
            found = await get_movements(
                desk, kitchen.auditor, unit_id(at), AskMovements(since, rule=HUNAN_CANTEEN), limit=500, cursor=None
            )
            then, now = [
                (await stated(desk, kitchen.auditor, unit_id(at), AskStatement(HUNAN_CANTEEN, 2025, day, day)))[
                    "figures"
                ]
                for day in (since, None)
            ]
            names = ("base_fen", "counted_fen", "required_fen")
            assert [found["since"][name] for name in names] == [then[name] for name in names]
            assert [found["until"][name] for name in names] == [now[name] for name in names]
            assert [found["difference"][name] for name in names] == [now[name] - then[name] for name in names]
            [row] = [one for one in found["items"] if one["canteen_id"] == str(own.canteen_id)]
            moved = {one["movement"]: (one["base_fen"], one["counted_fen"]) for one in row["sums"]}
            assert (
                moved
                == {
                    -1: {"accepted": (20_000, 20_000), "rebound": (-120_000, -30_000)},
                    1: {"accepted": (0, 0), "rebound": (120_000, 30_000)},
                    0: {"accepted": (20_000, 20_000)},
                }[sign]
            )


async def moved_in_june(desk: Desk, kitchen: Kitchen) -> tuple[str, Kitchen]:
    code, county = await a_county(desk)
    own = await its_kitchen(desk, kitchen, code)
    kitchen.clock.set(noon(date(2025, 6, 22)))
    await put_unit_move(desk, OFFICER, county, new_id(), to(unit_id("431000")))
    kitchen.clock.set(noon(date(2025, 6, 24)))
    own.finance = someone(Role.FINANCE, own.unit_id, f"/430000/431000/{code}/{code}-c/")
    return code, own


class TestRefusals:
    async def test_only_the_province_moves(self, desk: Desk, kitchen: Kitchen, unchanged: Unchanged) -> None:
        _, county = await a_county(desk)
        async with unchanged():
            for who in (
                someone(Role.OFFICER, unit_id("430200"), "/430000/430200/"),
                someone(Role.OFFICER, unit_id("510000"), "/510000/"),
                someone(Role.FINANCE, unit_id("430000"), PROVINCE_PATH),
                kitchen.auditor,
            ):
                with pytest.raises(NotAllowed):
                    await put_unit_move(desk, who, county, new_id(), to(unit_id("431000")))

    async def test_again_is_the_same_and_with_other_content_is_refused(self, desk: Desk, unchanged: Unchanged) -> None:
        _, county = await a_county(desk)
        move, command = new_id(), to(unit_id("431000"))
        first, _ = await put_unit_move(desk, OFFICER, county, move, command)
        async with unchanged():
            assert await put_unit_move(desk, OFFICER, county, move, command) == (first, False)
            with pytest.raises(MoveDiffers):
                await put_unit_move(desk, OFFICER, county, move, to(unit_id("431000"), document="另一文件"))

    async def test_goes_nowhere_that_it_cannot_stand(self, desk: Desk, unchanged: Unchanged) -> None:
        code, county = await a_county(desk)
        facts: dict[str, Any] = {"level": UnitLevel.COUNTY, "parent_code": code, "division_code": CHALING}
        below = await put_unit(desk, PutUnit(code=code + "-b", name="直属", **facts))
        async with unchanged():
            for unit, target in (
                (county, below),
                (county, county),
                (county, unit_id("430200")),
                (unit_id("430200"), county),
                (unit_id("430000"), unit_id("430200")),
            ):
                with pytest.raises(CannotMoveThere):
                    await put_unit_move(desk, OFFICER, unit, new_id(), to(target))
            for unit, target in ((new_id(), county), (county, new_id())):
                with pytest.raises(UnitUnknown):
                    await put_unit_move(desk, OFFICER, unit, new_id(), to(target))
            for since in (date(2024, 12, 31), date(2025, 6, 21)):
                with pytest.raises(InvalidFields):
                    await put_unit_move(desk, OFFICER, county, new_id(), to(unit_id("431000"), since=since))

    async def test_does_not_go_back_in_time(self, desk: Desk, unchanged: Unchanged) -> None:
        _, county = await a_county(desk)
        await put_unit_move(desk, OFFICER, county, new_id(), to(unit_id("431000")))
        async with unchanged():
            with pytest.raises(MoveOutOfTurn):
                await put_unit_move(desk, OFFICER, county, new_id(), to(unit_id("430200"), since=date(2025, 5, 31)))

    async def test_does_not_cross_the_edge_of_a_rule(self, desk: Desk, kitchen: Kitchen, unchanged: Unchanged) -> None:
        code, county = await a_county(desk)
        own = await its_kitchen(desk, kitchen, code)
        rule = PutRule(
            code=f"trial-{code}",
            name="试行",
            name_en="Trial",
            fund=Fund.CANTEEN,
            scope_path=own.path,
            rate_bp=1_000,
            list_codes=["hunan-51"],
            reading="试行",
            reading_en="Trial",
            source="试行文件",
        )
        await put_rule(desk, rule)
        await continue_rule(desk, ContinueRule(rule_code=rule.code, document="试行文件", valid_from=date(2025, 1, 1)))
        async with unchanged():
            with pytest.raises(RulesDiffer) as refused:
                await put_unit_move(desk, OFFICER, county, new_id(), to(unit_id("431000")))
        assert refused.value.facts["rules"] == [f"trial-{code}"]

"""What moved a figure since a day, through PostgreSQL: all movements named, summing to the statements' difference."""

import random
from datetime import date, timedelta
from typing import Any

import pytest

from services.procurement_quota.domain.rules import RuleUnknown
from services.procurement_quota.domain.seeded_rules import HUNAN_CANTEEN
from services.procurement_quota.domain.words import Outcome
from services.procurement_quota.store.canteens import write_shares
from services.procurement_quota.usecases.count_purchases import count_purchases
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.get_movements import AskMovements, get_movements
from services.procurement_quota.usecases.get_statement import AskStatement, SubjectUnknown, get_statement
from services.procurement_quota.usecases.put_canteen import PutCanteen, PutHolder, PutShares, put_canteen
from services.procurement_quota.usecases.put_designation import PutCounty, PutDesignation, put_designation
from services.procurement_quota.usecases.put_rule import ContinueRule, PutRule, continue_rule, put_rule
from services.procurement_quota.usecases.put_units import PutUnit, put_unit, unit_id
from services.procurement_quota.usecases.verify_off_platform_purchase import (
    VerifyPurchase,
    verify_off_platform_purchase,
)
from shared.contracts.authority import Identity, NotAllowed, Role
from shared.contracts.order import AcceptanceRecorded, KeptLine
from shared.contracts.words import CanteenKind, Fund, UnitLevel
from shared.errors import InvalidFields
from shared.ids import new_id
from tests.build.quota import CHALING, FURONG, Kitchen, a_kitchen, a_line, heard, noon, someone
from tests.integration.procurement_quota.conftest import MakeKitchen

YUHU = "430302"
"""雨湖区, where nobody else buys."""
NAMES = ("base_fen", "counted_fen", "required_fen")


async def movements(
    desk: Desk, reader: Identity, subject: Any, since: date, until: date | None = None, *, limit: int = 100
) -> dict[str, Any]:
    """Read all pages as one."""
    ask = AskMovements(since, until, HUNAN_CANTEEN, 2025)
    found = await get_movements(desk, reader, subject, ask, limit=limit, cursor=None)
    cursor = found["next"]
    while cursor is not None:
        page = await get_movements(desk, reader, subject, ask, limit=limit, cursor=cursor)
        assert len(page["items"]) <= limit
        found["items"] += page["items"]
        cursor = page["next"]
    return found


async def agrees(desk: Desk, reader: Identity, subject: Any, found: dict[str, Any]) -> None:
    """Hold movements against the two statements that they lie between, read as statements are."""
    ends = []
    for end in (found["since"], found["until"]):
        dates = {name: date.fromisoformat(end["happened_by"]) for name in ("happened_by", "known_by")}
        ends.append((await get_statement(desk, reader, subject, AskStatement(HUNAN_CANTEEN, 2025, **dates)))["figures"])
    for name in NAMES:
        difference = ends[1][name] - ends[0][name]
        assert found["until"][name] - found["since"][name] == difference
        assert found["difference"][name] == difference
        assert sum(one[name] for one in found["sums"]) == difference
    for name in ("base_fen", "counted_fen"):
        assert sum(item[name] for item in found["items"]) == found["difference"][name]


def told(found: dict[str, Any]) -> dict[str, tuple[int, int]]:
    return {one["movement"]: (one["base_fen"], one["counted_fen"]) for one in found["sums"]}


class TestOfACanteen:
    async def test_names_every_movement_and_sums_to_the_difference(self, desk: Desk, kitchen: Kitchen) -> None:
        line = a_line(10_000)
        accepted = await kitchen.accept(line, on=date(2025, 5, 10))
        elsewhere = await kitchen.buy_elsewhere(3_000, bought_on=date(2025, 6, 3))
        await kitchen.attest_until(5, [0, 0, 0, 0, 20_000])
        kitchen.clock.set(noon(date(2025, 7, 9)))
        await kitchen.accept(a_line(5_000), a_line(700, origin_county_code=FURONG), on=date(2025, 7, 8))
        await kitchen.give_back(accepted, line, 1_000, date(2025, 7, 2))
        await kitchen.credit(accepted, line, 300, date(2025, 7, 3))
        await count_purchases(desk, heard(kitchen.acceptance(a_line(2_000), on=date(2025, 5, 20))))
        await verify_off_platform_purchase(
            desk, kitchen.above, elsewhere, VerifyPurchase(outcome=Outcome.ACCEPT, reason="属实")
        )
        await kitchen.attest(6, 24_000)
        found = await movements(desk, kitchen.finance, kitchen.canteen_id, date(2025, 6, 20) - timedelta(days=1))
        assert found["since"]["base_fen"] == 0
        kitchen.clock.set(noon(date(2025, 7, 10)))
        found = await movements(desk, kitchen.finance, kitchen.canteen_id, date(2025, 6, 20))
        assert told(found) == {
            "accepted": (5_700, 5_000),
            "late_fact": (2_000, 2_000),
            "returned": (-1_000, -1_000),
            "credited": (-300, -300),
            "verified": (0, 3_000),
            "attested": (1_000, 0),
            "found_in_attested": (-2_000, 0),
        }
        assert (found["since"]["base_fen"], found["until"]["base_fen"]) == (23_000, 28_400)
        await agrees(desk, kitchen.finance, kitchen.canteen_id, found)

    async def test_comes_page_by_page_what_has_no_entry_first(self, desk: Desk, kitchen: Kitchen) -> None:
        day = date(2025, 6, 20)
        kitchen.clock.set(noon(day + timedelta(days=3)))
        await kitchen.accept(*[a_line(number) for number in range(1, 8)], on=day + timedelta(days=2))
        await kitchen.attest_until(5, [0, 0, 0, 0, 50])
        for limit in (1, 2, 3, 100):
            found = await movements(desk, kitchen.finance, kitchen.canteen_id, day, limit=limit)
            assert [one["movement"] for one in found["items"]] == ["attested", *["accepted"] * 7]
            assert [one["counted_fen"] for one in found["items"]] == [0, 1, 2, 3, 4, 5, 6, 7]
            assert found["items"][1]["line"]["reason"] == "origin_listed"
            await agrees(desk, kitchen.finance, kitchen.canteen_id, found)

    async def test_since_today_nothing_moved(self, desk: Desk, kitchen: Kitchen) -> None:
        await kitchen.accept(a_line(1_000))
        found = await movements(desk, kitchen.finance, kitchen.canteen_id, date(2025, 6, 20))
        assert (found["sums"], found["items"], found["moved"]) == ([], [], 0)
        assert found["difference"] == dict.fromkeys(NAMES, 0)

    @pytest.mark.parametrize("number", range(4))
    async def test_sums_whatever_happened(self, desk: Desk, kitchen: Kitchen, number: int) -> None:
        dice, day = random.Random(number), date(2025, 6, 20)
        kept: list[tuple[AcceptanceRecorded, KeptLine]] = []
        for _ in range(14):
            day += timedelta(days=dice.randint(0, 9))
            kitchen.clock.set(noon(day))
            match dice.choice(["accept", "late", "return", "credit", "elsewhere", "attest", "verify"]):
                case "return" if kept:
                    accepted, line = kept.pop()
                    await kitchen.give_back(accepted, line, line.amount_fen, day)
                case "credit" if kept:
                    accepted, line = kept[-1]
                    await kitchen.credit(accepted, line, dice.randint(1, 50), day)
                case "elsewhere":
                    await kitchen.buy_elsewhere(
                        dice.randint(1, 9_999), bought_on=day - timedelta(days=dice.randint(0, 60))
                    )
                case "verify":
                    bought = await kitchen.buy_elsewhere(dice.randint(1, 9_999), bought_on=day)
                    outcome = dice.choice(list(Outcome))
                    command = VerifyPurchase(outcome=outcome, reason="核对")
                    await verify_off_platform_purchase(desk, kitchen.above, bought, command)
                case "attest":
                    await kitchen.attest(dice.randint(1, day.month), dice.randint(0, 90_000))
                case step:
                    line = a_line(dice.randint(100, 9_999), origin_county_code=dice.choice([CHALING, FURONG]))
                    on = day - timedelta(days=dice.randint(10, 90) if step == "late" else 0)
                    kept.append((await kitchen.accept(line, on=on), line))
        kitchen.clock.set(noon(day + timedelta(days=1)))
        for _ in range(6):
            since = date(2025, 6, 20) + timedelta(days=dice.randint(0, 100))
            until = dice.choice([None, since + timedelta(days=dice.randint(0, 60))])
            found = await movements(desk, kitchen.finance, kitchen.canteen_id, since, until, limit=5)
            await agrees(desk, kitchen.finance, kitchen.canteen_id, found)


class TestOfARate:
    """What moves no fen of the ledger, and yet what is asked: a list that grew, and then a unit that moved."""

    async def test_tells_a_county_list_from_a_jurisdiction(self, desk: Desk, kitchen_of: MakeKitchen) -> None:
        code = new_id().hex[-12:]
        facts: dict[str, Any] = {"code": code, "name": "先锋中心", "level": UnitLevel.COUNTY, "parent_code": "430300"}
        since = date(2025, 1, 1)
        unit = await put_unit(desk, PutUnit(division_code="430321", valid_from=since, **facts))
        kitchen = Kitchen(desk, (await kitchen_of()).clock, unit, f"/430000/430300/{code}/")
        own = PutCanteen(unit_id=unit, name="食堂", kind=CanteenKind.OWN, valid_from=since)
        await put_canteen(desk, kitchen.canteen_id, own)
        rule = await self._rule(desk, code, kitchen.path)
        await self._list(desk, code, "430122")
        await kitchen.accept(a_line(10_000), a_line(1, origin_county_code=FURONG))
        kitchen.clock.set(noon(date(2025, 6, 22)))
        await self._list(desk, code, "430122", "430321")
        kitchen.clock.set(noon(date(2025, 6, 24)))
        await put_unit(desk, PutUnit(division_code="430382", valid_from=since, **facts))
        kitchen.clock.set(noon(date(2025, 6, 26)))
        steps = {"list_changed": (0, 0, 3_000), "rebound": (0, 0, -3_000)}
        for day, until, expected in (
            (20, None, steps),
            (20, 23, {"list_changed": (0, 0, 3_000)}),
            (23, None, {"rebound": (0, 0, -3_000)}),
            (25, None, {}),
        ):
            ask = AskMovements(date(2025, 6, day), date(2025, 6, until) if until else None, rule, 2025)
            for subject in (kitchen.canteen_id, unit):
                found = await get_movements(desk, kitchen.finance, subject, ask, limit=9, cursor=None)
                sums = {one["movement"]: tuple(one[name] for name in NAMES) for one in found["sums"]}
                assert sums == expected, (day, subject)
                assert found["until"]["required_fen"] - found["since"]["required_fen"] == sum(
                    asked for _, _, asked in expected.values()
                )

    async def test_tells_a_rule_that_was_not_known_then(self, desk: Desk, kitchen_of: MakeKitchen) -> None:
        kitchen = await kitchen_of()
        code = new_id().hex[-12:]
        await kitchen.accept(a_line(10_000))
        kitchen.clock.set(noon(date(2025, 6, 22)))
        rule = await self._rule(desk, code, kitchen.path)
        kitchen.clock.set(noon(date(2025, 6, 24)))
        await kitchen.accept(a_line(500), on=date(2025, 6, 23))
        ends = []
        for day in (20, 22):
            ask = AskMovements(date(2025, 6, day), rule=rule, year=2025)
            found = await get_movements(desk, kitchen.finance, kitchen.canteen_id, ask, limit=9, cursor=None)
            ends.append((found["since"]["rule_version"], found["until"]["rule_version"], told(found)))
        assert ends == [(None, 1, {"accepted": (500, 500)}), (1, 1, {"accepted": (500, 500)})]

    @staticmethod
    async def _list(desk: Desk, code: str, *counties: str) -> None:
        named = [PutCounty(county_code=county, valid_from=date(2020, 1, 1)) for county in counties]
        command = PutDesignation(list_code=f"trial-{code}", name="试行名单", source="试行文件", counties=named)
        await put_designation(desk, command)

    @staticmethod
    async def _rule(desk: Desk, code: str, path: str) -> str:
        await put_rule(
            desk,
            PutRule(
                code=f"trial-{code}",
                name="试行规则",
                name_en="A rule on trial",
                fund=Fund.CANTEEN,
                scope_path=path,
                rate_bp=2_000,
                designated_unit_rate_bp=5_000,
                designated_list_code=f"trial-{code}",
                list_codes=["hunan-51"],
                reading="试行",
                reading_en="On trial",
                source="试行文件",
            ),
        )
        days = {"valid_from": date(2025, 1, 1), "valid_to": date(2026, 1, 1)}
        await continue_rule(desk, ContinueRule(rule_code=f"trial-{code}", document="试行文件", **days))
        return f"trial-{code}"


class TestOfAUnit:
    async def test_gives_a_row_a_canteen_that_moved_and_sums_to_the_difference(
        self, desk: Desk, kitchen_of: MakeKitchen
    ) -> None:
        one, two, still = [await kitchen_of(YUHU) for _ in range(3)]
        await still.accept(a_line(50))
        for day, kitchen, fen in ((21, one, 700), (22, two, 500), (23, one, 30)):
            kitchen.clock.set(noon(date(2025, 6, day)))
            await kitchen.accept(a_line(fen), on=date(2025, 6, day))
        one.clock.set(noon(date(2025, 6, 24)))
        reader = someone(Role.AUDITOR, unit_id(YUHU), f"/430000/430300/{YUHU}/")
        found = await movements(desk, reader, unit_id(YUHU), date(2025, 6, 20), limit=1)
        rows = {item["canteen_id"]: item for item in found["items"]}
        assert {id_: row["counted_fen"] for id_, row in rows.items()} == {
            str(one.canteen_id): 730,
            str(two.canteen_id): 500,
        }
        assert [step["entries"] for step in rows[str(one.canteen_id)]["sums"]] == [2]
        assert (found["moved"], found["canteens"]) == (2, 3)
        await agrees(desk, reader, unit_id(YUHU), found)
        late = await movements(desk, reader, unit_id(YUHU), date(2025, 6, 21), date(2025, 6, 22))
        assert told(late) == {"accepted": (500, 500)}
        await agrees(desk, reader, unit_id(YUHU), late)

    async def test_weights_recorded_among_purchases_move_their_holders(
        self, desk: Desk, kitchen_of: MakeKitchen
    ) -> None:
        """Nobody may set weights so late any more; a ledger that holds such is still explained to the fen."""
        guest = await kitchen_of(FURONG)
        code = new_id().hex[-12:]
        county = PutUnit(
            code=code,
            name="合用大院",
            level=UnitLevel.COUNTY,
            parent_code=FURONG,
            division_code=FURONG,
            valid_from=date(2020, 1, 1),
        )
        host = Kitchen(desk, guest.clock, await put_unit(desk, county), f"/430000/430100/{FURONG}/{code}/")
        facts: dict[str, Any] = {"unit_id": host.unit_id, "name": "大院食堂", "valid_from": date(2025, 1, 1)}
        weights = ((host.unit_id, 3_333), (guest.unit_id, 6_667))
        approved = {"evidence": "就餐人次统计", "approved_by": "长沙市残联", "approved_on": date(2025, 6, 24)}
        next_year = PutShares(
            year=2026, holders=[PutHolder(unit_id=one, weight_bp=weight) for one, weight in weights], **approved
        )
        await put_canteen(desk, host.canteen_id, PutCanteen(kind=CanteenKind.SHARED, shares=next_year, **facts))
        await host.accept(a_line(1_000), on=date(2025, 6, 19))
        host.clock.set(noon(date(2025, 6, 25)))
        this_year = {"canteen_id": host.canteen_id, "year": 2025, "holder_name": "", **approved}
        async with desk.uow.begin() as tx:
            rows = [{"place": at, "unit_id": one, "weight_bp": weight} for at, (one, weight) in enumerate(weights)]
            await write_shares(tx, [this_year | row for row in rows])
        host.clock.set(noon(date(2025, 6, 26)))
        since = date(2025, 6, 24)
        for unit, moved in ((host.unit_id, (-666, -666)), (guest.unit_id, (666, 666))):
            reader = someone(Role.FINANCE, unit, host.path if unit == host.unit_id else guest.path)
            found = await movements(desk, reader, unit, since)
            assert told(found) == {"shares_changed": moved}
            assert found["since"]["base_fen"] + moved[0] == found["until"]["base_fen"]


class TestRefusals:
    async def test_reads_as_far_as_a_statement(self, desk: Desk, kitchen: Kitchen) -> None:
        ask = AskMovements(date(2025, 1, 1), rule=HUNAN_CANTEEN, year=2025)

        async def read(identity: Identity, subject: Any = kitchen.canteen_id, how: AskMovements = ask) -> None:
            await get_movements(desk, identity, subject, how, limit=1, cursor=None)

        for reader in (kitchen.buyer, kitchen.finance, kitchen.auditor):
            await read(reader)
        other = await a_kitchen(desk, kitchen.clock)
        for stranger in (other.buyer, other.finance, someone(Role.SUPPLIER, new_id())):
            with pytest.raises(NotAllowed):
                await read(stranger)
        with pytest.raises(SubjectUnknown):
            await read(kitchen.auditor, new_id())
        with pytest.raises(RuleUnknown):
            await read(kitchen.auditor, how=AskMovements(date(2025, 1, 1), rule="none", year=2025))
        with pytest.raises(InvalidFields):
            await read(kitchen.auditor, how=AskMovements(date(2025, 6, 10), date(2025, 6, 1)))
        with pytest.raises(InvalidFields):
            await read(kitchen.auditor, how=AskMovements(date(2025, 6, 20), date(2025, 6, 1)))

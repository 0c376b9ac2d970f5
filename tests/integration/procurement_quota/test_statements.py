"""A statement shows one status a canteen, nothing netted above it, and the same figures then as now."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.procurement_quota.domain.rules import RuleNotInForce, RuleUnknown
from services.procurement_quota.domain.seeded_rules import HUNAN_CANTEEN, NATIONAL_CANTEEN
from services.procurement_quota.usecases.close_year import CloseYear, close_year
from services.procurement_quota.usecases.count_purchases import count_purchases
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.get_statement import AskStatement, SubjectUnknown, get_statement
from services.procurement_quota.usecases.get_statement_lines import get_statement_lines
from services.procurement_quota.usecases.keep_heard import keep_paid
from services.procurement_quota.usecases.put_canteen import PutCanteen, PutHolder, PutShares, put_canteen
from services.procurement_quota.usecases.put_units import PutUnit, put_unit, unit_id
from shared.contracts.authority import NotAllowed, Role
from shared.contracts.order import PaymentRecorded
from shared.contracts.words import CanteenKind, Fund, PaymentMethod, UnitLevel
from shared.ids import new_id
from tests.build.quota import CHALING, FURONG, Kitchen, a_kitchen, a_line, heard, noon, someone, stated
from tests.integration.procurement_quota.conftest import MakeKitchen


class TestRate:
    @pytest.mark.parametrize(("county", "rate_bp"), [(FURONG, 2_000), (CHALING, 5_000), ("431271", 5_000)])
    async def test_follows_from_jurisdiction(self, kitchen_of: MakeKitchen, county: str, rate_bp: int) -> None:
        kitchen = await kitchen_of(county)
        assert (await kitchen.statement())["rule"]["rate_bp"] == rate_bp
        assert (await kitchen.statement(NATIONAL_CANTEEN))["rule"]["rate_bp"] == 1_000

    async def test_of_a_prefecture_seated_in_a_listed_county_is_the_general_one(self, desk: Desk) -> None:
        code = new_id().hex[-12:]
        unit = await put_unit(
            desk,
            PutUnit(
                code=code,
                name="株洲市残联直属中心（驻茶陵）",
                level=UnitLevel.PREFECTURE,
                parent_code="430200",
                division_code="430200",
                valid_from=date(2020, 1, 1),
            ),
        )
        canteen = new_id()
        await put_canteen(desk, canteen, PutCanteen(unit_id=unit, name="食堂", kind=CanteenKind.OWN))
        auditor = someone(Role.AUDITOR, new_id(), "/430000/")
        statement = await get_statement(desk, auditor, canteen, AskStatement(HUNAN_CANTEEN, 2025))
        assert statement["rule"]["rate_bp"] == 2_000


class TestStatus:
    async def test_is_on_pace_exactly_on_the_line_and_behind_one_fen_below(self, kitchen: Kitchen) -> None:
        await kitchen.attest_until(5)
        line = a_line(20_000)
        accepted = await kitchen.accept(line, a_line(80_000, origin_county_code=FURONG))
        on_the_line = await kitchen.statement()
        assert (on_the_line["status"], on_the_line["figures"]["share_bp"]) == ("on_pace", 2_000)
        assert on_the_line["figures"]["shortfall_fen"] == 0
        await kitchen.accept(a_line(1, origin_county_code=FURONG))
        below = await kitchen.statement()
        assert (below["status"], below["figures"]["share_bp"]) == ("behind", 1_999)
        assert (below["figures"]["required_fen"], below["figures"]["shortfall_fen"]) == (20_001, 1)
        await kitchen.give_back(accepted, line, 20_000, date(2025, 6, 19))
        assert (await kitchen.statement())["figures"]["counted_fen"] == 0

    async def test_is_unproven_while_a_due_month_is_missing(self, kitchen: Kitchen) -> None:
        await kitchen.accept(a_line(100))
        statement = await kitchen.statement()
        assert (statement["status"], statement["missing_months"]) == ("unproven", [1, 2, 3, 4, 5])
        await kitchen.attest_until(4)
        kitchen.clock.set(noon(date(2025, 6, 10)))
        assert (await kitchen.statement())["missing_months"] == []
        kitchen.clock.set(noon(date(2025, 6, 11)))
        assert (await kitchen.statement())["missing_months"] == [5]
        await kitchen.attest(5, 0)
        assert (await kitchen.statement())["status"] == "on_pace"

    async def test_is_unproven_when_the_ledger_holds_more_than_was_attested_until_explained(
        self, kitchen: Kitchen
    ) -> None:
        await kitchen.accept(a_line(10_000), on=date(2025, 5, 20))
        await kitchen.attest_until(4)
        await kitchen.attest(5, 9_999)
        assert (await kitchen.statement())["status"] == "unproven"
        await kitchen.attest(5, 9_999, explanation="五月底到货，六月入账")
        assert (await kitchen.statement())["status"] == "on_pace"

    async def test_needs_purchases(self, kitchen: Kitchen) -> None:
        await kitchen.attest_until(5)
        statement = await kitchen.statement()
        assert (statement["status"], statement["figures"]["share_bp"]) == ("no_purchases", None)

    async def test_without_a_canteen_there_is_no_duty_once_approved(self, kitchen_of: MakeKitchen) -> None:
        approved = await kitchen_of(
            FURONG, CanteenKind.NONE, evidence="无食堂证明", approved_by="长沙市残联", approved_on=date(2024, 12, 20)
        )
        claimed = await kitchen_of(FURONG, CanteenKind.OUTSOURCED, evidence="外包合同")
        assert (await approved.statement())["status"] == "no_duty"
        assert (await claimed.statement())["status"] == "unproven"


class TestBase:
    async def test_is_raised_by_what_was_attested_beyond_the_ledger_and_found_purchases_never_count_twice(
        self, kitchen: Kitchen
    ) -> None:
        await kitchen.accept(a_line(30_000), on=date(2025, 5, 10))
        await kitchen.attest_until(5, [0, 0, 0, 0, 100_000])
        figures = (await kitchen.statement())["figures"]
        assert (figures["ledger_fen"], figures["attested_fen"], figures["base_fen"]) == (30_000, 100_000, 100_000)
        await kitchen.buy_elsewhere(50_000, bought_on=date(2025, 5, 12))
        assert (await kitchen.statement())["figures"]["base_fen"] == 100_000
        await kitchen.accept(a_line(7_000), on=date(2025, 6, 12))
        figures = (await kitchen.statement())["figures"]
        assert (figures["ledger_fen"], figures["base_fen"], figures["counted_fen"]) == (87_000, 107_000, 37_000)


class TestExecution:
    async def test_shows_what_was_accepted_and_paid_and_how_far_the_base_is_proven(
        self, desk: Desk, kitchen: Kitchen
    ) -> None:
        accepted = await kitchen.accept(a_line(10_000), a_line(900, category="handicraft"), on=date(2025, 5, 10))
        await kitchen.buy_elsewhere(2_000, bought_on=date(2025, 6, 3))
        await kitchen.attest_until(4)
        await kitchen.attest(5, 10_000)
        paid = PaymentRecorded(
            payment_id=new_id(),
            order_id=accepted.purchase.order_id,
            canteen_id=kitchen.canteen_id,
            unit_id=kitchen.unit_id,
            fund=Fund.CANTEEN,
            method=PaymentMethod.BANK_TRANSFER,
            amount_fen=4_000,
            paid_on=date(2025, 6, 12),
        )
        await keep_paid(desk, heard(paid))
        expected = {
            "attested_base_fen": 10_000,
            "attested_bp": 8_333,
            "due_months": 5,
            "due_months_attested": 5,
        }
        for day in (None, date(2025, 6, 19)):
            statement = await kitchen.statement(happened_by=day)
            figures = statement["figures"]
            assert (figures["accepted_fen"], figures["unpaid_fen"], figures["paid_fen"]) == (12_900, 6_900, 6_000)
            assert statement["coverage"] == expected
        seen = await stated(desk, kitchen.finance, kitchen.unit_id, AskStatement(HUNAN_CANTEEN, 2025))
        assert (seen["coverage"], seen["canteens"][0]["coverage"]) == (expected, expected)
        assert (seen["figures"]["accepted_fen"], seen["figures"]["paid_fen"]) == (12_900, 6_000)


class TestUnit:
    async def test_of_forty_in_four_hundred_and_a_hundred_in_a_hundred_is_one_missed_and_one_met(
        self, desk: Desk, kitchen_of: MakeKitchen
    ) -> None:
        poor, good = await kitchen_of(FURONG), await kitchen_of(CHALING)
        await poor.accept(a_line(4_000), a_line(36_000, origin_county_code=FURONG), on=date(2025, 12, 1))
        await good.accept(a_line(10_000), on=date(2025, 12, 1))
        desk_clock = poor.clock
        desk_clock.set(noon(date(2026, 1, 20)))
        for kitchen, year_to_date in ((poor, 40_000), (good, 10_000)):
            await kitchen.attest_until(12, [0] * 11 + [year_to_date])
            await close_year(desk, kitchen.finance, kitchen.canteen_id, CloseYear(year=2025))
        auditor = someone(Role.AUDITOR, new_id(), "/430000/")
        found = await stated(desk, auditor, unit_id("430000"), AskStatement(HUNAN_CANTEEN, 2025))
        rows = {row["id"]: row for row in found["canteens"]}
        missed, met = rows[str(poor.canteen_id)], rows[str(good.canteen_id)]
        assert (missed["status"], missed["rate_bp"], missed["shortfall_fen"]) == ("missed", 2_000, 4_000)
        assert (met["status"], met["rate_bp"], met["shortfall_fen"], met["surplus_fen"]) == ("met", 5_000, 0, 5_000)
        assert found["status"] is None
        assert found["counts"]["met"] >= 1
        assert found["shortfalls"]["missed"] == sum(
            row["shortfall_fen"] for row in found["canteens"] if row["status"] == "missed"
        )

    async def test_sums_shortfalls_and_counts_below_each_unit(self, desk: Desk, kitchen_of: MakeKitchen) -> None:
        one = await kitchen_of(FURONG)
        await one.accept(a_line(100, origin_county_code=FURONG))
        officer = someone(Role.OFFICER, unit_id("430100"), "/430000/430100/")
        found = await stated(desk, officer, unit_id("430100"), AskStatement(HUNAN_CANTEEN, 2025))
        county = await stated(desk, officer, unit_id("430102"), AskStatement(HUNAN_CANTEEN, 2025))
        below = {row["path"]: row for row in found["units"]}["/430000/430100/430102/"]
        assert below["canteens"] == len(county["canteens"]) > 0
        assert sum(row["canteens"] for row in found["units"]) == len(found["canteens"])
        assert found["figures"]["shortfall_fen"] == sum(
            row["shortfall_fen"] for row in found["canteens"] if row["status"] != "no_duty"
        )
        assert sum(found["counts"].values()) == len(found["canteens"])


class TestSharedCanteen:
    async def test_is_split_to_the_last_fen_and_each_holder_sees_its_part(
        self, desk: Desk, kitchen_of: MakeKitchen
    ) -> None:
        other, designated = await kitchen_of(FURONG), await kitchen_of(CHALING)
        host_code = new_id().hex[-12:]
        host = await put_unit(
            desk,
            PutUnit(
                code=host_code,
                name="联合大院",
                level=UnitLevel.PREFECTURE,
                parent_code="430100",
                division_code="430100",
                valid_from=date(2020, 1, 1),
            ),
        )
        shares = PutShares(
            year=2026,
            holders=[
                PutHolder(unit_id=host, weight_bp=3_334),
                PutHolder(unit_id=designated.unit_id, weight_bp=3_333),
                PutHolder(name="隔壁单位", weight_bp=3_333),
            ],
            evidence="2025年就餐人次统计",
            approved_by="湖南省残联",
            approved_on=date(2025, 12, 10),
        )
        kitchen = Kitchen(desk, other.clock, host, f"/430000/430100/{host_code}/")
        command = PutCanteen(
            unit_id=host, name="大院食堂", kind=CanteenKind.SHARED, valid_from=date(2025, 1, 1), shares=shares
        )
        await put_canteen(desk, kitchen.canteen_id, command)
        kitchen.clock.set(noon(date(2026, 2, 20)))
        await kitchen.attest(1, 0, year=2026)
        await kitchen.accept(a_line(400), a_line(600, origin_county_code=FURONG), on=date(2026, 2, 10))
        parts = (await kitchen.statement(year=2026))["parts"]
        assert [part["base_fen"] for part in parts] == [334, 333, 333]
        assert [part["counted_fen"] for part in parts] == [134, 133, 133]
        assert [(part["rate_bp"], part["status"]) for part in parts] == [
            (2_000, "on_pace"),
            (5_000, "behind"),
            (None, None),
        ]
        assert [part["shortfall_fen"] for part in parts] == [0, 33, None]
        seen = await stated(desk, designated.finance, designated.unit_id, AskStatement(HUNAN_CANTEEN, 2026))
        row = {one["id"]: one for one in seen["canteens"]}[str(kitchen.canteen_id)]
        assert (row["weight_bp"], row["base_fen"], row["status"]) == (3_333, 333, "behind")


class TestAsOf:
    async def test_gives_the_same_figures_then_as_now(self, desk: Desk, kitchen: Kitchen) -> None:
        seen: dict[date, dict[str, Any]] = {}
        for number in range(1, 6):
            day = date(2025, 6, 20) + timedelta(days=number)
            kitchen.clock.set(noon(day))
            line = a_line(1_000 * number)
            accepted = await kitchen.accept(line, a_line(500, origin_county_code=FURONG), on=day)
            if number % 2:
                await kitchen.give_back(accepted, line, 100, day)
            seen[day] = await kitchen.statement()
        kitchen.clock.set(noon(date(2025, 7, 30)))
        late = kitchen.acceptance(a_line(99_999), on=date(2025, 6, 22))
        await count_purchases(desk, heard(late))
        for day, then in seen.items():
            now = await kitchen.statement(happened_by=day, known_by=day)
            for name in ("figures", "status", "months", "position", "missing_months"):
                assert now[name] == then[name], (day, name)

    async def test_tells_apart_what_had_happened_from_what_was_known(self, kitchen: Kitchen) -> None:
        await kitchen.accept(a_line(1_000), on=date(2025, 6, 10))
        kitchen.clock.set(noon(date(2025, 7, 5)))
        await kitchen.accept(a_line(2_000), on=date(2025, 6, 12))
        await kitchen.accept(a_line(4_000), on=date(2025, 7, 4))

        async def base(**dates: Any) -> int:
            figures: dict[str, int] = (await kitchen.statement(**dates))["figures"]
            return figures["base_fen"]

        assert await base() == 7_000
        assert await base(happened_by=date(2025, 6, 30)) == 3_000
        assert await base(known_by=date(2025, 6, 30)) == 1_000
        assert await base(happened_by=date(2025, 6, 11), known_by=date(2025, 7, 5)) == 1_000


class TestClosedYear:
    async def test_keeps_what_was_filed_beside_what_is_known_now(self, desk: Desk, kitchen: Kitchen) -> None:
        line = a_line(3_000_000)
        accepted = await kitchen.accept(line, on=date(2025, 12, 28))
        await kitchen.accept(a_line(7_000_000, origin_county_code=FURONG), on=date(2025, 11, 3))
        kitchen.clock.set(noon(date(2026, 1, 6)))
        await kitchen.attest_until(12, [0] * 10 + [7_000_000, 10_000_000])
        before = await kitchen.statement()
        assert (before["status"], before["as_filed"]) == ("on_pace", None)
        filed = await close_year(desk, kitchen.finance, kitchen.canteen_id, CloseYear(year=2025))
        assert {one["rule"]: one["status"] for one in filed["filed"]}[HUNAN_CANTEEN] == "met"
        kitchen.clock.set(noon(date(2026, 1, 8)))
        await kitchen.give_back(accepted, line, 3_000_000, date(2026, 1, 8))
        after = await kitchen.statement()
        assert (after["status"], after["as_filed"]["status"], after["restatement_due"]) == ("missed", "met", True)
        assert after["as_filed"]["figures"]["counted_fen"] == 3_000_000
        assert (after["figures"]["base_fen"], after["figures"]["counted_fen"]) == (7_000_000, 0)
        assert after["figures"]["shortfall_fen"] == 1_400_000
        then = await kitchen.statement(known_by=date(2026, 1, 6))
        assert (then["status"], then["restatement_due"]) == ("met", False)


class TestPosition:
    async def test_names_the_chain_and_the_entry_it_was_computed_from(self, kitchen: Kitchen) -> None:
        await kitchen.accept(a_line(1), a_line(2))
        position = (await kitchen.statement())["position"]
        last = (await kitchen.lines())[-1]
        assert (position["chains"], position["seq"], position["hash"]) == (1, 2, last["hash"])


class TestUnpaid:
    async def test_is_what_no_order_has_paid_and_no_order_pays_for_another(self, desk: Desk, kitchen: Kitchen) -> None:
        first = await kitchen.accept(a_line(10_000))
        await kitchen.accept(a_line(5_000))

        def paid(amount_fen: int) -> PaymentRecorded:
            return PaymentRecorded(
                payment_id=new_id(),
                order_id=first.purchase.order_id,
                canteen_id=kitchen.canteen_id,
                unit_id=kitchen.unit_id,
                fund=Fund.CANTEEN,
                method=PaymentMethod.BANK_TRANSFER,
                amount_fen=amount_fen,
                paid_on=date(2025, 6, 12),
            )

        deliveries = heard(paid(12_000))
        await keep_paid(desk, deliveries)
        await keep_paid(desk, deliveries)
        assert (await kitchen.statement())["figures"]["unpaid_fen"] == 5_000
        await keep_paid(desk, heard(paid(-3_000)))
        assert (await kitchen.statement())["figures"]["unpaid_fen"] == 6_000
        as_of = await kitchen.statement(happened_by=date(2025, 6, 19))
        assert as_of["figures"]["unpaid_fen"] == 6_000
        earlier = await kitchen.statement(happened_by=date(2025, 6, 11))
        assert earlier["figures"]["unpaid_fen"] == 15_000


class TestLater:
    async def test_a_canteen_that_joins_later_is_not_in_an_earlier_table(self, desk: Desk, kitchen: Kitchen) -> None:
        """As of a past moment a unit's table has the canteens that were known then."""
        kitchen.clock.set(noon(date(2025, 7, 1)))
        ask = AskStatement(HUNAN_CANTEEN, 2025, known_by=date(2025, 6, 24))
        before = await get_statement(desk, kitchen.finance, kitchen.unit_id, ask)
        facts = {"unit_id": kitchen.unit_id, "name": "第二食堂", "kind": CanteenKind.OWN}
        await put_canteen(desk, new_id(), PutCanteen(**facts, valid_from=date(2025, 1, 1)))
        assert await get_statement(desk, kitchen.finance, kitchen.unit_id, ask) == before
        now = await get_statement(desk, kitchen.finance, kitchen.unit_id, AskStatement(HUNAN_CANTEEN, 2025))
        assert (sum(before["counts"].values()), sum(now["counts"].values())) == (1, 2)


class TestAuthority:
    async def test_reaches_own_canteen_and_what_is_below(self, desk: Desk, kitchen: Kitchen) -> None:
        ask = AskStatement(HUNAN_CANTEEN, 2025)
        for reader in (kitchen.buyer, kitchen.finance, kitchen.auditor):
            await get_statement(desk, reader, kitchen.canteen_id, ask)
        other = await a_kitchen(desk, kitchen.clock)
        for stranger in (other.buyer, other.finance, someone(Role.SUPPLIER, new_id())):
            with pytest.raises(NotAllowed):
                await get_statement(desk, stranger, kitchen.canteen_id, ask)
            with pytest.raises(NotAllowed):
                await get_statement_lines(desk, stranger, kitchen.canteen_id, ask, limit=1, cursor=None)
        with pytest.raises(NotAllowed):
            await get_statement(desk, kitchen.finance, unit_id(FURONG), ask)

    async def test_names_what_is_not_there(self, desk: Desk, kitchen: Kitchen) -> None:
        with pytest.raises(SubjectUnknown):
            await get_statement(desk, kitchen.auditor, new_id(), AskStatement())
        with pytest.raises(RuleUnknown):
            await kitchen.statement("no-such-rule")
        with pytest.raises(RuleNotInForce):
            await kitchen.statement(HUNAN_CANTEEN, 2023)

    async def test_without_a_rule_takes_the_most_local_percentage(self, kitchen: Kitchen) -> None:
        assert (await kitchen.statement(None))["rule"]["code"] == HUNAN_CANTEEN
        assert (await kitchen.statement(None, 2023))["rule"]["code"] == NATIONAL_CANTEEN


class TestLines:
    async def test_come_page_by_page_newest_first(self, desk: Desk, kitchen: Kitchen) -> None:
        await kitchen.accept(*[a_line(number) for number in range(1, 8)])
        ask, seen, cursor = AskStatement(HUNAN_CANTEEN, 2025), [], None
        while True:
            page = await get_statement_lines(desk, kitchen.finance, kitchen.unit_id, ask, limit=3, cursor=cursor)
            seen += [line["amount_fen"] for line in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
        assert seen == [7, 6, 5, 4, 3, 2, 1]

    async def test_of_a_month_are_those_posted_to_it(self, desk: Desk, kitchen: Kitchen) -> None:
        await kitchen.accept(a_line(300))
        [line] = await kitchen.lines()
        ask, month = AskStatement(HUNAN_CANTEEN, 2025), line["posting_month"] % 100
        for at in range(1, 13):
            page = await get_statement_lines(
                desk, kitchen.finance, kitchen.canteen_id, ask, month=at, limit=3, cursor=None
            )
            assert [one["amount_fen"] for one in page["items"]] == ([300] if at == month else [])

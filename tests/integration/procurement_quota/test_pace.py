"""Where a year is going, and who is past a threshold, through PostgreSQL."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.procurement_quota.domain.seeded_rules import HUNAN_CANTEEN
from services.procurement_quota.domain.words import Outcome
from services.procurement_quota.usecases.close_year import CloseYear, close_year
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.get_pace import get_pace
from services.procurement_quota.usecases.get_statement import AskStatement
from services.procurement_quota.usecases.list_alerts import list_alerts
from services.procurement_quota.usecases.put_alert_thresholds import (
    PutAlertThresholds,
    get_alert_thresholds,
    put_alert_thresholds,
)
from services.procurement_quota.usecases.put_canteen import UnitUnknown
from services.procurement_quota.usecases.put_units import unit_id
from services.procurement_quota.usecases.verify_off_platform_purchase import (
    VerifyPurchase,
    verify_off_platform_purchase,
)
from shared.contracts.authority import Identity, NotAllowed, Role
from shared.errors import InvalidFields
from shared.ids import new_id
from tests.build.quota import CHALING, FURONG, Kitchen, a_line, noon, someone
from tests.integration.procurement_quota.conftest import MakeKitchen, Unchanged

YUETANG, YUETANG_PATH = "430304", "/430000/430300/430304/"
"""岳塘区, where nobody else buys."""
FINANCE_OF_YUETANG = someone(Role.FINANCE, unit_id(YUETANG), YUETANG_PATH)


async def pace(
    desk: Desk, reader: Identity, subject: UUID, year: int = 2025, *, limit: int = 100, **dates: Any
) -> dict[str, Any]:
    ask = AskStatement(HUNAN_CANTEEN, year, **dates)
    return await get_pace(desk, reader, subject, ask, limit=limit, cursor=None)


async def alerts(desk: Desk, reader: Identity, unit: UUID, **ask: Any) -> dict[str, Any]:
    """Read every page: a county holds the canteens of other tests too."""
    asked = AskStatement(HUNAN_CANTEEN, 2025, **ask)
    found = page = await list_alerts(desk, reader, unit, asked, limit=100, cursor=None)
    while page["next"]:
        page = await list_alerts(desk, reader, unit, asked, limit=100, cursor=page["next"])
        found["items"] += page["items"]
    return found


def raised(found: dict[str, Any], kitchen: Kitchen) -> list[tuple[str, int]]:
    return [(one["alert"], one["value"]) for one in found["items"] if one["canteen_id"] == str(kitchen.canteen_id)]


class TestPace:
    async def test_projects_in_a_line_and_by_last_years_season(self, desk: Desk, kitchen: Kitchen) -> None:
        for month in range(1, 13):
            await kitchen.accept(a_line(300), a_line(700, origin_county_code=FURONG), on=date(2025, month, 1))
        kitchen.clock.set(noon(date(2026, 6, 30)))
        await kitchen.accept(a_line(1_810), a_line(9_050, origin_county_code=FURONG), on=date(2026, 6, 1))
        [row] = (await pace(desk, kitchen.finance, kitchen.canteen_id, 2026))["items"]
        # 181 of 365 days: 10860 x 365/181 = 21900; 1810 x 365/181 = 3650, and 20 % is 4380
        assert row["linear"] == {
            "base_fen": 21_900,
            "counted_fen": 3_650,
            "required_fen": 4_380,
            "meets": False,
            "shortfall_fen": 730,
            "needed_fen": 2_570,
            "monthly_fen": 429,
        }
        # half of last year had come by 30 June: 21720 and 3620 against 4344
        assert (row["seasonal"]["base_fen"], row["seasonal"]["counted_fen"]) == (21_720, 3_620)
        assert (row["seasonal"]["shortfall_fen"], row["seasonal"]["monthly_fen"]) == (724, 423)
        assert (row["december"], row["december_last_year"]["base"]["index_bp"]) == (
            {"base": None, "counted": None},
            10_000,
        )

    async def test_tells_origins_that_were_verified_in_december_by_the_months_of_their_purchases(
        self, desk: Desk, kitchen: Kitchen
    ) -> None:
        kitchen.clock.set(noon(date(2025, 12, 5)))
        verdict = VerifyPurchase(outcome=Outcome.ACCEPT, reason="产地证明属实")
        for month in range(1, 13):
            bought_on = date(2025, month, 3)
            purchase = await kitchen.buy_elsewhere(10_000, origin_county=CHALING, bought_on=bought_on)
            await verify_off_platform_purchase(desk, kitchen.above, purchase, verdict)
        [row] = (await pace(desk, kitchen.finance, kitchen.canteen_id))["items"]
        for what in ("base", "counted"):
            assert (row["december"][what]["december_fen"], row["december"][what]["index_bp"]) == (10_000, 10_000)
        found = await alerts(desk, kitchen.finance, kitchen.unit_id)
        assert "december" not in [alert for alert, _ in raised(found, kitchen)]

    async def test_tells_how_much_of_a_closed_year_crowded_december(self, desk: Desk, kitchen: Kitchen) -> None:
        kitchen.clock.set(noon(date(2026, 1, 6)))
        await kitchen.accept(a_line(250), on=date(2025, 6, 1))
        await kitchen.accept(a_line(750), on=date(2025, 12, 20))
        await kitchen.attest_until(12, [0] * 11 + [1_000])
        await close_year(desk, kitchen.finance, kitchen.canteen_id, CloseYear(year=2025))
        [row] = (await pace(desk, kitchen.finance, kitchen.canteen_id))["items"]
        assert (row["status"], row["closed"], row["months_left"]) == ("met", True, 0)
        assert row["december"]["counted"] == {
            "december_fen": 750,
            "year_fen": 1_000,
            "share_bp": 7_500,
            "index_bp": 90_000,
        }
        assert (row["linear"]["base_fen"], row["linear"]["monthly_fen"], row["seasonal"]) == (1_000, None, None)
        found = await alerts(desk, kitchen.finance, kitchen.unit_id)
        assert raised(found, kitchen) == [("december", 90_000)]

    async def test_of_a_unit_counts_its_canteens_and_nets_nothing(self, desk: Desk, kitchen_of: MakeKitchen) -> None:
        good, poor, _ = [await kitchen_of(YUETANG) for _ in range(3)]
        await good.accept(a_line(100_000))
        await poor.accept(a_line(171_000, origin_county_code=FURONG))
        found = await pace(desk, FINANCE_OF_YUETANG, unit_id(YUETANG), limit=2)
        # 20 June is day 171: 171000 x 365/171 = 365000, of which 20 % is 73000
        assert found["projected"] == {
            "meets": 1,
            "short": 1,
            "unknown": 1,
            "shortfall_fen": 73_000,
            "needed_fen": 73_000,
        }
        assert (len(found["items"]), found["canteens"]) == (2, 3)
        rest = await get_pace(
            desk,
            FINANCE_OF_YUETANG,
            unit_id(YUETANG),
            AskStatement(HUNAN_CANTEEN, 2025),
            limit=2,
            cursor=found["next"],
        )
        assert (len(rest["items"]), rest["next"]) == (1, None)


class TestAlerts:
    async def test_are_of_the_readers_own_thresholds_from_their_day_on(self, desk: Desk, kitchen: Kitchen) -> None:
        await kitchen.attest_until(5)
        await kitchen.accept(a_line(1_600), a_line(8_400, origin_county_code=FURONG))
        before = await alerts(desk, kitchen.finance, kitchen.unit_id)
        assert raised(before, kitchen) == [("behind", 400), ("projected_short", 2_003), ("unreserved", 140)]
        assert (before["thresholds"]["version"], before["thresholds"]["december_bp"]) == (None, 25_000)
        set_, new = await put_alert_thresholds(
            desk,
            kitchen.finance,
            kitchen.unit_id,
            PutAlertThresholds(valid_from=date(2025, 6, 22), behind_bp=400, short_bp=None, unpaid_bp=10_000),
        )
        assert (new, [one["version"] for one in set_["versions"]]) == (True, [1])
        assert raised(await alerts(desk, kitchen.finance, kitchen.unit_id), kitchen) == raised(before, kitchen)
        kitchen.clock.set(noon(date(2025, 6, 23)))
        after = await alerts(desk, kitchen.finance, kitchen.unit_id)
        assert raised(after, kitchen) == [("unpaid", 10_000), ("unreserved", 143)]
        assert (after["thresholds"]["version"], after["thresholds"]["set_by_unit_id"]) == (1, str(kitchen.unit_id))
        then = await alerts(desk, kitchen.finance, kitchen.unit_id, happened_by=date(2025, 6, 21))
        assert [kind for kind, _ in raised(then, kitchen)] == ["behind", "projected_short", "unreserved"]

    async def test_one_below_cannot_blind_the_one_above(self, desk: Desk, kitchen: Kitchen) -> None:
        await kitchen.accept(a_line(10_000, origin_county_code=FURONG))
        quiet = PutAlertThresholds(behind_bp=None, short_bp=None, missing_months=12, december_bp=None)
        await put_alert_thresholds(desk, kitchen.finance, kitchen.unit_id, quiet)
        seen = raised(await alerts(desk, kitchen.finance, kitchen.unit_id), kitchen)
        assert seen == [("unreserved", 140)]
        county = someone(Role.OFFICER, unit_id(FURONG), "/430000/430100/430102/")
        seen = raised(await alerts(desk, county, unit_id(FURONG)), kitchen)
        assert [kind for kind, _ in seen] == ["behind", "projected_short", "unattested", "unreserved"]

    async def test_thresholds_are_kept_version_by_version_and_the_same_again_is_nothing(
        self, desk: Desk, kitchen: Kitchen, unchanged: Unchanged
    ) -> None:
        first = PutAlertThresholds(behind_bp=100)
        await put_alert_thresholds(desk, kitchen.finance, kitchen.unit_id, first)
        async with unchanged():
            assert not (await put_alert_thresholds(desk, kitchen.finance, kitchen.unit_id, first))[1]
        await put_alert_thresholds(desk, kitchen.finance, kitchen.unit_id, PutAlertThresholds(behind_bp=200))
        found = await get_alert_thresholds(desk, kitchen.auditor, kitchen.unit_id)
        assert [(one["version"], one["behind_bp"]) for one in found["versions"]] == [(2, 200), (1, 100)]
        assert found["default"]["behind_bp"] == 0

    async def test_refusals_leave_nothing(self, desk: Desk, kitchen: Kitchen, unchanged: Unchanged) -> None:
        async with unchanged():
            command = PutAlertThresholds(behind_bp=9)
            for stranger in (kitchen.above, kitchen.auditor, kitchen.buyer):
                with pytest.raises(NotAllowed):
                    await put_alert_thresholds(desk, stranger, kitchen.unit_id, command)
            for day in (date(2025, 6, 19), date(2027, 1, 1)):
                with pytest.raises(InvalidFields):
                    await put_alert_thresholds(
                        desk, kitchen.finance, kitchen.unit_id, PutAlertThresholds(valid_from=day)
                    )
            with pytest.raises(UnitUnknown):
                await alerts(desk, kitchen.auditor, new_id())
            with pytest.raises(NotAllowed):
                await alerts(desk, kitchen.finance, unit_id(FURONG))
            with pytest.raises(NotAllowed):
                await pace(desk, kitchen.buyer, kitchen.unit_id)

"""Meals are kept in versions, and a canteen whose meals cost far less than its peers' is told with the arithmetic."""

from datetime import date
from typing import Any

import pytest

from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.list_meal_costs import AskMealCosts, list_meal_costs
from services.procurement_quota.usecases.put_canteen import PutCanteen, UnitUnknown, put_canteen
from services.procurement_quota.usecases.put_meals import MealsUnknown, PutMeals, get_meals, put_meals
from services.procurement_quota.usecases.put_units import PutUnit, put_unit, unit_id
from shared.contracts.authority import Identity, NotAllowed, Role
from shared.contracts.words import CanteenKind, UnitLevel
from shared.errors import InvalidFields
from shared.ids import new_id
from tests.build.quota import PROVINCE_PATH, Kitchen, a_line, noon, someone
from tests.integration.procurement_quota.conftest import MakeKitchen, Unchanged

AUDITOR = someone(Role.AUDITOR, unit_id("430000"), PROVINCE_PATH)


async def serve(kitchen: Kitchen, month: int, meals: int, *, year: int = 2025) -> None:
    await put_meals(kitchen.desk, kitchen.buyer, kitchen.canteen_id, year, month, PutMeals(meals=meals))


class TestMeals:
    async def test_are_kept_in_versions(self, desk: Desk, kitchen: Kitchen, unchanged: Unchanged) -> None:
        first, new = await put_meals(desk, kitchen.buyer, kitchen.canteen_id, 2025, 5, PutMeals(meals=1_200))
        assert (new, first["meals"], first["version"]) == (True, 1_200, 1)
        async with unchanged():
            same = PutMeals(meals=1_200)
            assert await put_meals(desk, kitchen.finance, kitchen.canteen_id, 2025, 5, same) == (first, False)
        more = PutMeals(meals=1_260, note="补登培训班")
        second, _ = await put_meals(desk, kitchen.finance, kitchen.canteen_id, 2025, 5, more)
        assert [(one["version"], one["meals"], one["note"]) for one in second["versions"]] == [
            (1, 1_200, ""),
            (2, 1_260, "补登培训班"),
        ]
        assert await get_meals(desk, kitchen.auditor, kitchen.canteen_id, 2025, 5) == second
        with pytest.raises(MealsUnknown):
            await get_meals(desk, kitchen.auditor, kitchen.canteen_id, 2025, 4)

    async def test_are_filed_by_the_canteen_or_its_unit_for_months_that_have_begun(
        self, desk: Desk, kitchen: Kitchen, kitchen_of: MakeKitchen, unchanged: Unchanged
    ) -> None:
        other = await kitchen_of()
        async with unchanged():
            for who in (other.buyer, other.finance, kitchen.above, kitchen.auditor):
                with pytest.raises(NotAllowed):
                    await put_meals(desk, who, kitchen.canteen_id, 2025, 5, PutMeals(meals=1))
            for year, month in ((2025, 7), (2019, 12), (2025, 13)):
                with pytest.raises(InvalidFields):
                    await put_meals(desk, kitchen.buyer, kitchen.canteen_id, year, month, PutMeals(meals=1))


async def costs(desk: Desk, who: Identity, unit: Any, *, limit: int = 100, **asked: Any) -> dict[str, Any]:
    return await list_meal_costs(desk, who, unit, AskMealCosts(**asked), limit=limit, cursor=None)


class TestCosts:
    async def test_far_below_the_peers_is_a_finding(self, desk: Desk, kitchen: Kitchen) -> None:
        """Six canteens of prefectures' units, in a year when nobody else serves: 7 yuan a meal, and one 2 yuan."""
        kitchen.clock.set(noon(date(2026, 3, 10)))
        fund = await self._canteens(desk, kitchen)
        for own, bought in zip(fund, (700_000, 710_000, 690_000, 705_000, 695_000, 200_000), strict=True):
            await own.accept(a_line(bought - 1), a_line(1, origin_county_code="430102"), on=date(2026, 2, 5))
            await serve(own, 1, 400, year=2026)
            await serve(own, 2, 600, year=2026)
        poor = fund[-1]
        found = await costs(desk, AUDITOR, unit_id("430000"), year=2026)
        [peers] = [one for one in found["peers"] if one["level"] == "prefecture"]
        assert (found["month"], peers["compared"]) == (2, 6)
        assert (peers["q1_fen"], peers["median_fen"], peers["q3_fen"], peers["fence_fen"]) == (690, 695, 705, 667)
        told = await costs(desk, AUDITOR, unit_id("430000"), year=2026, findings=True)
        [one] = [row for row in told["items"] if row["level"] == "prefecture"]
        assert (one["canteen_id"], one["purchases_fen"], one["meals"], one["cost_fen"]) == (
            str(poor.canteen_id),
            200_000,
            1_000,
            200,
        )
        assert one["finding"]["apart_fen"] == 495_000
        assert one["finding"]["below_fence_fen"] == 467

        await poor.attest(2, 690_000, year=2026)
        told = await costs(desk, AUDITOR, unit_id("430000"), year=2026, findings=True)
        assert [row for row in told["items"] if row["level"] == "prefecture"] == []
        await serve(poor, 2, 0, year=2026)
        again = await costs(desk, poor.finance, poor.unit_id, year=2026, month=1)
        assert [row["meals"] for row in again["items"]] == [400]

    async def _canteens(self, desk: Desk, kitchen: Kitchen) -> list[Kitchen]:
        made = []
        for _ in range(6):
            code = new_id().hex[-12:]
            facts: dict[str, Any] = {"level": UnitLevel.PREFECTURE, "parent_code": "430500", "division_code": "430500"}
            unit = await put_unit(desk, PutUnit(code=code, name="市直单位", valid_from=date(2020, 1, 1), **facts))
            own = Kitchen(desk, kitchen.clock, unit, f"/430000/430500/{code}/")
            own_form = {"name": "食堂", "kind": CanteenKind.OWN, "valid_from": date(2026, 1, 1)}
            await put_canteen(desk, own.canteen_id, PutCanteen.model_validate({"unit_id": unit, **own_form}))
            made.append(own)
        return made

    async def test_of_a_canteen_whose_meals_are_missing_is_told_apart(self, desk: Desk, kitchen: Kitchen) -> None:
        await kitchen.accept(a_line(1_000), on=date(2025, 5, 5))
        await serve(kitchen, 5, 10)
        found = await costs(desk, kitchen.finance, kitchen.unit_id)
        [row] = found["items"]
        assert (found["year"], found["month"]) == (2025, 5)
        assert (row["missing_months"], row["cost_fen"], row["finding"]) == ([1, 2, 3, 4], None, None)
        for month in range(1, 5):
            await serve(kitchen, month, 10)
        [row] = (await costs(desk, kitchen.finance, kitchen.unit_id))["items"]
        assert (row["missing_months"], row["cost_fen"]) == ([], 20)

    async def test_in_january_are_of_last_december(self, desk: Desk, kitchen: Kitchen) -> None:
        kitchen.clock.set(noon(date(2026, 1, 31)))
        for asked, month in (({}, (2025, 12)), ({"month": 1}, (2026, 1)), ({"year": 2025}, (2025, 12))):
            found = await costs(desk, kitchen.finance, kitchen.unit_id, **asked)
            assert (found["year"], found["month"]) == month
        kitchen.clock.set(noon(date(2026, 2, 1)))
        found = await costs(desk, kitchen.finance, kitchen.unit_id)
        assert (found["year"], found["month"]) == (2026, 1)

    async def test_are_read_by_finance_and_the_auditor_as_far_as_they_reach(
        self, desk: Desk, kitchen: Kitchen, kitchen_of: MakeKitchen
    ) -> None:
        other = await kitchen_of()
        for who in (kitchen.above, kitchen.auditor, kitchen.finance):
            found = await costs(desk, who, kitchen.unit_id)
            assert [row["canteen_id"] for row in found["items"]] == [str(kitchen.canteen_id)]
        for who in (other.finance, kitchen.buyer, someone(Role.OFFICER, kitchen.unit_id, kitchen.path)):
            with pytest.raises(NotAllowed):
                await costs(desk, who, kitchen.unit_id)
        with pytest.raises(UnitUnknown):
            await costs(desk, AUDITOR, new_id())
        with pytest.raises(InvalidFields):
            await costs(desk, AUDITOR, kitchen.unit_id, year=2025, month=7)

    async def test_page_by_path(self, desk: Desk, kitchen: Kitchen, kitchen_of: MakeKitchen) -> None:
        await kitchen_of()
        whole = await list_meal_costs(desk, AUDITOR, unit_id("430000"), AskMealCosts(), limit=1, cursor=None)
        limit, seen, cursor = max(1, whole["canteens"] // 3), list[str](), None
        while True:
            page = await list_meal_costs(desk, AUDITOR, unit_id("430000"), AskMealCosts(), limit=limit, cursor=cursor)
            seen += [row["unit_path"] for row in page["items"]]
            if (cursor := page["next"]) is None:
                break
        assert seen == sorted(seen)
        assert len(seen) == page["canteens"] >= 2

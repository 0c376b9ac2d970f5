"""The share shown in the basket is the ledger's after that order is accepted in full, all else unchanged."""

import random
from datetime import date
from typing import Any

import pytest

from services.procurement_quota.domain.seeded_rules import HUNAN_CANTEEN
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.preview_quota import OpenLine, PreviewLine, PreviewQuota, preview_quota
from services.procurement_quota.usecases.preview_substitutes import (
    Candidate,
    PreviewSubstitutes,
    preview_substitutes,
)
from shared.contracts.authority import NotAllowed
from shared.contracts.words import Fund, SupplierKind
from shared.errors import InvalidFields
from shared.ids import new_id
from tests.build.quota import CHALING, FURONG, QIDONG, Kitchen, a_line
from tests.integration.procurement_quota.conftest import MakeKitchen, Unchanged

TODAY = date(2025, 6, 20)
FIGURES = ("base_fen", "counted_fen", "share_bp", "required_fen", "shortfall_fen")


async def previewed(desk: Desk, kitchen: Kitchen, fund: Fund, lines: list[PreviewLine]) -> dict[str, Any]:
    command = PreviewQuota(canteen_id=kitchen.canteen_id, fund=fund, lines=lines)
    return {one["rule"]: one for one in (await preview_quota(desk, kitchen.buyer, command))["rules"]}


def an_open_line(amount_fen: int, wanted_on: date, origin_county_code: str = CHALING) -> OpenLine:
    return OpenLine(
        category="vegetables",
        origin_county_code=origin_county_code,
        amount_fen=amount_fen,
        supplier_kind=SupplierKind.DISABLED_BASE,
        supplier_id=new_id(),
        listing_id=new_id(),
        ordered_on=date(2025, 6, 1),
        wanted_on=wanted_on,
    )


class TestPreview:
    @pytest.mark.parametrize("seed", range(25))
    async def test_equals_the_ledger_after_acceptance_in_full(
        self, desk: Desk, kitchen_of: MakeKitchen, seed: int
    ) -> None:
        dice = random.Random(seed)
        kitchen = await kitchen_of(dice.choice([FURONG, CHALING, QIDONG]))
        fund = dice.choice([Fund.CANTEEN, Fund.CANTEEN, Fund.UNION])
        kind, recognised = dice.choice(list(SupplierKind)), dice.random() < 0.7
        if dice.random() < 0.5:
            await kitchen.attest_until(6, dice.randrange(0, 200_000))
        await kitchen.accept(a_line(dice.randrange(1, 90_000)), on=date(2025, 5, 2), fund=fund)
        asked = [
            PreviewLine(
                category=dice.choice(["vegetables", "tea", "handicraft"]),
                origin_county_code=dice.choice([FURONG, CHALING, QIDONG, "350803"]),
                amount_fen=dice.randrange(0, 50_000),
                supplier_kind=kind,
                recognised=recognised,
            )
            for _ in range(dice.randrange(1, 6))
        ]
        rules = await previewed(desk, kitchen, fund, asked)
        for code, told in rules.items():
            before = (await kitchen.statement(code))["figures"]
            assert told["before"] == {name: before[name] for name in FIGURES}
        lines = [
            a_line(one.amount_fen, category=one.category, origin_county_code=one.origin_county_code) for one in asked
        ]
        await kitchen.accept(*lines, on=TODAY, fund=fund, supplier_kind=kind, recognised=recognised)
        assert rules
        for code, told in rules.items():
            statement = await kitchen.statement(code)
            assert told["after"] == {name: statement["figures"][name] for name in FIGURES}, code
            entered = (await kitchen.lines(code))[-len(lines) :]
            assert [(one["counts"], one["reason"]) for one in told["counts"]] == [
                (line["counts"], line["reason"]) for line in entered
            ]

    async def test_adds_what_is_on_its_way_in_the_same_year(self, desk: Desk, kitchen: Kitchen) -> None:
        await kitchen.accept(a_line(10_000, origin_county_code=FURONG), on=date(2025, 5, 2))
        coming = [
            an_open_line(3_000, wanted_on=date(2025, 7, 1)),
            an_open_line(500, wanted_on=date(2025, 6, 1), origin_county_code=FURONG),
            an_open_line(7_000, wanted_on=date(2026, 1, 1)),
        ]
        command = PreviewQuota(
            canteen_id=kitchen.canteen_id,
            fund=Fund.CANTEEN,
            lines=[PreviewLine(category="tea", origin_county_code=CHALING, amount_fen=1_500)],
            open_lines=coming,
            open_complete=False,
        )
        found = await preview_quota(desk, kitchen.buyer, command)
        assert found["open_orders"] == {
            "complete": False,
            "years": [{"year": 2025, "amount_fen": 3_500}, {"year": 2026, "amount_fen": 7_000}],
        }
        hunan = next(one for one in found["rules"] if one["rule"] == HUNAN_CANTEEN)
        opened = hunan["with_open_orders"]
        assert [
            (one["base_fen"], one["counted_fen"])
            for one in (hunan["before"], hunan["after"], opened["before"], opened["after"])
        ] == [(10_000, 0), (11_500, 1_500), (13_500, 3_000), (15_000, 4_500)]
        later = await preview_quota(desk, kitchen.buyer, command.model_copy(update={"wanted_on": date(2026, 1, 5)}))
        hunan = next(one for one in later["rules"] if one["rule"] == HUNAN_CANTEEN)
        assert (later["year"], hunan["before"]["base_fen"]) == (2026, 0)
        assert hunan["with_open_orders"]["after"]["counted_fen"] == 8_500

    async def test_wants_a_day_from_today_within_a_year(self, desk: Desk, kitchen: Kitchen) -> None:
        for day in (date(2025, 6, 19), date(2026, 6, 22)):
            command = PreviewQuota(canteen_id=kitchen.canteen_id, fund=Fund.CANTEEN, lines=[], wanted_on=day)
            with pytest.raises(InvalidFields):
                await preview_quota(desk, kitchen.buyer, command)

    async def test_tells_the_effect_of_other_goods_in_a_lines_place(
        self, desk: Desk, kitchen: Kitchen, unchanged: Unchanged
    ) -> None:
        await kitchen.accept(a_line(9_000, origin_county_code=FURONG), on=date(2025, 5, 2))
        lines = [
            PreviewLine(category="tea", origin_county_code=FURONG, amount_fen=1_000),
            PreviewLine(category="handicraft", origin_county_code=FURONG, amount_fen=1_000),
        ]
        goods = [PreviewLine(category="tea", origin_county_code=code, amount_fen=3_500) for code in (CHALING, FURONG)]
        command = PreviewSubstitutes(
            canteen_id=kitchen.canteen_id,
            fund=Fund.CANTEEN,
            lines=lines,
            candidates=[Candidate(line=0, goods=one) for one in goods],
        )
        async with unchanged():
            found = await preview_substitutes(desk, kitchen.buyer, command)
        assert [[one["rule"] for one in line["not_counted"]] for line in found["lines"]] == [[HUNAN_CANTEEN], []]
        assert [one["gains"] for one in found["candidates"]] == [1, 0]
        hunan = next(one for one in found["candidates"][0]["rules"] if one["rule"] == HUNAN_CANTEEN)
        assert (hunan["share_bp"], hunan["share_with_it_bp"]) == (0, 2_800)
        assert (hunan["counted_difference_fen"], hunan["base_difference_fen"]) == (3_500, 2_500)
        stray = command.model_copy(update={"candidates": [Candidate(line=2, goods=goods[0])]})
        async with unchanged():
            with pytest.raises(InvalidFields):
                await preview_substitutes(desk, kitchen.buyer, stray)
            with pytest.raises(NotAllowed):
                await preview_substitutes(desk, kitchen.finance, command)

    async def test_is_told_to_the_canteens_own_buyer_and_writes_nothing(
        self, desk: Desk, kitchen: Kitchen, kitchen_of: MakeKitchen, unchanged: Unchanged
    ) -> None:
        other = await kitchen_of()
        command = PreviewQuota(canteen_id=kitchen.canteen_id, fund=Fund.CANTEEN, lines=[])
        async with unchanged():
            await preview_quota(desk, kitchen.buyer, command)
            for who in (other.buyer, kitchen.finance):
                with pytest.raises(NotAllowed):
                    await preview_quota(desk, who, command)

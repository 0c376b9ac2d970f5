"""The share shown in the basket is the ledger's after that order is accepted in full, all else unchanged."""

import random
from datetime import date
from typing import Any

import pytest

from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.preview_quota import PreviewLine, PreviewQuota, preview_quota
from shared.contracts.authority import NotAllowed
from shared.contracts.words import Fund, SupplierKind
from tests.build.quota import CHALING, FURONG, QIDONG, Kitchen, a_line
from tests.integration.procurement_quota.conftest import MakeKitchen, Unchanged

TODAY = date(2025, 6, 20)
FIGURES = ("base_fen", "counted_fen", "share_bp", "required_fen", "shortfall_fen")


async def previewed(desk: Desk, kitchen: Kitchen, fund: Fund, lines: list[PreviewLine]) -> dict[str, Any]:
    command = PreviewQuota(canteen_id=kitchen.canteen_id, fund=fund, lines=lines)
    return {one["rule"]: one for one in (await preview_quota(desk, kitchen.buyer, command))["rules"]}


class TestPreview:
    @pytest.mark.parametrize("seed", range(25))
    async def test_equals_the_ledger_after_acceptance_in_full(
        self, desk: Desk, kitchen_of: MakeKitchen, seed: int
    ) -> None:
        dice = random.Random(seed)
        kitchen = await kitchen_of(dice.choice([FURONG, CHALING, QIDONG]))
        fund = dice.choice([Fund.CANTEEN, Fund.CANTEEN, Fund.UNION])
        kind = dice.choice(list(SupplierKind))
        if dice.random() < 0.5:
            await kitchen.attest_until(6, dice.randrange(0, 200_000))
        await kitchen.accept(a_line(dice.randrange(1, 90_000)), on=date(2025, 5, 2), fund=fund)
        asked = [
            PreviewLine(
                category=dice.choice(["vegetables", "tea", "handicraft"]),
                origin_county_code=dice.choice([FURONG, CHALING, QIDONG, "350803"]),
                amount_fen=dice.randrange(0, 50_000),
                supplier_kind=kind,
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
        await kitchen.accept(*lines, on=TODAY, fund=fund, supplier_kind=kind)
        assert rules
        for code, told in rules.items():
            statement = await kitchen.statement(code)
            assert told["after"] == {name: statement["figures"][name] for name in FIGURES}, code
            entered = (await kitchen.lines(code))[-len(lines) :]
            assert [(one["counts"], one["reason"]) for one in told["counts"]] == [
                (line["counts"], line["reason"]) for line in entered
            ]

    async def test_is_told_to_the_canteens_own_buyer_and_writes_nothing(
        self, desk: Desk, kitchen: Kitchen, kitchen_of: MakeKitchen, unchanged: Unchanged
    ) -> None:
        other = await kitchen_of()
        command = PreviewQuota(canteen_id=kitchen.canteen_id, fund=Fund.CANTEEN, lines=[])
        async with unchanged():
            await preview_quota(desk, kitchen.buyer, command)
            for who in (other.buyer, kitchen.finance, None):
                with pytest.raises(Exception, match=r"reach|Sign in") as refused:
                    await preview_quota(desk, who, command)
                assert who is None or isinstance(refused.value, NotAllowed)

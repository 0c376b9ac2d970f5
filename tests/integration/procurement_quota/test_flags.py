"""A rule that holds what is flagged takes its credit until the flag is decided, in whatever order it is heard."""

from datetime import date
from itertools import permutations
from typing import Any

import pytest

from services.procurement_quota.domain.seeded_rules import HUNAN_51, HUNAN_CANTEEN
from services.procurement_quota.usecases.count_purchases import count_purchases
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.hold_flagged import hold_flagged
from services.procurement_quota.usecases.put_rule import ContinueRule, PutRule, continue_rule, put_rule
from shared.contracts.catalog import FlaggedLot, SupplierFlagged
from shared.contracts.order import AcceptanceRecorded
from shared.contracts.words import FlagKind, FlagState, Fund
from shared.ids import derived_id, new_id
from tests.build.quota import CHALING, FURONG, Kitchen, a_line, heard
from tests.integration.procurement_quota.conftest import MakeKitchen, Unchanged

OPEN, ANSWERED, CLEARED = FlagState.OPEN, FlagState.ANSWERED, FlagState.CLEARED
UPHELD, APPEALED, FINAL = FlagState.UPHELD, FlagState.APPEALED, FlagState.FINAL


def a_flag(
    accepted: AcceptanceRecorded, version: int, state: FlagState, *, lines: slice = slice(None), item: str = "potato"
) -> SupplierFlagged:
    supplier = accepted.purchase.supplier_id
    return SupplierFlagged(
        flag_id=derived_id("flag", FlagKind.CAPACITY.value, supplier, item, 2025),
        version=version,
        kind=FlagKind.CAPACITY,
        state=state,
        supplier_id=supplier,
        item_code=item,
        year=2025,
        reason="2025年6月马铃薯各渠道共售出2,400公斤，核实产能为1,000公斤",
        lots=tuple(
            FlaggedLot(acceptance_id=accepted.acceptance_id, line_id=line.line_id) for line in accepted.lines[lines]
        ),
    )


async def hear(desk: Desk, *events: SupplierFlagged) -> None:
    await hold_flagged(desk, heard(*events, consumer="procurement_quota-catalog"))


async def holding(desk: Desk, kitchen: Kitchen, *, holds: bool = True) -> str:
    """Put a rule in force for one unit alone that holds what is flagged, and give its code."""
    code = f"holds-{kitchen.unit_id.hex[-12:]}"
    rule = PutRule(
        code=code,
        name="暂缓计入疑点商品",
        name_en="Holds what is flagged",
        fund=Fund.CANTEEN,
        scope_path=kitchen.path,
        rate_bp=2_000,
        list_codes=[HUNAN_51],
        categories=["vegetables"],
        reading="试行",
        reading_en="On trial",
        source="试行",
        holds_flagged=holds,
    )
    await put_rule(desk, rule)
    await continue_rule(desk, ContinueRule(rule_code=code, valid_from=date(2025, 1, 1), document="试行文件"))
    return code


@pytest.fixture
async def code(desk: Desk, kitchen: Kitchen) -> str:
    return await holding(desk, kitchen)


async def counted(kitchen: Kitchen, code: str) -> tuple[int, int]:
    figures = (await kitchen.statement(code))["figures"]
    return figures["base_fen"], figures["counted_fen"]


async def told(kitchen: Kitchen, code: str) -> list[tuple[str, str, int]]:
    return [(line["kind"], line["reason"], line["counted_fen"]) for line in await kitchen.lines(code)]


class TestFlag:
    async def test_holds_what_it_names_until_it_is_decided(self, desk: Desk, kitchen: Kitchen, code: str) -> None:
        accepted = await kitchen.accept(a_line(1_000), a_line(300), a_line(50, origin_county_code=FURONG))
        await kitchen.accept(a_line(4_000))
        one = slice(0, 1)
        await hear(desk, a_flag(accepted, 1, OPEN, lines=one))
        assert await counted(kitchen, code) == (5_350, 4_300)
        await hear(desk, a_flag(accepted, 2, ANSWERED), a_flag(accepted, 3, UPHELD))
        assert await counted(kitchen, code) == (5_350, 4_000)
        assert await counted(kitchen, HUNAN_CANTEEN) == (5_350, 5_300)
        await hear(desk, a_flag(accepted, 4, APPEALED), a_flag(accepted, 5, CLEARED))
        assert await counted(kitchen, code) == (5_350, 5_300)
        lines = await kitchen.lines(code)
        held = next(line for line in lines if line["kind"] == "correction")
        flag = str(a_flag(accepted, 1, OPEN).flag_id)
        assert held["facts"]["flags"] == {flag: "held"}
        assert (held["amount_fen"], held["corrects"]["seq"], held["facts"]["flag_state"]) == (0, 1, "open")
        assert flag in held["reason_zh"]
        assert flag in held["reason_en"]
        assert [one for one in await told(kitchen, code) if one[0] == "correction"] == [
            ("correction", "flag_open", -1_000),
            ("correction", "flag_open", -300),
            ("correction", "flag_upheld", 0),
            ("correction", "flag_upheld", 0),
            ("correction", "flag_open", 0),
            ("correction", "flag_open", 0),
            ("correction", "origin_listed", 1_000),
            ("correction", "origin_listed", 300),
        ]

    async def test_is_known_to_what_is_accepted_later(self, desk: Desk, kitchen: Kitchen, code: str) -> None:
        accepted = kitchen.acceptance(a_line(1_000), a_line(300))
        await hear(desk, a_flag(accepted, 1, UPHELD, lines=slice(0, 1)))
        await count_purchases(desk, heard(accepted))
        assert await counted(kitchen, code) == (1_300, 300)
        assert await told(kitchen, code) == [("purchase", "flag_upheld", 0), ("purchase", "origin_listed", 300)]
        await kitchen.give_back(accepted, accepted.lines[0], 400, date(2025, 6, 18))
        assert await counted(kitchen, code) == (900, 300)
        await hear(desk, a_flag(accepted, 2, CLEARED))
        assert await counted(kitchen, code) == (900, 900)

    async def test_of_two_flags_both_must_be_set_aside(self, desk: Desk, kitchen: Kitchen, code: str) -> None:
        accepted = await kitchen.accept(a_line(1_000))
        await hear(desk, a_flag(accepted, 1, FINAL), a_flag(accepted, 1, OPEN, item="ginger"))
        assert (await told(kitchen, code))[-1] == ("correction", "flag_upheld", -1_000)
        await hear(desk, a_flag(accepted, 2, CLEARED))
        assert await counted(kitchen, code) == (1_000, 0)
        await hear(desk, a_flag(accepted, 2, CLEARED, item="ginger"))
        assert await counted(kitchen, code) == (1_000, 1_000)

    async def test_that_names_a_lot_no_more_gives_it_back(self, desk: Desk, kitchen: Kitchen, code: str) -> None:
        accepted = await kitchen.accept(a_line(1_000), a_line(300))
        await hear(desk, a_flag(accepted, 1, OPEN))
        await hear(desk, a_flag(accepted, 2, OPEN, lines=slice(1, 2)))
        assert await counted(kitchen, code) == (1_300, 1_000)

    async def test_names_lots_of_its_own_supplier_alone(self, desk: Desk, kitchen: Kitchen, code: str) -> None:
        accepted = await kitchen.accept(a_line(1_000))
        await hear(desk, a_flag(accepted, 1, OPEN).model_copy(update={"supplier_id": new_id(), "flag_id": new_id()}))
        assert await counted(kitchen, code) == (1_000, 1_000)


class TestHearing:
    async def test_again_changes_nothing(self, desk: Desk, kitchen: Kitchen, code: str, unchanged: Unchanged) -> None:
        accepted = await kitchen.accept(a_line(1_000))
        deliveries: list[Any] = heard(a_flag(accepted, 2, OPEN), consumer="procurement_quota-catalog")
        await hold_flagged(desk, deliveries)
        async with unchanged():
            await hold_flagged(desk, deliveries)
        lines = await told(kitchen, code)
        await hear(desk, a_flag(accepted, 2, OPEN), a_flag(accepted, 1, CLEARED))
        assert await told(kitchen, code) == lines

    async def test_in_any_order_gives_the_same(self, desk: Desk, kitchen_of: MakeKitchen) -> None:
        found: set[tuple[Any, ...]] = set()
        for order in permutations(range(4)):
            kitchen = await kitchen_of(CHALING)
            rule = await holding(desk, kitchen)
            accepted = kitchen.acceptance(a_line(1_000), a_line(300))
            flags = [
                a_flag(accepted, 1, OPEN, lines=slice(0, 1)),
                a_flag(accepted, 2, UPHELD),
                a_flag(accepted, 3, CLEARED if order[0] % 2 else APPEALED, lines=slice(1, 2)),
            ]
            for at in order:
                if at == 3:
                    await count_purchases(desk, heard(accepted))
                else:
                    await hear(desk, flags[at])
            found.add((order[0] % 2, *await counted(kitchen, rule)))
        assert found == {(1, 1_300, 1_300), (0, 1_300, 1_000)}


class TestRule:
    async def test_that_holds_nothing_has_no_entry_for_it(
        self, desk: Desk, kitchen: Kitchen, kitchen_of: MakeKitchen
    ) -> None:
        lenient = await holding(desk, kitchen, holds=False)
        accepted = await kitchen.accept(a_line(1_000))
        await hear(desk, a_flag(accepted, 1, FINAL))
        assert await counted(kitchen, lenient) == (1_000, 1_000)
        assert [line["kind"] for line in await kitchen.lines(lenient)] == ["purchase"]

    async def test_is_shown_as_it_is(self, kitchen: Kitchen, code: str) -> None:
        assert (await kitchen.statement(code))["rule"]["holds_flagged"] is True
        assert (await kitchen.statement(HUNAN_CANTEEN))["rule"]["holds_flagged"] is False

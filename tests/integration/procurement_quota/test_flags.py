"""A rule that holds what is flagged takes its credit until the flag is decided, in whatever order it is heard."""

import asyncio
import subprocess
import sys
from datetime import date
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from deploy.operator.open_data import export_open_data
from services.procurement_quota.domain.seeded_rules import HUNAN_51, HUNAN_CANTEEN
from services.procurement_quota.store import ledger
from services.procurement_quota.usecases.close_year import CloseYear, close_year
from services.procurement_quota.usecases.count_purchases import count_purchases
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.get_movements import AskMovements, get_movements
from services.procurement_quota.usecases.get_statement import AskStatement
from services.procurement_quota.usecases.hold_flagged import hold_flagged
from services.procurement_quota.usecases.preview_quota import PreviewLine, PreviewQuota, preview_quota
from services.procurement_quota.usecases.put_designation import PutCounty, PutDesignation, put_designation
from services.procurement_quota.usecases.put_rule import ContinueRule, PutRule, continue_rule, put_rule
from services.procurement_quota.usecases.put_rule_draft import put_rule_draft
from services.procurement_quota.usecases.restate_year import RestateYear, restate_year
from services.procurement_quota.usecases.what_if_rule import what_if_rule
from shared.contracts.catalog import FlaggedLot, SupplierFlagged
from shared.contracts.order import AcceptanceRecorded
from shared.contracts.words import FlagKind, FlagState, Fund
from shared.ids import derived_id, new_id
from tests.build.drafts import a_rule_draft, an_officer, read_rule_draft
from tests.build.quota import CHALING, FURONG, Kitchen, a_line, heard, noon, stated
from tests.integration.procurement_quota.conftest import MakeKitchen, Unchanged

OPEN, ANSWERED, CLEARED = FlagState.OPEN, FlagState.ANSWERED, FlagState.CLEARED
UPHELD, APPEALED, FINAL = FlagState.UPHELD, FlagState.APPEALED, FlagState.FINAL
STRANGER = Path(__file__).parents[2] / "independent" / "recompute.py"


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


async def holding(desk: Desk, kitchen: Kitchen, *, holds: bool = True, lists: str = HUNAN_51) -> str:
    """Put a rule in force for one unit alone that holds what is flagged, and give its code."""
    code = f"{'holds' if holds else 'heeds'}-{kitchen.unit_id.hex[-12:]}"
    rule = PutRule(
        code=code,
        name="暂缓计入疑点商品",
        name_en="Holds what is flagged",
        fund=Fund.CANTEEN,
        scope_path=kitchen.path,
        rate_bp=2_000,
        list_codes=[lists],
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
        await hear(desk, a_flag(accepted, 2, ANSWERED))
        await hear(desk, a_flag(accepted, 3, UPHELD))
        assert await counted(kitchen, code) == (5_350, 4_000)
        assert await counted(kitchen, HUNAN_CANTEEN) == (5_350, 5_300)
        await hear(desk, a_flag(accepted, 4, APPEALED))
        await hear(desk, a_flag(accepted, 5, CLEARED))
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
        for order in list(permutations(range(4)))[::4]:
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

    async def test_of_versions_that_come_together_tells_the_newest(
        self, desk: Desk, kitchen: Kitchen, code: str
    ) -> None:
        accepted = await kitchen.accept(a_line(1_000))
        await hear(desk, a_flag(accepted, 3, UPHELD), a_flag(accepted, 2, CLEARED), a_flag(accepted, 1, OPEN))
        assert (await told(kitchen, code))[1:] == [("correction", "flag_upheld", -1_000)]
        assert (await kitchen.lines(code))[1]["facts"]["flag_state"] == "upheld"


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


class TestMeanwhile:
    async def test_others_book_in_any_chain_but_one(self, desk: Desk, kitchen_of: MakeKitchen) -> None:
        """The chains of all that was heard are locked at once, in their order, as everybody locks them."""
        kitchens = [await kitchen_of(), await kitchen_of()]
        kitchens.sort(key=lambda one: one.unit_id)
        for kitchen in kitchens:
            await holding(desk, kitchen)
        low, high = [await one.accept(a_line(1_000)) for one in kitchens]
        on_low = max((a_flag(low, 1, OPEN, item=f"{at}") for at in range(32)), key=lambda one: one.flag_id)
        on_high = min((a_flag(high, 1, OPEN, item=f"{at}") for at in range(32)), key=lambda one: one.flag_id)
        assert on_high.flag_id < on_low.flag_id
        async with desk.uow.begin() as tx:
            await ledger.lock_heads(tx, [kitchens[0].unit_id])
            hearing = asyncio.create_task(hear(desk, on_high, on_low))
            await asyncio.sleep(0.5)
            await ledger.lock_heads(tx, [kitchens[1].unit_id])
        await hearing

    async def test_a_flag_that_grows_waits_for_no_other_lot(self, desk: Desk, kitchen: Kitchen, code: str) -> None:
        accepted = await kitchen.accept(a_line(1_000))
        await hear(desk, a_flag(accepted, 1, OPEN))
        async with desk.uow.begin() as tx:
            await ledger.lock_heads(tx, [kitchen.unit_id])
            await asyncio.wait_for(hear(desk, a_flag(accepted, 2, ANSWERED)), timeout=10)
        assert [one[0] for one in await told(kitchen, code)] == ["purchase", "correction"]


async def listed(desk: Desk, code: str, *counties: str) -> None:
    """Write a list anew, of these counties alone, as if it had always been so."""
    since = [PutCounty(county_code=one, valid_from=date(2020, 1, 1)) for one in counties]
    await put_designation(desk, PutDesignation(list_code=code, name="试行名单", source="试行", counties=since))


class TestAListThatChanged:
    async def test_is_no_reason_for_a_flag_to_judge_again(
        self,
        desk: Desk,
        kitchen: Kitchen,
        quota_env: dict[str, str],
        tmp_path: Path,
    ) -> None:
        counties = f"list-{kitchen.unit_id.hex[-12:]}"
        await listed(desk, counties, CHALING, FURONG)
        codes = [await holding(desk, kitchen, holds=holds, lists=counties) for holds in (False, True)]
        accepted = await kitchen.accept(a_line(1_000), a_line(300))
        later = kitchen.acceptance(a_line(70), supplier_id=accepted.purchase.supplier_id)
        await hear(desk, a_flag(later, 1, OPEN, item="tea"))
        await count_purchases(desk, heard(later))
        kitchen.clock.set(noon(date(2025, 6, 26)))
        await listed(desk, counties, FURONG)
        found = []
        for version, state in enumerate((OPEN, UPHELD, APPEALED, CLEARED), start=1):
            await hear(desk, a_flag(accepted, version, state, lines=slice(0, 1)))
            found.append([await counted(kitchen, code) for code in codes])
        assert found == [[(1_370, 1_370), (1_370, counts)] for counts in (300, 300, 300, 1_300)]
        await hear(desk, a_flag(later, 2, CLEARED, item="tea"))
        assert [await counted(kitchen, code) for code in codes] == [(1_370, 1_370)] * 2
        assert {line["kind"] for line in await kitchen.lines(codes[0])} == {"purchase"}
        for again in (await kitchen.accept(a_line(9)), accepted):
            await hear(desk, a_flag(again, 5, OPEN, lines=slice(0, 1)))
        await recomputed(desk, quota_env, tmp_path)
        assert [await tried(desk, code, kitchen, counties) for code in codes] == [(370, 1_000)] * 2


async def tried(desk: Desk, code: str, kitchen: Kitchen, lists: str) -> tuple[int, int]:
    """Try a rule on the year that holds what is flagged: what would count, and what would be held."""
    officer, draft_id = an_officer(), new_id()
    draft = a_rule_draft(
        code, since=date(2098, 1, 1), scope_path=kitchen.path, categories=["vegetables"], holds_flagged=True
    )
    draft["rule"] |= {"list_codes": [lists]}
    await put_rule_draft(desk, officer, draft_id, read_rule_draft(draft))
    found = await what_if_rule(desk, officer, draft_id, year=2025, unit_id=None, short=False, limit=9, cursor=None)
    [row] = found["items"]
    return row["counted_fen"], row["held_fen"]


class TestStatement:
    async def test_shows_what_is_held_and_how_it_would_stand_if_proven(
        self, desk: Desk, kitchen: Kitchen, code: str
    ) -> None:
        accepted = await kitchen.accept(a_line(1_000), a_line(300))
        await kitchen.accept(a_line(8_700, origin_county_code=FURONG))
        await kitchen.attest_until(5)
        kitchen.clock.set(noon(date(2025, 6, 25)))
        await hear(desk, a_flag(accepted, 1, OPEN, lines=slice(0, 1)))
        told = await kitchen.statement(code)
        assert (told["figures"]["held_fen"], told["figures"]["counted_fen"], told["status"]) == (1_000, 300, "behind")
        assert told["if_proven"] == {
            "counted_fen": 1_300,
            "share_bp": 1_300,
            "shortfall_fen": 700,
            "surplus_fen": 0,
            "status": "behind",
            "counts": None,
        }
        of_unit = await stated(desk, kitchen.finance, kitchen.unit_id, AskStatement(code, 2025))
        assert (of_unit["figures"]["held_fen"], of_unit["canteens"][0]["held_fen"]) == (1_000, 1_000)
        assert of_unit["canteens"][0]["if_proven"] == told["if_proven"]
        summed = {**told["if_proven"], "status": None, "counts": of_unit["counts"]}
        assert of_unit["if_proven"] == summed
        as_of = await stated(
            desk, kitchen.finance, kitchen.unit_id, AskStatement(code, 2025, known_by=noon(date(2025, 6, 25)))
        )
        assert as_of["if_proven"] in (None, summed)
        before = await kitchen.statement(code, known_by=date(2025, 6, 24))
        assert (before["figures"]["held_fen"], before["figures"]["counted_fen"]) == (0, 1_300)
        assert before["if_proven"] is None
        kitchen.clock.set(noon(date(2025, 6, 28)))
        await hear(desk, a_flag(accepted, 2, UPHELD, lines=slice(0, 1)))
        assert (await kitchen.statement(code))["if_proven"] is None
        then = await kitchen.statement(code, known_by=date(2025, 6, 26))
        assert (then["figures"]["held_fen"], then["figures"]["counted_fen"]) == (1_000, 300)
        under_hunan = await kitchen.statement(HUNAN_CANTEEN)
        assert (under_hunan["figures"]["held_fen"], under_hunan["figures"]["counted_fen"]) == (0, 1_300)

    async def test_is_explained_by_its_movements(self, desk: Desk, kitchen: Kitchen, code: str) -> None:
        accepted = await kitchen.accept(a_line(1_000))
        kitchen.clock.set(noon(date(2025, 6, 25)))
        await hear(desk, a_flag(accepted, 1, OPEN))
        ask = AskMovements(since=date(2025, 6, 24), rule=code, year=2025)
        found = await get_movements(desk, kitchen.finance, kitchen.canteen_id, ask, limit=9, cursor=None)
        assert [(one["movement"], one["entries"], one["counted_fen"]) for one in found["sums"]] == [
            ("flagged", 1, -1_000)
        ]
        [item] = found["items"]
        assert (item["movement"], item["line"]["reason"]) == ("flagged", "flag_open")

    async def test_of_a_closed_year_is_restated_by_number(self, desk: Desk, kitchen: Kitchen, code: str) -> None:
        accepted = await kitchen.accept(a_line(1_000))
        kitchen.clock.set(noon(date(2026, 1, 20)))
        await kitchen.attest_until(12, [0] * 5 + [1_000] * 7)
        await close_year(desk, kitchen.finance, kitchen.canteen_id, CloseYear(year=2025))
        await hear(desk, a_flag(accepted, 1, OPEN))
        told = await kitchen.statement(code)
        assert (told["as_filed"]["status"], told["status"], told["restatement_due"]) == ("met", "missed", True)
        assert (told["as_filed"]["figures"]["held_fen"], told["if_proven"]["status"]) == (0, "met")
        why = RestateYear(year=2025, reason="疑点暂缓计入")
        first = await restate_year(desk, kitchen.finance, kitchen.canteen_id, why)
        figures = {one["rule"]: one["figures"] for one in first["filed"]}
        assert (first["number"], figures[code]["held_fen"], figures[code]["counted_fen"]) == (1, 1_000, 0)
        await hear(desk, a_flag(accepted, 2, CLEARED))
        assert (await kitchen.statement(code))["restatement_due"] is True
        assert (await restate_year(desk, kitchen.finance, kitchen.canteen_id, why))["number"] == 2
        assert (await kitchen.statement(code))["restatement_due"] is False


class TestBefore:
    async def test_a_basket_is_told_of_flags_on_its_suppliers(self, desk: Desk, kitchen: Kitchen, code: str) -> None:
        accepted = await kitchen.accept(a_line(1_000))
        await hear(desk, a_flag(accepted, 1, OPEN), a_flag(accepted, 1, CLEARED, item="ginger"))
        facts: dict[str, Any] = {"category": "vegetables", "origin_county_code": CHALING, "amount_fen": 500}
        lines = [PreviewLine(**facts), PreviewLine(**facts, supplier_id=accepted.purchase.supplier_id)]
        command = PreviewQuota(canteen_id=kitchen.canteen_id, fund=Fund.CANTEEN, lines=lines)
        told = await preview_quota(desk, kitchen.buyer, command)
        [flag] = told["flags"]
        assert flag == {
            "flag_id": str(a_flag(accepted, 1, OPEN).flag_id),
            "supplier_id": str(accepted.purchase.supplier_id),
            "kind": "capacity",
            "state": "open",
            "item_code": "potato",
            "year": 2025,
            "reason": a_flag(accepted, 1, OPEN).reason,
            "lines": [1],
            "held_by": [code],
        }
        [mine] = [one for one in told["rules"] if one["rule"] == code]
        assert (mine["before"]["counted_fen"], mine["after"]["counted_fen"]) == (0, 1_000)

    async def test_a_basket_is_told_of_no_flag_that_no_rule_holds(self, desk: Desk, kitchen: Kitchen) -> None:
        accepted = await kitchen.accept(a_line(1_000))
        await hear(desk, a_flag(accepted, 1, OPEN))
        facts: dict[str, Any] = {"category": "vegetables", "origin_county_code": CHALING, "amount_fen": 500}
        lines = [PreviewLine(**facts, supplier_id=accepted.purchase.supplier_id)]
        command = PreviewQuota(canteen_id=kitchen.canteen_id, fund=Fund.CANTEEN, lines=lines)
        assert (await preview_quota(desk, kitchen.buyer, command))["flags"] == []

    async def test_a_drafted_rule_is_tried_on_what_is_flagged(self, desk: Desk, kitchen: Kitchen) -> None:
        code = await holding(desk, kitchen, holds=False)
        accepted = await kitchen.accept(a_line(1_000), a_line(300))
        await hear(desk, a_flag(accepted, 1, OPEN, lines=slice(0, 1)))
        officer, draft_id = an_officer(), new_id()
        draft = a_rule_draft(
            code, since=date(2098, 1, 1), scope_path=kitchen.path, categories=["vegetables"], holds_flagged=True
        )
        written, _ = await put_rule_draft(desk, officer, draft_id, read_rule_draft(draft))
        assert written["rule"]["holds_flagged"] is True
        tried = await what_if_rule(desk, officer, draft_id, year=2025, unit_id=None, short=False, limit=9, cursor=None)
        [row] = tried["items"]
        assert (row["counted_fen"], row["held_fen"]) == (300, 1_000)
        assert (row["in_force"]["counted_fen"], row["in_force"]["held_fen"]) == (1_300, 0)


async def recomputed(desk: Desk, quota_env: dict[str, str], tmp_path: Path) -> str:
    """Let a stranger compute the year again from what is published; gives its entries."""
    await export_open_data(quota_env, 2025, tmp_path / "year", desk.clock)
    command = [sys.executable, "-I", str(STRANGER), str(tmp_path / "year")]
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return (tmp_path / "year" / "entries.csv").read_text(encoding="utf-8-sig")


class TestAStranger:
    async def test_computes_the_year_again_with_what_is_held(
        self, desk: Desk, kitchen: Kitchen, code: str, quota_env: dict[str, str], tmp_path: Path
    ) -> None:
        accepted = await kitchen.accept(a_line(1_000), a_line(300), a_line(70))
        await hear(desk, a_flag(accepted, 1, OPEN))
        await hear(desk, a_flag(accepted, 2, UPHELD, lines=slice(0, 2)))
        await hear(desk, a_flag(accepted, 1, ANSWERED, lines=slice(1, 2), item="ginger"))
        await kitchen.give_back(accepted, accepted.lines[0], 400, date(2025, 6, 18))
        later = kitchen.acceptance(a_line(5_000), supplier_id=accepted.purchase.supplier_id)
        await hear(desk, a_flag(later, 1, OPEN, item="tea"))
        await count_purchases(desk, heard(later))
        told = await recomputed(desk, quota_env, tmp_path)
        assert ",held" in told
        assert ",struck" in told

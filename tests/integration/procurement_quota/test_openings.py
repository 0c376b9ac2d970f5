"""What a canteen bought before it joined is in its base as entries of their own kind, and counts when approved."""

import asyncio
import csv
import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.procurement_quota.domain.forms import FilingState, Ruling
from services.procurement_quota.domain.seeded_rules import HUNAN_CANTEEN, NATIONAL_CANTEEN
from services.procurement_quota.domain.words import TransferOutcome
from services.procurement_quota.usecases import put_opening_balance as opening
from services.procurement_quota.usecases.count_purchases import count_purchases
from services.procurement_quota.usecases.decide_canteen_filing import RuleOnFiling
from services.procurement_quota.usecases.decide_opening_balance import NothingProves, decide_opening_balance
from services.procurement_quota.usecases.decide_transfer import DecideTransfer, decide_transfer
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.enter_purchases import CoveredByOpening, PurchaseDiffers
from services.procurement_quota.usecases.export_year import export_year
from services.procurement_quota.usecases.filing_view import FilingRuled
from services.procurement_quota.usecases.get_statement import AskStatement
from services.procurement_quota.usecases.list_alerts import list_alerts
from services.procurement_quota.usecases.put_canteen_filing import FilingDiffers, PutCanteenFiling, put_canteen_filing
from services.procurement_quota.usecases.put_filing_evidence import put_filing_evidence
from services.procurement_quota.usecases.put_off_platform_purchase import put_off_platform_purchase
from services.procurement_quota.usecases.put_opening_balance import (
    OpeningDiffers,
    OpeningOverlaps,
    OpeningThere,
    PutOpeningBalance,
    PutOpeningLine,
    put_opening_balance,
)
from services.procurement_quota.usecases.put_transfer import PutTransfer, put_transfer
from shared.app import Program
from shared.contracts.authority import Identity, NotAllowed, OwnRequest
from shared.contracts.words import CanteenKind, Channel, Fund
from shared.errors import InvalidFields
from shared.ids import new_id
from shared.papers.paper import Paper
from tests.build.papers import PDF
from tests.build.quota import CHALING, FURONG, Kitchen, a_line, heard, noon
from tests.integration.procurement_quota.conftest import MakeKitchen, Unchanged
from tests.integration.procurement_quota.test_movements import movements, told

APPROVE = RuleOnFiling(outcome=Ruling.APPROVE, reason="与账册一致")
RETURN = RuleOnFiling(outcome=Ruling.RETURN, reason="重复列入二月")
UNTIL = date(2025, 5, 31)
GINGER = PutOpeningLine(category="vegetables", amount_fen=30_000, origin_county=CHALING)
PORK = PutOpeningLine(category="meat_poultry", amount_fen=70_000)
STRANGER = Path(__file__).parents[2] / "independent" / "recompute.py"


def balance(kitchen: Kitchen, *lines: PutOpeningLine, **other: Any) -> PutOpeningBalance:
    facts: dict[str, Any] = {"canteen_id": kitchen.canteen_id, "fund": Fund.CANTEEN, "bought_until": UNTIL}
    return PutOpeningBalance(**{**facts, "evidence": "明细账", "lines": list(lines or (GINGER, PORK)), **other})


async def bring(kitchen: Kitchen, *lines: PutOpeningLine, **other: Any) -> UUID:
    opening_id = new_id()
    await put_opening_balance(kitchen.desk, kitchen.finance, opening_id, balance(kitchen, *lines, **other))
    return opening_id


async def prove(kitchen: Kitchen, opening_id: UUID) -> None:
    await put_filing_evidence(
        kitchen.desk,
        kitchen.finance,
        "put_opening_evidence",
        opening_id,
        Paper(new_id(), "产地证明.pdf", PDF, "application/pdf"),
        reach=opening.reach_opening,
        answer=opening.answer_opening,
    )


async def figures(kitchen: Kitchen, **asked: Any) -> tuple[int, int, int]:
    found = (await kitchen.statement(**asked))["figures"]
    return found["ledger_fen"], found["base_fen"], found["counted_fen"]


async def twice(kitchen: Kitchen) -> list[int]:
    """List what the alerts of its unit say is in its ledger twice."""
    ask = AskStatement(HUNAN_CANTEEN, 2025)
    found = await list_alerts(kitchen.desk, kitchen.finance, kitchen.unit_id, ask, limit=100, cursor=None)
    return [one["amount_fen"] for one in found["items"] if one["alert"] == "counted_twice"]


class TestOpening:
    async def test_is_in_the_base_at_once_and_counts_when_a_level_above_approves(
        self, desk: Desk, kitchen: Kitchen
    ) -> None:
        opening_id = await bring(kitchen)
        await kitchen.accept(a_line(100_000, origin_county_code=FURONG), on=date(2025, 6, 10))
        assert await figures(kitchen) == (200_000, 200_000, 0)
        part = {"id": str(opening_id), "bought_until": "2025-05-31", "amount_fen": 100_000, "base_fen": 100_000}
        assert (await kitchen.statement())["opening"] == [{**part, "counted_fen": 0, "state": "filed"}]
        await prove(kitchen, opening_id)
        answer = await decide_opening_balance(desk, kitchen.above, opening_id, APPROVE)
        assert (answer["state"], len(answer["ruling"]["papers"])) == ("approved", 1)
        assert await figures(kitchen) == (200_000, 200_000, 30_000)
        assert (await kitchen.statement())["opening"] == [{**part, "counted_fen": 30_000, "state": "approved"}]
        assert await figures(kitchen, rule=NATIONAL_CANTEEN) == (200_000, 200_000, 0)
        lines = await kitchen.lines()
        assert [(one["kind"], one["amount_fen"], one["counted_fen"]) for one in lines] == [
            ("opening", 30_000, 0),
            ("opening", 70_000, 0),
            ("purchase", 100_000, 0),
            ("correction", 0, 30_000),
        ]
        assert lines[3]["corrects"] == {"unit_id": lines[0]["unit_id"], "seq": lines[0]["seq"]}

    async def test_of_union_goods_stands_beside_the_national_share(self, kitchen: Kitchen) -> None:
        await bring(kitchen, fund=Fund.UNION)
        apart = (await kitchen.statement(NATIONAL_CANTEEN))["union_apart"]
        assert (apart["base_fen"], apart["counted_fen"]) == (100_000, 0)

    async def test_returned_is_taken_back_whole_and_may_be_filed_anew(self, desk: Desk, kitchen: Kitchen) -> None:
        opening_id = await bring(kitchen)
        await decide_opening_balance(desk, kitchen.above, opening_id, RETURN)
        assert await figures(kitchen) == (0, 0, 0)
        lines = await kitchen.lines()
        assert [(one["kind"], one["amount_fen"], one["happened_on"]) for one in lines[2:]] == [
            ("reversal", -30_000, "2025-05-31"),
            ("reversal", -70_000, "2025-05-31"),
        ]
        await bring(kitchen, PORK)
        assert await figures(kitchen) == (70_000, 70_000, 0)
        states = {one["state"]: one["amount_fen"] for one in (await kitchen.statement())["opening"]}
        assert states == {"returned": 0, "filed": 70_000}

    async def test_is_within_what_finance_attests(self, desk: Desk, kitchen: Kitchen) -> None:
        await kitchen.attest(5, 120_000)
        assert await figures(kitchen) == (0, 120_000, 0)
        await bring(kitchen)
        assert await figures(kitchen) == (100_000, 120_000, 0)

    async def test_of_the_832_platform_counts_nationally_by_its_order_numbers(
        self, desk: Desk, kitchen: Kitchen
    ) -> None:
        ordered = PutOpeningLine(
            category="tea",
            amount_fen=5_000,
            origin_county=CHALING,
            channel=Channel.PLATFORM_832,
            order_number="832-20250301",
        )
        opening_id = await bring(kitchen, ordered, GINGER)
        await prove(kitchen, opening_id)
        await decide_opening_balance(desk, kitchen.above, opening_id, APPROVE)
        assert await figures(kitchen, rule=NATIONAL_CANTEEN) == (35_000, 35_000, 5_000)

    async def test_is_told_as_what_moved_the_figure(self, desk: Desk, kitchen: Kitchen) -> None:
        kitchen.clock.set(noon(date(2025, 6, 22)))
        await bring(kitchen)
        kitchen.clock.set(noon(date(2025, 6, 24)))
        found = await movements(desk, kitchen.finance, kitchen.canteen_id, date(2025, 6, 21))
        assert told(found) == {"opened": (100_000, 0)}

    async def test_is_recomputed_by_a_stranger(self, program: Program, kitchen_of: MakeKitchen, tmp_path: Path) -> None:
        """Of these tests' own canteens: one approved, one filed, one returned."""
        kept = []
        for ruling in (APPROVE, None, RETURN):
            kitchen = await kitchen_of()
            opening_id = await bring(kitchen)
            await prove(kitchen, opening_id)
            await kitchen.accept(a_line(10_000), on=date(2025, 6, 10))
            if ruling is not None:
                await decide_opening_balance(kitchen.desk, kitchen.above, opening_id, ruling)
            kept.append(str(kitchen.canteen_id))
        async with program.uow.read() as tx:
            export = await export_year(tx, kitchen.clock, 2025)
        (tmp_path / "about.json").write_text(json.dumps(export.about), encoding="utf-8")
        for table in export.tables:
            with (tmp_path / table.name).open("w", encoding="utf-8-sig", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(table.columns)
                only = table.columns.index("canteen_id") if "canteen_id" in table.columns else None
                writer.writerows(row for row in table.rows if only is None or str(row[only]) in kept)
        done = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-I", str(STRANGER), str(tmp_path)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert "from 9 purchases" in done.stdout


class TestRefusals:
    async def test_overlaps_nothing(self, desk: Desk, kitchen: Kitchen, unchanged: Unchanged) -> None:
        await kitchen.buy_elsewhere(100, bought_on=date(2025, 5, 30))
        async with unchanged():
            with pytest.raises(OpeningOverlaps) as refused:
                await bring(kitchen)
        assert refused.value.facts["first_on"] == "2025-05-30"
        await bring(kitchen, bought_until=date(2025, 5, 29))
        async with unchanged():
            with pytest.raises(CoveredByOpening):
                await kitchen.buy_elsewhere(100, bought_on=date(2025, 5, 29))
        await kitchen.buy_elsewhere(100, bought_on=date(2025, 5, 30))
        await kitchen.buy_elsewhere(100, bought_on=date(2025, 5, 2), fund=Fund.UNION)

    async def test_news_of_an_acceptance_that_comes_late_is_an_alert_and_stops_the_approval(
        self, desk: Desk, kitchen: Kitchen, unchanged: Unchanged
    ) -> None:
        opening_id = await bring(kitchen)
        await prove(kitchen, opening_id)
        accepted = await kitchen.accept(line := a_line(4_000), on=date(2025, 5, 20))
        await kitchen.accept(a_line(500), on=date(2025, 6, 2))
        assert await twice(kitchen) == [4_000]
        async with unchanged():
            with pytest.raises(OpeningOverlaps) as refused:
                await decide_opening_balance(desk, kitchen.above, opening_id, APPROVE)
        assert refused.value.facts["first_on"] == "2025-05-20"
        await kitchen.give_back(accepted, line, 4_000, date(2025, 6, 15))
        assert await twice(kitchen) == []
        await decide_opening_balance(desk, kitchen.above, opening_id, APPROVE)

    async def test_nor_is_a_purchase_moved_into_its_days(
        self, desk: Desk, kitchen: Kitchen, kitchen_of: MakeKitchen, unchanged: Unchanged
    ) -> None:
        wrong = await kitchen_of()
        accepted = await wrong.accept(a_line(4_000), on=date(2025, 5, 20))
        await bring(kitchen)
        transfer_id = new_id()
        asked = PutTransfer(
            order_id=accepted.purchase.order_id,
            to_canteen_id=kitchen.canteen_id,
            payer="芙蓉区残疾人联合会",
            receiver="机关食堂",
            delivery_address="人民东路189号",
            reason="下单时误选食堂",
        )
        await put_transfer(desk, wrong.finance, transfer_id, asked)
        async with unchanged():
            with pytest.raises(OpeningOverlaps):
                await decide_transfer(
                    desk, kitchen.above, transfer_id, DecideTransfer(outcome=TransferOutcome.APPROVE, reason="属实")
                )

    async def test_shares_its_id_with_nothing_else(
        self, desk: Desk, kitchen: Kitchen, kitchen_of: MakeKitchen, unchanged: Unchanged
    ) -> None:
        opening_id, other = await bring(kitchen), await kitchen_of()
        purchase = await other.buy_elsewhere(1_000_000, origin_county=CHALING)
        accepted = await other.accept(a_line(10), on=date(2025, 6, 2))
        form = PutCanteenFiling(
            canteen_id=other.canteen_id,
            unit_id=other.unit_id,
            name="机关食堂",
            kind=CanteenKind.NONE,
            valid_from=date(2026, 1, 1),
            evidence="会议纪要",
        )
        async with unchanged():
            with pytest.raises(PurchaseDiffers):
                await put_off_platform_purchase(desk, other.buyer, opening_id, other.elsewhere(100))
            for taken in (purchase, accepted.acceptance_id):
                with pytest.raises(OpeningDiffers):
                    await put_opening_balance(desk, kitchen.finance, taken, balance(kitchen, fund=Fund.UNION))
            with pytest.raises(FilingDiffers):
                await put_canteen_filing(desk, other.finance, opening_id, form)
        filing_id = new_id()
        await put_canteen_filing(desk, other.finance, filing_id, form)
        async with unchanged():
            with pytest.raises(OpeningDiffers):
                await put_opening_balance(desk, kitchen.finance, filing_id, balance(kitchen, fund=Fund.UNION))

    async def test_approved_verifies_its_own_lines_alone(self, desk: Desk, kitchen: Kitchen) -> None:
        """News of an acceptance may come under any id, which its own service keeps apart, but not from ours."""
        opening_id = await bring(kitchen)
        await prove(kitchen, opening_id)
        elsewhere = a_line(5_000, origin_county_code=CHALING, line_id=new_id())
        event = kitchen.acceptance(elsewhere, on=date(2025, 6, 12)).model_copy(update={"acceptance_id": opening_id})
        await count_purchases(desk, heard(event))
        before = {one["id"] if "id" in one else (one["unit_id"], one["seq"]) for one in await kitchen.lines()}
        await decide_opening_balance(desk, kitchen.above, opening_id, RETURN)
        after = [one for one in await kitchen.lines() if (one["unit_id"], one["seq"]) not in before]
        assert [one["amount_fen"] for one in after if one["kind"] == "reversal"] == [-30_000, -70_000]

    async def test_is_one_a_year_and_fund_before_the_canteen_joined(
        self, desk: Desk, kitchen: Kitchen, unchanged: Unchanged
    ) -> None:
        async with unchanged():
            for until in (date(2024, 12, 31), date(2025, 6, 20), date(2026, 1, 1)):
                with pytest.raises(InvalidFields):
                    await bring(kitchen, bought_until=until)
            for line in (
                {"category": "bricks", "amount_fen": 1},
                {"category": "meat_poultry", "amount_fen": 1, "origin_county": "430200"},
                {"category": "meat_poultry", "amount_fen": 1, "channel": "zhucai"},
            ):
                with pytest.raises(InvalidFields) as refused:
                    await bring(kitchen, PORK, PutOpeningLine.model_validate(line))
                assert refused.value.facts["errors"][0]["field"].startswith("lines.1.")
        await bring(kitchen)
        async with unchanged():
            with pytest.raises(OpeningThere):
                await bring(kitchen, PORK)
        await bring(kitchen, PORK, fund=Fund.UNION)

    async def test_again_is_the_same_and_with_other_content_is_refused(
        self, desk: Desk, kitchen: Kitchen, unchanged: Unchanged
    ) -> None:
        opening_id = new_id()
        first, new = await put_opening_balance(desk, kitchen.finance, opening_id, balance(kitchen))
        assert new
        async with unchanged():
            assert await put_opening_balance(desk, kitchen.finance, opening_id, balance(kitchen)) == (first, False)
            with pytest.raises(OpeningDiffers):
                await put_opening_balance(desk, kitchen.finance, opening_id, balance(kitchen, PORK))

    async def test_is_approved_by_nobody_beside_or_without_a_paper_or_twice(
        self, desk: Desk, kitchen: Kitchen, kitchen_of: MakeKitchen, unchanged: Unchanged
    ) -> None:
        opening_id, other = await bring(kitchen), await kitchen_of()
        both = Identity(kitchen.finance.account_id, new_id(), "王芳", (*kitchen.finance.seats, *kitchen.above.seats))
        async with unchanged():
            for who in (kitchen.finance, kitchen.buyer, kitchen.auditor, other.finance):
                with pytest.raises(NotAllowed):
                    await decide_opening_balance(desk, who, opening_id, APPROVE)
            with pytest.raises(OwnRequest):
                await decide_opening_balance(desk, both, opening_id, APPROVE)
            with pytest.raises(NothingProves):
                await decide_opening_balance(desk, kitchen.above, opening_id, APPROVE)
            for who in (kitchen.buyer, kitchen.above, other.finance):
                with pytest.raises(NotAllowed):
                    await put_opening_balance(desk, who, new_id(), balance(kitchen))
        await prove(kitchen, opening_id)
        await decide_opening_balance(desk, kitchen.above, opening_id, APPROVE)
        async with unchanged():
            with pytest.raises(FilingRuled):
                await decide_opening_balance(desk, kitchen.above, opening_id, RETURN)

    async def test_is_listed_to_whom_it_concerns(self, desk: Desk, kitchen: Kitchen, kitchen_of: MakeKitchen) -> None:
        other = await kitchen_of()
        mine, theirs = await bring(kitchen), await bring(other)

        async def listed(who: Identity, **asked: Any) -> list[str]:
            how: dict[str, Any] = {"canteen": None, "state": None, "limit": 100, "cursor": None, **asked}
            return [one["id"] for one in (await opening.read_opening_balances(desk, who, **how))["items"]]

        for who in (kitchen.buyer, kitchen.finance):
            assert await listed(who) == [str(mine)]
        assert await listed(kitchen.above, canteen=other.canteen_id, state=FilingState.FILED) == [str(theirs)]
        assert (await opening.get_opening_balance(desk, kitchen.auditor, mine))["amount_fen"] == 100_000
        with pytest.raises(NotAllowed):
            await opening.get_opening_balance(desk, other.finance, mine)

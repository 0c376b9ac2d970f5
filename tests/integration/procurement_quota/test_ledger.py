"""What is accepted, returned and credited stands in the ledger once, judged under every rule, to the fen."""

import asyncio
from datetime import date, datetime, timedelta
from itertools import pairwise

import asyncpg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from services.procurement_quota.domain.counting import CanteenUnknown, LotUnknown
from services.procurement_quota.domain.seeded_rules import HUNAN_CANTEEN, HUNAN_UNION, NATIONAL_CANTEEN
from services.procurement_quota.store.ledger import lock_heads
from services.procurement_quota.store.tables import APPEND_ONLY
from services.procurement_quota.usecases.count_purchases import count_purchases
from services.procurement_quota.usecases.desk import Desk
from shared.app import Program
from shared.contracts.words import Fund, SupplierKind
from tests.build.quota import CHALING, FURONG, QIDONG, Kitchen, a_line, a_return, heard
from tests.integration.procurement_quota.conftest import MakeKitchen, Unchanged, everything

_WAITS = sa.text(
    "SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database OR l.database IS NULL "
    "WHERE NOT l.granted AND d.datname = current_database())"
)


class TestAcceptance:
    async def test_counts_under_the_hunan_rule_and_enters_the_base_alone_of_the_national_one(
        self, kitchen: Kitchen
    ) -> None:
        await kitchen.accept(a_line(12_345), a_line(5_000, origin_county_code=FURONG))
        hunan = (await kitchen.statement(HUNAN_CANTEEN))["figures"]
        assert (hunan["ledger_fen"], hunan["base_fen"], hunan["counted_fen"]) == (17_345, 17_345, 12_345)
        assert (hunan["required_fen"], hunan["shortfall_fen"], hunan["share_bp"]) == (3_469, 0, 7_117)
        national = (await kitchen.statement(NATIONAL_CANTEEN))["figures"]
        assert (national["base_fen"], national["counted_fen"], national["shortfall_fen"]) == (17_345, 0, 1_735)

    async def test_writes_each_reason_in_both_languages_with_its_facts(self, kitchen: Kitchen) -> None:
        await kitchen.accept(
            a_line(100),
            a_line(200, origin_county_code=FURONG),
            a_line(300, category="handicraft"),
        )
        first, second, third = await kitchen.lines()
        assert (first["reason"], first["base_fen"], first["counted_fen"]) == ("origin_listed", 100, 100)
        assert "湖南省株洲市茶陵县（430224）" in first["reason_zh"]
        assert "is on the list “湖南省51个重点县（市、区）”, version 1, as of 2025-06-10" in first["reason_en"]
        assert first["facts"]["origin"] == CHALING
        assert (second["reason"], second["base_fen"], second["counted_fen"]) == ("origin_not_listed", 200, 0)
        assert (third["reason"], third["in_base"], third["base_fen"]) == ("not_farm_produce", False, 0)
        national = [line["reason"] for line in await kitchen.lines(NATIONAL_CANTEEN)]
        assert national == ["channel_not_accepted", "channel_not_accepted", "not_farm_produce"]

    async def test_goes_by_the_code_of_the_county_never_by_its_name(self, kitchen: Kitchen) -> None:
        await kitchen.accept(a_line(100, origin_county_code="430802"), a_line(100, origin_county_code="350803"))
        hunan, fujian = await kitchen.lines()
        assert ("永定区" in hunan["reason_zh"], hunan["counts"]) == (True, True)
        assert ("永定区" in fujian["reason_zh"], fujian["counts"]) == (True, False)

    async def test_of_an_unknown_canteen_is_refused_whole(
        self, desk: Desk, kitchen: Kitchen, unchanged: Unchanged
    ) -> None:
        stranger = Kitchen(desk, kitchen.clock, kitchen.unit_id, kitchen.path)
        async with unchanged():
            with pytest.raises(CanteenUnknown):
                await count_purchases(desk, heard(kitchen.acceptance(a_line(1)), stranger.acceptance(a_line(1))))

    async def test_heard_twice_counts_once(self, desk: Desk, kitchen: Kitchen) -> None:
        deliveries = heard(kitchen.acceptance(a_line(700)))
        await count_purchases(desk, deliveries)
        await count_purchases(desk, deliveries)
        await count_purchases(desk, heard(deliveries[0].event))
        assert [line["amount_fen"] for line in await kitchen.lines()] == [700]
        assert (await kitchen.statement())["figures"]["base_fen"] == 700


class TestBatch:
    async def test_of_mixed_units_keeps_every_chain_and_every_total(
        self, desk: Desk, program: Program, kitchen_of: MakeKitchen
    ) -> None:
        kitchens = [await kitchen_of(county) for county in (FURONG, CHALING, QIDONG)]
        events = [
            kitchens[number % 3].acceptance(a_line(1_000 + number), on=date(2025, 5, 1) + timedelta(days=number % 40))
            for number in range(120)
        ]
        back = [a_return(event, event.lines[0], 500, date(2025, 6, 15)) for event in events[:6]]
        await count_purchases(desk, heard(*events, *back))
        for at, kitchen in enumerate(kitchens):
            lines = await kitchen.lines()
            assert [line["seq"] for line in lines] == list(range(1, 43))
            assert all(one["previous_hash"] == before["hash"] for before, one in pairwise(lines))
            moments = [line["recorded_at"] for line in lines]
            assert moments == sorted(set(moments))
            expected = sum(1_000 + number for number in range(at, 120, 3)) - 1_000
            assert (await kitchen.statement())["figures"]["base_fen"] == expected
            returned = [line for line in lines if line["kind"] == "return"]
            assert [line["corrects"]["seq"] for line in returned] == [1, 2]
        assert await _totals_differ(program) == []

    async def test_is_dated_when_the_chain_was_had_and_not_when_it_was_asked_for(
        self, program: Program, kitchen: Kitchen
    ) -> None:
        """A statement taken while somebody waits for the chain says the same again afterwards."""
        async with program.uow.begin() as tx:
            await lock_heads(tx, [kitchen.unit_id])
            waiting = asyncio.create_task(kitchen.accept(a_line(500)))
            while not await tx.value(_WAITS):
                await asyncio.sleep(0.01)
            seen = await kitchen.statement()
        await waiting
        again = await kitchen.statement(known_by=datetime.fromisoformat(seen["known_by"]))
        assert seen["figures"]["base_fen"] == 0
        assert (again["figures"], again["position"]) == (seen["figures"], seen["position"])
        assert (await kitchen.statement())["figures"]["base_fen"] == 500


class TestReturn:
    async def test_in_full_nets_to_nothing(self, kitchen: Kitchen) -> None:
        line = a_line(9_999)
        accepted = await kitchen.accept(line)
        await kitchen.give_back(accepted, line, 9_999, date(2025, 6, 18))
        statement = await kitchen.statement()
        assert (statement["figures"]["ledger_fen"], statement["figures"]["counted_fen"]) == (0, 0)
        assert statement["figures"]["share_bp"] is None
        purchase, reversal = await kitchen.lines()
        assert reversal["corrects"] == {"unit_id": purchase["unit_id"], "seq": purchase["seq"]}
        assert (reversal["amount_fen"], reversal["facts"]["why"]) == (-9_999, "变质")

    async def test_in_january_belongs_to_the_december_it_reverses(self, kitchen: Kitchen) -> None:
        line = a_line(3_000_000)
        accepted = await kitchen.accept(line, on=date(2025, 12, 28))
        await kitchen.give_back(accepted, line, 3_000_000, date(2026, 1, 8))
        of_2025, of_2026 = await kitchen.statement(year=2025), await kitchen.statement(year=2026)
        assert of_2025["figures"]["base_fen"] == 0
        assert of_2025["after_year"] == {"ledger_fen": -3_000_000, "counted_fen": -3_000_000}
        assert of_2026["figures"]["base_fen"] == 0
        assert [(line["year"], line["posting_month"]) for line in await kitchen.lines()] == [
            (2025, 202512),
            (2025, 202601),
        ]

    async def test_before_its_acceptance_is_refused_and_leaves_nothing(
        self, desk: Desk, kitchen: Kitchen, unchanged: Unchanged
    ) -> None:
        line = a_line(100)
        never = kitchen.acceptance(line)
        async with unchanged():
            with pytest.raises(LotUnknown):
                await count_purchases(desk, heard(a_return(never, line, 100, date(2025, 6, 15))))

    async def test_and_credit_follow_how_their_lot_was_judged(self, kitchen: Kitchen) -> None:
        line = a_line(1_000)
        accepted = await kitchen.accept(line)
        await kitchen.credit(accepted, line, 150, date(2025, 6, 16))
        await kitchen.give_back(accepted, line, 350, date(2025, 6, 17))
        figures = (await kitchen.statement())["figures"]
        assert (figures["base_fen"], figures["counted_fen"]) == (500, 500)


class TestUnionFund:
    async def test_is_labelled_by_precedence_and_kept_apart(self, kitchen: Kitchen) -> None:
        union = {"fund": Fund.UNION}
        await kitchen.accept(a_line(100, category="handicraft", origin_county_code=FURONG), **union)
        await kitchen.accept(a_line(200), supplier_kind=SupplierKind.DEMONSTRATION_HOUSEHOLD, **union)
        await kitchen.accept(a_line(300), supplier_kind=SupplierKind.COMPANY, **union)
        await kitchen.accept(a_line(400, origin_county_code=FURONG), supplier_kind=SupplierKind.COMPANY, **union)
        assert [line["reason"] for line in await kitchen.lines(HUNAN_UNION)] == [
            "preference_disabled_base",
            "preference_demonstration_household",
            "preference_listed_county",
            "no_preference",
        ]
        statement = await kitchen.statement(HUNAN_UNION)
        assert statement["status"] == "preference"
        assert statement["rule"]["rate_bp"] is None
        assert (statement["figures"]["base_fen"], statement["figures"]["counted_fen"]) == (1_000, 600)
        assert statement["figures"]["required_fen"] is None
        assert (await kitchen.statement(HUNAN_CANTEEN))["figures"]["base_fen"] == 0


class TestTheDatabaseRefusesToForget:
    @pytest.mark.parametrize("verb", ["UPDATE", "DELETE", "TRUNCATE"])
    async def test_from_the_app(self, program: Program, kitchen: Kitchen, verb: str) -> None:
        await kitchen.accept(a_line(1))
        before = await everything(program)
        statement = {
            "UPDATE": "UPDATE entry SET amount_fen = 0",
            "DELETE": "DELETE FROM entry",
            "TRUNCATE": "TRUNCATE entry",
        }[verb]
        with pytest.raises(DBAPIError, match="permission denied"):
            async with program.uow.begin() as tx:
                await tx.execute(sa.text(statement))
        assert await everything(program) == before

    async def test_from_the_owner_on_every_table_that_only_grows(self, quota_env: dict[str, str]) -> None:
        owner = await asyncpg.connect(quota_env["PROCUREMENT_QUOTA_OWNER_DATABASE_URL"])
        try:
            for table in APPEND_ONLY:
                for statement in (f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):  # noqa: S608
                    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="only grows"):
                        await owner.execute(statement)
        finally:
            await owner.close()


async def _totals_differ(program: Program) -> list[object]:
    """List the running totals that are not the sum of their entries."""
    query = """
        SELECT canteen_id, fund, rule_code, year, posting_month FROM total t FULL JOIN (
          SELECT canteen_id, fund, key AS rule_code, year, posting_month, sum(amount_fen) AS amount_fen,
            sum((value ->> 'base_fen')::bigint) AS base_fen, sum((value ->> 'counted_fen')::bigint) AS counted_fen,
            count(*) AS entries FROM entry, jsonb_each(judgements) GROUP BY 1, 2, 3, 4, 5
        ) e USING (canteen_id, fund, rule_code, year, posting_month)
        WHERE (t.amount_fen, t.base_fen, t.counted_fen, t.entries)
          IS DISTINCT FROM (e.amount_fen, e.base_fen, e.counted_fen, e.entries)
    """
    async with program.uow.glance() as tx:
        return list(await tx.rows(sa.text(query)))

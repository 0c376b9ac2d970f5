"""A revocation takes what its ground allows, by entries of amount 0 that point at what they correct."""

from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.procurement_quota.domain.seeded_rules import HUNAN_UNION
from services.procurement_quota.usecases.correct_for_reinstatement import (
    RevocationUnknown,
    correct_for_reinstatement,
)
from services.procurement_quota.usecases.correct_for_revocation import correct_for_revocation
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.keep_heard import keep_supplier_copies
from services.procurement_quota.usecases.put_units import unit_id
from shared.app import Program
from shared.contracts.catalog import SupplierChanged, SupplierReinstated, SupplierRevoked
from shared.contracts.words import Fund, RevocationGround, SupplierKind, SupplierState
from shared.ids import new_id
from tests.build.quota import CHALING, FURONG, Kitchen, a_line, heard, noon
from tests.integration.procurement_quota.conftest import MakeKitchen, Unchanged
from tests.integration.procurement_quota.test_flags import holding, listed, recomputed


def revoked(
    supplier: UUID, ground: RevocationGround, *lots: UUID, effective_from: date = date(2025, 6, 20), version: int = 5
) -> SupplierRevoked:
    return SupplierRevoked(
        supplier_id=supplier,
        version=version,
        ground=ground,
        reason="现场核查",
        effective_from=effective_from,
        listing_ids=lots,
    )


async def hear(desk: Desk, event: SupplierRevoked) -> None:
    await correct_for_revocation(desk, heard(event, consumer="procurement_quota-catalog"))


class TestFalseOrigin:
    async def test_takes_the_credit_of_the_named_lots_in_every_chain(self, desk: Desk, kitchen_of: MakeKitchen) -> None:
        one, other = await kitchen_of(FURONG), await kitchen_of(CHALING)
        supplier, false, true = new_id(), new_id(), new_id()
        bad = a_line(1_000, listing_id=false)
        accepted = await one.accept(bad, a_line(300, listing_id=true), supplier_id=supplier)
        await other.accept(a_line(2_000, listing_id=false), supplier_id=supplier)
        await one.accept(a_line(4_000, listing_id=false))
        await one.give_back(accepted, bad, 100, date(2025, 6, 18))
        event = revoked(supplier, RevocationGround.FALSE_ORIGIN, false)
        await hear(desk, event)
        await hear(desk, event)
        figures = (await one.statement())["figures"]
        assert (figures["base_fen"], figures["counted_fen"]) == (5_200, 4_300)
        assert (await other.statement())["figures"]["counted_fen"] == 0
        correction = (await one.lines())[-1]
        assert (correction["kind"], correction["amount_fen"]) == ("correction", 0)
        assert (correction["counted_fen"], correction["reason"]) == (-900, "origin_false")
        assert "buyer in good faith" in correction["reason_en"]
        assert correction["corrects"]["seq"] == 1
        await one.give_back(accepted, bad, 900, date(2025, 6, 20))
        figures = (await one.statement())["figures"]
        assert (figures["base_fen"], figures["counted_fen"]) == (4_300, 4_300)

    async def test_is_known_to_what_is_accepted_later(self, desk: Desk, kitchen: Kitchen) -> None:
        supplier, false = new_id(), new_id()
        await hear(desk, revoked(supplier, RevocationGround.FALSE_ORIGIN, false))
        await kitchen.accept(a_line(1_000, listing_id=false), on=date(2025, 6, 19), supplier_id=supplier)
        figures = (await kitchen.statement())["figures"]
        assert (figures["base_fen"], figures["counted_fen"]) == (1_000, 0)

    async def test_with_no_lot_named_goes_by_its_date(self, desk: Desk, kitchen: Kitchen) -> None:
        supplier = new_id()
        await kitchen.accept(a_line(1_000), on=date(2025, 4, 1), supplier_id=supplier)
        await kitchen.accept(a_line(2_000), on=date(2025, 5, 1), supplier_id=supplier)
        await hear(desk, revoked(supplier, RevocationGround.FALSE_ORIGIN, effective_from=date(2025, 4, 15)))
        assert (await kitchen.statement())["figures"]["counted_fen"] == 1_000


class TestLostRecognition:
    async def test_touches_union_labels_only(self, desk: Desk, kitchen: Kitchen) -> None:
        supplier = new_id()
        union: dict[str, Any] = {"fund": Fund.UNION, "supplier_id": supplier}
        await kitchen.accept(a_line(100, origin_county_code=FURONG), on=date(2025, 6, 1), **union)
        await kitchen.accept(a_line(200, origin_county_code=FURONG), on=date(2025, 6, 15), **union)
        await kitchen.accept(a_line(400), on=date(2025, 6, 15), **union)
        await kitchen.accept(a_line(800), supplier_id=supplier)
        await hear(desk, revoked(supplier, RevocationGround.LOST_RECOGNITION, effective_from=date(2025, 6, 10)))
        figures = (await kitchen.statement(HUNAN_UNION))["figures"]
        assert (figures["base_fen"], figures["counted_fen"]) == (700, 500)
        assert [line["reason"] for line in await kitchen.lines(HUNAN_UNION)][3:] == [
            "recognition_lost",
            "preference_listed_county",
        ]
        assert (await kitchen.statement())["figures"]["counted_fen"] == 800


class TestLapse:
    async def test_takes_nothing(self, desk: Desk, kitchen: Kitchen) -> None:
        supplier = new_id()
        await kitchen.accept(a_line(100), supplier_id=supplier)
        await hear(desk, revoked(supplier, RevocationGround.LAPSE, effective_from=date(2025, 1, 1)))
        assert [line["kind"] for line in await kitchen.lines()] == ["purchase"]


def reinstated(supplier: UUID, revoked_version: int = 5) -> SupplierReinstated:
    return SupplierReinstated(
        supplier_id=supplier,
        version=9,
        revoked_version=revoked_version,
        reason="申诉成立",
        reinstated_on=date(2025, 7, 1),
    )


async def set_aside(desk: Desk, *events: SupplierReinstated) -> None:
    await correct_for_reinstatement(desk, heard(*events, consumer="procurement_quota-catalog"))


class TestReinstatement:
    async def test_gives_back_what_a_false_origin_took_and_no_more(self, desk: Desk, kitchen: Kitchen) -> None:
        supplier, one, other = new_id(), new_id(), new_id()
        await kitchen.accept(a_line(1_000, listing_id=one), a_line(300, listing_id=other), supplier_id=supplier)
        await hear(desk, revoked(supplier, RevocationGround.FALSE_ORIGIN, one, other))
        await hear(desk, revoked(supplier, RevocationGround.FALSE_ORIGIN, other, version=7))
        assert (await kitchen.statement())["figures"]["counted_fen"] == 0
        for _ in range(2):
            await set_aside(desk, reinstated(supplier))
        figures = (await kitchen.statement())["figures"]
        assert (figures["base_fen"], figures["counted_fen"]) == (1_300, 1_000)
        last = (await kitchen.lines())[-1]
        assert (last["kind"], last["amount_fen"], last["counted_fen"]) == ("correction", 0, 1_000)
        await kitchen.accept(a_line(50, listing_id=one), on=date(2025, 6, 25), supplier_id=supplier)
        assert (await kitchen.statement())["figures"]["counted_fen"] == 1_050

    async def test_gives_a_label_back_but_not_one_that_was_not_held(self, desk: Desk, kitchen: Kitchen) -> None:
        supplier = new_id()
        union: dict[str, Any] = {"fund": Fund.UNION, "supplier_id": supplier, "on": date(2025, 6, 15)}
        await kitchen.accept(a_line(100, origin_county_code=FURONG), **union)
        await kitchen.accept(a_line(40, origin_county_code=FURONG), recognised=False, **union)
        assert (await kitchen.statement(HUNAN_UNION))["figures"]["counted_fen"] == 100
        assert (await kitchen.lines(HUNAN_UNION))[-1]["reason"] == "recognition_lost"
        await hear(desk, revoked(supplier, RevocationGround.LOST_RECOGNITION, effective_from=date(2025, 6, 10)))
        assert (await kitchen.statement(HUNAN_UNION))["figures"]["counted_fen"] == 0
        await set_aside(desk, reinstated(supplier))
        assert (await kitchen.statement(HUNAN_UNION))["figures"]["counted_fen"] == 100

    async def test_before_its_revocation_is_heard_again(self, desk: Desk, unchanged: Unchanged) -> None:
        async with unchanged():
            with pytest.raises(RevocationUnknown):
                await set_aside(desk, reinstated(new_id()))


class TestAListThatChanged:
    async def test_is_no_reason_to_judge_an_origin_again(
        self, desk: Desk, kitchen: Kitchen, quota_env: dict[str, str], tmp_path: Path
    ) -> None:
        """What a revocation took is given back as it stood, and what it did not concern stays."""
        counties, supplier, false = f"list-{kitchen.unit_id.hex[-12:]}", new_id(), new_id()
        await listed(desk, counties, CHALING, FURONG)
        code = await holding(desk, kitchen, lists=counties)
        await kitchen.accept(a_line(1_000, listing_id=false), a_line(300), supplier_id=supplier)
        kitchen.clock.set(noon(date(2025, 6, 26)))
        await listed(desk, counties, FURONG)
        await hear(desk, revoked(supplier, RevocationGround.LOST_RECOGNITION, effective_from=date(2025, 1, 1)))
        assert [line["kind"] for line in await kitchen.lines(code)] == ["purchase", "purchase"]
        await hear(desk, revoked(supplier, RevocationGround.FALSE_ORIGIN, false, version=6))
        assert (await kitchen.statement(code))["figures"]["counted_fen"] == 300
        await set_aside(desk, reinstated(supplier, 6))
        assert (await kitchen.statement(code))["figures"]["counted_fen"] == 1_300
        await recomputed(desk, quota_env, tmp_path)

    async def test_that_nobody_published_names_no_county_to_anybody(
        self, desk: Desk, kitchen: Kitchen, quota_env: dict[str, str], tmp_path: Path
    ) -> None:
        code = await holding(desk, kitchen, lists=f"list-{new_id().hex[-12:]}")
        await kitchen.accept(a_line(300))
        figures = (await kitchen.statement(code))["figures"]
        assert (figures["base_fen"], figures["counted_fen"]) == (300, 0)
        await recomputed(desk, quota_env, tmp_path)


class TestSupplierCopy:
    async def test_applies_only_a_higher_version(self, desk: Desk, program: Program, unchanged: Unchanged) -> None:
        supplier = new_id()

        def changed(version: int, name: str) -> SupplierChanged:
            return SupplierChanged(
                supplier_id=supplier,
                version=version,
                name=name,
                kind=SupplierKind.COOPERATIVE,
                county_code=CHALING,
                state=SupplierState.ADMITTED,
                applicant_account_id=unit_id("x"),
            )

        await keep_supplier_copies(desk, heard(changed(3, "新名"), changed(2, "旧名")))
        await keep_supplier_copies(desk, heard(changed(1, "更旧")))
        async with program.uow.glance() as tx:
            row = (
                await tx.connection.exec_driver_sql("SELECT name, version FROM supplier WHERE id = $1", (supplier,))
            ).one()
        assert tuple(row) == ("新名", 3)

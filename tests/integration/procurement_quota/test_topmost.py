"""The province has nobody above it: there a second person of its own decides, and never whoever asked."""

from datetime import date

import pytest

from services.procurement_quota.domain.forms import Ruling
from services.procurement_quota.usecases.decide_canteen_filing import RuleOnFiling
from services.procurement_quota.usecases.decide_opening_balance import decide_opening_balance
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.put_canteen import PutCanteen, put_canteen
from services.procurement_quota.usecases.put_opening_balance import (
    PutOpeningBalance,
    PutOpeningLine,
    put_opening_balance,
)
from services.procurement_quota.usecases.put_units import unit_id
from services.procurement_quota.usecases.verify_off_platform_purchase import (
    VerifyPurchase,
    verify_off_platform_purchase,
)
from shared.clock import SettableClock
from shared.contracts.authority import Identity, NotAllowed, OwnRequest, Role
from shared.contracts.words import CanteenKind, Fund
from shared.ids import new_id
from tests.build.quota import CHALING, PROVINCE_PATH, Kitchen, someone
from tests.integration.procurement_quota.conftest import Unchanged


@pytest.fixture
async def provinces_own(desk: Desk, clock: SettableClock) -> Kitchen:
    """A canteen of the province's federation itself, at its buyer's and its finance's hands."""
    kitchen = Kitchen(desk, clock, unit_id("430000"), PROVINCE_PATH)
    facts = {"unit_id": kitchen.unit_id, "name": "省残联机关食堂", "kind": CanteenKind.OWN}
    await put_canteen(desk, kitchen.canteen_id, PutCanteen(**facts, valid_from=date(2025, 1, 1)))
    return kitchen


@pytest.fixture
def second(provinces_own: Kitchen) -> Identity:
    return someone(Role.FINANCE, provinces_own.unit_id, PROVINCE_PATH, "周琳")


async def test_claims_are_verified_by_a_second_person(
    provinces_own: Kitchen, second: Identity, unchanged: Unchanged
) -> None:
    desk, verdict = provinces_own.desk, VerifyPurchase.model_validate({"outcome": "accept", "reason": "产地证明属实"})
    purchase = await provinces_own.buy_elsewhere(10_000, origin_county=CHALING)
    async with unchanged():
        for other in (provinces_own.buyer, someone(Role.FINANCE, new_id(), "/430000/430100/")):
            with pytest.raises(NotAllowed):
                await verify_off_platform_purchase(desk, other, purchase, verdict)
    await verify_off_platform_purchase(desk, second, purchase, verdict)
    assert (await provinces_own.statement())["figures"]["counted_fen"] == 10_000


async def test_nobody_rules_on_what_they_filed(provinces_own: Kitchen, second: Identity, unchanged: Unchanged) -> None:
    desk, opening_id = provinces_own.desk, new_id()
    balance = PutOpeningBalance(
        canteen_id=provinces_own.canteen_id,
        fund=Fund.CANTEEN,
        bought_until=date(2025, 3, 31),
        evidence="一季度采购明细账",
        lines=[PutOpeningLine(category="vegetables", amount_fen=5_000)],
    )
    await put_opening_balance(desk, provinces_own.finance, opening_id, balance)
    ruling = RuleOnFiling(outcome=Ruling.APPROVE)
    async with unchanged():
        with pytest.raises(OwnRequest):
            await decide_opening_balance(desk, provinces_own.finance, opening_id, ruling)
    ruled = await decide_opening_balance(desk, second, opening_id, ruling)
    assert (ruled["state"], ruled["ruling"]["unit_path"]) == ("approved", PROVINCE_PATH)

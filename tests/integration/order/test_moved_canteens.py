"""What a canteen owed and paid stands under the unit that it was then, by its name, though it was moved since."""

from datetime import date
from typing import Any
from uuid import UUID

from services.order.usecases.account_statements import get_account_statement, list_account_statements
from services.order.usecases.keep_copies import keep_copies
from services.order.usecases.overdue_payments import list_days_to_pay, list_overdue_payments
from shared.clock import SettableClock
from shared.contracts.authority import Role, Seat
from shared.contracts.procurement_quota import CanteenChanged, UnitChanged
from shared.contracts.words import CanteenKind, UnitLevel
from shared.ids import new_id
from tests.build.accounts import a_year, accepted, close_all, moment
from tests.build.order import Town, an_identity, heard


async def test_accounts_of_a_moved_canteen_keep_their_unit(town: Town, clock: SettableClock) -> None:
    desk, year = town.desk, a_year()
    clock.set(moment(year, 3, 2))
    await close_all(town)
    await accepted(town, clock, moment(year, 3, 3), await town.goods())
    clock.set(moment(year, 4, 1))
    await close_all(town)
    path = f"/{new_id().int % 10**12}/"
    taking = UnitChanged(
        unit_id=new_id(),
        version=1,
        code="taking",
        name="醴陵市残联",
        level=UnitLevel.COUNTY,
        parent_id=None,
        path=path,
        division_code="430281",
        approval_limit_fen=0,
    )
    moved = CanteenChanged(
        canteen_id=town.canteen_id,
        version=2,
        unit_id=taking.unit_id,
        name="茶陵县残联食堂",
        kind=CanteenKind.OWN,
        active=True,
    )
    await keep_copies(desk, heard(taking, moved))
    clock.set(moment(year, 5, 2))
    await close_all(town)
    finance = an_identity(Seat(Role.FINANCE, taking.unit_id, path), name="醴陵财务")
    asked: dict[str, Any] = {"canteen": town.canteen_id, "supplier": None, "limit": 9, "cursor": None}
    then = {"id": str(town.unit_id), "name": "茶陵县残联"}
    page = await list_account_statements(desk, finance, **asked, state=None, month=None)
    assert [one["unit"] for one in page["items"]] == [then, then]
    for one in page["items"]:
        assert (await get_account_statement(desk, finance, UUID(one["statement_id"])))["unit"] == then
    late = await list_overdue_payments(desk, finance, **asked)
    assert [one["unit"] for one in late["items"]] == [then]
    anywhere = {**asked, "canteen": None}  # Whoever reads it sits where the canteen stands now.
    assert (await list_overdue_payments(desk, town.finance, **anywhere))["items"] == []
    now = {"id": str(taking.unit_id), "name": "醴陵市残联"}
    for month, unit in ((3, then), (4, now)):
        told = await list_days_to_pay(desk, month=date(year, month, 1), canteen=town.canteen_id, limit=9, cursor=None)
        assert [one["unit"] for one in told["items"]] == [unit]

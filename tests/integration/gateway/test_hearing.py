"""What the gateway hears gives seats their names and places, and applicants their seats."""

import asyncio
from typing import Any
from uuid import UUID

import orjson

from gateway.usecases.commands import GrantSeat
from gateway.usecases.keep_organisations import keep_organisations
from gateway.usecases.revoke_seat import revoke_seat
from gateway.usecases.seat_applicants import seat_applicants
from shared.contracts.authority import Role
from shared.contracts.catalog import SupplierChanged
from shared.contracts.procurement_quota import CanteenChanged, UnitChanged
from shared.contracts.words import CanteenKind, SupplierKind, SupplierState, UnitLevel
from shared.events.consumer import Consumer
from shared.ids import new_id
from shared.worker import Worker
from tests.integration.gateway.conftest import Gateway, heard

UNIT, CANTEEN, SUPPLIER = new_id(), new_id(), new_id()


def a_unit(version: int = 1, **change: Any) -> UnitChanged:
    facts: dict[str, Any] = {
        "unit_id": UNIT,
        "version": version,
        "code": "433122",
        "name": "泸溪县残联",
        "level": UnitLevel.COUNTY,
        "parent_id": None,
        "path": "/430000/433100/433122/",
        "division_code": "433122",
        "approval_limit_fen": 0,
    }
    return UnitChanged(**{**facts, **change})


def a_canteen(version: int = 1, **change: Any) -> CanteenChanged:
    facts: dict[str, Any] = {
        "canteen_id": CANTEEN,
        "version": version,
        "unit_id": UNIT,
        "name": "泸溪县残联食堂",
        "kind": CanteenKind.OWN,
        "active": True,
    }
    return CanteenChanged(**{**facts, **change})


def a_supplier(applicant: UUID, version: int = 1, state: SupplierState = SupplierState.APPLIED) -> SupplierChanged:
    return SupplierChanged(
        supplier_id=SUPPLIER,
        version=version,
        name="泸溪椪柑基地",
        kind=SupplierKind.DISABLED_BASE,
        county_code="433122",
        state=state,
        applicant_account_id=applicant,
    )


async def seats(gateway: Gateway, client: Any) -> list[tuple[str, str, str | None]]:
    await gateway.noticed()
    told = (await client.get("/me")).json()["seats"]
    return [(s["role"], s["organisation"]["name"], s["unit"] and s["unit"]["path"]) for s in told]


class TestOrganisations:
    async def test_give_open_sessions_their_names_and_paths_at_once(self, gateway: Gateway) -> None:
        await gateway.person("li.na", (Role.BUYER, CANTEEN), (Role.FINANCE, UNIT))
        async with await gateway.signed_in("li.na") as client:
            assert await seats(gateway, client) == [("buyer", "", None), ("finance", "", None)]
            await keep_organisations(gateway.desk, [heard(a_unit()), heard(a_canteen())])
            path = "/430000/433100/433122/"
            assert await seats(gateway, client) == [("buyer", "泸溪县残联食堂", path), ("finance", "泸溪县残联", path)]
            await client.get("/listings")
        identity = gateway.catalog.last.identity
        assert identity is not None
        assert {(seat.role, seat.path) for seat in identity.seats} == {(Role.BUYER, path), (Role.FINANCE, path)}

    async def test_apply_only_what_is_newer(self, gateway: Gateway) -> None:
        await gateway.person("li.na", (Role.FINANCE, UNIT))
        newer, older = heard(a_unit(3, name="newer")), heard(a_unit(2, name="older"))
        await keep_organisations(gateway.desk, [newer])
        await keep_organisations(gateway.desk, [older])
        await keep_organisations(gateway.desk, [newer])
        async with await gateway.signed_in("li.na") as client:
            assert [name for _, name, _ in await seats(gateway, client)] == ["newer"]
        assert await gateway.rows("inbox") == 2


class TestApplicants:
    async def test_are_seated_when_their_supplier_is_heard_of_and_unseated_when_it_is_revoked(
        self, gateway: Gateway
    ) -> None:
        account_id = await gateway.person("li.na")
        async with await gateway.signed_in("li.na") as client:
            assert await seats(gateway, client) == []
            await seat_applicants(gateway.desk, [heard(a_supplier(account_id))])
            assert await seats(gateway, client) == [("supplier", "泸溪椪柑基地", None)]
            await seat_applicants(gateway.desk, [heard(a_supplier(account_id, 2, SupplierState.REVOKED))])
            assert await seats(gateway, client) == []
            await seat_applicants(gateway.desk, [heard(a_supplier(account_id, 1))])
            assert await seats(gateway, client) == []
            await seat_applicants(gateway.desk, [heard(a_supplier(account_id, 3, SupplierState.ADMITTED))])
            assert await seats(gateway, client) == [("supplier", "泸溪椪柑基地", None)]

    async def test_are_not_seated_again_after_a_person_took_their_seat(self, gateway: Gateway) -> None:
        account_id = await gateway.person("li.na")
        await seat_applicants(gateway.desk, [heard(a_supplier(account_id))])
        seat = GrantSeat(account_id=account_id, role=Role.SUPPLIER, organisation_id=SUPPLIER)
        await revoke_seat(gateway.desk, seat)
        await seat_applicants(gateway.desk, [heard(a_supplier(account_id, 2, SupplierState.ADMITTED))])
        assert await gateway.rows("seats") == 0

    async def test_give_way_when_a_supplier_changes_hands(self, gateway: Gateway) -> None:
        old, new = await gateway.person("li.na"), await gateway.person("wang.wu")
        await seat_applicants(gateway.desk, [heard(a_supplier(old)), heard(a_supplier(new, 2))])
        async with await gateway.signed_in("li.na") as client:
            assert await seats(gateway, client) == []
        async with await gateway.signed_in("wang.wu") as client:
            assert [role for role, _, _ in await seats(gateway, client)] == ["supplier"]

    async def test_without_an_account_here_are_kept_as_a_copy_alone(self, gateway: Gateway) -> None:
        await seat_applicants(gateway.desk, [heard(a_supplier(new_id()))])
        assert (await gateway.rows("suppliers"), await gateway.rows("seats")) == (1, 0)

    async def test_are_heard_of_over_the_broker(self, gateway: Gateway) -> None:
        program = gateway.app.state.program
        heard_from = {consumer.name for consumer in program.consumers}
        assert heard_from == {"gateway-catalog", "gateway-order", "gateway-procurement_quota"}
        assert all(isinstance(consumer, Consumer) for consumer in program.consumers)
        for _ in range(200):
            if program.broker.connected():
                break
            await asyncio.sleep(0.05)
        worker = Worker()
        for consumer in program.consumers:
            worker.start(consumer.name, consumer.run)
        delivery = heard(a_unit())
        body = {**delivery.envelope.model_dump(mode="json"), "data": delivery.event.model_dump(mode="json")}

        assert await program.broker.publish(
            [("procurement_quota.unit.changed", str(delivery.envelope.id), orjson.dumps(body))]
        ) == [True]
        heard_of = f"units WHERE id = '{UNIT}'"  # Others' units may be said on the same broker meanwhile.
        for _ in range(200):
            if await gateway.rows(heard_of):
                break
            await asyncio.sleep(0.05)
        await worker.stop()
        assert await gateway.rows(heard_of) == 1

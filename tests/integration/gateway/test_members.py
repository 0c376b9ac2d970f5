"""Whom a supplier lets in is seated in open sessions at once, in that role alone, and unseated when it is said."""

import asyncio
from datetime import date
from uuid import UUID

from gateway.usecases.seat_applicants import seat_applicants
from gateway.usecases.seat_members import seat_members
from shared.contracts.authority import Role
from shared.contracts.catalog import SupplierMemberChanged
from shared.contracts.words import SupplierState
from shared.ids import new_id
from tests.integration.gateway.conftest import Gateway, heard
from tests.integration.gateway.test_hearing import SUPPLIER, a_supplier, seats


def said(account_id: UUID, version: int, role: Role | None, supplier_id: UUID = SUPPLIER) -> SupplierMemberChanged:
    return SupplierMemberChanged(
        supplier_id=supplier_id,
        account_id=account_id,
        version=version,
        role=role.value if role else None,
        until=date(2026, 12, 31) if role is Role.HELPER else None,
    )


async def roles(gateway: Gateway, account: str) -> list[str]:
    async with await gateway.signed_in(account) as client:
        return [role for role, _, _ in await seats(gateway, client)]


class TestMembers:
    async def test_have_the_one_seat_that_was_said_last_in_open_sessions_too(self, gateway: Gateway) -> None:
        owner, account_id = await gateway.person("li.na"), await gateway.person("wang.wu")
        await seat_applicants(gateway.desk, [heard(a_supplier(owner))])
        async with await gateway.signed_in("wang.wu") as client:
            await seat_members(gateway.desk, [heard(said(account_id, 1, Role.HELPER))])
            assert await seats(gateway, client) == [("helper", "泸溪椪柑基地", None)]
            await seat_members(gateway.desk, [heard(said(account_id, 2, Role.PACKER))])
            assert await seats(gateway, client) == [("packer", "泸溪椪柑基地", None)]
            await seat_members(gateway.desk, [heard(said(account_id, 3, None))])
            assert await seats(gateway, client) == []
        assert await roles(gateway, "li.na") == ["supplier"]

    async def test_stand_as_the_higher_version_says_in_whichever_order_it_is_heard(self, gateway: Gateway) -> None:
        account_id, elsewhere = await gateway.person("wang.wu"), new_id()
        ended, before = heard(said(account_id, 2, None)), heard(said(account_id, 1, Role.SELLER))
        await seat_members(gateway.desk, [ended, before, ended])
        await seat_members(gateway.desk, [heard(said(account_id, 1, Role.SELLER, elsewhere))])
        assert await roles(gateway, "wang.wu") == ["seller"]
        assert await gateway.rows("supplier_members") == 2

    async def test_of_a_revoked_supplier_have_no_seat_until_it_comes_back(self, gateway: Gateway) -> None:
        owner, packer, helper = [await gateway.person(name) for name in ("li.na", "wang.wu", "zhao.liu")]
        await seat_applicants(gateway.desk, [heard(a_supplier(owner))])
        await seat_members(gateway.desk, [heard(said(packer, 1, Role.PACKER)), heard(said(helper, 1, Role.HELPER))])
        await seat_applicants(gateway.desk, [heard(a_supplier(owner, 2, SupplierState.REVOKED))])
        assert await gateway.rows("seats") == 0
        await seat_members(gateway.desk, [heard(said(packer, 2, Role.SELLER)), heard(said(helper, 2, None))])
        assert await gateway.rows("seats") == 0
        await seat_applicants(gateway.desk, [heard(a_supplier(owner, 3, SupplierState.ADMITTED))])
        found = [await roles(gateway, name) for name in ("li.na", "wang.wu", "zhao.liu")]
        assert found == [["supplier"], ["seller"], []]

    async def test_who_applied_and_was_ended_is_not_seated_when_it_comes_back(self, gateway: Gateway) -> None:
        owner, second = await gateway.person("li.na"), await gateway.person("wang.wu")
        await seat_applicants(gateway.desk, [heard(a_supplier(owner))])
        changes = [heard(said(second, 1, Role.SUPPLIER)), heard(said(owner, 2, None))]
        await seat_members(gateway.desk, changes)
        await seat_applicants(gateway.desk, [heard(a_supplier(owner, 2, SupplierState.REVOKED))])
        await seat_applicants(gateway.desk, [heard(a_supplier(owner, 3, SupplierState.ADMITTED))])
        assert [await roles(gateway, name) for name in ("li.na", "wang.wu")] == [[], ["supplier"]]

    async def test_revoked_and_let_in_at_once_are_not_left_with_a_seat(self, gateway: Gateway) -> None:
        owner, packer = await gateway.person("li.na"), await gateway.person("wang.wu")
        for version in range(1, 12, 2):
            await seat_applicants(gateway.desk, [heard(a_supplier(owner, version, SupplierState.ADMITTED))])
            await asyncio.gather(
                seat_applicants(gateway.desk, [heard(a_supplier(owner, version + 1, SupplierState.REVOKED))]),
                seat_members(gateway.desk, [heard(said(packer, version, Role.PACKER))]),
            )
            assert await gateway.rows("seats") == 0

    async def test_without_an_account_here_are_kept_as_a_copy_alone(self, gateway: Gateway) -> None:
        await seat_members(gateway.desk, [heard(said(new_id(), 1, Role.PACKER))])
        assert (await gateway.rows("supplier_members"), await gateway.rows("seats")) == (1, 0)

"""The demo's people act at the desks of the programs, each at the moment that the plan names."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from deploy.operator.demo.people import HOME_COUNTY, PROVINCE, SIGN_INS, identity, stand_in
from deploy.operator.demo.plan import Plan
from deploy.operator.demo.tree import Canteen, Unit
from shared.clock import SettableClock
from shared.contracts.authority import Identity, Role, Seat
from shared.contracts.words import UnitLevel
from shared.ids import derived_id

AT_ONCE = 24
T = TypeVar("T")


@dataclass(frozen=True)
class World:
    """The plan, the clock, and where each program's use cases reach what they need."""

    plan: Plan
    clock: SettableClock
    desks: dict[str, Any]
    """By program, those that this process has opened."""

    def sign_in(self, role: str) -> Identity:
        """Give the person of the demo who signs in under a role of README.md."""
        one = next(one for one in SIGN_INS if one.role == role)
        return identity(account_id(one.account), one.name, self.seats(role))

    def seats(self, role: str) -> list[Seat]:
        """Give the seats of a sign-in."""
        home, province = self.plan.units[HOME_COUNTY], self.plan.units[PROVINCE]
        return {
            "supplier": [Seat(Role.SUPPLIER, self.plan.producers[0].supplier_id)],
            "buyer": [Seat(Role.BUYER, self.plan.home.canteen_id, home.path)],
            "approver": [Seat(Role.APPROVER, home.unit_id, home.path)],
            "finance of a unit": [Seat(Role.FINANCE, home.unit_id, home.path)],
            "finance of the province": [Seat(Role.FINANCE, province.unit_id, province.path)],
            "county federation officer": [Seat(Role.OFFICER, home.unit_id, home.path)],
            "federation officer": [Seat(Role.OFFICER, province.unit_id, province.path)],
            "auditor": [Seat(Role.AUDITOR, province.unit_id, province.path)],
        }[role]

    def supplier(self, supplier_id: UUID) -> Identity:
        if supplier_id == self.plan.producers[0].supplier_id:
            return self.sign_in("supplier")
        return stand_in(Role.SUPPLIER, supplier_id)

    def buyer(self, canteen: Canteen) -> Identity:
        if canteen.unit.code == HOME_COUNTY:
            return self.sign_in("buyer")
        return stand_in(Role.BUYER, canteen.canteen_id, canteen.unit.path)

    def approver(self, unit: Unit) -> Identity:
        return (
            self.sign_in("approver") if unit.code == HOME_COUNTY else stand_in(Role.APPROVER, unit.unit_id, unit.path)
        )

    def finance(self, unit: Unit) -> Identity:
        if unit.code == HOME_COUNTY:
            return self.sign_in("finance of a unit")
        if unit.code == PROVINCE:
            return self.sign_in("finance of the province")
        return stand_in(Role.FINANCE, unit.unit_id, unit.path)

    def finance_above(self, unit: Unit) -> Identity:
        return self.finance(self.plan.units[unit.parent_code])

    def county_officer(self, county_code: str) -> Identity:
        """Give who recommends suppliers of a county: its own officer, or from outside Hunan one of the province."""
        if county_code == HOME_COUNTY:
            return self.sign_in("county federation officer")
        unit = self._county(county_code) or self.plan.units[PROVINCE]
        return stand_in(Role.OFFICER, unit.unit_id, unit.path)

    def officer(self, county_code: str) -> Identity:
        """Give who admits them and publishes: the prefecture's officer; from outside Hunan another of the province."""
        unit = self._county(county_code)
        if unit is None:
            return self.sign_in("federation officer")
        above = self.plan.units[unit.parent_code]
        return stand_in(Role.OFFICER, above.unit_id, above.path)

    def _county(self, county_code: str) -> Unit | None:
        unit = self.plan.units.get(county_code)
        return unit if unit is not None and unit.level is UnitLevel.COUNTY else None


def account_id(account: str) -> UUID:
    """Name the account of a sign-in."""
    return derived_id("demo-account", account)


async def each(
    things: Iterable[T],
    work: Callable[[T], Awaitable[object]],
    *,
    at_once: int = AT_ONCE,
    done: Callable[[], None] = lambda: None,
) -> int:
    """Work on everything, a bounded number at once, in order of beginning; the first failure ends it all."""
    waiting, count = iter(things), 0

    async def worker() -> None:
        nonlocal count
        for thing in waiting:
            await work(thing)
            count += 1
            done()

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(at_once):
                group.create_task(worker())
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from failures
    return count

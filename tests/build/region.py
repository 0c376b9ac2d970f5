"""A prefecture in which every way to stand is found, over a summer, for the tests of reports."""

from dataclasses import dataclass
from datetime import date

from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.put_canteen import PutCanteen, put_canteen
from services.procurement_quota.usecases.put_units import unit_id
from shared.clock import SettableClock
from shared.contracts.authority import Identity, Role
from shared.contracts.words import CanteenKind
from shared.ids import new_id
from tests.build.quota import FURONG, Kitchen, a_kitchen, a_line, noon, someone

YIYANG = "430900"
YIYANG_PATH = "/430000/430900/"
ZIYANG, HESHAN, NANXIAN, YUANJIANG, TAOJIANG = "430902", "430903", "430921", "430981", "430922"
"""资阳区 is well on its way, 赫山区 catches up, 南县 attests nothing, 沅江市 buys nothing, 桃江县 has no canteen."""
AUTUMN = noon(date(2025, 10, 2))
HOSTILE = '#read("/etc/passwd") *粗* _斜_ $x$ <a> @b `c` \\ #panic("x")'
"""A canteen's name that is markup wherever it is taken for any."""


@dataclass(frozen=True)
class Region:
    """The kitchens by county, and who reads and issues."""

    kitchens: dict[str, Kitchen]
    officer: Identity
    auditor: Identity
    clock: SettableClock


async def a_region(desk: Desk, clock: SettableClock) -> Region:
    """Let the summer of 2025 pass in 益阳市, and leave the clock in autumn."""
    clock.set(noon(date(2025, 6, 25)))
    kitchens = {county: await a_kitchen(desk, clock, county) for county in (ZIYANG, HESHAN, NANXIAN, YUANJIANG)}
    own = Kitchen(desk, clock, unit_id(YIYANG), YIYANG_PATH)
    command = PutCanteen(unit_id=own.unit_id, name=HOSTILE, kind=CanteenKind.OWN, valid_from=date(2025, 1, 1))
    await put_canteen(desk, own.canteen_id, command)
    kitchens[YIYANG] = own
    for county, counted, other in ((ZIYANG, 2_500_05, 7_499_95), (HESHAN, 1_000_00, 9_000_01), (YIYANG, 199, 801)):
        lines = a_line(counted), a_line(other, origin_county_code=FURONG)
        await kitchens[county].accept(*lines, on=date(2025, 6, 10))
    await kitchens[NANXIAN].accept(a_line(90_000), on=date(2025, 6, 10))
    proven = [kitchen for county, kitchen in kitchens.items() if county != NANXIAN]
    for kitchen in proven:
        await kitchen.attest_until(5)
    clock.set(noon(date(2025, 9, 9)))
    for kitchen in proven:
        spent = (await kitchen.statement())["figures"]["ledger_fen"]
        for month in (6, 7, 8):
            await kitchen.attest(month, spent)
    await kitchens[HESHAN].accept(a_line(4_000_00), on=date(2025, 9, 8))
    clock.set(AUTUMN)
    return Region(
        kitchens,
        someone(Role.OFFICER, unit_id(YIYANG), YIYANG_PATH),
        someone(Role.AUDITOR, new_id(), "/430000/"),
        clock,
    )

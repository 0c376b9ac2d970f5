"""A supplier says for which days goods may be promised, and how much; what is promised already stays promised."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from services.order.domain.actors import Actor
from services.order.domain.refusals import NoSuchListing
from services.order.domain.seasons import AHEAD_DAYS_MAX, Season, Window, is_bounded
from services.order.store.seasons import set_season
from services.order.store.stock import find_stock
from services.order.usecases.commands import PutSeason, SeasonWindow
from services.order.usecases.desk import Desk
from shared.clock import business_date
from shared.contracts.authority import Identity, Owned, require
from shared.errors import InvalidFields, field_problem


async def put_season(desk: Desk, identity: Identity, listing_id: UUID, command: PutSeason) -> dict[str, Any]:
    """Set the season whole, joining windows that touch and are not bounded; the same again writes nothing.

    A bound below what a window has promised already promises nothing more for its days.
    """
    async with desk.uow.begin() as tx:
        found = await find_stock(tx, listing_id, lock=True)
        if found is None:
            raise NoSuchListing(listing_id=str(listing_id))
        by = Actor.of(identity, require(identity, "put_season", Owned(supplier_id=found.supplier_id)))
        season = _checked(command.windows, business_date(tx.now))
        if [one.said for one in season] != [one.said for one in found.season]:
            await set_season(tx, found, season, by=by, reason=command.reason)
            found = await find_stock(tx, listing_id)
            assert found is not None
    return found.view()


def _checked(windows: tuple[SeasonWindow, ...], today: date) -> Season:
    """Give the windows rising; none has a day of another, and those that touch are bounded. Raises InvalidFields."""
    latest = today + timedelta(days=AHEAD_DAYS_MAX)
    earliest = today - timedelta(days=AHEAD_DAYS_MAX)
    for index, one in enumerate(windows):
        if one.until_on < one.from_on:
            says = ("should not be before from_on", "结束日期不能早于开始日期")
            raise InvalidFields(field_problem(f"windows.{index}.until_on", *says))
        if not (earliest <= one.from_on and one.until_on <= latest):
            says = (f"should be from {earliest} to {latest}", f"应在 {earliest} 至 {latest} 之间")
            raise InvalidFields(field_problem(f"windows.{index}.from_on", *says))
    season: list[Window] = []
    for index, one in sorted(enumerate(windows), key=lambda told: told[1].from_on):
        new = Window(one.from_on, one.until_on, one.quantity_max)
        bounded = is_bounded([*season[-1:], new])
        if season and bounded and new.from_on <= season[-1].until_on:
            says = (
                "should be after the window before it, as one of them is bounded",
                "限量的供应期不能与其他供应期重叠",
            )
            raise InvalidFields(field_problem(f"windows.{index}.from_on", *says))
        if season and not bounded and new.from_on <= season[-1].until_on + timedelta(days=1):
            season[-1] = Window(season[-1].from_on, max(season[-1].until_on, new.until_on))
        else:
            season.append(new)
    return tuple(season)

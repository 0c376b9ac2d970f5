"""An order's release is read by whoever may read the order, and by everybody once nothing of it is owed any more.

Decision: the public reads what is settled, oldest first. Why: until then a price may still fall and a canteen may still
be waited for, and whoever gathers the whole goes on where they ended. Price: the last page passes over every order
that is still open.
"""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from services.order.domain.open_contracting import Node, package, release
from services.order.domain.refusals import NothingReleased
from services.order.store.open_contracting import paid_up_page, told_of
from services.order.usecases.desk import Desk
from services.order.usecases.reach import after_of, cursor_of
from services.order.usecases.steps import look_at_order
from shared.clock import day_is_over
from shared.contracts.authority import Identity
from shared.errors import InvalidFields, field_problem

PATH = "/api/v1/ocds/releases"
YEARS = (2000, 2999)


async def tell_release(desk: Desk, identity: Identity, order_id: UUID) -> Node:
    """Tell one order as a release."""
    async with desk.uow.read() as tx:
        await look_at_order(tx, identity, "get_order_ocds", order_id)
        (told,) = await told_of(tx, [order_id], desk.tolerance_bp)
    return release(told, desk.ocds_prefix)


async def tell_releases(
    desk: Desk, since: date | None, until: date | None, limit: int, cursor: str | None
) -> dict[str, Any]:
    """Tell a page of settled orders as a package; both days are those of placing, in Shanghai, and included.

    Raises NothingReleased for a page without any, as a package has at least one.
    """
    after = after_of(cursor)
    wrong = [
        field_problem(name, f"should be of the years {YEARS[0]} to {YEARS[1]}", f"应在 {YEARS[0]} 至 {YEARS[1]} 年之间")
        for name, day in (("since", since), ("until", until))
        if day is not None and not YEARS[0] <= day.year <= YEARS[1]
    ]
    if wrong:
        raise InvalidFields(*wrong)
    async with desk.uow.read() as tx:
        found = await paid_up_page(
            tx,
            since=None if since is None else day_is_over(since - timedelta(days=1)),
            until=None if until is None else day_is_over(until),
            after=after,
            limit=limit + 1,
        )
        page = found[:limit]
        told = await told_of(tx, [order_id for _, order_id in page], desk.tolerance_bp)
    if not told:
        raise NothingReleased()
    days = {"since": since, "until": until, "limit": limit}
    following = cursor_of(*page[-1]) if len(found) > limit else None
    return package(
        [release(one, desk.ocds_prefix) for one in told],
        uri=_address(desk, **days, cursor=cursor),
        publisher_uri=desk.public_url,
        following=None if following is None else _address(desk, **days, cursor=following),
    )


def _address(desk: Desk, **asked: object) -> str:
    """Write where a page is read."""
    return f"{desk.public_url}{PATH}?{urlencode({name: one for name, one in asked.items() if one is not None})}"

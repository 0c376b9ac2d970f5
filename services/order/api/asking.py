"""What routes have in common: the desk, and who asks, with the seats that they have today."""

from typing import Annotated

from fastapi import Depends, Request

from services.order.usecases.desk import Desk
from services.order.usecases.living_seats import with_living_seats
from shared.contracts.authority import Identity
from shared.http.identity import SignedIn


async def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


AtDesk = Annotated[Desk, Depends(_desk)]


async def _asking(desk: AtDesk, identity: SignedIn) -> Identity:
    return await with_living_seats(desk, identity)


Asking = Annotated[Identity, Depends(_asking)]
"""Who asks; the public is refused."""

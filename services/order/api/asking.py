"""What routes have in common: the desk."""

from typing import Annotated

from fastapi import Depends, Request

from services.order.usecases.desk import Desk


async def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


AtDesk = Annotated[Desk, Depends(_desk)]

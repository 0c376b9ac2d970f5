"""What routes have in common: the desk, the page."""

from typing import Annotated

from fastapi import Depends, Query, Request

from services.procurement_quota.usecases.desk import Desk
from shared.http.paging import LIMIT_DEFAULT, LIMIT_MAX

CURSOR_MAX = 400


async def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


AtDesk = Annotated[Desk, Depends(_desk)]
Limit = Annotated[int, Query(ge=1, le=LIMIT_MAX, description="rows a page")]
Cursor = Annotated[str | None, Query(max_length=CURSOR_MAX, description="`next` of the page before")]

__all__ = ["LIMIT_DEFAULT", "AtDesk", "Cursor", "Limit"]

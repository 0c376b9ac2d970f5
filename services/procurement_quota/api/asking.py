"""What routes have in common: the desk, the idempotency stamp, the page."""

from typing import Annotated

from fastapi import Depends, Header, Query, Request

from services.procurement_quota.usecases.desk import Desk
from shared.db.unit_of_work import Stamp
from shared.http.identity import SignedIn
from shared.http.paging import LIMIT_DEFAULT, LIMIT_MAX

CURSOR_MAX = 400


async def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


async def _stamp(
    request: Request,
    identity: SignedIn,
    idempotency_key: Annotated[
        str | None, Header(min_length=1, max_length=200, description="the same key again is the same request")
    ] = None,
) -> Stamp | None:
    if idempotency_key is None:
        return None
    operation = request.scope["route"].operation_id
    asked = request.url.path.encode() + b"\n" + await request.body()
    return Stamp.of_request(f"{operation}:{identity.account_id}", idempotency_key, asked)


AtDesk = Annotated[Desk, Depends(_desk)]
Once = Annotated[Stamp | None, Depends(_stamp)]
Limit = Annotated[int, Query(ge=1, le=LIMIT_MAX, description="rows a page")]
Cursor = Annotated[str | None, Query(max_length=CURSOR_MAX, description="`next` of the page before")]

__all__ = ["LIMIT_DEFAULT", "AtDesk", "Cursor", "Limit", "Once"]

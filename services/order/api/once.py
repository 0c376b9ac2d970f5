"""A POST that comes again with the same Idempotency-Key is answered as the first time, and nothing is done twice."""

from typing import Annotated

from fastapi import Depends, Header, Request

from services.order.usecases.desk import Desk
from shared.db.unit_of_work import Stamp
from shared.http.identity import SignedIn


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


async def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


Once = Annotated[Stamp | None, Depends(_stamp)]
AtDesk = Annotated[Desk, Depends(_desk)]

"""A POST that comes again with the same Idempotency-Key is answered as the first time, and nothing is done twice."""

from typing import Annotated

from fastapi import Depends, Header, Request

from shared.contracts.authority import Identity
from shared.db.unit_of_work import Stamp
from shared.http.identity import SignedIn

KEY_LENGTH_MAX = 200


async def stamp_of(request: Request, operation: str, identity: Identity, key: str | None) -> Stamp | None:
    """Name this request by its key, so that a repeat is known; another address or body under one key is refused."""
    if key is None:
        return None
    asked = request.url.path.encode() + b"\n" + await request.body()
    return Stamp.of_request(f"{operation}:{identity.account_id}", key, asked)


async def _stamp(
    request: Request,
    identity: SignedIn,
    idempotency_key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            min_length=1,
            max_length=KEY_LENGTH_MAX,
            pattern=r"^[\x21-\x7e]+$",
            description="the same key with the same request does it once, and answers the same again",
        ),
    ] = None,
) -> Stamp | None:
    return await stamp_of(request, request.scope["route"].operation_id, identity, idempotency_key)


Once = Annotated[Stamp | None, Depends(_stamp)]

"""An organisation names addresses at which its own program is told of its notices, and which kinds; others see none.

Decision: the secret that signs is derived from the address's id and a version, under the gateway's own secret. Why:
the same request gives the same secret, and nobody who reads the database can sign. Price: a new IDENTITY_PRIVATE_KEY
changes every secret, which its owner then reads anew.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from gateway.domain.hooks import secret_of, shown
from gateway.domain.states import ENDPOINT, EndpointState
from gateway.store import hooks
from gateway.store.accounts import is_known
from gateway.usecases.commands import PutWebhookEndpoint, RenewWebhookSecret
from gateway.usecases.desk import Desk
from gateway.usecases.refusals import EndpointTaken, NoSuchEndpoint, NoSuchOrganisation, TooManyEndpoints
from shared.contracts.authority import Identity, Owned, require, seats_that_reach
from shared.errors import InvalidFields, field_problem
from shared.http.paging import decode_cursor, encode_cursor

ENDPOINTS_MAX = 50
"""How many addresses an organisation names, those removed included."""
_KINDS = ("supplier", "canteen", "unit")


async def put_endpoint(
    desk: Desk, identity: Identity, endpoint_id: UUID, command: PutWebhookEndpoint
) -> dict[str, Any]:
    """Name an address, or change it; one that was disabled is in use again.

    Raises NotAllowed, InvalidFields, NoSuchOrganisation, EndpointTaken, TooManyEndpoints, WrongState.
    """
    _require(identity, "put_webhook_endpoint", command.organisation_id)
    if not desk.hooks.takes(command.url):
        says = "should be https://name/…, by a name of the open Internet, without account and fragment"
        raise InvalidFields(field_problem("url", says, "应为 https:// 开头的公网域名地址，不含账号和片段"))
    kinds = sorted({kind.value for kind in command.kinds})
    async with desk.uow.begin() as tx:
        await hooks.hold_organisation(tx, command.organisation_id)
        found = await hooks.find_endpoint(tx, endpoint_id, locked=True)
        if found is None:
            known = [kind for kind in _KINDS if await is_known(tx, kind, command.organisation_id)]
            if not known:
                raise NoSuchOrganisation(organisation_id=str(command.organisation_id))
            if await hooks.count_endpoints(tx, command.organisation_id) >= ENDPOINTS_MAX:
                raise TooManyEndpoints(endpoints_max=ENDPOINTS_MAX)
            named = {
                "endpoint_id": endpoint_id,
                "organisation_id": command.organisation_id,
                "made_by": identity.account_id,
            }
            await hooks.add_endpoint(tx, {**named, "organisation_kind": known[0], "url": command.url, "kinds": kinds})
            found = await hooks.find_endpoint(tx, endpoint_id, locked=True)
        if found.organisation_id != command.organisation_id:
            raise EndpointTaken(endpoint_id=str(endpoint_id))
        ENDPOINT.check(EndpointState(found.state), "put")
        await hooks.put_endpoint(tx, endpoint_id, command.url, kinds)
        found = await hooks.find_endpoint(tx, endpoint_id)
    return _view(desk, found)


async def renew_secret(
    desk: Desk, identity: Identity, endpoint_id: UUID, command: RenewWebhookSecret
) -> dict[str, Any]:
    """Go on from a secret to the next; the same again changes nothing. Raises NoSuchEndpoint, NotAllowed."""
    async with desk.uow.begin() as tx:
        await _own(tx, identity, "renew_webhook_secret", endpoint_id)
        await hooks.renew_secret(tx, endpoint_id, command.version)
        return _view(desk, await hooks.find_endpoint(tx, endpoint_id))


async def remove_endpoint(desk: Desk, identity: Identity, endpoint_id: UUID) -> None:
    """Tell an address nothing any more; again is the same. Raises NoSuchEndpoint, NotAllowed."""
    async with desk.uow.begin() as tx:
        await _own(tx, identity, "remove_webhook_endpoint", endpoint_id)
        await hooks.end_endpoint(tx, endpoint_id, "remove")


async def list_endpoints(desk: Desk, identity: Identity) -> dict[str, Any]:
    """List the addresses of one's organisations, with their secrets."""
    reached = {seat.organisation_id for _, seat in seats_that_reach(identity, "list_webhook_endpoints")}
    async with desk.uow.glance() as tx:
        found = await hooks.endpoints_of(tx, sorted(reached), 10 * ENDPOINTS_MAX)
    return {"items": [_view(desk, row) for row in found]}


async def list_deliveries(
    desk: Desk, identity: Identity, endpoint_id: UUID, *, limit: int, cursor: str | None
) -> dict[str, Any]:
    """List what was sent to an address, newest first. Raises NoSuchEndpoint, NotAllowed, InvalidFields."""
    keys = decode_cursor(cursor, datetime, UUID)
    after = (keys[0], keys[1]) if keys else None
    async with desk.uow.glance() as tx:
        await _own(tx, identity, "list_webhook_deliveries", endpoint_id)
        found = await hooks.list_page(tx, endpoint_id, after=after, limit=limit + 1)
    page = found[:limit]
    following = encode_cursor([page[-1].made_at, str(page[-1].delivery_id)]) if len(found) > limit else None
    return {"items": [_delivery(row) for row in page], "next": following}


async def _own(tx: Any, identity: Identity, operation: str, endpoint_id: UUID) -> None:
    found = await hooks.find_endpoint(tx, endpoint_id)
    if found is None:
        raise NoSuchEndpoint(endpoint_id=str(endpoint_id))
    _require(identity, operation, found.organisation_id)


def _require(identity: Identity, operation: str, organisation: UUID) -> None:
    """Refuse whoever has no seat in the organisation that the policy names; a unit is known by its seat's path."""
    paths = [seat.path for _, seat in seats_that_reach(identity, operation) if seat.organisation_id == organisation]
    path = paths[0] if paths else None
    require(identity, operation, Owned(supplier_id=organisation, canteen_id=organisation, unit_path=path))


def _view(desk: Desk, row: Any) -> dict[str, Any]:
    return {
        "endpoint_id": str(row.endpoint_id),
        "organisation": {"kind": row.organisation_kind, "id": str(row.organisation_id)},
        "url": row.url,
        "kinds": list(row.kinds),
        "state": row.state,
        "secret": shown(secret_of(desk.secret, row.endpoint_id, row.secret_version)),
        "secret_version": row.secret_version,
        "failing_since": row.failing_since,
        "disabled_at": row.disabled_at,
    }


def _delivery(row: Any) -> dict[str, Any]:
    return {
        "delivery_id": str(row.delivery_id),
        "state": row.state,
        "tries": row.tries,
        "status": row.status,
        "problem": row.problem,
        "made_at": row.made_at,
        "next_at": row.next_at if row.ended_at is None else None,
        "ended_at": row.ended_at,
    }

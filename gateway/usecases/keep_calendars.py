"""A person makes a secret link by which a calendar program follows the deliveries of their organisation, and ends it.

Decision: the secret in a link is derived from the calendar's id under the gateway's own secret. Why: the same request
gives the same link, and nobody who reads the database can open one. Price: a new IDENTITY_PRIVATE_KEY ends every link.
"""

import hashlib
import hmac
from typing import Any
from uuid import UUID

from gateway.store import calendars
from gateway.store.accounts import is_known
from gateway.store.phones import hold
from gateway.usecases.commands import PutCalendar
from gateway.usecases.desk import Desk
from gateway.usecases.refusals import CalendarEnded, NoSuchCalendar, NoSuchOrganisation, TooManyCalendars
from shared.contracts.authority import Identity, Owned, require

CALENDARS_MAX = 100
"""How many calendars a person makes, those taken back included."""
_KINDS = ("supplier", "canteen")


async def put_calendar(desk: Desk, identity: Identity, calendar_id: UUID, command: PutCalendar) -> dict[str, Any]:
    """Make a link to the deliveries of one's canteen or supplier; the same again gives the same link.

    Raises NotAllowed, NoSuchOrganisation, CalendarEnded, TooManyCalendars.
    """
    organisation = command.organisation_id
    require(identity, "put_calendar", Owned(supplier_id=organisation, canteen_id=organisation))
    async with desk.uow.begin() as tx:
        await hold(tx, identity.account_id)
        kinds = [kind for kind in _KINDS if await is_known(tx, kind, organisation)]
        if not kinds:
            raise NoSuchOrganisation(organisation_id=str(organisation))
        if await calendars.find(tx, calendar_id) is None:
            if await calendars.count_of(tx, identity.account_id) >= CALENDARS_MAX:
                raise TooManyCalendars(calendars_max=CALENDARS_MAX)
            values = {"calendar_id": calendar_id, "account_id": identity.account_id, "organisation_id": organisation}
            await calendars.add(tx, {**values, "organisation_kind": kinds[0]})
        found = await calendars.find(tx, calendar_id)
        if (found.account_id, found.organisation_id) != (identity.account_id, organisation) or found.revoked_at:
            raise CalendarEnded(calendar_id=str(calendar_id))
    return _view(desk, found)


async def list_calendars(desk: Desk, account_id: UUID) -> dict[str, Any]:
    """List one's own links that still open."""
    async with desk.uow.glance() as tx:
        return {"items": [_view(desk, row) for row in await calendars.living_of(tx, account_id)]}


async def revoke_calendar(desk: Desk, identity: Identity, calendar_id: UUID) -> None:
    """End a link at once. Raises NoSuchCalendar, NotAllowed."""
    async with desk.uow.begin() as tx:
        found = await calendars.find(tx, calendar_id)
        if found is None:
            raise NoSuchCalendar()
        require(identity, "revoke_calendar", Owned(account_id=found.account_id))
        await calendars.revoke(tx, calendar_id)


def token_of(secret: bytes, calendar_id: UUID) -> str:
    """Write a calendar's id with the secret half of its link: 64 hexadecimal digits, of which 32 nobody can guess."""
    digest = hmac.new(secret, b"calendar 1" + calendar_id.bytes, hashlib.sha256)
    return calendar_id.hex + digest.hexdigest()[:32]


def calendar_of(secret: bytes, token: str) -> UUID:
    """Tell which calendar a link opens. Raises NoSuchCalendar for one that is not ours."""
    try:
        calendar_id = UUID(token[:32])
    except ValueError:
        raise NoSuchCalendar() from None
    if not hmac.compare_digest(token_of(secret, calendar_id).encode(), token.encode()):
        raise NoSuchCalendar()
    return calendar_id


def _view(desk: Desk, row: Any) -> dict[str, Any]:
    token = token_of(desk.secret, row.calendar_id)
    return {
        "calendar_id": str(row.calendar_id),
        "organisation": {"kind": row.organisation_kind, "id": str(row.organisation_id)},
        "url": f"{desk.public_url}/api/v1/calendar-feeds/{token}",
        "made_at": row.made_at,
    }

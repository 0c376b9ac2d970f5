"""Who acts for units and canteens is read at this address, by whoever answers for them."""

from uuid import UUID

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.door import Endpoint
from gateway.api.own import PRIVATE, Page
from gateway.session import Session
from gateway.usecases.list_people import AskedPeople, list_people
from shared.contracts.authority import Role
from shared.http.answers import json_answer

NAMED_MAX = 80


class _PeoplePage(Page):
    """Which people."""

    role: Role | None = None
    organisation_id: UUID | None = None
    q: str | None = Field(default=None, max_length=NAMED_MAX, pattern=r"^[^\x00-\x1f]*$")


async def _list_people(request: Request, session: Session | None) -> Response:
    assert session is not None
    page = _PeoplePage.of(request)
    asked = AskedPeople(page.role, page.organisation_id, page.q, page.limit, page.cursor)
    return json_answer(await list_people(request.app.state.desk, session.identity, asked), headers=PRIVATE)


PEOPLE: dict[str, Endpoint] = {"list_people": _list_people}

"""The operations that the gateway answers itself: accounts, sessions, ties, a basket's preview and substitutes."""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, date
from typing import Any, Literal, Self, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.door import Endpoint
from gateway.clients.services import Answer
from gateway.session import Session, address_of, sign_in, sign_out
from gateway.store.accounts import Seated
from gateway.usecases.commands import SAYS_ZH, CreateAccount, PutContact, SignIn
from gateway.usecases.create_account import create_account
from gateway.usecases.find_substitutes import find_substitutes
from gateway.usecases.keep_contact import get_contact, put_contact
from gateway.usecases.list_account_ties import AskedTies
from gateway.usecases.list_ties import Between, list_ties
from gateway.usecases.preview_quota import preview_quota, preview_substitute
from gateway.usecases.read_notices import unread_of
from shared.errors import InvalidFields, field_problem
from shared.http.answers import json_answer
from shared.http.once import KEY_LENGTH_MAX
from shared.http.paging import LIMIT_DEFAULT, LIMIT_MAX
from shared.http.problems import fields_of, language_of

M = TypeVar("M", bound=BaseModel)
Compose = Callable[..., Awaitable[Answer]]
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
PRIVATE = {"cache-control": "no-store"}


class Page(BaseModel):
    """Which page of a list."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(default=LIMIT_DEFAULT, ge=1, le=LIMIT_MAX)
    cursor: str | None = Field(default=None, max_length=300)

    @classmethod
    def of(cls, request: Request) -> Self:
        """Read it from the address; of a name that stands twice, the last. Raises InvalidFields."""
        try:
            return cls.model_validate(dict(request.query_params))
        except ValidationError as error:
            raise InvalidFields(*fields_of(error.errors())) from error


class _TiesPage(Page):
    """Which ties."""

    kind: Literal["bank_account", "phone", "address", "person"] | None = None
    between: Between | None = None


async def _sign_up(request: Request, session: Session | None) -> Response:
    command = await read_json(request, CreateAccount)
    key = request.headers.get("idempotency-key")
    if key is not None and not 1 <= len(key) <= KEY_LENGTH_MAX:
        raise InvalidFields(field_problem("Idempotency-Key", "should have 1 to 200 characters", "应为 1 至 200 个字符"))
    made = await create_account(request.app.state.desk, command, address=address_of(request), idempotency_key=key)
    return json_answer(made, 201, PRIVATE)


async def _sign_in(request: Request, session: Session | None) -> Response:
    command = await read_json(request, SignIn)
    opened = await sign_in(request, command.account, command.password)
    expires_at = opened.expires_at.astimezone(UTC)
    return json_answer({"token": opened.token, "account": opened.account, "expires_at": expires_at}, 201, PRIVATE)


async def _sign_out(request: Request, session: Session | None) -> Response:
    await sign_out(request)
    return Response(status_code=204, headers=PRIVATE)


async def _who_am_i(request: Request, session: Session | None) -> Response:
    assert session is not None
    return json_answer(
        {
            "account_id": str(session.account_id),
            "account": session.account,
            "name": session.name,
            "language": session.language,
            "expires_at": session.expires_at,
            "csrf_token": session.csrf,
            "unread_count": await unread_of(request.app.state.desk, session.account_id),
            "seats": [_seat(seat) for seat in session.seats],
        },
        headers=PRIVATE,
    )


def _seat(seat: Seated) -> dict[str, Any]:
    return {
        "role": seat.role.value,
        "organisation": {"kind": seat.kind, "id": str(seat.organisation_id), "name": seat.organisation_name},
        "unit": {"id": str(seat.unit_id), "name": seat.unit_name, "path": seat.path} if seat.unit_id else None,
    }


async def _put_contact(request: Request, session: Session | None) -> Response:
    assert session is not None
    command = await read_json(request, PutContact)
    return json_answer(await put_contact(request.app.state.desk, session.account_id, command), headers=PRIVATE)


async def _get_contact(request: Request, session: Session | None) -> Response:
    assert session is not None
    return json_answer(await get_contact(request.app.state.desk, session.account_id), headers=PRIVATE)


async def _list_ties(request: Request, session: Session | None) -> Response:
    assert session is not None
    page = _TiesPage.of(request)
    asked = AskedTies(page.limit, page.kind, page.cursor, language_of(request.headers))
    return _passed_on(await list_ties(request.app.state.desk, session.identity, asked, page.between))


async def _preview_quota(request: Request, session: Session | None) -> Response:
    return await _of_basket(request, session, preview_quota)


async def _preview_substitute(request: Request, session: Session | None) -> Response:
    assert session is not None
    parts = request.scope["path"].split("/")
    answer = await preview_substitute(
        request.app.state.services,
        session.identity,
        uuid_in("order_id", parts[-4]),
        uuid_in("substitute_id", parts[-2]),
        language=language_of(request.headers),
    )
    return _passed_on(answer)


async def _find_substitutes(request: Request, session: Session | None) -> Response:
    return await _of_basket(request, session, find_substitutes)


async def _of_basket(request: Request, session: Session | None, compose: Compose) -> Response:
    assert session is not None
    answer = await compose(
        request.app.state.services,
        session.identity,
        uuid_in("basket_id", request.scope["path"].split("/")[-2]),
        wanted_on=_day("wanted_on", request.query_params.get("wanted_on")),
        language=language_of(request.headers),
    )
    return _passed_on(answer)


def _passed_on(answer: Answer) -> Response:
    return Response(
        answer.body, answer.status, PRIVATE, media_type=answer.headers.get("content-type", "application/json")
    )


OWN: dict[str, Endpoint] = {
    "sign_up": _sign_up,
    "sign_in": _sign_in,
    "sign_out": _sign_out,
    "who_am_i": _who_am_i,
    "put_contact": _put_contact,
    "get_contact": _get_contact,
    "list_ties": _list_ties,
    "preview_quota": _preview_quota,
    "preview_substitute": _preview_substitute,
    "find_substitutes": _find_substitutes,
}


async def read_json(request: Request, model: type[M]) -> M:
    """Read a JSON body as a command. Raises InvalidFields, which never repeats what was typed."""
    try:
        return model.model_validate_json(await request.body())
    except ValidationError as error:
        told = fields_of(error.errors())
        raise InvalidFields(*({**one, "says_zh": SAYS_ZH.get(one["rule"], one["says_zh"])} for one in told)) from error


def uuid_in(field: str, text: str) -> UUID:
    """Read an id that stands in the address. Raises InvalidFields."""
    try:
        return UUID(text)
    except ValueError as error:
        raise InvalidFields(field_problem(field, "should be a UUID", "应为 UUID 编号", rule="uuid_parsing")) from error


def _day(field: str, text: str | None) -> date | None:
    try:
        if text is None or _DAY.fullmatch(text):
            return None if text is None else date.fromisoformat(text)
    except ValueError:
        pass
    raise InvalidFields(field_problem(field, "should be a date, for example 2026-03-05", "应为日期，例如 2026-03-05"))

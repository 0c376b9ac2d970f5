"""What a person was told is read, and chosen, at these addresses; each answers about who is asking alone."""

from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from gateway.api.door import Endpoint
from gateway.api.own import PRIVATE, Page, read_json, uuid_in
from gateway.session import Session
from gateway.usecases import read_notices as notices
from gateway.usecases.commands import ConfirmMailAddress, PutMailAddress, PutNoticeSettings, ReadNotices
from gateway.usecases.keep_mail_address import confirm_mail_address, get_mail_address, put_mail_address
from shared.http.answers import json_answer
from shared.http.problems import language_of


class _NoticesPage(Page):
    """Which notices."""

    unread: bool | None = None


async def _list_notices(request: Request, session: Session | None) -> Response:
    assert session is not None
    page = _NoticesPage.of(request)
    told = await notices.list_notices(
        request.app.state.desk,
        session.account_id,
        unread=page.unread,
        limit=page.limit,
        cursor=page.cursor,
        language=language_of(request.headers),
    )
    return json_answer(told, headers=PRIVATE)


async def _read_notice(request: Request, session: Session | None) -> Response:
    assert session is not None
    notice_id: UUID = uuid_in("notice_id", request.scope["path"].split("/")[-2])
    told = await notices.read_notice(request.app.state.desk, session.identity, notice_id, language_of(request.headers))
    return json_answer(told, headers=PRIVATE)


async def _read_notices(request: Request, session: Session | None) -> Response:
    assert session is not None
    command = await read_json(request, ReadNotices)
    return json_answer(await notices.read_notices(request.app.state.desk, session.account_id, command), headers=PRIVATE)


async def _put_notice_settings(request: Request, session: Session | None) -> Response:
    assert session is not None
    command = await read_json(request, PutNoticeSettings)
    told = await notices.put_notice_settings(
        request.app.state.desk, session.account_id, command, language_of(request.headers)
    )
    return json_answer(told, headers=PRIVATE)


async def _get_notice_settings(request: Request, session: Session | None) -> Response:
    assert session is not None
    told = await notices.get_notice_settings(request.app.state.desk, session.account_id, language_of(request.headers))
    return json_answer(told, headers=PRIVATE)


async def _put_mail_address(request: Request, session: Session | None) -> Response:
    assert session is not None
    command = await read_json(request, PutMailAddress)
    return json_answer(await put_mail_address(request.app.state.desk, session.account_id, command), headers=PRIVATE)


async def _confirm_mail_address(request: Request, session: Session | None) -> Response:
    assert session is not None
    command = await read_json(request, ConfirmMailAddress)
    return json_answer(await confirm_mail_address(request.app.state.desk, session.account_id, command), headers=PRIVATE)


async def _get_mail_address(request: Request, session: Session | None) -> Response:
    assert session is not None
    return json_answer(await get_mail_address(request.app.state.desk, session.account_id), headers=PRIVATE)


NOTICES: dict[str, Endpoint] = {
    "list_notices": _list_notices,
    "read_notice": _read_notice,
    "read_notices": _read_notices,
    "put_notice_settings": _put_notice_settings,
    "put_mail_address": _put_mail_address,
    "confirm_mail_address": _confirm_mail_address,
    "get_mail_address": _get_mail_address,
    "get_notice_settings": _get_notice_settings,
}

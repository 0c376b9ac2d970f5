"""A reader chooses which news is kept here and which is also sent as a letter, and shows that an address is theirs."""

from dataclasses import dataclass

from pydantic import ValidationError
from starlette.responses import Response

from gateway.pages.kit import write
from gateway.pages.kit.asking import Refused
from gateway.pages.kit.language import N_
from gateway.pages.kit.page import Page
from gateway.usecases import read_notices as notices
from gateway.usecases.commands import ConfirmMailAddress, NoticeSetting, PutMailAddress, PutNoticeSettings
from gateway.usecases.keep_mail_address import confirm_mail_address, get_mail_address, put_mail_address
from shared.contracts.words import NoticeKind
from shared.errors import Refusal
from shared.http.problems import document, status_of


@dataclass(frozen=True, slots=True)
class WayRow:
    kind: str
    title: str
    inbox: bool
    mail: bool


@dataclass(frozen=True, slots=True)
class WaysView:
    rows: tuple[WayRow, ...]
    address: str
    confirmed: str
    asked: str
    until: str
    letters: bool
    """Whether letters are sent from here at all."""


async def show_ways(page: Page) -> Response:
    """Show how each kind of news reaches the reader."""
    return page.show("inbox/ways.html", await _view(page))


async def keep_ways(page: Page) -> Response:
    """Keep how each kind of news reaches the reader."""
    assert page.session is not None
    chosen = [
        NoticeSetting(kind=kind, inbox=_ticked(page, f"inbox-{kind}"), mail=_ticked(page, f"mail-{kind}"))
        for kind in NoticeKind
        if page.form.value(f"shown-{kind}")
    ]
    await notices.put_notice_settings(
        page.request.app.state.desk, page.session.account_id, PutNoticeSettings(settings=chosen), page.language
    )
    return page.go("/inbox/ways", "saved")


def _ticked(page: Page, name: str) -> bool:
    return page.form.value(name) == "1"


async def ask_address(page: Page) -> Response:
    """Have a code sent to an address, or take the address away."""
    assert page.session is not None
    form, desk = page.form, page.request.app.state.desk
    address = form.value("address").strip()
    try:
        await put_mail_address(desk, page.session.account_id, PutMailAddress(address=address or None))
    except ValidationError:
        form.wrong("address", page.speech(N_("Write an address, for example li.na@example.org.")))
    except Refusal as refusal:
        form.wrong("address", _sentence(page, refusal))
    else:
        return page.go("/inbox/ways", "code" if address else "saved")
    return page.show("inbox/ways.html", await _view(page))


async def confirm_address(page: Page) -> Response:
    """Take the code that was sent."""
    assert page.session is not None
    form, desk = page.form, page.request.app.state.desk
    code = "".join(form.value("code").split())
    try:
        await confirm_mail_address(desk, page.session.account_id, ConfirmMailAddress(code=code))
    except ValidationError:
        form.wrong("code", page.speech(N_("The code has eight digits.")))
    except Refusal as refusal:
        form.wrong("code", _sentence(page, refusal))
    else:
        return page.go("/inbox/ways", "saved")
    return page.show("inbox/ways.html", await _view(page))


def _sentence(page: Page, refusal: Refusal) -> str:
    return Refused.of(status_of(refusal), document(refusal, language=page.language)).sentence(page.speech)


async def _view(page: Page) -> WaysView:
    assert page.session is not None
    desk, account_id = page.request.app.state.desk, page.session.account_id
    settings = await notices.get_notice_settings(desk, account_id, page.language)
    reached = await get_mail_address(desk, account_id)
    confirmed, until = reached["confirmed_at"], reached["code_until"]
    return WaysView(
        rows=tuple(WayRow(one["kind"], one["title"], one["inbox"], one["mail"]) for one in settings["settings"]),
        address=reached["address"] or "",
        confirmed=write.moment(confirmed.isoformat(), page.language) if confirmed else "",
        asked=reached["asked_address"] or "",
        until=write.moment(until.isoformat(), page.language) if until else "",
        letters=desk.mailer is not None,
    )

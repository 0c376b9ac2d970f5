"""One request of one reader: who is asking, in which language, what they typed, and how to answer with a page.

A handler takes a `Page`, asks the services by the policy's operation names, and gives `page.show(…)` or, after it
changed something, `page.go(…)`: a redirect, so that a reload sends nothing twice.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID

import orjson
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from gateway.clients.services import Answer
from gateway.pages.kit import language as speaking
from gateway.pages.kit.asking import Refused
from gateway.pages.kit.form import Form
from gateway.pages.kit.frame import Link, known_at, make_frame
from gateway.pages.kit.language import N_, Language, Speech, WeightUnit
from gateway.pages.kit.render import HEADERS, render
from gateway.session import Session, address_of, check_form, check_same_site, current
from gateway.store.accounts import Seated
from gateway.usecases.linked_data import Site
from gateway.usecases.preview_quota import preview_quota, preview_substitute
from gateway.usecases.read_notices import unread_of
from shared.clock import business_date
from shared.contracts.authority import POLICY, Identity, Role
from shared.errors import Refusal
from shared.http.problems import document, language_of, status_of
from shared.logs import logger

log = logger(__name__)
FIELDS_MAX = 1_000
"""A form of an order asks up to nine things of each of its hundred lines."""
FILES_MAX = 20
WEIGHT_COOKIE = "weight"
THEME_COOKIE = "theme"
THEMES = ("light", "dark", "contrast")
DEMO_MARK = "演示"
DEMO_ASKED_SECONDS = 60.0


@dataclass
class Page:
    """What a handler needs to answer one request."""

    request: Request
    speech: Speech
    session: Session | None
    demo: bool = False
    """Whether the data here is the demonstration's."""
    unread: int = 0
    """How much the reader was told and has not read."""
    form: Form = field(init=False)

    def __post_init__(self) -> None:
        self.form = Form(self.speech)

    @property
    def language(self) -> Language:
        return self.speech.language

    @property
    def theme(self) -> str:
        """The colours that the reader chose in this browser; empty for those of the machine."""
        chosen = self.request.cookies.get(THEME_COOKIE, "")
        return chosen if chosen in THEMES else ""

    @property
    def site(self) -> Site:
        """Where this site stands, for addresses that leave it."""
        site: Site = self.request.app.state.site
        return site

    @property
    def identity(self) -> Identity | None:
        return self.session.identity if self.session else None

    @property
    def here(self) -> str:
        """The address of this page, within this site, without the word of what was done and in which language."""
        url = self.request.url
        query = urlencode([pair for pair in parse_qsl(url.query) if pair[0] not in ("done", speaking.ASKED)])
        return f"{url.path}?{query}" if query else url.path

    @property
    def came_from(self) -> str:
        """The page of this site on which a form was sent, for the ways back from its answer."""
        url = urlsplit(self.request.headers.get("referer", ""))
        return safe_next(f"{url.path}?{url.query}" if url.query else url.path)

    def part(self, name: str) -> str:
        """Give a part of the path."""
        return str(self.request.path_params[name])

    def asked(self, name: str, default: str = "") -> str:
        """Give a word of the query."""
        return self.request.query_params.get(name, default).strip()

    def seats(self, *roles: Role) -> list[Seated]:
        """List the reader's seats in these roles, or all of them."""
        held = self.session.seats if self.session else ()
        return [seat for seat in held if not roles or seat.role in roles]

    def is_seated(self, organisation_id: str, *roles: Role) -> bool:
        """Tell whether the reader has a seat there in one of these roles."""
        return any(str(seat.organisation_id) == organisation_id for seat in self.seats(*roles))

    async def ask(
        self,
        operation: str,
        *,
        query: Mapping[str, str | int | None] | None = None,
        json: Any = None,
        body: bytes | None = None,
        media_type: str = "",
        once: str = "",
        case_code: str = "",
        nameless: bool = False,
        **path: object,
    ) -> Any:
        """Ask the service that answers for an operation; raises Refused with its problem.

        `case_code` travels in a header, as in every request that names one; `nameless` asks as somebody without an
        account, for whoever does not want theirs recorded.
        """
        known = POLICY[operation]
        identity = None if nameless else self.identity
        if identity is None:
            self.request.app.state.strangers.check(operation, address_of(self.request))
        headers = {"accept-language": self.speech.tag}
        if case_code:
            headers["case-code"] = case_code
        if media_type:
            headers["content-type"] = media_type
        if once:
            headers["idempotency-key"] = once
        services = self.request.app.state.services
        if operation == "preview_quota":
            assert self.identity is not None
            answer = await preview_quota(services, self.identity, UUID(str(path["basket_id"])), language=self.language)
            return self._read(answer)
        if operation == "preview_substitute":
            assert self.identity is not None
            ids = (UUID(str(path["order_id"])), UUID(str(path["substitute_id"])))
            return self._read(await preview_substitute(services, self.identity, *ids, language=self.language))
        answer = await services.call(
            known.program,
            known.method,
            known.path.format(**{name: str(value) for name, value in path.items()}),
            identity=identity,
            json=json,
            body=body,
            params={name: value for name, value in (query or {}).items() if value not in (None, "")},
            headers=headers,
        )
        return self._read(answer)

    def _read(self, answer: Answer) -> Any:
        if not answer.ok:
            raise Refused.of(answer.status, _json(answer.body))
        return _json(answer.body)

    async def ask_or(self, default: Any, operation: str, **asked: Any) -> Any:
        """Ask for what the page can do without: a refusal, or a service that is away, gives the default."""
        try:
            return await self.ask(operation, **asked)
        except (Refused, Refusal) as refused:
            log.info("page.without", operation=operation, refused=str(refused)[:300])
            return default

    def show(
        self,
        template: str,
        view: Any = None,
        *,
        form: Form | None = None,
        status: int = 200,
        crumbs: tuple[tuple[str, str], ...] = (),
        known_as: str = "",
    ) -> Response:
        """Answer with a page; a form with errors answers 422.

        `known_as` is the path by which search engines know a page that anyone may read.
        """
        shown = form or self.form
        frame = make_frame(
            speech=self.speech,
            identity=self.identity,
            csrf=self.session.csrf if self.session else "",
            here=self.here if self.request.method in ("GET", "HEAD") else self.came_from,
            done=self.asked("done"),
            demo=self.demo,
            theme=self.theme,
            unread=self.unread,
            crumbs=tuple(Link(url, text) for url, text in crumbs),
            known=known_at(self.site.url + known_as, self.asked(speaking.ASKED)) if known_as else None,
        )
        body = render(template, self.language, self.speech.easy, frame=frame, view=view, form=shown)
        if status == 200 and not shown.ok:
            status = 422
        headers = {**HEADERS, "content-language": self.speech.tag}
        if frame.who:
            headers["x-who"] = frame.who
        return HTMLResponse(body, status, headers)

    def go(self, url: str, done: str = "") -> Response:
        """Send the reader on after something was changed, with a word of what was done."""
        if done:
            url = f"{url}{'&' if '?' in url else '?'}done={done}"
        return RedirectResponse(url, 303, {"cache-control": "no-store"})

    async def read_form(self) -> None:
        """Read what was posted. Raises NotFromHere for a form that is not this reader's own."""
        sent = await self.request.form(max_files=FILES_MAX, max_fields=FIELDS_MAX)
        for name, value in sent.multi_items():
            if isinstance(value, UploadFile):
                self.form.files[name] = value
            else:
                self.form.values[name] = value
        if self.session is not None:
            check_form(self.request, self.session, self.form.value("csrf"))
        else:
            check_same_site(self.request)


Handler = Callable[[Page], Awaitable[Response]]
Endpoint = Callable[[Request], Awaitable[Response]]


def served(handler: Handler, *, signed_in: bool = True) -> Endpoint:
    """Make a Starlette endpoint of a handler; refusals become pages, and who must sign in is sent there."""

    async def endpoint(request: Request) -> Response:
        page = await open_page(request)
        try:
            page.demo = await shows_demo(page)
            if signed_in and page.session is None:
                raise Refused(401, "")
            if page.session is not None:
                page.unread = await unread_of(request.app.state.desk, page.session.account_id)
            if request.method == "POST":
                await page.read_form()
            response = await handler(page)
        except Refused as refused:
            response = _refusal_page(page, refused)
        except Refusal as refusal:
            response = _refusal_page(page, _as_refused(refusal, page.language))
        finally:
            await asyncio.gather(*(file.close() for file in page.form.files.values()))
        return response

    return endpoint


async def refused(request: Request, refusal: Refusal, *, status: int | None = None) -> Response:
    """Answer a refusal that no handler caught, such as an unknown address, as a page."""
    try:
        page = await open_page(request)
    except Exception as error:  # noqa: BLE001 - what broke may be what tells who is asking
        log.warning("page.nobody", error=repr(error)[:300])
        page = Page(request, speech_of(request), None)
    found = _as_refused(refusal, page.language)
    if status is not None:
        found.status = status
    return _refusal_page(page, found)


async def open_page(request: Request) -> Page:
    """Find out who is asking and how to speak to them."""
    return Page(request, speech_of(request), await current(request))


async def shows_demo(page: Page) -> bool:
    """Tell whether some rule is continued by the demonstration's document; asked once a minute."""
    state, now = page.request.app.state, time.monotonic()
    kept: tuple[float, bool] | None = getattr(state, "shows_demo", None)
    if kept is not None and kept[0] > now:
        return kept[1]
    found = await page.ask_or({"items": []}, "list_rules", query={"limit": 100})
    shows = any(DEMO_MARK in stretch["document"] for rule in found["items"] for stretch in rule["in_force"])
    state.shows_demo = (now + DEMO_ASKED_SECONDS, shows)
    return shows


def speech_of(request: Request) -> Speech:
    """Tell the reader's language and unit of weight: the address's, their choice, or what their browser asks for."""
    asked = request.query_params.get(speaking.ASKED)
    chosen = asked if asked in ("zh", "en") else request.cookies.get(speaking.COOKIE)
    language: Language = "en" if (chosen or language_of(request.headers)) == "en" else "zh"
    unit: WeightUnit = "kg" if request.cookies.get(WEIGHT_COOKIE) == "kg" else "jin"
    return Speech(language, unit, request.cookies.get(speaking.WORDS_COOKIE) == speaking.EASY)


def today(page: Page) -> date:
    """Tell the present business date."""
    return business_date(page.request.app.state.desk.clock.now())


def safe_next(url: str, default: str = "/") -> str:
    """Give the address if it is a path of this site, else the default: no open redirect."""
    parts = urlsplit(url)
    plain = url.startswith("/") and not url.startswith("//") and "\\" not in url and url.isprintable()
    return url if plain and not parts.scheme and not parts.netloc else default


@dataclass(frozen=True, slots=True)
class ProblemView:
    """What was refused, in a sentence, and what can be done now."""

    title: str
    advice: str
    status: int
    facts: tuple[tuple[str, str], ...]
    sign_in: bool = False


ADVICE: dict[int, str] = {
    200: N_("The answer that carried this address says in its title, and in its facts, what was refused and why."),
    401: N_("Sign in to go on."),
    403: N_("Your role does not open this page. If it should, ask your unit's federation officer."),
    404: N_("The address may be mistyped, or the page is not for your account."),
    409: N_("Things changed meanwhile. Go back, load the page again and look."),
    413: N_("Send something smaller."),
    422: N_("Go back and mend what the sentence names; nothing was changed."),
    429: N_("Wait a minute, then try again."),
    503: N_("A part of the system is away. Nothing was lost; try again in a moment."),
}


def problem_view(found: Refused, speech: Speech) -> ProblemView:
    """Say a refusal as a page."""
    advice = ADVICE.get(found.status, N_("It was recorded, and we will look. Nothing of yours was lost."))
    lines = [(str(error.get("field", "")), str(error.get("says", ""))) for error in found.errors]
    return ProblemView(found.sentence(speech), speech(advice), found.status, tuple(lines), found.status == 401)


def _refusal_page(page: Page, found: Refused) -> Response:
    if found.status == 401 and page.request.method in ("GET", "HEAD"):
        return page.go(f"/sign-in?{urlencode({'next': page.here})}")
    page.form.errors.clear()
    return page.show("kit/problem.html", problem_view(found, page.speech), form=Form(page.speech), status=found.status)


def _as_refused(refusal: Refusal, language: Language) -> Refused:
    return Refused.of(status_of(refusal), document(refusal, language=language))


def _json(body: bytes) -> Any:
    try:
        return orjson.loads(body) if body else None
    except ValueError:
        return None

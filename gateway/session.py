"""Who is asking is known at each request, and a session that was ended is refused at the next.

For pages and for the JSON API alike:

    session = await current(request)          None for the public; raises SessionEnded for a bearer token that is dead
    session = await required(request)         raises NotSignedIn
    opened  = await sign_in(request, account, password); set_cookie(request, response, opened)
    await sign_out(request); clear_cookie(request, response)
    check_form(request, session, form["csrf"])        every POST of a page; `session.csrf` is its hidden field
    check_same_site(request)                          a POST before there is a session: sign in, sign up

Decision: what a token stands for is kept in memory for `KEPT_SECONDS`, and dropped the moment PostgreSQL notifies that
its account changed (signing out, revoking, disabling, a seat given or taken); while the notices are not heard, nothing
is kept and each request asks the database. Why: revocation must be checked at each request, and asking the database at
each left 0.2 of the throughput that keeping leaves at 0.85. Price: an ending by another process is seen after the
notice's way, about a millisecond; should a connection die without a word, when `listen` finds out (7.5 s at most).
"""

import asyncio
import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from gateway.store.accounts import Seated
from gateway.store.sessions import CHANNEL, EVERYONE
from gateway.usecases.commands import SignIn
from gateway.usecases.desk import Desk
from gateway.usecases.find_session import Asking, find_asking
from gateway.usecases.refusals import NotFromHere, SessionEnded
from gateway.usecases.sign_in import Opened, token_hash
from gateway.usecases.sign_in import sign_in as open_session
from gateway.usecases.sign_out import sign_out as end_session
from shared.contracts.authority import Identity, Seat
from shared.db.listen import listen
from shared.errors import NotSignedIn

COOKIE = "zhucai_session"
CSRF_HEADER = "x-csrf-token"
KEPT_SECONDS = 30.0
KEPT_MAX = 20_000
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_TOKEN = re.compile(r"[0-9A-Za-z_-]{43}")


@dataclass(frozen=True, slots=True)
class Session:
    """One person, signed in."""

    id: UUID
    account_id: UUID
    account: str
    name: str
    language: str
    seats: tuple[Seated, ...]
    identity: Identity
    """What is signed for the services."""
    csrf: str
    """What a form of a page carries in its hidden field `csrf`, and a script in the header X-CSRF-Token."""
    expires_at: datetime


class Sessions:
    """The sessions that this process knows; one a program."""

    def __init__(self, desk: Desk, *, public_url: str) -> None:
        self._desk = desk
        self._kept: OrderedDict[bytes, tuple[float, Session]] = OrderedDict()
        self._generation = 0
        self._hears = False
        parts = urlsplit(public_url)
        self.origin = f"{parts.scheme}://{parts.netloc}"
        self.is_https = parts.scheme == "https"

    async def find(self, token: str) -> Session | None:
        """Find the living session of a token."""
        if not _TOKEN.fullmatch(token):
            return None
        digest = token_hash(token)
        now = asyncio.get_running_loop().time()
        kept = self._kept.get(digest)
        if kept is not None and kept[0] > now:
            return kept[1]
        generation = self._generation
        asking = await find_asking(self._desk, digest)
        if asking is None:
            self._kept.pop(digest, None)
            return None
        session = self._session(asking)
        if self._hears and generation == self._generation:
            self._kept[digest] = (now + KEPT_SECONDS, session)
            self._kept.move_to_end(digest)
            if len(self._kept) > KEPT_MAX:
                self._kept.popitem(last=False)
        return session

    def forget(self, account_id: UUID | None) -> None:
        """Drop what is kept of one account, or of everyone."""
        self._generation += 1
        if account_id is None:
            self._kept.clear()
            return
        for digest in [d for d, (_, session) in self._kept.items() if session.account_id == account_id]:
            del self._kept[digest]

    async def hear(self) -> None:
        """Drop what is kept as soon as PostgreSQL says so; runs until cancelled."""
        await listen(self._desk.uow.engine, CHANNEL, self._on_notice, self._on_hearing)

    async def sign_in(self, account: str, password: str, *, address: str) -> Opened:
        return await open_session(self._desk, SignIn(account=account, password=password), address=address)

    async def sign_out(self, session: Session) -> None:
        await end_session(self._desk, session.id)
        self.forget(session.account_id)

    def _on_notice(self, payload: str) -> None:
        self.forget(None if payload == EVERYONE else UUID(payload))

    def _on_hearing(self, hears: bool) -> None:
        self._hears = hears
        self.forget(None)

    def _session(self, asking: Asking) -> Session:
        found = asking.session
        seats = tuple(Seat(seat.role, seat.organisation_id, seat.path) for seat in asking.seats)
        return Session(
            id=found.id,
            account_id=found.account_id,
            account=found.account,
            name=found.name,
            language=found.language,
            seats=asking.seats,
            identity=Identity(found.account_id, found.id, found.name, seats),
            csrf=self._csrf(found.id),
            expires_at=found.expires_at,
        )

    def _csrf(self, session_id: UUID) -> str:
        digest = hmac.new(self._desk.secret, b"csrf" + session_id.bytes, hashlib.sha256).digest()
        return urlsafe_b64encode(digest[:24]).decode()


def sessions_of(request: Request) -> Sessions:
    sessions: Sessions = request.app.state.sessions
    return sessions


def address_of(request: Request) -> str:
    """Name the client's address, as far as it tells one client from another: IPv6 by its /64."""
    host = request.client.host if request.client else "unknown"
    return ":".join(host.split(":")[:4]) + "::/64" if ":" in host else host


async def current(request: Request) -> Session | None:
    """Tell who is asking. A bearer token wins over the cookie, and one that is dead raises SessionEnded."""
    known: tuple[Session | None] | None = request.scope.get("zhucai.session")
    if known is None:
        known = (await _current(request),)
        request.scope["zhucai.session"] = known
    return known[0]


async def _current(request: Request) -> Session | None:
    header = request.headers.get("authorization")
    if header is not None:
        scheme, _, token = header.partition(" ")
        session = await sessions_of(request).find(token.strip()) if scheme.lower() == "bearer" else None
        if session is None:
            raise SessionEnded()
        return session
    token = request.cookies.get(COOKIE, "")
    return await sessions_of(request).find(token) if token else None


async def required(request: Request) -> Session:
    """Tell who is asking; raises NotSignedIn for the public."""
    session = await current(request)
    if session is None:
        raise NotSignedIn()
    return session


async def sign_in(request: Request, account: str, password: str) -> Opened:
    """Open a session. Raises SignInRefused, TooManySignIns, and pydantic's ValidationError for what has no bound."""
    return await sessions_of(request).sign_in(account, password, address=address_of(request))


async def sign_out(request: Request) -> None:
    """End the session of this request, if there is one."""
    session = await current(request)
    if session is not None:
        await sessions_of(request).sign_out(session)
        request.scope["zhucai.session"] = (None,)


def set_cookie(request: Request, response: Response, opened: Opened) -> None:
    """Let the browser keep the session until it expires."""
    response.set_cookie(
        COOKIE,
        opened.token,
        expires=opened.expires_at,
        path="/",
        httponly=True,
        samesite="lax",
        secure=sessions_of(request).is_https,
    )


def clear_cookie(request: Request, response: Response) -> None:
    """Let the browser forget the session."""
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax", secure=sessions_of(request).is_https)


def check_form(request: Request, session: Session, csrf: str) -> None:
    """Refuse a form that is not one of our own for this session. Raises NotFromHere."""
    if _is_cross_site(request) or not hmac.compare_digest(csrf.encode(), session.csrf.encode()):
        raise NotFromHere()


def check_same_site(request: Request) -> None:
    """Refuse a form that another site sent, where there is no session yet. Raises NotFromHere."""
    if _is_cross_site(request):
        raise NotFromHere()


def check_call(request: Request, session: Session | None) -> None:
    """Refuse a JSON call that changes something by a cookie alone. Raises NotFromHere.

    It needs the header X-CSRF-Token, or the browser's own word (Sec-Fetch-Site, Origin) that it came from our pages.
    A bearer token needs neither: no browser sends it by itself.
    """
    if request.method in SAFE_METHODS or session is None or "authorization" in request.headers:
        return
    csrf = request.headers.get(CSRF_HEADER)
    if csrf is not None and hmac.compare_digest(csrf.encode(), session.csrf.encode()):
        return
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if not (site == "same-origin" if site is not None else origin is not None and _is_own(request, origin)):
        raise NotFromHere()


def _is_cross_site(request: Request) -> bool:
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        return site not in ("same-origin", "none")
    return origin is not None and not _is_own(request, origin)


def _is_own(request: Request, origin: str) -> bool:
    """Tell whether an Origin is ours: the public one, or the host that the browser itself was asked for."""
    return origin == sessions_of(request).origin or urlsplit(origin).netloc == request.headers.get("host")

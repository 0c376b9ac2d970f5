"""Signing in, out and up, and what the reader likes: language, and the unit of weight."""

from dataclasses import dataclass

from pydantic import ValidationError
from starlette.responses import Response

from gateway import session
from gateway.pages.kit.asking import Refused
from gateway.pages.kit.language import COOKIE, EASY, N_, WORDS_COOKIE
from gateway.pages.kit.page import THEME_COOKIE, WEIGHT_COOKIE, Page, safe_next
from gateway.pages.kit.words import ROLES, say
from gateway.usecases.commands import (
    ACCOUNT_LENGTH_MAX,
    NAME_LENGTH_MAX,
    PASSWORD_LENGTH_MAX,
    PASSWORD_LENGTH_MIN,
    CreateAccount,
)
from gateway.usecases.create_account import create_account
from shared.errors import Refusal
from shared.http.problems import document, status_of
from shared.ids import new_id

PREFERENCE_SECONDS = 365 * 24 * 3600
OWN_THEME = "own"
WORDS = {"usual": N_("The usual words"), EASY: N_("Plain words and larger letters")}
THEME_WORDS = {
    OWN_THEME: N_("As this device is set"),
    "light": N_("Light"),
    "dark": N_("Dark"),
    "contrast": N_("High contrast"),
}


@dataclass(frozen=True, slots=True)
class SignInView:
    next: str


@dataclass(frozen=True, slots=True)
class SignUpView:
    id: str
    account_hint: str
    password_hint: str


@dataclass(frozen=True, slots=True)
class PreferencesView:
    next: str
    language: str
    languages: list[tuple[str, str]]
    weight: str
    weights: list[tuple[str, str]]
    theme: str
    themes: list[tuple[str, str]]
    words: str
    word_kinds: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class SeatView:
    role: str
    organisation: str


@dataclass(frozen=True, slots=True)
class AccountView:
    name: str
    seats: tuple[SeatView, ...]


async def show_sign_in(page: Page) -> Response:
    """Ask who is there."""
    next_url = safe_next(page.asked("next", "/"))
    if page.session is not None:
        return page.go(next_url)
    return page.show("anyone/sign_in.html", SignInView(next_url))


async def sign_in(page: Page) -> Response:
    """Open a session, or say why not; the account stays typed, the password does not."""
    form, next_url = page.form, safe_next(page.form.value("next", "/"))
    account = form.text("account", most=ACCOUNT_LENGTH_MAX)
    password = form.values.pop("password", "")
    if not password:
        form.wrong("password", page.speech(N_("This needs an answer.")))
    elif len(password) > PASSWORD_LENGTH_MAX:
        form.wrong("password", page.speech(N_("At most %(most)s characters."), most=PASSWORD_LENGTH_MAX))
    if form.ok:
        try:
            opened = await session.sign_in(page.request, account, password)
        except Refusal as refusal:
            form.take(_refused(page, refusal))
        else:
            response = page.go(next_url)
            session.set_cookie(page.request, response, opened)
            return response
    return page.show("anyone/sign_in.html", SignInView(next_url))


async def sign_out(page: Page) -> Response:
    """End the session."""
    await session.sign_out(page.request)
    response = page.go("/", "out")
    session.clear_cookie(page.request, response)
    response.headers["clear-site-data"] = '"storage"'  # Nothing that was kept for want of a network is left.
    return response


async def show_sign_up(page: Page) -> Response:
    """Ask for what an account needs."""
    return page.show("anyone/sign_up.html", _sign_up_view(page, str(new_id())))


async def sign_up(page: Page) -> Response:
    """Make an account and sign it in."""
    form = page.form
    hidden = form.id("id")
    password = form.values.pop("password", "")
    name = form.text("name", most=NAME_LENGTH_MAX)
    account = form.text("account", most=ACCOUNT_LENGTH_MAX)
    if not password:
        form.wrong("password", page.speech(N_("This needs an answer.")))
    if form.ok:
        try:
            command = CreateAccount(account=account, name=name, password=password, language=page.language)
            await create_account(
                page.request.app.state.desk,
                command,
                address=session.address_of(page.request),
                idempotency_key=str(hidden),
            )
            opened = await session.sign_in(page.request, account, password)
        except ValidationError as error:
            for item in error.errors():
                field = str(item["loc"][0])
                view = _sign_up_view(page, "")
                form.wrong(field, {"account": view.account_hint, "password": view.password_hint}.get(field, view.id))
        except Refusal as refusal:
            refused = _refused(page, refusal)
            form.wrong("account" if refused.slug == "account-taken" else "", refused.sentence(page.speech))
        else:
            response = page.go("/supplier", "up")
            session.set_cookie(page.request, response, opened)
            return response
    return page.show("anyone/sign_up.html", _sign_up_view(page, str(hidden or new_id())))


async def show_account(page: Page) -> Response:
    """Show who the reader is here."""
    seats = tuple(SeatView(say(ROLES, seat.role, page.speech), seat.organisation_name) for seat in page.seats())
    return page.show("anyone/account.html", AccountView(page.session.name if page.session else "", seats))


async def show_preferences(page: Page) -> Response:
    """Ask how the site should look and speak."""
    speech = page.speech
    view = PreferencesView(
        next=safe_next(page.asked("next", "/")),
        language=speech.language,
        languages=[("zh", "中文"), ("en", "English")],
        weight=speech.weight_unit,
        weights=[("jin", speech(N_("jin (500 g)"))), ("kg", speech(N_("Kilograms")))],
        theme=page.theme or OWN_THEME,
        themes=[(code, speech(text)) for code, text in THEME_WORDS.items()],
        words=EASY if speech.easy else "usual",
        word_kinds=[(code, speech(text)) for code, text in WORDS.items()],
    )
    return page.show("anyone/preferences.html", view)


async def set_preferences(page: Page) -> Response:
    """Keep in this browser how the site should look and speak."""
    response = page.go(safe_next(page.form.value("next", "/")))
    for field, cookie, words in (
        ("language", COOKIE, ("zh", "en")),
        ("weight", WEIGHT_COOKIE, ("jin", "kg")),
        ("theme", THEME_COOKIE, THEME_WORDS),
        ("words", WORDS_COOKIE, WORDS),
    ):
        if (chosen := page.form.value(field)) in words:
            secure = session.sessions_of(page.request).is_https
            response.set_cookie(
                cookie, chosen, max_age=PREFERENCE_SECONDS, path="/", httponly=True, samesite="lax", secure=secure
            )
    return response


def _sign_up_view(page: Page, hidden: str) -> SignUpView:
    return SignUpView(
        id=hidden,
        account_hint=page.speech(N_("3 to 64 letters, digits and . _ - @ +; it begins with a letter or a digit.")),
        password_hint=page.speech(
            N_("At least %(least)s characters. A few words in a row are easy to keep in mind."),
            least=PASSWORD_LENGTH_MIN,
        ),
    )


def _refused(page: Page, refusal: Refusal) -> Refused:
    return Refused.of(status_of(refusal), document(refusal, language=page.language))

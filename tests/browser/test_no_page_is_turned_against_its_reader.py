"""What a stranger puts into an address or a form never runs, never leads away, and never acts in a reader's name.

Asked over HTTP, as a browser's own guards come on top: every page that `test_every_page_stands` knows, and every
address of the gateway's table that takes a form.
"""

import re
from collections.abc import AsyncIterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import httpx
import pytest
from starlette.routing import Route

from gateway import pages
from gateway.session import COOKIE
from tests.browser.test_every_page_stands import PAGES
from tests.build.door import Person
from tests.build.everything import Everything
from tests.build.town import Town
from tests.whole import Whole

RAW = ("<script>turned(1)</script>", "<img src=x onerror=turned(1)>")
SCRIPTS = (f'">{RAW[0]}', f"</title>'>{RAW[1]}", "javascript:turned(1)", "{{7*7}}\r\nset-cookie: turned=1")
"""Each is short enough to be a word that is searched for."""
ASKED = {"q", "state", "year", "next", "done", "cursor"}
"""What many pages are asked by; of each page also what its own forms and links ask."""
AWAY = (
    *("https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "/%5cevil.example"),
    *("javascript:turned(1)", "data:text/html,turned", "https:evil.example", "/\t/evil.example", "evil.example", ""),
)
NOT_OF_A_READER = {"/sign-in", "/sign-up", "/preferences", "/verify", "/cases/new", "/cases/follow"}
"""What who is not signed in may send: another site's browser is refused by what it says of itself."""


class Read(HTMLParser):
    """Notes what of a page could run, and what leads away."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.asks: set[str] = set()
        """By what the page's own fields and links ask for another."""
        self.script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.script = tag == "script" and "src" not in named and named.get("type") != "application/ld+json"
        self.faults += [f"<{tag} {name}>" for name in named if name.startswith("on") or name == "style"]
        if tag in ("input", "select", "textarea"):
            self.asks.add(named.get("name") or "q")
        self.asks |= set(parse_qs(urlsplit(named.get("href") or "").query))
        for name in ("href", "src", "action", "formaction"):
            url = re.sub(r"[\s\x00-\x1f]", "", named.get(name) or "").lower()
            if url.startswith(("javascript:", "data:", "vbscript:")) or "evil.example" in url.split("?")[0]:
                self.faults.append(f'<{tag} {name}="{url}">')
        if "turned" in tag or any("turned" in name for name in named):
            self.faults.append(f"<{tag} {sorted(named)}>")

    def handle_data(self, data: str) -> None:
        if self.script and data.strip():
            self.faults.append(f"an inline script: {data[:80]}")


def faults(answer: httpx.Response) -> list[str]:
    """List what in an answer could run, lead away, or be a header of a stranger's."""
    read = Read()
    if answer.headers.get("content-type", "").startswith("text/html"):
        read.feed(answer.text)
        policy = answer.headers["content-security-policy"]
        if "default-src 'none'" not in policy or "unsafe" in policy:
            read.faults.append(policy)
        read.faults += [raw for raw in RAW if raw in answer.text]
    if any("turned" in one for one in answer.headers.get_list("set-cookie")):
        read.faults.append("a cookie of a stranger's")
    return read.faults


@pytest.fixture(scope="module")
async def http(running_whole: Whole) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=running_whole.base_url, timeout=30, trust_env=False) as client:
        yield client


def cookie(person: Person) -> dict[str, str]:
    return {"cookie": f"{COOKIE}={person.token}"} if person.token else {}


class TestAnAddress:
    @pytest.mark.pages
    @pytest.mark.parametrize("page", PAGES)
    async def test_never_brings_a_script_of_its_writer_onto_the_page(
        self, http: httpx.AsyncClient, peopled: Town, page: str
    ) -> None:
        who, path = PAGES[page]
        url, _, given = path(peopled).partition("?")
        found: dict[str, Any] = {}
        signed_in, read = cookie(peopled.person(who)), Read()
        read.feed((await http.get(path(peopled), headers=signed_in)).text)
        for name in sorted(read.asks | ASKED):
            for at, script in enumerate(SCRIPTS):
                asked = {**{key: value[0] for key, value in parse_qs(given).items()}, name: script}
                answer = await http.get(f"{url}?{urlencode(asked)}", headers=signed_in)
                wrong = faults(answer)
                if answer.status_code >= 500 or wrong:
                    found[f"{name} {at} {answer.status_code}"] = wrong
        assert found == {}

    @pytest.mark.parametrize("away", AWAY)
    async def test_that_leads_on_never_leads_away(self, http: httpx.AsyncClient, peopled: Town, away: str) -> None:
        signed_in = cookie(peopled.person("buyer own"))
        for path in ("/sign-in", "/preferences"):
            asked = await http.get(f"{path}?next={quote(away, safe='')}", headers=signed_in)
            assert _stays(asked.headers.get("location", "/")), (path, asked.headers)
            assert faults(asked) == []
        told = await http.post("/preferences", data={"next": away, "language": "zh"})
        assert _stays(told.headers["location"])


def _stays(location: str) -> bool:
    return location.startswith("/") and not location.startswith(("//", "/\\")) and not re.search(r"[\s\\]", location)


PLACES = {"uuid": "00000000-0000-7000-8000-000000000000", "int": "2026"}


def taking_forms() -> list[str]:
    """List the gateway's addresses that take a form, each with something in its places."""
    found = set()
    for route in pages.routes:
        if isinstance(route, Route) and "POST" in (route.methods or ()):
            path = re.sub(r"\{\w+:(\w+)\}", lambda match: PLACES[match[1]], route.path)
            found.add(re.sub(r"\{\w+\}", "x", path))
    return sorted(found)


class TestAForm:
    async def test_that_is_not_the_readers_own_does_nothing(
        self, http: httpx.AsyncClient, peopled: Town, everything: Everything
    ) -> None:
        reader = peopled.person("buyer own")
        signed_in, wrong = cookie(reader), []
        async with everything.unchanged():
            for path in taking_forms():
                for csrf in (None, "", "0" * 43, "用", reader.token):
                    sent = {"account": "x"} if csrf is None else {"csrf": csrf}
                    answer = await http.post(path, data=sent, headers=signed_in)
                    if answer.status_code != 403 or faults(answer):
                        wrong.append((path, csrf, answer.status_code, faults(answer)))
        assert wrong == []

    @pytest.mark.parametrize("path", sorted(NOT_OF_A_READER & set(taking_forms())))
    async def test_that_another_site_has_a_stranger_send_does_nothing(self, http: httpx.AsyncClient, path: str) -> None:
        for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}):
            answer = await http.post(path, data={"account": "x"}, headers=headers)
            assert answer.status_code == 403, headers

    async def test_of_a_page_for_readers_is_refused_to_a_stranger(self, http: httpx.AsyncClient) -> None:
        wrong = []
        for path in taking_forms():
            if path not in NOT_OF_A_READER:
                answer = await http.post(path, data={"csrf": ""})
                if answer.status_code != 401 or faults(answer):
                    wrong.append((path, answer.status_code))
        # A case is followed by the code of its receipt, and who is not signed in is signed out already.
        wrong = [(path, status) for path, status in wrong if not (path.startswith("/cases/0") and status == 404)]
        assert wrong == [("/sign-out", 303)]

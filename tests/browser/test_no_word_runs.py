"""A script in every free text that the door takes comes back inert, on every page and in every file that shows it."""

import re
from collections.abc import AsyncIterator
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import httpx
import pytest

from shared.contracts.authority import POLICY
from tests.browser.test_every_page_stands import PAGES
from tests.browser.test_no_page_is_turned_against_its_reader import cookie, faults
from tests.build.door import open_door
from tests.build.everything import Everything
from tests.build.land import lay_out
from tests.build.own_set import own_set
from tests.build.people import people_of
from tests.build.running import running_with_cards
from tests.build.scripted import Field, ScriptingDoor
from tests.build.town import Town, build_town
from tests.integration.authority.cases import may
from tests.integration.authority.test_matrix import CASES, ENDS_SESSIONS, asked

pytestmark = pytest.mark.pages

CODED = {
    Field("issue_report", "preset"),
    Field("put_capacity", "item_code"),
    Field("put_fair", "stream_url"),
    Field("put_fair_sale", "item_code"),
    Field("put_listing", "category"),
    Field("put_listing", "item_code"),
    Field("put_mail_address", "address"),
    Field("put_off_platform_purchase", "category"),
    Field("put_opening_balance", "lines.category"),
    Field("put_outside_sale", "item_code"),
    Field("put_rule_draft", "rule.categories"),
    Field("put_webhook_endpoint", "url"),
    Field("sign_up", "account"),
}
"""What is no free text, though the document has no codelist of it: a script is refused by its service."""
UNSENT = {
    *(Field("sign_in", name) for name in ("account", "password")),
    *(Field("put_supplier", name) for name in ("credit_code", "bank_account.account_name", "bank_account.bank_name")),
    *(Field("put_reservation", name) for name in ("explanation", "reason", "reserved.rule")),
    *(Field("put_rule_draft", f"rule.defaults.{name}") for name in ("answer", "answer_en", "question", "question_en")),
    Field("put_rule_draft", "rule.preference"),
    Field("accept_invitation", "code"),
    Field("enter_draw_result", "not_held"),
    Field("issue_report", "rule"),
    Field("put_canteen_filing", "holders.name"),
    Field("put_listing", "unit_name"),
    Field("put_visit", "mend.what"),
    Field("second_weight", "reason"),
    Field("withdraw_return", "reason"),
}
"""Codes and passwords, and what no request of the tests' town comes to: nothing is said of these."""
SEEN_MIN = 60
"""How many free texts are seen on some page at least; many are read over the JSON door alone."""


class Scripted(NamedTuple):
    """A town whose every word that anybody wrote has a script in it."""

    town: Town
    door: ScriptingDoor
    url: str


class Shown(NamedTuple):
    """What was looked at, and what of it was wrong."""

    looked_at: set[str]
    wrong: dict[str, list[str]]
    fields: set[int]
    """The numbers of the free texts that some page shows."""


@pytest.fixture(scope="module")
async def scripted(env: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scripted]:
    own = await own_set(env, "scripted")
    async with running_with_cards(tmp_path_factory.mktemp("scripted"), own) as whole:
        async with open_door(whole.base_url) as plain:
            document = (await plain.get("/openapi.json")).json()
        everything = Everything(whole.env)
        await everything.open()
        land = await lay_out(whole.env)
        await everything.settled()
        door = ScriptingDoor(whole.base_url, document)
        async with door, people_of(whole.env["GATEWAY_DATABASE_URL"], door) as people:
            town = await build_town(people, everything, land)
            await _go_on(town, everything)
            yield Scripted(town, door, whole.base_url)
        await everything.close()


async def _go_on(town: Town, everything: Everything) -> None:
    """Do with it whatever can be done, as the first of those who may; what comes too late by then is not done."""
    for operation, case in CASES.items():
        row = POLICY[operation]
        if row.method == "GET" or operation in ENDS_SESSIONS:
            continue
        whose = case.whose(town)
        resident = next(one for one in town if may(one, row, whose))
        await asked(resident, operation, case.own(town))
        await everything.settled()


@pytest.fixture(scope="module")
async def shown(scripted: Scripted) -> Shown:
    """Look at every page, and at all that it leads to, as each who has to do with it."""
    shown = Shown(set(), {}, set())
    async with httpx.AsyncClient(base_url=scripted.url, timeout=30, trust_env=False) as http:
        for who, path in PAGES.values():
            page = await _look(http, scripted.town, who, path(scripted.town), shown)
            for href in sorted(set(re.findall(r'href="([^"#]+)"', page))):
                url = urljoin(path(scripted.town), href.replace("&amp;", "&"))
                if url.startswith("/") and not urlsplit(url).path.startswith("/static"):
                    await _look(http, scripted.town, who, url, shown)
    return shown


async def _look(http: httpx.AsyncClient, town: Town, who: str, url: str, shown: Shown) -> str:
    name = f"{who} {url}"
    if name in shown.looked_at:
        return ""
    shown.looked_at.add(name)
    answer = await http.get(url, headers=cookie(town.person(who)))
    wrong = [*faults(answer), *([] if answer.status_code < 500 else [str(answer.status_code)])]
    if answer.headers.get("x-content-type-options") != "nosniff":
        wrong.append("its kind may be guessed")
    if re.search(r"turned\(\d+\)(>|&gt;)49", answer.text):
        wrong.append("a template in a word was filled in")
    if wrong:
        shown.wrong[name] = wrong
    text = answer.text if answer.headers.get("content-type", "").startswith("text/") else ""
    shown.fields.update(int(number) for number in re.findall(r"turned[(=](\d+)", text))
    return text if "html" in answer.headers.get("content-type", "") else ""


class TestAScriptInAWord:
    def test_is_sent_in_every_free_text(self, scripted: Scripted) -> None:
        door = scripted.door
        assert door.refused <= CODED, door.refused - CODED
        unsent = set(door.fields) - door.taken - door.refused
        assert unsent <= UNSENT, unsent - UNSENT

    async def test_never_runs_nor_leads_away(self, shown: Shown) -> None:
        assert shown.wrong == {}

    async def test_is_shown_as_it_was_written(self, scripted: Scripted, shown: Shown) -> None:
        seen = {field for field, number in scripted.door.fields.items() if number in shown.fields}
        assert len(seen) >= SEEN_MIN, sorted(seen)

"""Every operation is tried by everybody, on what is theirs, on another's and on nobody's; a refusal leaves nothing.

The table `POLICY` says who may; the tests read its words in their own way (`cases.may`). Whoever may not is answered
401 or 403, for what is nobody's also 404; then rows, outboxes, files and payment intents are what they were.
"""

import json
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from services.procurement_quota.domain.checkpoints import PREFIX
from shared.clock import SystemClock, business_date
from shared.contracts.authority import POLICY, Role
from shared.files import S3ObjectStore
from shared.ids import new_id
from tests.build.drafts import a_rule_draft
from tests.build.everything import Digest, Everything, changes
from tests.build.land import Land
from tests.build.market import a_photo, a_purchase, an_invoice, ask_for, some_terms
from tests.build.people import People
from tests.build.town import Resident, Town, build_town
from tests.integration.authority.account_cases import ACCOUNTS
from tests.integration.authority.audit_cases import AUDITS
from tests.integration.authority.case_cases import RAISED
from tests.integration.authority.cases import CASES as OTHERS
from tests.integration.authority.cases import TODAY, Ask, Case, Whose, may, path_of
from tests.integration.authority.fair_cases import FAIRS
from tests.integration.authority.filing_cases import FILINGS
from tests.integration.authority.finding_cases import FINDING
from tests.integration.authority.goods_cases import GOODS
from tests.integration.authority.notice_cases import CALENDARS, NOTICES
from tests.integration.authority.on_site_cases import ON_SITE
from tests.integration.authority.people_cases import PEOPLE
from tests.integration.authority.plausible_cases import PLAUSIBLE
from tests.integration.authority.quota_cases import QUOTA
from tests.integration.authority.recognition_cases import RECOGNISED
from tests.integration.authority.report_cases import REPORTS
from tests.integration.authority.return_cases import RETURNS
from tests.integration.authority.stock_cases import STOCK
from tests.integration.authority.supply_cases import SUPPLY
from tests.integration.authority.weighing_cases import WEIGHINGS
from tests.integration.authority.window_cases import WINDOW
from tests.whole import Whole

SUPPLIED = SUPPLY | PLAUSIBLE | GOODS | STOCK | RECOGNISED | FINDING | FAIRS | ON_SITE | PEOPLE | WINDOW
RAISED_OR_FILED = RAISED | RETURNS | ACCOUNTS | WEIGHINGS | NOTICES | CALENDARS | FILINGS | REPORTS | AUDITS
CASES = OTHERS | QUOTA | RAISED_OR_FILED | SUPPLIED
REFUSED = (401, 403)
NOT_THERE = (401, 403, 404)
REPEATED = (409,)
"""Whoever may, but comes second, meets how things stand by now."""
ENDS_SESSIONS = {"sign_out"}


@pytest.fixture(scope="module")
async def town(people: People, everything: Everything, land: Land) -> Town:
    await everything.let_nothing_more_be_drafted()
    return await build_town(people, everything, land)


async def asked(resident: Resident, operation: str, ask: Ask) -> httpx.Response:
    row = POLICY[operation]
    return await resident.person.ask(
        row.method,
        path_of(row, ask),
        ask.body,
        content=ask.content,
        media_type=ask.media_type,
        headers=ask.headers,
    )


def told(resident: Resident, answer: httpx.Response) -> str:
    return (
        f"{resident.label}: {answer.request.method} {answer.request.url.path} {answer.status_code} {answer.text[:300]}"
    )


class Look:
    """What there was when somebody last looked: where nothing may happen, the next need not look again."""

    def __init__(self, everything: Everything) -> None:
        self._everything = everything
        self._last: Digest | None = None

    async def before(self) -> Digest:
        """Give what there is, which counts until `after` looks anew or something may happen."""
        last, self._last = self._last, None
        return last or await self._now()

    async def after(self) -> Digest:
        self._last = await self._now()
        return self._last

    def forget(self) -> None:
        """Look again next time, as something may happen now."""
        self._last = None

    async def _now(self) -> Digest:
        await self._everything.settled()
        return await self._everything.digest()


@pytest.fixture(scope="module")
def look(everything: Everything) -> Look:
    return Look(everything)


class Trial:
    """One operation, tried by everybody in the town."""

    def __init__(self, operation: str, town: Town, everything: Everything, look: Look) -> None:
        self.operation, self.town, self.everything, self.look = operation, town, everything, look
        self.case: Case = CASES[operation]
        self.whose: Whose = self.case.whose(town)
        self.wrong: list[str] = []

    def may(self, resident: Resident) -> bool:
        return may(resident, POLICY[self.operation], self.whose)

    async def refused(self) -> None:
        """Whoever may not is refused, and nothing happens; nor for anybody on what is nobody's."""
        before = await self.look.before()
        own = self.case.own(self.town)
        asks: list[tuple[Resident, Ask, tuple[int, ...]]] = [
            (one, own, REFUSED) for one in self.town if not self.may(one)
        ]
        if self.case.nobodys is not None:
            asks += [(one, self.case.nobodys(self.town), NOT_THERE) for one in self.town]
        for resident, ask, expected in asks:
            answer = await asked(resident, self.operation, ask)
            if self.case.lists and answer.status_code == 200:
                self._sees_nothing(resident, answer)
            elif answer.status_code not in expected or self._is_wrongly_anonymous(resident, answer):
                self.wrong.append(told(resident, answer))
        happened = changes(before, await self.look.after())
        assert (self.wrong, happened) == ([], {})

    async def allowed(self) -> None:
        """Whoever may is not refused; the first of them is taken."""
        self.look.forget()
        await self.everything.settled()  # A period closes only once all that was said is heard.
        answers = []
        for resident in self.town:
            if self.may(resident):
                answer = await asked(await self._with_a_session(resident), self.operation, self.case.own(self.town))
                answers.append(answer.status_code)
                if answer.status_code not in (*self.case.taken_as, *REPEATED):
                    self.wrong.append(told(resident, answer))
        assert self.wrong == []
        assert answers[0] in self.case.taken_as, f"{self.operation} was not taken of the first: {answers}"

    async def _with_a_session(self, resident: Resident) -> Resident:
        """Give somebody like them where the operation would end their session."""
        if self.operation not in ENDS_SESSIONS:
            return resident
        return replace(resident, person=await self.town.market.people.one("passing by"))

    def _sees_nothing(self, resident: Resident, answer: httpx.Response) -> None:
        hidden = self.case.hides and {str(one) for one in self.case.hides(self.town)}
        items = answer.json()["items"]
        if items if hidden is None else any(one in json.dumps(items) for one in hidden):
            self.wrong.append(told(resident, answer))

    @staticmethod
    def _is_wrongly_anonymous(resident: Resident, answer: httpx.Response) -> bool:
        """401 is for the public alone; whoever is signed in is told 403."""
        return answer.status_code in REFUSED and (answer.status_code == 401) != (resident.person.token == "")


def test_every_operation_has_its_case() -> None:
    assert CASES.keys() == POLICY.keys()


@pytest.mark.parametrize("operation", POLICY)
async def test_refuses_everybody_else_and_leaves_nothing(
    operation: str, town: Town, everything: Everything, look: Look
) -> None:
    await Trial(operation, town, everything, look).refused()


@pytest.mark.parametrize("operation", POLICY)
async def test_serves_whoever_may(operation: str, town: Town, everything: Everything, look: Look) -> None:
    await Trial(operation, town, everything, look).allowed()


class TestTheDigest:
    """By which nothing is known to have happened: it sees whatever comes, changes or goes of what is signed."""

    async def test_sees_every_checkpoint_but_the_daily_one_of_today(self, running_whole: Whole) -> None:
        env = {**running_whole.env, "S3_BUCKET": f"{running_whole.env['S3_BUCKET']}-signed"}
        files = S3ObjectStore(env["S3_URL"], env["S3_ACCESS_KEY"], env["S3_SECRET_KEY"], env["S3_BUCKET"])
        await files.ensure_bucket()
        looks, today = Everything(env), business_date(SystemClock().now())
        await looks.open(with_messages=False)
        seen = [(await looks.digest())["files"]]
        await looks.sign_a_checkpoint(today)
        assert (await looks.digest())["files"] == seen[0]
        yesterday = f"{PREFIX}{await looks.sign_a_checkpoint(today - timedelta(days=1))}.json"
        seen.append((await looks.digest())["files"])
        for key, body in ((yesterday, b"{}"), (yesterday, b"{ }"), (f"{PREFIX}{today}_0002.json", b"{}")):
            await files.put(key, body, "application/json")
            seen.append((await looks.digest())["files"])
        await files.remove(yesterday)
        seen.append((await looks.digest())["files"])
        assert len({*seen}) == len(seen) == 6
        await looks.close()


class TestNobodyDecidesOnTheirOwn:
    """A person with two seats asks with one, and may not decide with the other; somebody else may."""

    async def test_application(self, town: Town, people: People, everything: Everything) -> None:
        both = await people.one("officer who applies", (Role.OFFICER, town.land.county))
        seller = await town.market.applied(both)
        async with everything.unchanged():
            await both.refused(403, "own-request", "POST", f"/suppliers/{seller}/reviews", {"outcome": "recommend"})
        await town.person("officer county").post(f"/suppliers/{seller}/reviews", {"outcome": "recommend"})
        admit = ("POST", f"/suppliers/{seller}/reviews", {"outcome": "admit"})
        await people.seat(both, Role.OFFICER, town.land.prefecture)
        async with everything.unchanged():
            await both.refused(403, "own-request", *admit)

    async def test_recommendation(self, town: Town, people: People, everything: Everything) -> None:
        """Admitting and revoking take a level above and another person; both hold without each other."""
        seller = await town.market.applied(await people.one("applicant"))
        both = await people.one(
            "officer of two levels", (Role.OFFICER, town.land.county), (Role.OFFICER, town.land.prefecture)
        )
        path, admit = f"/suppliers/{seller}/reviews", {"outcome": "admit"}
        revoke = {"outcome": "revoke", "reason": "到期", "ground": "lapse"}
        await both.post(path, {"outcome": "recommend"})
        async with everything.unchanged():
            await both.refused(403, "recommended-by-you", "POST", path, admit)
            await town.person("officer county").refused(403, "admitted-from-above", "POST", path, admit)
        await town.person("officer prefecture").post(path, admit)
        async with everything.unchanged():
            await both.refused(403, "recommended-by-you", "POST", path, revoke)
            await town.person("officer county").refused(403, "admitted-from-above", "POST", path, revoke)
        await town.person("officer province").post(path, revoke)

    async def test_listing(self, town: Town, people: People, everything: Everything) -> None:
        both = await people.one("officer who sells", (Role.OFFICER, town.land.county), (Role.SUPPLIER, town.seller.id))
        listing = f"/listings/{new_id()}"
        await both.put(listing, some_terms(town.seller.id, "自卖自夸的瓜"))
        await both.put(f"{listing}/photos/{new_id()}", content=a_photo(), media_type="image/jpeg")
        await both.post(f"{listing}/submission")
        async with everything.unchanged():
            await both.refused(403, "own-request", "POST", f"{listing}/reviews", {"outcome": "publish"})
        await town.person("officer county").post(f"{listing}/reviews", {"outcome": "publish"})

    async def test_requisition(self, town: Town, people: People, everything: Everything) -> None:
        canteen = town.land.prefecture_canteen
        both = await people.one("approver who buys", (Role.APPROVER, town.land.prefecture), (Role.BUYER, canteen))
        waiting = await ask_for(both, canteen, town.goods.line(2_500_000))
        path = f"/requisitions/{waiting['requisition_id']}/decisions"
        async with everything.unchanged():
            await both.refused(403, "own-request", "POST", path, {"outcome": "approve"})
        decided = await town.person("approver prefecture").post(path, {"outcome": "approve"})
        assert decided["state"] == "placed"

    async def test_origin(self, town: Town, people: People, everything: Everything) -> None:
        canteen = town.land.prefecture_canteen
        both = await people.one("finance who buys", (Role.FINANCE, town.land.province), (Role.BUYER, canteen))
        path = f"/off-platform-purchases/{new_id()}"
        await both.put(path, a_purchase(canteen, an_invoice()))
        body = {"outcome": "accept", "reason": "属实"}
        async with everything.unchanged():
            await both.refused(403, "own-request", "POST", f"{path}/verification", body)
        await town.person("finance province").post(f"{path}/verification", body)

    @pytest.mark.parametrize("kind", ["rule", "designation"])
    async def test_draft(self, kind: str, town: Town, people: People, everything: Everything) -> None:
        both = await people.one(
            "officer twice", (Role.OFFICER, town.land.province), (Role.OFFICER, town.land.prefecture)
        )
        path, code = f"/{kind}-drafts/{new_id()}", f"{town.ids['rule']}-own"
        await both.put(path, a_rule_draft(code) if kind == "rule" else {**town.ids["list drafted"], "list_code": code})
        body = {"version": 1, "outcome": "return", "reason": "自己的草案"}
        async with everything.unchanged():
            await both.refused(403, "own-request", "POST", f"{path}/decisions", body)
        decided = await town.person("officer province").post(f"{path}/decisions", body)
        assert decided["state"] == "returned"

    async def test_reservation(self, town: Town, people: People, everything: Everything) -> None:
        seats = (Role.FINANCE, town.land.elsewhere), (Role.FINANCE, town.land.province)
        both = await people.one("finance of two levels", *seats)
        path, reserved = f"/reservations/{new_id()}", [{"rule": "hunan-2020-canteen", "amount_fen": 200_000}]
        body = {"canteen_id": str(town.land.other_canteen), "year": TODAY.year, "expected_base_fen": 1_000_000}
        await both.put(path, {**body, "reserved": reserved})
        review = {"version": 1, "outcome": "accept"}
        async with everything.unchanged():
            await both.refused(403, "own-request", "POST", f"{path}/reviews", review)
        await town.person("finance province").post(f"{path}/reviews", review)

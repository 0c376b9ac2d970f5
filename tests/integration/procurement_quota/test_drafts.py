"""One officer drafts a rule or a list, another puts it in force from a day to come, and nothing in force is edited."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from services.procurement_quota.domain.drafts import DraftKind, DraftOutcome
from services.procurement_quota.domain.seeded_rules import HUNAN_51
from services.procurement_quota.usecases.decide_designation_draft import decide_designation_draft
from services.procurement_quota.usecases.decide_rule_draft import decide_rule_draft
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.draft_commands import DecideDesignationDraft, DecideRuleDraft, WithdrawDraft
from services.procurement_quota.usecases.get_statement import AskStatement, get_statement
from services.procurement_quota.usecases.keep_draft import DraftElsewhere, DraftOfAnother, DraftUnknown
from services.procurement_quota.usecases.list_reference import list_designations, list_rules
from services.procurement_quota.usecases.put_designation_draft import put_designation_draft
from services.procurement_quota.usecases.put_rule_draft import put_rule_draft
from services.procurement_quota.usecases.read_drafts import get_draft, list_drafts
from services.procurement_quota.usecases.settle_draft import DraftAmended, DraftOutdated, withdraw_draft
from shared.app import Program
from shared.contracts.authority import Identity, NotAllowed, OwnRequest, Role, Seat
from shared.db.unit_of_work import Stamp
from shared.errors import InvalidFields
from shared.ids import new_id
from shared.states import WrongState
from tests.build.drafts import (
    PROVINCE_UNIT,
    a_list_draft,
    a_rule_draft,
    an_officer,
    joins,
    leaves,
    read_list_draft,
    read_rule_draft,
)
from tests.build.quota import CHALING, FURONG, PROVINCE_PATH, Kitchen, a_line, noon, someone
from tests.integration.procurement_quota.conftest import MakeKitchen, Unchanged
from tests.integration.procurement_quota.test_reference import said

TODAY = date(2025, 6, 20)
TOMORROW = TODAY + timedelta(days=1)
NEXT_YEAR = date(2026, 1, 1)
SHAOSHAN = "430382"


def a_code() -> str:
    return f"trial-{new_id().hex[-12:]}"


class Province:
    """Two officers of the province, and what they do."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.drafter, self.second = an_officer("周敏"), an_officer("吴强")

    async def draft(self, draft: dict[str, Any], draft_id: UUID | None = None, who: Identity | None = None) -> Any:
        found, _ = await put_rule_draft(self.desk, who or self.drafter, draft_id or new_id(), read_rule_draft(draft))
        return found

    async def decide(self, draft: Any, who: Identity | None = None, **command: Any) -> dict[str, Any]:
        decided = DecideRuleDraft.model_validate(
            {"version": draft["version"], "outcome": DraftOutcome.ENFORCE, **command}
        )
        return await decide_rule_draft(self.desk, who or self.second, UUID(draft["id"]), decided)

    async def in_force(self, draft: dict[str, Any]) -> dict[str, Any]:
        return await self.decide(await self.draft(draft))

    async def draft_list(self, draft: dict[str, Any]) -> Any:
        found, _ = await put_designation_draft(self.desk, self.drafter, new_id(), read_list_draft(draft))
        return found

    async def decide_list(self, draft: Any, **command: Any) -> dict[str, Any]:
        decided = DecideDesignationDraft.model_validate(
            {"version": draft["version"], "outcome": DraftOutcome.ENFORCE, **command}
        )
        return await decide_designation_draft(self.desk, self.second, UUID(draft["id"]), decided)

    async def rule(self, code: str) -> dict[str, Any] | None:
        found = (await list_rules(self.desk, limit=100, cursor=None))["items"]
        return next((one for one in found if one["code"] == code), None)

    async def counties(self, code: str, on: date | None = None) -> list[str]:
        found = await list_designations(self.desk, list_code=code, county=None, on=on, limit=100, cursor=None)
        return [one["county_code"] for one in found["items"]]


@pytest.fixture
def province(desk: Desk) -> Province:
    return Province(desk)


class TestRule:
    async def test_binds_from_the_day_that_a_second_officer_says(
        self, desk: Desk, province: Province, kitchen: Kitchen, program: Program
    ) -> None:
        code = a_code()
        drafted = await province.draft(a_rule_draft(code, kitchen.path, since=NEXT_YEAR))
        assert (drafted["state"], drafted["drafter_name"], await province.rule(code)) == ("drafted", "周敏", None)
        await kitchen.accept(a_line(700), on=TODAY)
        decided = await province.decide(drafted, valid_from="2027-01-01", reason="文件已核对")
        assert (decided["state"], decided["open_steps"]) == ("in_force", [])
        [decision] = decided["decisions"]
        told = {name: decision[name] for name in ("outcome", "decider_name", "valid_from", "written_version")}
        assert told == {
            "outcome": "enforce",
            "decider_name": "吴强",
            "valid_from": "2027-01-01",
            "written_version": 1,
        }
        rule = await province.rule(code)
        assert rule is not None
        assert [(one["valid_from"], one["document"]) for one in rule["in_force"]] == [
            ("2027-01-01", "湘残联〔2026〕8号")
        ]
        told_of: list[Any] = [one for one in await said(program, "rule.changed") if one["rule_code"] == code]
        assert [[days["valid_from"] for days in one["in_force"]] for one in told_of] == [["2027-01-01"]]
        kitchen.clock.set(noon(date(2027, 1, 2)))
        await kitchen.accept(a_line(100), on=date(2026, 12, 31))
        await kitchen.accept(a_line(300), a_line(40, origin_county_code=FURONG), on=date(2027, 1, 1))
        figures = (await kitchen.statement(code, 2027))["figures"]
        assert (figures["base_fen"], figures["counted_fen"], figures["required_fen"]) == (340, 300, 85)

    async def test_takes_over_from_the_version_before_and_what_was_judged_stays(
        self, desk: Desk, province: Province, kitchen: Kitchen, program: Program
    ) -> None:
        code = a_code()
        await province.in_force(a_rule_draft(code, kitchen.path, since=NEXT_YEAR))
        kitchen.clock.set(noon(date(2026, 7, 1)))
        await kitchen.accept(a_line(100, category="tea"), on=date(2026, 7, 1))
        before = await kitchen.statement(code, 2026)
        second = await province.in_force(
            a_rule_draft(code, kitchen.path, since=date(2027, 1, 1), rate_bp=5_000, categories=["vegetables"])
        )
        assert second["decisions"][0]["written_version"] == 2
        assert (await kitchen.statement(code, 2026))["figures"] == before["figures"]
        rule = await province.rule(code)
        assert rule is not None
        days = [(one["rule_version"], one["valid_from"], one["valid_to"]) for one in rule["in_force"]]
        assert days == [(1, "2026-01-01", "2027-01-01"), (2, "2027-01-01", None)]
        last: Any = [one for one in await said(program, "rule.changed") if one["rule_code"] == code][-1]
        assert last["rate_bp"] == 5_000
        assert [(one["valid_from"], one["terms"]["rate_bp"]) for one in last["in_force"]] == [
            ("2026-01-01", 2_500),
            ("2027-01-01", 5_000),
        ]
        kitchen.clock.set(noon(date(2027, 1, 5)))
        await kitchen.accept(a_line(5, category="tea"), on=date(2026, 12, 31))
        await kitchen.accept(a_line(900, category="tea"), a_line(10), on=date(2027, 1, 4))
        read = [await kitchen.statement(code, year) for year in (2026, 2027)]
        figures = [(one["figures"]["base_fen"], one["rule"]["version"], one["rule"]["rate_bp"]) for one in read]
        assert figures == [(105, 1, 2_500), (10, 2, 5_000)]
        lines = [(line["base_fen"], line["reason"]) for line in await kitchen.lines(code, 2027)]
        assert lines == [(0, "not_farm_produce"), (10, "origin_listed")]
        ask = AskStatement(code, 2027, known_by=date(2025, 6, 25))
        then = await get_statement(desk, kitchen.finance, kitchen.canteen_id, ask)
        now = await get_statement(desk, kitchen.finance, kitchen.canteen_id, AskStatement(code, 2027))
        assert [(one["rule"]["version"], one["rule"]["rate_bp"]) for one in (then, now)] == [(1, 2_500), (2, 5_000)]

    async def test_said_again_is_continued_by_its_document(self, province: Province, kitchen: Kitchen) -> None:
        code = a_code()
        first = a_rule_draft(code, kitchen.path, since=NEXT_YEAR, until=date(2027, 1, 1))
        await province.in_force(first)
        again = {**first, "valid_from": "2027-01-01", "valid_to": "2028-01-01", "document": "延续文件"}
        decided = await province.in_force(again)
        assert decided["decisions"][0]["written_version"] == 1
        rule = await province.rule(code)
        assert rule is not None
        assert [(one["rule_version"], one["document"]) for one in rule["in_force"]] == [
            (1, "湘残联〔2026〕8号"),
            (1, "延续文件"),
        ]

    @pytest.mark.parametrize(("since", "until"), [(TODAY, None), (date(2024, 1, 1), None), (TOMORROW, TOMORROW)])
    async def test_never_binds_from_today_or_a_past_day(
        self, province: Province, unchanged: Unchanged, since: date, until: date | None
    ) -> None:
        async with unchanged():
            with pytest.raises(InvalidFields) as refused:
                await province.draft(a_rule_draft(a_code(), since=since, until=until))
        assert refused.value.facts["errors"][0]["field"] in ("valid_from", "valid_to")

    @pytest.mark.parametrize(
        ("since", "until", "field", "next_one"),
        [
            (date(2026, 6, 1), None, "valid_from", "2027-01-01"),
            (date(2026, 12, 31), date(2028, 1, 1), "valid_from", "2027-01-01"),
            (NEXT_YEAR, date(2026, 12, 31), "valid_to", "2027-01-01"),
        ],
    )
    async def test_binds_whole_years_when_it_is_a_percentage(
        self, province: Province, unchanged: Unchanged, since: date, until: date | None, field: str, next_one: str
    ) -> None:
        async with unchanged():
            with pytest.raises(InvalidFields) as refused:
                await province.draft(a_rule_draft(a_code(), since=since, until=until))
        [problem] = refused.value.facts["errors"]
        assert (problem["field"], problem["next"]) == (field, next_one)

    async def test_binds_from_any_day_when_it_is_a_preference(self, province: Province, kitchen: Kitchen) -> None:
        draft = a_rule_draft(a_code(), kitchen.path, since=TOMORROW, rate_bp=None, preference=["listed_county"])
        assert (await province.in_force(draft))["state"] == "in_force"

    async def test_that_waited_too_long_is_put_in_force_from_a_later_day(
        self, province: Province, kitchen: Kitchen, unchanged: Unchanged
    ) -> None:
        drafted = await province.draft(a_rule_draft(a_code(), kitchen.path, since=NEXT_YEAR))
        kitchen.clock.set(noon(NEXT_YEAR))
        async with unchanged():
            with pytest.raises(DraftOutdated) as refused:
                await province.decide(drafted)
            with pytest.raises(InvalidFields):
                await province.decide(drafted, valid_from="2025-12-31")
            with pytest.raises(DraftOutdated):
                await province.decide(drafted, valid_from="2026-01-02")
        assert refused.value.facts["errors"][0]["earliest"] == "2027-01-01"
        assert (await province.decide(drafted, valid_from="2027-01-01"))["state"] == "in_force"

    async def test_does_not_pass_what_is_settled_ahead(self, province: Province, unchanged: Unchanged) -> None:
        code = a_code()
        waiting = await province.draft(a_rule_draft(code, since=date(2099, 1, 1), rate_bp=9_000))
        await province.in_force(a_rule_draft(code, since=date(2100, 1, 1)))
        async with unchanged():
            with pytest.raises(DraftOutdated):
                await province.decide(waiting)
            with pytest.raises(InvalidFields) as refused:
                await province.draft(a_rule_draft(code, since=date(2100, 1, 1), rate_bp=9_000))
        assert refused.value.facts["errors"][0]["settled_from"] == "2100-01-01"

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"rate_bp": None}, "rule.rate_bp"),
            ({"preference": ["listed_county"]}, "rule.rate_bp"),
            ({"rate_bp": None, "preference": ["friends"]}, "rule.preference"),
            ({"designated_unit_rate_bp": 5_000}, "rule.designated_unit_rate_bp"),
            ({"list_codes": []}, "rule.list_codes"),
            ({"list_codes": ["nowhere"]}, "rule.list_codes"),
            ({"list_codes": [HUNAN_51, HUNAN_51]}, "rule.list_codes"),
            ({"categories": ["toys"]}, "rule.categories"),
            ({"scope_path": "/430000/999999/"}, "rule.scope_path"),
            ({"code": "all"}, "rule.code"),
        ],
    )
    async def test_that_could_not_be_judged_is_not_drafted(
        self, province: Province, unchanged: Unchanged, wrong: dict[str, Any], field: str
    ) -> None:
        async with unchanged():
            with pytest.raises(InvalidFields) as refused:
                await province.draft(a_rule_draft(a_code()) | {"rule": a_rule_draft(a_code())["rule"] | wrong})
        assert field in [one["field"] for one in refused.value.facts["errors"]]

    @pytest.mark.parametrize("until", [date(9999, 12, 31), date(2100, 2, 1)], ids=str)
    async def test_of_a_percentage_ends_with_a_year_however_far(
        self, province: Province, unchanged: Unchanged, until: date
    ) -> None:
        async with unchanged():
            with pytest.raises(InvalidFields) as refused:
                await province.draft(a_rule_draft(a_code(), until=until))
        (problem,) = refused.value.facts["errors"]
        assert problem["field"] == "valid_to"
        assert problem.get("next") == (None if until.year == 9999 else "2101-01-01")


class TestTwoOfficers:
    async def test_whoever_drafted_never_decides_by_any_seat(
        self, desk: Desk, province: Province, unchanged: Unchanged
    ) -> None:
        drafted = await province.draft(a_rule_draft(a_code()))
        elsewhere = Identity(province.drafter.account_id, new_id(), "周敏", (Seat(Role.OFFICER, new_id(), "/430000/"),))
        async with unchanged():
            for who in (province.drafter, elsewhere):
                for outcome in DraftOutcome:
                    with pytest.raises(OwnRequest):
                        await province.decide(drafted, who, outcome=outcome, reason="属实")
        assert (await province.decide(drafted))["state"] == "in_force"

    async def test_the_database_refuses_it_too(self, province: Province, quota_env: dict[str, str]) -> None:
        drafted = await province.draft(a_rule_draft(a_code()))
        connection = await asyncpg.connect(quota_env["PROCUREMENT_QUOTA_DATABASE_URL"])
        try:
            with pytest.raises(asyncpg.CheckViolationError):
                await connection.execute(
                    "INSERT INTO draft_decision (draft_id, place, version, outcome, written_version, drafters, "
                    "decided_by, decider_name, decided_at) "
                    "VALUES ($1, 1, 1, 'enforce', 1, ARRAY[$2::uuid], $2, '', now())",
                    UUID(drafted["id"]),
                    province.drafter.account_id,
                )
        finally:
            await connection.close()

    async def test_the_province_alone_drafts_and_decides(
        self, desk: Desk, province: Province, unchanged: Unchanged
    ) -> None:
        drafted = await province.draft(a_rule_draft(a_code()))
        others = [
            someone(Role.OFFICER, new_id(), "/430000/430100/"),
            someone(Role.OFFICER, new_id(), "/440000/"),
            *(someone(role, PROVINCE_UNIT, PROVINCE_PATH) for role in (Role.FINANCE, Role.APPROVER, Role.AUDITOR)),
        ]
        async with unchanged():
            for who in others:
                with pytest.raises(NotAllowed):
                    await province.draft(a_rule_draft(a_code()), who=who)
                with pytest.raises(NotAllowed):
                    await province.decide(drafted, who)
            with pytest.raises(NotAllowed):
                await province.draft(a_rule_draft(a_code(), "/440000/"))
        auditor = someone(Role.AUDITOR, PROVINCE_UNIT, PROVINCE_PATH)
        read = await get_draft(desk, auditor, "get_rule_draft", DraftKind.RULE, UUID(drafted["id"]))
        assert read == drafted
        with pytest.raises(NotAllowed):
            await get_draft(desk, others[0], "get_rule_draft", DraftKind.RULE, UUID(drafted["id"]))
        with pytest.raises(DraftUnknown):
            await get_draft(desk, auditor, "get_designation_draft", DraftKind.DESIGNATION, UUID(drafted["id"]))


class TestDraft:
    async def test_is_returned_with_a_reason_amended_and_decided_on_what_was_read(
        self, desk: Desk, province: Province, unchanged: Unchanged
    ) -> None:
        draft = a_rule_draft(a_code())
        first = await province.draft(draft)
        with pytest.raises(InvalidFields):
            await province.decide(first, outcome="return", reason=" ")
        returned = await province.decide(first, outcome="return", reason="比例与文件不符")
        assert (returned["state"], returned["open_steps"]) == ("returned", ["amend", "withdraw"])
        with pytest.raises(WrongState):
            await province.decide(first)
        again, new = await put_rule_draft(desk, province.drafter, UUID(first["id"]), read_rule_draft(draft))
        assert (new, again["version"], again["state"]) == (False, 1, "returned")
        amended = draft | {"rule": draft["rule"] | {"rate_bp": 3_000}}
        second, new = await put_rule_draft(desk, province.drafter, UUID(first["id"]), read_rule_draft(amended))
        assert (new, second["version"], second["state"]) == (True, 2, "drafted")
        async with unchanged():
            with pytest.raises(DraftAmended):
                await province.decide(first)
            with pytest.raises(DraftOfAnother):
                await province.draft(draft, UUID(first["id"]), an_officer())
            with pytest.raises(DraftElsewhere):
                await province.draft(a_rule_draft(a_code()), UUID(first["id"]))
            other = a_list_draft(a_code(), joins(CHALING, TOMORROW))
            with pytest.raises(DraftElsewhere):
                await put_designation_draft(desk, province.drafter, UUID(first["id"]), read_list_draft(other))
        done = await province.decide(second)
        assert [one["rule"]["rate_bp"] for one in done["versions"]] == [2_500, 3_000]
        assert [(one["version"], one["outcome"]) for one in done["decisions"]] == [(1, "return"), (2, "enforce")]
        async with unchanged():
            again, new = await put_rule_draft(desk, province.drafter, UUID(first["id"]), read_rule_draft(amended))
            assert (new, again) == (False, done)
            with pytest.raises(WrongState):
                await province.draft(draft, UUID(first["id"]))
            with pytest.raises(WrongState):
                await self._withdraw(desk, province.drafter, first)

    async def test_is_decided_once_however_often_it_is_sent(self, desk: Desk, province: Province) -> None:
        drafted = await province.draft(a_rule_draft(a_code()))
        decided = DecideRuleDraft(version=1, outcome=DraftOutcome.ENFORCE)
        once = Stamp.of_request("decide_rule_draft", new_id().hex, b"the same")
        answers = [
            await decide_rule_draft(desk, province.second, UUID(drafted["id"]), decided, once=once) for _ in range(2)
        ]
        assert answers[0] == answers[1]
        assert len(answers[0]["decisions"]) == 1

    async def test_is_taken_back_by_its_drafter_alone(
        self, desk: Desk, province: Province, unchanged: Unchanged
    ) -> None:
        drafted = await province.draft(a_rule_draft(a_code()))
        async with unchanged():
            with pytest.raises(DraftOfAnother):
                await self._withdraw(desk, province.second, drafted)
        taken = await self._withdraw(desk, province.drafter, drafted)
        assert (taken["state"], taken["decisions"][0]["reason"]) == ("withdrawn", "文件尚未印发")
        with pytest.raises(WrongState):
            await province.decide(drafted)

    async def test_is_listed_by_state_and_code_page_by_page(self, desk: Desk, province: Province) -> None:
        code = a_code()
        made = [await province.draft(a_rule_draft(code, rate_bp=at)) for at in (1_000, 2_000, 3_000)]
        await province.decide(made[0], outcome="return", reason="缺文件")

        async def listed(who: Identity, **asked: Any) -> list[tuple[str, str]]:
            how: dict[str, Any] = {"code": code, "state": None, "limit": 2, "cursor": None, **asked}
            page = await list_drafts(desk, who, "list_rule_drafts", DraftKind.RULE, **how)
            rows = [(one["id"], one["state"]) for one in page["items"]]
            return rows + (await listed(who, **{**asked, "cursor": page["next"]}) if page["next"] else [])

        ids = [one["id"] for one in made]
        expected = [(ids[2], "drafted"), (ids[1], "drafted"), (ids[0], "returned")]
        assert await listed(province.second) == sorted(expected, reverse=True)
        assert await listed(province.second, state="returned") == [(ids[0], "returned")]
        assert await listed(someone(Role.OFFICER, new_id(), "/430000/430100/")) == []

    @staticmethod
    async def _withdraw(desk: Desk, who: Identity, draft: Any) -> dict[str, Any]:
        command = WithdrawDraft(reason="文件尚未印发")
        return await withdraw_draft(desk, who, "withdraw_rule_draft", DraftKind.RULE, UUID(draft["id"]), command)


class TestList:
    async def test_counties_join_and_leave_by_code_and_orders_go_by_their_date(
        self, desk: Desk, province: Province, kitchen_of: MakeKitchen, program: Program
    ) -> None:
        kitchen, code = await kitchen_of(FURONG), a_code()
        new = a_list_draft(code, joins(CHALING, date(2025, 2, 1)), joins(FURONG, TODAY))
        decided = await province.decide_list(await province.draft_list(new))
        assert (decided["state"], decided["decisions"][0]["written_version"]) == ("in_force", 1)
        await province.in_force(a_rule_draft(code, kitchen.path, since=NEXT_YEAR, list_codes=[code]))
        change = a_list_draft(code, leaves(CHALING, date(2026, 7, 1)), joins(SHAOSHAN, date(2026, 7, 1)), name=None)
        drafted = await province.draft_list(change)
        assert [one["county_name"] for one in drafted["changes"]] == ["湖南省株洲市茶陵县", "湖南省湘潭市韶山市"]
        assert await province.counties(code) == sorted([CHALING, FURONG])
        await province.decide_list(drafted)
        assert await province.counties(code, on=date(2026, 7, 1)) == sorted([FURONG, SHAOSHAN])
        kitchen.clock.set(noon(date(2026, 7, 3)))
        for fen, ordered in ((1, date(2026, 6, 30)), (20, date(2026, 7, 1))):
            await kitchen.accept(a_line(fen), on=date(2026, 7, 2), ordered_on=ordered)
        await kitchen.accept(a_line(300, origin_county_code=SHAOSHAN), on=date(2026, 7, 2))
        assert (await kitchen.statement(code, 2026))["figures"]["counted_fen"] == 301
        told = [one for one in await said(program, "designation.changed") if one["list_code"] == code]
        assert [(one["version"], one["source"]) for one in told] == [(1, "湘残联〔2026〕9号"), (2, "湘残联〔2026〕9号")]
        notes = await list_designations(desk, list_code=code, county=CHALING, on=None, limit=9, cursor=None)
        assert [(one["valid_to"], one["note"]) for one in notes["items"]] == [("2026-07-01", "湘残联〔2026〕9号")]

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            (joins("439999", TOMORROW), "changes.0.county_code"),
            (joins("430200", TOMORROW), "changes.0.county_code"),
            (joins(CHALING, TOMORROW), "changes.0.valid_from"),
            (joins(SHAOSHAN, date(2025, 1, 1)), "changes.0.valid_from"),
            (joins(SHAOSHAN, date(2024, 6, 1)), "changes.0.valid_from"),
            (joins(SHAOSHAN, TOMORROW, TOMORROW), "changes.0.valid_to"),
            (leaves(CHALING, TODAY), "changes.0.valid_to"),
            (leaves(SHAOSHAN, TOMORROW), "changes.0.county_code"),
        ],
    )
    async def test_that_could_not_be_judged_is_not_drafted(
        self, province: Province, unchanged: Unchanged, change: dict[str, Any], field: str
    ) -> None:
        async with unchanged():
            with pytest.raises(InvalidFields) as refused:
                await province.draft_list(a_list_draft(HUNAN_51, change, name=None))
        assert [one["field"] for one in refused.value.facts["errors"]] == [field]

    async def test_a_county_stands_once_in_a_draft_and_a_new_list_has_a_name(
        self, province: Province, unchanged: Unchanged
    ) -> None:
        async with unchanged():
            twice = (joins("431271", TOMORROW), joins("431271", TOMORROW))
            with pytest.raises(InvalidFields) as refused:
                await province.draft_list(a_list_draft(a_code(), *twice, name=None))
        assert [one["field"] for one in refused.value.facts["errors"]] == ["changes.1.county_code", "name"]

    async def test_that_another_draft_overtook_is_returned(self, province: Province, unchanged: Unchanged) -> None:
        code = a_code()
        one, two = [await province.draft_list(a_list_draft(code, joins(SHAOSHAN, TOMORROW))) for _ in range(2)]
        await province.decide_list(one)
        async with unchanged():
            with pytest.raises(DraftOutdated):
                await province.decide_list(two)
        returned = await province.decide_list(two, outcome="return", reason="已列入")
        assert returned["state"] == "returned"

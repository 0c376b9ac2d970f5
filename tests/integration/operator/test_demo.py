"""The demo ends where its plan says, to the fen, and stands up to everything that must always hold."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest

from deploy.operator.demo.declaring import DECLARED_IN
from deploy.operator.demo.fairs import WITHOUT
from deploy.operator.demo.load import NotEmpty, load_demo
from deploy.operator.demo.people import MARK, PASSWORD, PROVINCE, SIGN_INS, stand_in
from deploy.operator.demo.purchases import End
from deploy.operator.demo.tree import FLIPPED_UNIT
from deploy.operator.demo.world import World
from deploy.operator.doctor import examine
from deploy.operator.invariants import check_everything
from deploy.operator.programs import opened
from deploy.operator.verify import verify
from gateway.usecases.commands import SignIn
from gateway.usecases.sign_in import sign_in
from services.catalog.usecases.get_fair_results import get_fair_results
from services.catalog.usecases.get_flags import ListFlags, list_flags
from services.catalog.usecases.list_fair_duties import ListFairDuties, list_fair_duties
from services.catalog.usecases.list_showcase import ListShowcase, list_showcase
from services.catalog.usecases.list_suppliers import ListSuppliers, list_suppliers
from services.order.domain.budgets import BudgetStop
from services.order.usecases.budgets import list_budgets
from services.order.usecases.get_order import get_order
from services.order.usecases.on_site_view import list_on_site_sales
from services.procurement_quota.domain.seeded_rules import HUNAN_CANTEEN, HUNAN_UNION, NATIONAL_CANTEEN
from services.procurement_quota.usecases.get_statement import AskStatement, get_statement
from services.procurement_quota.usecases.read_declarations import get_published_declaration, list_published_declarations
from services.procurement_quota.usecases.read_sample_draws import get_sample_file, list_sample_draws
from services.procurement_quota.usecases.verify_published_file import verify_published_file
from shared.clock import SettableClock
from shared.contracts.authority import Role
from shared.contracts.words import SupplierKind, SupplierState
from tests.build.draws import drawn_again
from tests.build.everything import Everything
from tests.integration.operator.conftest import Demo


class TestDemo:
    async def test_every_canteen_stands_where_it_was_planned(self, demo: Demo) -> None:
        province = demo.plan.units[PROVINCE]
        auditor = stand_in(Role.AUDITOR, province.unit_id, province.path)
        async with opened(demo.settings, ["procurement_quota"]) as programs:
            desk = programs["procurement_quota"].desk
            for (canteen_id, year), expected in demo.plan.expected.items():
                told = await get_statement(desk, auditor, canteen_id, AskStatement(rule=HUNAN_CANTEEN, year=year))
                figures = told["figures"]
                assert told["status"] == expected.status, told["subject"]["name"]
                assert figures["ledger_fen"] == expected.ledger_fen
                assert figures["attested_fen"] == expected.attested_fen
                assert figures["base_fen"] == expected.base_fen
                assert figures["counted_fen"] == expected.counted_fen

    async def test_the_home_canteen_has_budgets_within_which_it_bought(self, demo: Demo) -> None:
        home, month = demo.plan.home, f"{demo.plan.calendar.yesterday:%Y-%m}"
        finance = stand_in(Role.FINANCE, home.unit.unit_id, home.unit.path)
        async with opened(demo.settings, ["order"]) as programs:
            page = await list_budgets(
                programs["order"].desk, finance, canteen=home.canteen_id, fund=None, month=month, limit=9, cursor=None
            )
        food, festival = page["items"]
        assert [(one["fund"], one["stop"], one["every_month"]) for one in (food, festival)] == [
            ("canteen", BudgetStop.HARD, True),
            ("union", BudgetStop.SOFT, True),
        ]
        assert food["use"]["left_fen"] >= food["use"]["waiting_fen"]

    async def test_what_was_filed_stays_and_what_came_later_restates_it(self, demo: Demo) -> None:
        (canteen,) = [canteen for canteen in demo.plan.canteens if canteen.unit.code == FLIPPED_UNIT]
        year = demo.plan.calendar.closed_year
        finance = stand_in(Role.FINANCE, canteen.unit.unit_id, canteen.unit.path)
        async with opened(demo.settings, ["procurement_quota"]) as programs:
            desk = programs["procurement_quota"].desk
            ask = AskStatement(rule=HUNAN_CANTEEN, year=year)
            now = await get_statement(desk, finance, canteen.canteen_id, ask)
            then = AskStatement(rule=HUNAN_CANTEEN, year=year, known_by=date(year + 1, 1, 15))
            filed = await get_statement(desk, finance, canteen.canteen_id, then)
        assert now["as_filed"]["status"] == "met"
        assert filed["status"] == "met"
        if demo.plan.calendar.today > date(year + 1, 1, 21):
            assert now["status"] == "missed"
            assert now["restatement_due"]

    async def test_three_rules_bind_and_one_only_by_a_marked_continuation(self, demo: Demo) -> None:
        finance = stand_in(Role.FINANCE, demo.plan.home.unit.unit_id, demo.plan.home.unit.path)
        async with opened(demo.settings, ["procurement_quota"]) as programs:
            ask = AskStatement(rule=HUNAN_CANTEEN, year=demo.plan.calendar.running_year)
            told = await get_statement(programs["procurement_quota"].desk, finance, demo.plan.home.canteen_id, ask)
        assert {rule["code"] for rule in told["rules"]} == {HUNAN_CANTEEN, HUNAN_UNION, NATIONAL_CANTEEN}
        assert [MARK in one["document"] for one in told["rule"]["documents"]] == [True]

    async def test_everybody_of_readme_can_sign_in_where_they_are_seated(self, demo: Demo) -> None:
        async with opened(demo.settings, ["gateway"]) as programs:
            desk = programs["gateway"].desk
            for one in SIGN_INS:
                opened_session = await sign_in(
                    desk, SignIn(account=one.account, password=PASSWORD), address="127.0.0.1"
                )
                assert opened_session.account == one.account

    async def test_a_supplier_waits_for_the_countys_officer_and_one_for_the_officer_above(self, demo: Demo) -> None:
        world = World(demo.plan, SettableClock(demo.plan.calendar.horizon), {})
        told: dict[str, list[tuple[str, str | None]]] = {}
        async with opened(demo.settings, ["catalog"]) as programs:
            for role in ("county federation officer", "federation officer"):
                for state in (SupplierState.APPLIED, SupplierState.RECOMMENDED):
                    asked = ListSuppliers(state=state)
                    page = await list_suppliers(programs["catalog"].desk, world.sign_in(role), asked)
                    steps = [step for item in page["items"] for step in item["review_steps"]]
                    told[f"{role}: {state.value}"] = [(one["outcome"], one["withheld"]) for one in steps]
        assert told == {
            "county federation officer: applied": [("recommend", None), ("return", None)],
            "county federation officer: recommended": [],
            "federation officer: applied": [("recommend", None), ("return", None)],
            "federation officer: recommended": [("admit", None), ("return", None)],
        }

    async def test_the_auditor_is_shown_who_sells_beyond_its_parcels_and_nobody_else(self, demo: Demo) -> None:
        province = demo.plan.units[PROVINCE]
        auditor = stand_in(Role.AUDITOR, province.unit_id, province.path)
        async with opened(demo.settings, ["catalog"]) as programs:
            told = await list_flags(programs["catalog"].desk, auditor, ListFlags(limit=100))
        bases = [one for one in demo.plan.producers if one.kind is SupplierKind.DISABLED_BASE]
        assert {flag["supplier_id"] for flag in told["items"]} == {str(bases[-1].supplier_id)}
        assert {flag["state"] for flag in told["items"]} == {"open"}

    async def test_thirteen_prefectures_held_an_event_and_one_did_not(self, demo: Demo) -> None:
        year = demo.plan.calendar.running_year
        async with opened(demo.settings, ["catalog"]) as programs:
            desk = programs["catalog"].desk
            duties = (await list_fair_duties(desk, ListFairDuties(year=year)))["items"]
            results = [await get_fair_results(desk, None, fair.fair_id) for fair in demo.plan.fairs]
        lacking = {one["division_code"]: one["state"] for one in duties if one["state"] != "met"}
        over = demo.plan.calendar.today.year > year
        assert (len(duties), lacking) == (14, {WITHOUT: "missed" if over else "missing"})
        tagged = [one for one in demo.plan.every_requisition() if one.fair_id is not None]
        kept = sum(order.kept_fen for one in tagged for order in one.orders)
        assert sum(one["orders"]["amount_fen"] for one in results) == kept > 0
        assert sum(one["walk_in"]["sales"] for one in results) > 0
        assert sum(one["walk_in"]["waiting"] for one in results) == 0

    async def test_what_was_ordered_at_an_event_was_shown_there(self, demo: Demo) -> None:
        async with opened(demo.settings, ["catalog"]) as programs:
            desk = programs["catalog"].desk
            for fair in demo.plan.fairs:
                shown = orjson.loads(await list_showcase(desk, None, fair.fair_id, ListShowcase(limit=100)))["items"]
                ordered = {
                    str(line.offer.listing_id)
                    for one in demo.plan.every_requisition()
                    if one.fair_id == fair.fair_id
                    for order in one.orders
                    for line in order.lines
                }
                assert ordered <= {one["listing_id"] for one in shown}

    async def test_of_two_sales_at_the_home_countys_fair_one_is_an_order_and_one_waits(self, demo: Demo) -> None:
        world = World(demo.plan, SettableClock(demo.plan.calendar.horizon), {})
        asked: dict[str, Any] = dict.fromkeys(("fair", "canteen", "supplier", "state", "cursor"))
        async with opened(demo.settings, ["order"]) as programs:
            desk = programs["order"].desk
            page = await list_on_site_sales(desk, world.sign_in("buyer"), **asked, limit=9)
        told = [(one["state"], one["order_id"] is None, one["supplier"]["id"]) for one in page["items"]]
        own = str(demo.plan.producers[0].supplier_id)
        assert told == [("waiting", True, own), ("confirmed", False, own)]

    async def test_an_order_of_the_home_canteen_has_other_goods_offered_that_wait_for_its_answer(
        self, demo: Demo
    ) -> None:
        world = World(demo.plan, SettableClock(demo.plan.calendar.horizon), {})
        (order,) = [order for order in demo.plan.every_order() if order.end is End.OFFERED]
        async with opened(demo.settings, ["order"]) as programs:
            view = await get_order(programs["order"].desk, world.sign_in("buyer"), order.order_id)
        (offered,) = view["substitutes"]
        assert order.instead is not None
        assert (offered["state"], offered["listing_id"]) == ("offered", str(order.instead.listing_id))
        assert "answer_substitute" in view["open_steps"]
        assert datetime.fromisoformat(offered["due_at"]) > demo.plan.calendar.horizon + timedelta(days=2)

    async def test_the_home_canteens_declaration_is_published_and_a_stranger_verifies_it(self, demo: Demo) -> None:
        calendar = demo.plan.calendar
        declared = date(calendar.running_year, DECLARED_IN, 9)
        async with opened(demo.settings, ["procurement_quota"]) as programs:
            desk = programs["procurement_quota"].desk
            asked: dict[str, Any] = dict.fromkeys(("unit_id", "canteen_id", "code", "cursor"))
            page = await list_published_declarations(desk, year=calendar.closed_year, limit=10, **asked)
            found = page["items"]
            if calendar.today > declared:
                (one,) = found
                assert one["canteen_id"] == str(demo.plan.home.canteen_id)
                body = await get_published_declaration(desk, UUID(one["id"]))
                verdict = await verify_published_file(desk, body)
                assert (verdict["as_signed"], verdict["by_platform"]) == (True, True)
            else:
                assert found == []

    async def test_a_sample_of_the_closed_year_is_drawn_again_by_a_stranger(self, demo: Demo, tmp_path: Path) -> None:
        calendar, path = demo.plan.calendar, tmp_path / "sample.json"
        async with opened(demo.settings, ["procurement_quota"]) as programs:
            desk = programs["procurement_quota"].desk
            page = await list_sample_draws(desk, unit_id=None, year=calendar.closed_year, limit=9, cursor=None)
            states = [one["state"] for one in page["items"]]
            if calendar.today <= date(calendar.running_year, 3, 19):
                assert states in ([], ["announced"])
                return
            assert states == ["drawn"]
            path.write_bytes(await get_sample_file(desk, UUID(page["items"][0]["id"])))
        assert drawn_again(path).returncode == 0

    async def test_is_refused_where_there_is_something(self, demo: Demo) -> None:
        look = Everything(demo.settings)
        await look.open(with_messages=False)
        before = await look.digest()
        with pytest.raises(NotEmpty, match="Way out: "):
            await load_demo(demo.settings, lambda line: None)
        assert await look.digest() == before
        await look.close()

    async def test_all_that_must_always_hold_does(self, demo: Demo) -> None:
        checks = [check async for check in check_everything(demo.settings)]
        assert [check.line() for check in checks if not check.holds] == []
        assert {check.number for check in checks} == set(range(1, 11))

    async def test_the_ledger_is_what_was_signed(self, demo: Demo) -> None:
        report = await verify(demo.settings)
        assert report.holds, report.lines()
        assert report.verified.checkpoint is not None
        assert report.verified.entries > 300

    async def test_the_doctor_finds_the_year_and_says_what_is_down(self, demo: Demo) -> None:
        lines = [line async for line in examine(demo.settings)]
        assert str(lines[-1]) == f"demo year {demo.plan.calendar.closed_year}"
        wrong = [line for line in lines if line.verdict == "FAILED"]
        assert {line.what for line in wrong} == {
            f"program {name}" for name in ("catalog", "order", "procurement_quota", "gateway")
        }
        assert all("Way out: " in line.says for line in wrong)

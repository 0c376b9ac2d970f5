"""For what auditors do: a request that would be taken, and whose matter it is."""

from typing import Any

from shared.clock import SystemClock, today
from shared.ids import new_id
from tests.build.draws import VALUE, an_announcement
from tests.build.land import COUNTY, PATH_OF, PREFECTURE
from tests.build.papers import PDF
from tests.build.records import a_conflict, a_referral, a_visit
from tests.build.town import Town
from tests.integration.authority.cases import Ask, Case, Whose

TODAY = today(SystemClock())


def _prefecture(town: Town) -> Whose:
    return Whose(path=PATH_OF[PREFECTURE])


def _draw(thing: str, body: Any = None) -> Case:
    return Case(
        lambda town: Ask({"draw_id": town.ids[thing]}, body=body),
        lambda town: Ask({"draw_id": new_id()}, body=body),
        _prefecture,
    )


def _announced(town: Town, unit: Any) -> Ask:
    held_on = TODAY.replace(year=TODAY.year + 1, month=1, day=2)
    announcement = an_announcement(unit, TODAY.year, held_on)
    return Ask({"draw_id": town.ids["new draw"]}, body=announcement.model_dump(mode="json"))


def _referred(town: Town) -> Whose:
    """A matter of a unit below the county, of which a line was sampled."""
    return Whose(path=f"{PATH_OF[COUNTY]}below/")


def _referral(thing: str, body: Any = None) -> Case:
    return Case(
        lambda town: Ask({"referral_id": town.ids[thing]}, body=body),
        lambda town: Ask({"referral_id": new_id()}, body=body),
        _referred,
    )


def _visited(town: Town) -> Whose:
    return Whose(canteen=town.land.prefecture_canteen, path=PATH_OF[PREFECTURE])


def _visit(thing: str = "visit", body: Any = None) -> Case:
    return Case(
        lambda town: Ask({"visit_id": town.ids[thing]}, body=body),
        lambda town: Ask({"visit_id": new_id()}, body=body),
        _visited,
    )


def _paper(visit: Any) -> Ask:
    return Ask({"visit_id": visit, "document_id": new_id()}, "?name=a.pdf", content=PDF, media_type="application/pdf")


def _declared(town: Town) -> Whose:
    return Whose(path=PATH_OF[PREFECTURE], applicant=town.person("finance prefecture").account_id)


def _conflict(body: Any = None) -> Case:
    return Case(
        lambda town: Ask({"conflict_id": town.ids["conflict"]}, body=body),
        lambda town: Ask({"conflict_id": new_id()}, body=body),
        _declared,
    )


_HANDED = {"happened_on": TODAY.isoformat(), "document": "湘残联移〔2026〕4号"}

AUDITS: dict[str, Case] = {
    "put_sample_draw": Case(
        lambda town: _announced(town, town.land.prefecture), lambda town: _announced(town, new_id()), _prefecture
    ),
    "get_sample_draw": _draw("draw to read"),
    "list_sample_draws": Case(lambda town: Ask()),
    "enter_draw_result": _draw("draw to enter", {"version": 0, "value": VALUE}),
    "confirm_draw_result": _draw("draw to confirm", {"version": 1, "value": VALUE}),
    "get_sample_lines": _draw("draw to read"),
    "get_sample_file": _draw("draw to read"),
    "put_visit": Case(
        lambda town: Ask({"visit_id": town.ids["new visit"]}, body=a_visit(town.land.prefecture_canteen)),
        lambda town: Ask({"visit_id": new_id()}, body=a_visit(new_id())),
        _visited,
    ),
    "get_visit": _visit(),
    "list_visits": Case(lambda town: Ask(), None, _visited, lists=True),
    "step_visit": _visit("visit to close", {"version": 2, "step": "close"}),
    "put_visit_evidence": Case(lambda town: _paper(town.ids["visit"]), lambda town: _paper(new_id()), _visited),
    "get_visit_evidence": Case(
        lambda town: Ask({"visit_id": town.ids["visit"], "document_id": town.ids["paper"]}),
        lambda town: Ask({"visit_id": town.ids["visit"], "document_id": new_id()}),
        _visited,
    ),
    "put_conflict": Case(
        lambda town: Ask(
            {"conflict_id": town.ids["new conflict"]}, body=a_conflict(town.land.prefecture, town.land.elsewhere)
        ),
        lambda town: Ask({"conflict_id": new_id()}, body=a_conflict(new_id(), town.land.elsewhere)),
        _visited,
    ),
    "get_conflict": _conflict(),
    "list_conflicts": Case(lambda town: Ask(), None, _declared, lists=True),
    "review_conflict": _conflict({"version": 1, "outcome": "accept"}),
    "list_conflict_decisions": _conflict(),
    "put_referral": Case(
        lambda town: Ask({"referral_id": town.ids["new referral"]}, body=a_referral(town.ids["draw to read"])),
        lambda town: Ask({"referral_id": new_id()}, body=a_referral(new_id())),
        _referred,
    ),
    "get_referral": _referral("referral"),
    "list_referrals": Case(lambda town: Ask(), None, _referred, lists=True),
    "hand_on_referral": _referral("referral", {"version": 1, **_HANDED}),
    "step_referral": _referral(
        "referral handed on", {"version": 2, "step": "acknowledge", "text": "已签收", **_HANDED}
    ),
}

"""For what a unit files about its canteens: a request that would be taken, and whose matter it is."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from shared.ids import new_id
from tests.build.land import PATH_OF, PREFECTURE
from tests.build.market import a_form, an_opening
from tests.build.papers import PDF
from tests.build.town import Town
from tests.integration.authority.cases import Ask, Case, Whose


def _prefecture(town: Town) -> Whose:
    """A matter of the prefecture's, of a canteen in which nobody of the town is seated."""
    return Whose(path=PATH_OF[PREFECTURE])


def _of(place: str, thing: str, body: Any = None) -> Case:
    return Case(
        lambda town: Ask({place: town.ids[thing]}, body=body),
        lambda town: Ask({place: new_id()}, body=body),
        _prefecture,
    )


def _listed(canteen: str) -> Case:
    return Case(lambda town: Ask(query=f"?canteen={town.ids[canteen]}"), None, _prefecture, lists=True)


def _put(make: Callable[[Town, UUID], Ask], thing: Callable[[Town], UUID]) -> Case:
    return Case(lambda town: make(town, thing(town)), lambda town: make(town, new_id()), _prefecture)


def _paper(place: str, thing: UUID) -> Ask:
    return Ask({place: thing, "document_id": new_id()}, "?name=a.pdf", content=PDF, media_type="application/pdf")


def _papers(place: str, thing: str) -> tuple[Case, Case]:
    """To put a paper of a filing, and to get one."""
    putting = Case(lambda town: _paper(place, town.ids[thing]), lambda town: _paper(place, new_id()), _prefecture)
    getting = Case(
        lambda town: Ask({place: town.ids[thing], "document_id": town.ids["paper"]}),
        lambda town: Ask({place: town.ids[thing], "document_id": new_id()}),
        _prefecture,
    )
    return putting, getting


def _filing(town: Town, unit: UUID) -> Ask:
    return Ask({"filing_id": town.ids["new filing"]}, body=a_form(town.ids["canteen of new filing"], unit))


def _opening(town: Town, canteen: UUID) -> Ask:
    return Ask({"opening_id": town.ids["new opening"]}, body=an_opening(canteen))


_PUT_PAPER, _GET_PAPER = _papers("filing_id", "filing to prove")
_PUT_OPENING_PAPER, _GET_OPENING_PAPER = _papers("opening_id", "opening to prove")

FILINGS: dict[str, Case] = {
    "put_canteen_filing": _put(_filing, lambda town: town.land.prefecture),
    "get_canteen_filing": _of("filing_id", "filing"),
    "list_canteen_filings": _listed("canteen of filing"),
    "decide_canteen_filing": _of("filing_id", "filing", {"outcome": "return", "reason": "缺会议纪要"}),
    "put_canteen_filing_evidence": _PUT_PAPER,
    "get_canteen_filing_evidence": _GET_PAPER,
    "put_opening_balance": _put(_opening, lambda town: town.ids["canteen to open"]),
    "get_opening_balance": _of("opening_id", "opening"),
    "list_opening_balances": _listed("canteen of filing to open"),
    "decide_opening_balance": _of("opening_id", "opening", {"outcome": "approve", "reason": "与账册一致"}),
    "put_opening_evidence": _PUT_OPENING_PAPER,
    "get_opening_evidence": _GET_OPENING_PAPER,
}

"""For cases: a request that would be taken, and in whose hands the case is."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from shared.ids import new_id
from tests.build.land import PATH_OF, PROVINCE
from tests.build.papers import PDF
from tests.build.town import Town
from tests.integration.authority.cases import Ask, Case, Whose


def _province(town: Town) -> Whose:
    return Whose(path=PATH_OF[PROVINCE])


def _of_the_province(town: Town) -> set[UUID]:
    return {town.ids[name] for name in ("case", "case closed")}


def _of(thing: str, body: Any = None, **whose: Any) -> Case:
    def own(town: Town) -> Ask:
        ids = {"case_id": town.ids[thing], "document_id": town.ids[f"paper of {thing}"]}
        return Ask(ids, body=body)

    return Case(own, lambda town: replace(own(town), ids={**own(town).ids, "case_id": new_id()}), _province, **whose)


def _paper(town: Town) -> Ask:
    ids = {"case_id": town.ids["case"], "document_id": town.ids["paper of case"]}
    code = town.ids["code of case"]
    return Ask(ids, "?name=a.pdf", content=PDF, media_type="application/pdf", headers={"Case-Code": code})


def _reopening(town: Town) -> Ask:
    return Ask({"case_id": town.ids["case closed"]}, body={"reason": "不服", "code": town.ids["code of case closed"]})


RAISED: dict[str, Case] = {
    "put_case": Case(lambda town: Ask({"case_id": new_id()}, body={"kind": "other", "text": "建议公开菜价"})),
    "follow_case": Case(
        lambda town: Ask(body={"code": town.ids["code of case"]}), lambda town: Ask(body={"code": "A" * 16})
    ),
    "list_cases": Case(lambda town: Ask(), None, _province, lists=True, hides=_of_the_province),
    "get_case": _of("case"),
    "step_case": _of("case", {"step": "accept", "reason": "已受理"}),
    "reopen_case": Case(_reopening, lambda town: replace(_reopening(town), ids={"case_id": new_id()})),
    "put_case_paper": Case(
        _paper, lambda town: replace(_paper(town), ids={"case_id": new_id(), "document_id": new_id()})
    ),
    "link_case_paper": _of("case"),
    "get_case_statistics": Case(lambda town: Ask()),
}

"""For what becomes of a return: a request that would be taken, and whose matter it is."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from shared.clock import SystemClock
from shared.files.links import LinkSigner
from shared.ids import new_id
from tests.build.land import PATH_OF, PREFECTURE
from tests.build.papers import PDF
from tests.build.town import Town
from tests.integration.authority.cases import Ask, Case, Whose, listed


def _both(town: Town) -> Whose:
    return Whose(supplier=town.seller.id, canteen=town.land.prefecture_canteen, path=PATH_OF[PREFECTURE])


def _step(purpose: str, body: Any = None) -> Case:
    def own(town: Town) -> Ask:
        return Ask(_ids(town, purpose), body=body)

    return Case(own, lambda town: _of_nobody(own(town)), _both)


def _ids(town: Town, purpose: str) -> dict[str, Any]:
    return {
        "order_id": town.ids[f"order of return to {purpose}"],
        "return_id": town.ids[f"return to {purpose}"],
        "document_id": town.ids[f"paper of return to {purpose}"],
    }


def _of_nobody(ask: Ask) -> Ask:
    return replace(ask, ids={**ask.ids, "order_id": new_id()})


def _paper(make: Callable[[Town], Ask]) -> Case:
    return Case(make, lambda town: _of_nobody(make(town)), _both)


def _linked(town: Town) -> Ask:
    """Ask for a paper by a link that was made this moment."""
    ids = _ids(town, "rule")
    signer = LinkSigner(town.ids["order link key"], SystemClock())
    link = signer.link("return-paper", ids["return_id"], ids["document_id"], new_id())
    return Ask({"file_id": ids["document_id"]}, f"?{urlencode(link.model_dump(mode='json'))}")


RETURNS: dict[str, Case] = {
    "list_returns": listed("canteen", lambda town: town.land.prefecture_canteen, _both),
    "put_return_paper": _paper(
        lambda town: Ask(_ids(town, "escalate"), "?name=a.pdf", content=PDF, media_type="application/pdf")
    ),
    "link_return_paper": _paper(lambda town: Ask(_ids(town, "rule"))),
    "get_order_file": Case(_linked, lambda town: replace(_linked(town), ids={"file_id": new_id()})),
    "agree_return": _step("agree"),
    "refuse_return": _step("refuse", {"reason": "签收时完好"}),
    "escalate_return": _step("escalate", {"reason": "照片可见腐烂"}),
    "withdraw_return": _step("withdraw"),
    "rule_return": _step("rule", {"outcome": "uphold", "reason": "照片与验收记录相符"}),
}

"""A purchase made elsewhere becomes a draft of the ledger here; a claimed origin counts only once it is verified."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.procurement_quota.domain.chain import Draft
from services.procurement_quota.domain.counting import Place
from services.procurement_quota.domain.judging import Bought, judge
from services.procurement_quota.domain.payees import masked
from services.procurement_quota.domain.rules import Reference
from services.procurement_quota.domain.words import EntryKind, Evidence
from shared.contracts.words import Channel, Fund


def bought_elsewhere(reference: Reference, place: Place, purchase_id: UUID, given: Mapping[str, Any]) -> Draft:
    """Draft the entry of a purchase, given by its columns; it is in the base at once."""
    bought = Bought(
        category=given["category"],
        origin=given["origin_county"],
        evidence=Evidence.CLAIMED,
        eligible_on=given["bought_on"],
        channel=Channel(given["channel"]),
        order_number=given["order_number"],
    )
    fund = Fund(given["fund"])
    rules = reference.judging(fund, place.path, given["bought_on"])
    return Draft(
        unit_id=place.unit_id,
        kind=EntryKind.OFF_PLATFORM,
        canteen_id=place.canteen_id,
        fund=fund,
        year=given["bought_on"].year,
        happened_on=given["bought_on"],
        amount_fen=given["amount_fen"],
        source_id=purchase_id,
        source_line=purchase_id,
        lot_id=purchase_id,
        lot_line=purchase_id,
        order_id=None,
        supplier_id=None,
        listing_id=None,
        facts={**bought.facts(), "supplier": given["seller"], **_paper(given)},
        judgements=tuple(judge(rule, bought, given["amount_fen"], reference) for rule in rules),
    )


def _paper(given: Mapping[str, Any]) -> dict[str, str]:
    """Name the paper in the ledger; a chain can forget nothing, so a payee's number enters it masked."""
    if given["invoice_number"] is not None:
        return {"invoice_number": given["invoice_number"], "invoice_code": given["invoice_code"]}
    return {"receipt_number": given["receipt_number"], "payee": masked(given["payee_id"])}

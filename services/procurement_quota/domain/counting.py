"""What order says becomes drafts of the ledger here: acceptances are judged, returns and credits follow their lot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from services.procurement_quota.domain.chain import Draft, Lot
from services.procurement_quota.domain.flags import NONE, Flagged
from services.procurement_quota.domain.judging import Bought, flags_that_matter, judge
from services.procurement_quota.domain.lots import Revocation, Standing, evidence_of
from services.procurement_quota.domain.rules import Reference
from services.procurement_quota.domain.words import EntryKind
from shared.contracts.order import AcceptanceRecorded, CreditRecorded, KeptLine, PurchaseFacts, ReturnRecorded
from shared.contracts.words import Channel
from shared.errors import NotFound

Heard = AcceptanceRecorded | ReturnRecorded | CreditRecorded


class CanteenUnknown(NotFound):
    """This canteen is not known here yet.

    zh: 本系统尚不知道这个食堂。
    """


class LotUnknown(NotFound):
    """The acceptance that this reverses is not in the ledger yet.

    zh: 账簿中还没有被冲减的那次验收。
    """


@dataclass(frozen=True, slots=True)
class Place:
    """Where a canteen's purchases are booked."""

    canteen_id: UUID
    unit_id: UUID
    path: str


@dataclass
class Books:
    """What counting looks at, read under the locks of the chains."""

    places: Mapping[UUID, Place]
    reference: Reference
    booked: set[Lot]
    """Documents and lines that are in the ledger already."""
    lots: dict[Lot, Standing]
    """The lots that returns and credits of this batch may reverse."""
    revocations: Mapping[UUID, Sequence[Revocation]]
    flags: Flagged = field(default_factory=dict)
    """What flags say of the lots of this batch."""
    reversed: frozenset[UUID] = frozenset()
    """The acceptances that events of this batch reverse; they may be of this batch themselves."""
    drafts: list[Draft] = field(default_factory=list)

    def count(self, heard: Heard) -> None:
        """Draft the entries of one event; a document that is booked already drafts nothing."""
        place = self.places.get(heard.purchase.canteen_id)
        if place is None:
            raise CanteenUnknown(canteen_id=str(heard.purchase.canteen_id))
        for line in heard.lines:
            if (document_of(heard), line.line_id) in self.booked:
                continue
            self.booked.add((document_of(heard), line.line_id))
            if isinstance(heard, AcceptanceRecorded):
                self.drafts.append(self._purchase(heard, place, line))
            else:
                self.drafts.append(self._reversal(heard, line))

    def _purchase(self, heard: AcceptanceRecorded, place: Place, line: KeptLine) -> Draft:
        purchase = heard.purchase
        evidence, lost_on = evidence_of(
            self.revocations.get(purchase.supplier_id, ()), line.listing_id, purchase.ordered_on
        )
        if not purchase.recognised:
            lost_on = purchase.ordered_on
        bought = Bought(
            category=line.category,
            origin=line.origin_county_code or None,
            evidence=evidence,
            eligible_on=purchase.ordered_on,
            channel=Channel.ZHUCAI,
            supplier_kind=purchase.supplier_kind,
            recognition_lost_on=lost_on,
            flags=self.flags.get((heard.acceptance_id, line.line_id), NONE),
        )
        rules = self.reference.judging(purchase.fund, place.path, heard.accepted_on)
        judgements = tuple(judge(rule, bought, line.amount_fen, self.reference) for rule in rules)
        draft = Draft(
            unit_id=place.unit_id,
            kind=EntryKind.PURCHASE,
            canteen_id=place.canteen_id,
            fund=purchase.fund,
            year=heard.accepted_on.year,
            happened_on=heard.accepted_on,
            amount_fen=line.amount_fen,
            source_id=heard.acceptance_id,
            source_line=line.line_id,
            lot_id=heard.acceptance_id,
            lot_line=line.line_id,
            order_id=purchase.order_id,
            supplier_id=purchase.supplier_id,
            listing_id=line.listing_id,
            facts={
                **flags_that_matter(bought, judgements).facts(),
                **_held(purchase, lost_on),
                **_goods(purchase, line),
            },
            judgements=judgements,
        )
        if heard.acceptance_id in self.reversed:
            self._stand(draft)
        return draft

    def _stand(self, draft: Draft) -> None:
        standing = Standing(
            unit_id=draft.unit_id,
            canteen_id=draft.canteen_id,
            fund=draft.fund,
            year=draft.year,
            order_id=draft.order_id,
            supplier_id=draft.supplier_id,
            listing_id=draft.listing_id,
            first=None,
            facts=draft.facts,
        )
        standing.book(draft.amount_fen, draft.judgements)
        self.lots[draft.lot_id, draft.lot_line] = standing

    def _reversal(self, heard: ReturnRecorded | CreditRecorded, line: KeptLine) -> Draft:
        standing = self.lots.get((heard.acceptance_id, line.line_id))
        if standing is None:
            raise LotUnknown(acceptance_id=str(heard.acceptance_id), line_id=str(line.line_id))
        judgements = standing.following(line.amount_fen)
        standing.book(line.amount_fen, judgements)
        return Draft(
            unit_id=standing.unit_id,
            kind=EntryKind.RETURN if isinstance(heard, ReturnRecorded) else EntryKind.CREDIT,
            canteen_id=standing.canteen_id,
            fund=standing.fund,
            year=standing.year,
            happened_on=heard.agreed_on,
            amount_fen=line.amount_fen,
            source_id=document_of(heard),
            source_line=line.line_id,
            lot_id=heard.acceptance_id,
            lot_line=line.line_id,
            order_id=heard.purchase.order_id,
            supplier_id=heard.purchase.supplier_id,
            listing_id=line.listing_id,
            facts={**standing.facts, **_goods(heard.purchase, line), "why": heard.reason},
            judgements=judgements,
            corrects=standing.first,
        )


def document_of(heard: Heard) -> UUID:
    """Name the document that an event books: the acceptance, the return or the credit."""
    match heard:
        case AcceptanceRecorded():
            return heard.acceptance_id
        case ReturnRecorded():
            return heard.return_id
        case CreditRecorded():
            return heard.credit_id


def _held(purchase: PurchaseFacts, lost_on: date | None) -> dict[str, Any]:
    """Note of a label that is lost since the order's own day whether it was held then, or a revocation took it."""
    return {"recognised": purchase.recognised} if lost_on == purchase.ordered_on else {}


def _goods(purchase: PurchaseFacts, line: KeptLine) -> dict[str, Any]:
    return {
        "name": line.name,
        "supplier": purchase.supplier_name,
        "listing_version": line.listing_version,
        "measure": line.measure.value,
        "quantity": line.quantity,
        "grams": line.grams,
        "price_fen": line.price_fen,
        "unit_quantity": line.unit_quantity,
    }

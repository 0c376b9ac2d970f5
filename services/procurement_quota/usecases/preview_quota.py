"""A buyer sees each rule's share before and after an order, by the same functions that will judge it in the ledger.

Decision: what is ordered here and not yet accepted is handed over by whoever asks, for it is the order service's, and
nothing of it is in the ledger. Why: a service never waits for another's answer; the gateway asks both. Price: an open
order is told as ordered or packed, and may still be declined, or accepted short.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.procurement_quota.domain.figures import Figures
from services.procurement_quota.domain.judging import Bought, Judgement, judge
from services.procurement_quota.domain.lots import evidence_of
from services.procurement_quota.domain.previewing import Expected, Now, judged_when_accepted, with_accepted
from services.procurement_quota.domain.reasons import reason_texts
from services.procurement_quota.domain.rules import Reference, Rule
from services.procurement_quota.domain.words import Evidence
from services.procurement_quota.store import flags, heard
from services.procurement_quota.store.canteens import Canteen
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.gather_basis import canteen_of, gather, when_asked
from shared.clock import today
from shared.contracts.authority import Identity, Owned, require
from shared.contracts.words import Channel, Fund, SupplierKind
from shared.db.unit_of_work import ReadTx
from shared.errors import InvalidFields, field_problem
from shared.money import AMOUNT_FEN_MAX

LINES_MAX = 200
OPEN_LINES_MAX = 1_000
AHEAD_DAYS_MAX = 366


class PreviewLine(BaseModel):
    """One line of a basket: what it is, where it is from, and what it will cost when accepted in full."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    category: str = Field(min_length=1, max_length=40, examples=["vegetables"])
    origin_county_code: str | None = Field(default=None, pattern=r"^[0-9]{6}$", examples=["430224"])
    amount_fen: int = Field(ge=0, le=AMOUNT_FEN_MAX, examples=[12_500])
    supplier_kind: SupplierKind | None = None
    recognised: bool = True
    """Whether its supplier's recognition holds on the day of the order; the label of its kind ends with it."""
    supplier_id: UUID | None = None
    """Whose goods they are, to be told of flags on them."""


class OpenLine(PreviewLine):
    """One line of an order that is placed and not yet accepted."""

    supplier_id: UUID
    listing_id: UUID
    ordered_on: date
    wanted_on: date


class PreviewQuota(BaseModel):
    """A basket, as far as the quota is concerned, and what else is on its way to the same canteen."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    canteen_id: UUID
    fund: Fund
    lines: Annotated[list[PreviewLine], Field(max_length=LINES_MAX)]
    wanted_on: date | None = None
    """When the goods are expected to be accepted; today when nothing is said."""
    open_lines: Annotated[list[OpenLine], Field(max_length=OPEN_LINES_MAX)] = []
    open_complete: bool = True
    """False when there is more on its way than could be handed over."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Where a canteen stands under one rule, and how each line of its basket is judged."""

    rule: Rule
    now: Now
    before: Figures
    judged: Sequence[Judgement]


async def preview_quota(desk: Desk, identity: Identity, command: PreviewQuota) -> dict[str, Any]:
    """Tell the share before and after the basket is accepted in full, with and without what is on its way.

    Raises InvalidFields for a day in the past, or more than a year ahead.
    """
    require(identity, "preview_quota", Owned(canteen_id=command.canteen_id))
    day = today(desk.clock)
    wanted_on = expected_on(command.wanted_on, day)
    async with desk.uow.read() as tx:
        canteen = await canteen_of(tx, command.canteen_id)
        reference = await desk.reference.current(tx)
        coming = await _coming(tx, command.open_lines, day)
        seen = await see(desk, tx, reference, canteen, command.fund, command.lines, wanted_on)
        flagged = await flags.standing_on(tx, {one.supplier_id for one in command.lines if one.supplier_id})
    return {
        "wanted_on": wanted_on.isoformat(),
        "year": wanted_on.year,
        "flags": _flags(flagged, command.lines, [one.rule for one in seen]),
        "open_orders": {"complete": command.open_complete, "years": _by_year(coming)},
        "rules": [_told(reference, canteen, command, one, coming, day, wanted_on) for one in seen],
    }


def _flags(flagged: Sequence[flags.Flag], lines: Sequence[PreviewLine], rules: Sequence[Rule]) -> list[dict[str, Any]]:
    """Write which flags stand on the goods of whose lines, and under which rules what they name is held.

    A flag that no rule holds is told to no buyer: until it is decided nobody knows, and it changes nothing here.
    """
    held_by = [rule.code for rule in rules if rule.holds_flagged]
    if not held_by:
        return []
    return [
        {
            "flag_id": str(one.flag_id),
            "supplier_id": str(one.supplier_id),
            "kind": one.kind.value,
            "state": one.state.value,
            "item_code": one.item_code,
            "year": one.year,
            "reason": one.reason,
            "lines": [place for place, line in enumerate(lines) if line.supplier_id == one.supplier_id],
            "held_by": held_by,
        }
        for one in flagged
    ]


def expected_on(wanted_on: date | None, day: date) -> date:
    """Settle the day on which goods are expected. Raises InvalidFields."""
    if wanted_on is None:
        return day
    if not day <= wanted_on <= day + timedelta(days=AHEAD_DAYS_MAX):
        raise InvalidFields(
            field_problem("wanted_on", "is a day from today up to a year ahead", "应为今天起一年以内的日期")
        )
    return wanted_on


async def see(
    desk: Desk,
    tx: ReadTx,
    reference: Reference,
    canteen: Canteen,
    fund: Fund,
    lines: Sequence[PreviewLine],
    wanted_on: date,
) -> list[Seen]:
    """Gather where a canteen stands in the year of a day under each rule that binds it then, and judge the lines."""
    day, found = today(desk.clock), []
    for rule in reference.binding(fund, canteen.unit_path, wanted_on):
        asked, when = when_asked(desk.clock, rule, wanted_on.year, None, None)
        gathered = await gather(tx, reference, rule, [canteen], asked)
        basis = gathered.bases[0]
        now = Now(wanted_on.year, basis.months, basis.attested, gathered.rate(canteen.unit_path))
        judged = [judge(rule, bought(line, day), line.amount_fen, reference) for line in lines]
        found.append(Seen(rule, now, now.figures(when.happened_by), judged))
    return found


def bought(line: PreviewLine, day: date) -> Bought:
    """Give the facts of goods that are ordered here on a day."""
    return Bought(
        category=line.category,
        origin=line.origin_county_code,
        evidence=Evidence.LISTING,
        eligible_on=day,
        channel=Channel.ZHUCAI,
        supplier_kind=line.supplier_kind,
        recognition_lost_on=None if line.recognised else day,
    )


async def _coming(tx: ReadTx, lines: Sequence[OpenLine], day: date) -> list[Expected]:
    """Give what is on its way as the ledger will take it; what is late is expected today."""
    revocations = await heard.revocations(tx, {line.supplier_id for line in lines}) if lines else {}
    coming = []
    for line in lines:
        ended = revocations.get(line.supplier_id, ())
        evidence, lost_on = evidence_of(ended, line.listing_id, line.ordered_on)
        facts = Bought(
            category=line.category,
            origin=line.origin_county_code,
            evidence=evidence,
            eligible_on=line.ordered_on,
            channel=Channel.ZHUCAI,
            supplier_kind=line.supplier_kind,
            recognition_lost_on=lost_on if line.recognised else line.ordered_on,
        )
        coming.append(Expected(facts, line.amount_fen, max(line.wanted_on, day)))
    return coming


def _by_year(coming: Sequence[Expected]) -> list[dict[str, int]]:
    years: dict[int, int] = {}
    for one in coming:
        years[one.accepted_on.year] = years.get(one.accepted_on.year, 0) + one.amount_fen
    return [{"year": year, "amount_fen": amount_fen} for year, amount_fen in sorted(years.items())]


def _told(
    reference: Reference,
    canteen: Canteen,
    command: PreviewQuota,
    seen: Seen,
    coming: Sequence[Expected],
    day: date,
    wanted_on: date,
) -> dict[str, Any]:
    rule = seen.rule
    basket = [(wanted_on, judgement) for judgement in seen.judged]
    others = [
        (one.accepted_on, judgement)
        for one in coming
        if (judgement := judged_when_accepted(rule.code, command.fund, canteen.unit_path, one, reference))
    ]
    opened = with_accepted(seen.now, others)
    after = with_accepted(seen.now, basket).figures(wanted_on) if basket else seen.before
    return {
        "rule": rule.code,
        "name": rule.name,
        "name_en": rule.name_en,
        "rate_bp": seen.now.rate_bp,
        "before": shown(seen.before),
        "after": shown(after),
        "with_open_orders": {
            "before": shown(opened.figures(day) if others else seen.before),
            "after": shown(with_accepted(opened, basket).figures(wanted_on) if others else after),
        },
        "counts": [told(reference, line, one, day) for line, one in zip(command.lines, seen.judged, strict=True)],
    }


def shown(figures: Figures) -> dict[str, Any]:
    """Write figures as a preview shows them."""
    return {
        "base_fen": figures.base_fen,
        "counted_fen": figures.counted_fen,
        "share_bp": figures.share_bp,
        "required_fen": figures.required_fen,
        "shortfall_fen": figures.shortfall_fen,
    }


def told(reference: Reference, line: PreviewLine, judgement: Judgement, day: date) -> dict[str, Any]:
    """Write how a line is judged, with its reason in both languages."""
    known = reference.list_as_known(judgement.list_code) if judgement.list_code else None
    texts = reason_texts(judgement.reason, bought(line, day).facts(), judgement.written(), known.name if known else "")
    return {
        "counts": judgement.counts,
        "in_base": judgement.in_base,
        "reason": judgement.reason.value,
        "reason_zh": texts["zh"],
        "reason_en": texts["en"],
    }

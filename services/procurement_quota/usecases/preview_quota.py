"""A buyer sees each rule's share before and after an order, by the same functions that will judge it in the ledger."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.procurement_quota.domain.chain import month_of
from services.procurement_quota.domain.figures import Figures, add_line, figures_of
from services.procurement_quota.domain.judging import Bought, Judgement, judge
from services.procurement_quota.domain.reasons import reason_texts
from services.procurement_quota.domain.rules import Reference, Rule
from services.procurement_quota.domain.statements import Basis
from services.procurement_quota.domain.words import Evidence
from services.procurement_quota.store.canteens import Canteen
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.gather_basis import canteen_of, gather, when_asked
from shared.clock import today
from shared.contracts.authority import Identity, Owned, require
from shared.contracts.words import Channel, Fund, SupplierKind
from shared.db.unit_of_work import ReadTx
from shared.money import AMOUNT_FEN_MAX

LINES_MAX = 200


class PreviewLine(BaseModel):
    """One line of a basket: what it is, where it is from, and what it will cost when accepted in full."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    category: str = Field(min_length=1, max_length=40, examples=["vegetables"])
    origin_county_code: str | None = Field(default=None, pattern=r"^[0-9]{6}$", examples=["430224"])
    amount_fen: int = Field(ge=0, le=AMOUNT_FEN_MAX, examples=[12_500])
    supplier_kind: SupplierKind | None = None


class PreviewQuota(BaseModel):
    """A basket, as far as the quota is concerned."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    canteen_id: UUID
    fund: Fund
    lines: Annotated[list[PreviewLine], Field(max_length=LINES_MAX)]


async def preview_quota(desk: Desk, identity: Identity | None, command: PreviewQuota) -> dict[str, Any]:
    """Tell the share before, and after the basket is accepted in full today, under each rule that would bind it."""
    require(identity, "preview_quota", Owned(canteen_id=command.canteen_id))
    async with desk.uow.read() as tx:
        canteen = await canteen_of(tx, command.canteen_id)
        reference = await desk.reference.current(tx)
        rules = reference.binding(command.fund, canteen.unit_path, today(desk.clock))
        return {"rules": [await _under(desk, tx, reference, rule, canteen, command) for rule in rules]}


async def _under(
    desk: Desk, tx: ReadTx, reference: Reference, rule: Rule, canteen: Canteen, command: PreviewQuota
) -> dict[str, Any]:
    day = today(desk.clock)
    asked, when = when_asked(desk.clock, rule, day.year, None, None)
    found = await gather(tx, reference, rule, [canteen], asked)
    basis, rate_bp = found.bases[0], found.rate(canteen.unit_path)
    judged = [judge(rule, _bought(line, day), line.amount_fen, reference) for line in command.lines]
    before = figures_of(when.year, basis.months, basis.attested, rate_bp, when.happened_by)
    after = after_acceptance(basis, judged, rate_bp, day) if judged else before
    return {
        "rule": rule.code,
        "name": rule.name,
        "name_en": rule.name_en,
        "rate_bp": rate_bp,
        "before": _shown(before),
        "after": _shown(after),
        "counts": [_told(reference, line, one, day) for line, one in zip(command.lines, judged, strict=True)],
    }


def _bought(line: PreviewLine, day: date) -> Bought:
    return Bought(
        category=line.category,
        origin=line.origin_county_code,
        evidence=Evidence.LISTING,
        eligible_on=day,
        channel=Channel.ZHUCAI,
        supplier_kind=line.supplier_kind,
    )


def after_acceptance(basis: Basis, judged: list[Judgement], rate_bp: int | None, day: date) -> Figures:
    """Compute the figures with these lines accepted on a day, all else unchanged."""
    months = add_line(
        basis.months,
        month_of(day),
        base_fen=sum(one.base_fen for one in judged),
        counted_fen=sum(one.counted_fen for one in judged),
    )
    return figures_of(day.year, months, basis.attested, rate_bp, day)


def _shown(figures: Figures) -> dict[str, Any]:
    return {
        "base_fen": figures.base_fen,
        "counted_fen": figures.counted_fen,
        "share_bp": figures.share_bp,
        "required_fen": figures.required_fen,
        "shortfall_fen": figures.shortfall_fen,
    }


def _told(reference: Reference, line: PreviewLine, judgement: Judgement, day: date) -> dict[str, Any]:
    known = reference.list_as_known(judgement.list_code) if judgement.list_code else None
    texts = reason_texts(judgement.reason, _bought(line, day).facts(), judgement.written(), known.name if known else "")
    return {
        "counts": judgement.counts,
        "in_base": judgement.in_base,
        "reason": judgement.reason.value,
        "reason_zh": texts["zh"],
        "reason_en": texts["en"],
    }

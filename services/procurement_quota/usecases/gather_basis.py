"""All that a statement, a preview or a closing stands on is gathered here, in a fixed number of queries."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID

from services.procurement_quota.domain.counting import CanteenUnknown
from services.procurement_quota.domain.figures import Asked
from services.procurement_quota.domain.jurisdiction import AS_NOW, Stood, Tree, rate_of
from services.procurement_quota.domain.rules import CountyList, Reference, Rule
from services.procurement_quota.domain.standing import Form, kind_on
from services.procurement_quota.domain.statements import Basis, Holder, When
from services.procurement_quota.store import figures, flags
from services.procurement_quota.store.canteens import Canteen, Share, canteen_by_id, forms, shares
from services.procurement_quota.store.figures import Closed
from services.procurement_quota.store.reservations import standing
from services.procurement_quota.store.units import tree_at_start
from shared.clock import Clock, business_date, end_of_day
from shared.contracts.words import CanteenKind
from shared.db.unit_of_work import ReadTx
from shared.errors import InvalidFields, field_problem
from shared.money import BP_WHOLE

YEAR_MIN, YEAR_MAX = 2020, 2100
NOTHING_KNOWN = datetime(YEAR_MIN - 1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Rates:
    """Gives each unit's rate at the start of a year by its path, each path computed once."""

    rule: Rule
    tree: Tree
    counties: CountyList | None
    year: int
    _known: dict[str, int | None] = field(default_factory=dict, compare=False, repr=False)

    def __call__(self, path: str) -> int | None:
        if path not in self._known:
            self._known[path] = rate_of(self.rule, path, self.tree, self.counties, self.year)
        return self._known[path]


@dataclass(frozen=True)
class Gathered:
    """What is known of some canteens for one year and rule, and how each unit's rate follows."""

    bases: Sequence[Basis]
    rate: Rates
    closed: dict[UUID, Closed]


def when_asked(
    clock: Clock, rule: Rule, year: int, happened_by: date | None, known_by: date | datetime | None
) -> tuple[Asked, When]:
    """Settle the two dates. A bare date known by is the end of that day in Shanghai; later than now is now."""
    known = known_moment(clock, known_by)
    now = clock.now()
    today = business_date(now)
    happened = min(happened_by or today, today)
    if known is None and happened >= today:
        return Asked(rule.code, rule.fund, year, today, None), When(year, today, today)
    settled = now if known is None else known
    return Asked(rule.code, rule.fund, year, happened, settled), When(year, happened, business_date(settled))


def known_moment(clock: Clock, known_by: date | datetime | None) -> datetime | None:
    """Settle what was known by, as `when_asked` does; None is everything known now."""
    now = clock.now()
    if isinstance(known_by, date) and not isinstance(known_by, datetime) and known_by >= business_date(now):
        return None
    known = _moment(known_by)
    return None if known is None or known >= now else known


def _moment(known_by: date | datetime | None) -> datetime | None:
    if known_by is None:
        return None
    if isinstance(known_by, datetime):
        if known_by.tzinfo is None:
            raise InvalidFields(field_problem("known_by", "needs its time zone", "需要时区"))
        return max(known_by, NOTHING_KNOWN)
    return end_of_day(known_by)


async def canteen_of(tx: ReadTx, canteen_id: UUID) -> Canteen:
    """Give a canteen; raises CanteenUnknown."""
    found = await canteen_by_id(tx, canteen_id)
    if found is None:
        raise CanteenUnknown(canteen_id=str(canteen_id))
    return found


async def gather(
    tx: ReadTx,
    reference: Reference,
    rule: Rule,
    canteens: Sequence[Canteen],
    asked: Asked,
    *,
    below: str | None = None,
    stood: Stood = AS_NOW,
) -> Gathered:
    """Gather the bases of some canteens; `below` is the subject's path when it is a unit.

    The canteens' paths, and that one, are those of `stood`.
    """
    ids = [one.id for one in canteens]
    held = await shares(tx, ids, asked.year, asked.known_by)
    formed = await forms(tx, ids, asked.known_by)
    months = await figures.months(tx, ids, asked)
    attested = await figures.attested(tx, ids, asked.fund, asked.year, asked.known_by)
    closed = await figures.closings(tx, ids, asked.year, asked.known_by)
    filed = await standing(tx, ids, asked.year, asked.known_by)
    unpaid = await figures.unpaid(tx, ids, asked)
    flagged = await flags.held(tx, ids, asked)
    bases = [
        Basis(
            canteen_id=one.id,
            name=one.name,
            kind=kind_on(formed.get(one.id, ()), min(asked.happened_by, date(asked.year, 12, 31)), one.kind),
            unit_id=one.unit_id,
            unit_name=one.unit_name,
            unit_path=one.unit_path,
            forms=formed.get(one.id, ()),
            months=months.get(one.id, {}),
            attested=attested.get(one.id, ()),
            closed=one.id in closed,
            reserved_fen=filed[one.id].reserved.get(rule.code) if one.id in filed else None,
            unpaid_fen=unpaid.get(one.id, 0),
            holders=holders_of(one, held.get(one.id, []), formed.get(one.id, ()), asked.year, stood),
            held_fen=flagged.get(one.id, 0),
        )
        for one in canteens
    ]
    return Gathered(bases, await _rates(tx, reference, rule, bases, asked, below, stood), closed)


def holders_of(
    one: Canteen, held: Sequence[Share], formed: Sequence[Form], year: int, stood: Stood = AS_NOW
) -> list[Holder]:
    """List who bears a canteen's share in a year: its own unit whole, or those who share it by weight.

    It is shared in a year when the last form that it takes by the year's end is; the weights are the year's.
    """
    if kind_on(formed, date(year, 12, 31), one.kind) is not CanteenKind.SHARED or not held:
        return [Holder(one.unit_id, one.unit_name, one.unit_path, BP_WHOLE)]
    return [Holder(share.unit_id, share.holder_name, _stood_at(share, stood), share.weight_bp) for share in held]


def _stood_at(share: Share, stood: Stood) -> str | None:
    if share.unit_id is None or share.unit_path is None:
        return share.unit_path
    return stood.path(share.unit_id, share.unit_path)


async def _rates(
    tx: ReadTx,
    reference: Reference,
    rule: Rule,
    bases: Sequence[Basis],
    asked: Asked,
    below: str | None,
    stood: Stood,
) -> Rates:
    paths = {holder.path for basis in bases for holder in basis.holders if holder.path}
    paths |= {basis.unit_path for basis in bases}
    if below:
        paths = {path for path in paths if not path.startswith(below)} | {below}
    return await rates_of(tx, reference, rule, paths, asked, below, stood)


async def rates_of(
    tx: ReadTx,
    reference: Reference,
    rule: Rule,
    paths: AbstractSet[str],
    asked: Asked,
    below: str | None = None,
    stood: Stood = AS_NOW,
) -> Rates:
    """Give the rates of the units at some paths, and of all below one; the paths are those of `stood`."""
    tree = await tree_at_start(tx, asked.year, below=below, paths=paths, known_by=asked.known_by, stood=stood)
    counties = None
    if rule.designated_list_code is not None:
        counties = reference.list_as_known(rule.designated_list_code, asked.known_by)
    return Rates(rule, tree, counties, asked.year)

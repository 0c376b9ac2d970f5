"""An order is told to the world in the words of the Open Contracting Data Standard (OCDS), and never two ways.

Source: the release schema and the codelists of OCDS 1.1.5 (standard.open-contracting.org/1.1/en/schema/); units are
codes of UN/CEFACT Recommendation 20 (KGM a kilogram, C62 one piece); moments are RFC 3339.

Decision: one order is one contracting process, told whole in each release. The award is what was ordered; the contract
what is accepted and kept, each change of it an amendment; the implementation each line's delivery as a milestone, what
was packed, accepted, returned and kept of it as metrics (the standard's registered extension, as its core has no place
for a measured quantity), and money as transactions, a refund negative. Why: goods by weight cost what the scale
says, so that what was awarded and what is owed differ by nature. Price: whoever reads without the extension finds the
accepted quantity in the contract's items and in the milestones' words.

Amounts are yuan and weights kilograms, exact decimals of whole fen and grams: no float is ever made of them. A
party is named by our own id: no register's number of anybody is known here. A household's (示范户) name may be a
person's, and is told nowhere, nor is any reason that somebody typed; so the release is the same whoever asks.

Decision: a release's id ends with a digest of all that it tells, and everybody is called as on the day of placing. Why:
a release never changes once it is published, and whoever gathers them reads none twice. Price: a canteen's new name
is told with its new orders only.

What was bought at a stall says so as its tender: direct.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

from shared.contracts.words import ENDED, Measure, OrderChannel, OrderState, SupplierKind
from shared.money import BP_WHOLE, CURRENCY, KG_GRAMS
from shared.reference import county_name, divisions
from shared.reference.categories import category_name

Node = dict[str, Any]

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""The zone in which moments are told, whose hours have not been moved since 1991."""

PREFIX_OF_NOBODY = "ocds-000000"
"""What begins our ids where no prefix is registered: it is nobody's."""
METRICS = "https://raw.githubusercontent.com/open-contracting-extensions/ocds_metrics_extension/master/extension.json"
PAGES = "https://raw.githubusercontent.com/open-contracting-extensions/ocds_pagination_extension/master/extension.json"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
PUBLISHER = "助采 Zhucai"
UNITS = {Measure.WEIGHT: ("KGM", "千克"), Measure.PIECE: ("C62", "")}
"""The code and the name of a unit; pieces go by the name that their seller gives them."""
CATEGORY_SCHEME = "ZHUCAI"
DIGEST_DIGITS = 12
A_HOUSEHOLD = "阳光致富带头人（示范户，不公开名称）"
AWARD_STATUS = {
    OrderState.PLACED: "pending",
    OrderState.DECLINED: "unsuccessful",
    OrderState.CANCELLED: "cancelled",
}
"""Of the closed codelist awardStatus; every other state is `active`."""
CONTRACT_STATUS = {
    OrderState.CANCELLED: "cancelled",
    OrderState.DECLINED: "cancelled",
    OrderState.REFUSED: "terminated",
    OrderState.CLOSED: "terminated",
}
"""Of the closed codelist contractStatus; every other state is `active`."""


ENDED_UNSENT = ENDED - {OrderState.REFUSED}
"""The states of an order of which nothing was ever sent."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line and its weight chain, in grams or pieces; None where it has not come so far."""

    line_id: UUID
    name: str
    category: str
    measure: Measure
    unit_name: str
    unit_quantity: int
    price_fen: int
    quantity: int
    tolerance_bp: int | None
    confirmed_quantity: int | None
    packed_quantity: int | None
    accepted_quantity: int | None
    returned_quantity: int
    replaces: bool
    """Whether it was accepted in another line's place, and not ordered."""

    @property
    def agreed_quantity(self) -> int:
        """What the seller said yes to, or else what was ordered."""
        return self.quantity if self.confirmed_quantity is None else self.confirmed_quantity

    @property
    def kept_quantity(self) -> int:
        return (self.accepted_quantity or 0) - self.returned_quantity


@dataclass(frozen=True, slots=True)
class Change:
    """What changed the contract: a substitute, an acceptance, a return or a credit; negative takes from it."""

    id: UUID
    kind: str
    at: datetime
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Transfer:
    """Money that reached the supplier, or went back."""

    id: UUID
    on: date
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Told:
    """Everything of an order that is told."""

    order_id: UUID
    state: OrderState
    channel: OrderChannel
    placed_at: datetime
    confirmed_at: datetime | None
    wanted_on: date
    accepted_on: date | None
    accepted_at: datetime | None
    changed_at: datetime
    """When the last of it happened."""
    happened: int
    """How many things have happened to it: with each the release is another."""
    ordered_fen: int
    confirmed_fen: int | None
    """As the seller confirmed it; None is as it was ordered."""
    kept_fen: int
    unit_id: UUID
    unit_name: str
    """As it was when the order was placed, like the canteen's and the county."""
    canteen_name: str
    supplier_id: UUID
    supplier_name: str
    supplier_kind: SupplierKind
    county_code: str
    tolerance_bp: int
    """How far a line's weight may be off where nothing was agreed."""
    lines: tuple[Line, ...]
    changes: tuple[Change, ...]
    transfers: tuple[Transfer, ...]
    replaces_order_id: UUID | None = None
    """The order whose goods went back and are replaced by this one's."""
    replaced_by_order_ids: tuple[UUID, ...] = ()
    """The orders by which what went back of this one was to come again, in the order in which that was agreed."""

    @property
    def agreed_fen(self) -> int:
        return self.ordered_fen if self.confirmed_fen is None else self.confirmed_fen

    @property
    def supplier_shown(self) -> str:
        return A_HOUSEHOLD if self.supplier_kind is SupplierKind.DEMONSTRATION_HOUSEHOLD else self.supplier_name


def release(told: Told, prefix: str) -> Node:
    """Tell an order as one release; `prefix` is the registered one, or empty."""
    ocid = _ocid(told.order_id, prefix)
    contract = _contract(told)
    bought = {"tender": _bought_at_a_fair(told)} if told.channel is OrderChannel.ON_SITE else {}
    tags = [*bought, "award"]
    if contract is not None:
        tags += ["contract", "implementation"] if "implementation" in contract else ["contract"]
    related = list(_related(told, prefix))
    content: Node = {
        "date": moment(told.changed_at),
        "tag": tags,
        "initiationType": "tender",
        "language": "zh",
        "parties": list(_parties(told)),
        "buyer": _reference(told.unit_id, told.unit_name),
        **bought,
        "awards": [_award(told)],
        **({} if contract is None else {"contracts": [contract]}),
        **({"relatedProcesses": related} if related else {}),
    }
    return {"ocid": ocid, "id": f"{ocid}-{told.happened}-{_digest(content)}", **content}


def _ocid(order_id: UUID, prefix: str) -> str:
    return f"{prefix or PREFIX_OF_NOBODY}-{order_id}"


def _related(told: Told, prefix: str) -> Iterator[Node]:
    """Name the order that this one replaces, then those that were to replace it, of the codelist relatedProcess.

    `prior`: this one is the replacement of that; `replacementProcess`: that one may result in the replacement of this,
    and is told as long as this is, though it may have been cancelled. Their ids never change: what is agreed is added.
    """
    prior = () if told.replaces_order_id is None else (("prior", told.replaces_order_id),)
    later = (("replacementProcess", order_id) for order_id in told.replaced_by_order_ids)
    for place, (relationship, order_id) in enumerate((*prior, *later), 1):
        ocid = _ocid(order_id, prefix)
        yield {"id": str(place), "relationship": [relationship], "scheme": "ocid", "identifier": ocid}


def _digest(content: Node) -> str:
    """Give what changes with any word or figure of a release."""
    whole = json.dumps(content, default=str, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()[:DIGEST_DIGITS]


def package(releases: list[Node], uri: str, publisher_uri: str, following: str | None) -> Node:
    """Put releases into a package; `uri` is where it is read, `following` where the next page is."""
    return {
        "uri": uri,
        "version": "1.1",
        "extensions": [METRICS, PAGES],
        "publishedDate": max(one["date"] for one in releases),
        "publisher": {"name": PUBLISHER, "uri": publisher_uri},
        "license": LICENCE,
        "releases": releases,
        **({} if following is None else {"links": {"next": following}}),
    }


def moment(at: datetime) -> str:
    """Write a moment as RFC 3339 in Shanghai's zone, whole seconds, so that moments sort by their text."""
    return at.astimezone(SHANGHAI).replace(microsecond=0).isoformat()


def day(on: date, *, ends: bool = False) -> str:
    """Write a day that has no hour: its first second, or its last where something ends with it."""
    return datetime.combine(on, time(23, 59, 59) if ends else time(), SHANGHAI).isoformat()


def value(amount_fen: int) -> Node:
    """Write an amount as a Value: yuan with two decimals."""
    return {"amount": Decimal(amount_fen).scaleb(-2), "currency": CURRENCY}


def measured(quantity: int, measure: Measure) -> Decimal:
    """Write a quantity in its unit: kilograms with three decimals, or pieces."""
    return Decimal(quantity).scaleb(-3) if measure is Measure.WEIGHT else Decimal(quantity)


def _parties(told: Told) -> Iterator[Node]:
    paid = bool(told.transfers)
    yield {
        **_reference(told.unit_id, told.unit_name),
        "roles": ["buyer", "payer"] if paid else ["buyer"],
    }
    yield {
        **_reference(told.supplier_id, told.supplier_shown),
        "address": _address(told.county_code),
        "roles": ["supplier", "payee"] if paid else ["supplier"],
    }


def _reference(id_: UUID, name: str) -> Node:
    return {"id": str(id_), "name": name}


def _address(county_code: str) -> Node:
    province = divisions().get((f"{county_code[:2]}0000", "province"))
    region = {} if province is None else {"region": province.name}
    place = county_name(county_code) if county_code else ""
    locality = place.removeprefix(region.get("region", ""))
    return {**({"locality": locality} if locality else {}), **region, "countryName": "中国"}


def _bought_at_a_fair(told: Told) -> Node:
    """Tell how a purchase at a stall came about, of the closed codelists tenderStatus and method."""
    return {
        "id": str(told.order_id),
        "title": _title(told),
        "status": "complete",
        "procurementMethod": "direct",
        "procurementMethodDetails": "展销会现场购买，由供应方录入、采购方确认",
    }


def _award(told: Told) -> Node:
    return {
        "id": str(told.order_id),
        "title": _title(told),
        "status": AWARD_STATUS.get(told.state, "active"),
        "date": moment(told.placed_at),
        "value": value(told.ordered_fen),
        "suppliers": [_reference(told.supplier_id, told.supplier_shown)],
        "items": [_item(line, line.quantity) for line in told.lines if not line.replaces],
    }


def _title(told: Told) -> str:
    return f"{told.canteen_name}向{told.supplier_shown}采购农副产品"


def _contract(told: Told) -> Node | None:
    """Tell the contract, from the supplier's confirmation on."""
    if told.confirmed_at is None:
        return None
    weighed = told.accepted_on is not None
    implementation = _implementation(told)
    changes = [_amendment(change) for change in told.changes]
    return {
        "id": str(told.order_id),
        "awardID": str(told.order_id),
        "title": _title(told),
        "status": CONTRACT_STATUS.get(told.state, "active"),
        "dateSigned": moment(told.confirmed_at),
        "period": {"startDate": moment(told.confirmed_at), "endDate": _until(told)},
        "value": value(told.kept_fen if weighed else told.agreed_fen),
        "items": [_item(line, line.kept_quantity if weighed else line.agreed_quantity) for line in told.lines],
        **({"amendments": changes} if changes else {}),
        **({"implementation": implementation} if implementation else {}),
    }


def _until(told: Told) -> str:
    """Tell by when the goods are due; a contract that was made on a later day ends with that day."""
    assert told.confirmed_at is not None
    return max(day(told.wanted_on, ends=True), day(told.confirmed_at.astimezone(SHANGHAI).date(), ends=True))


_CHANGES = {"substitute": "接受替代商品", "acceptance": "按验收数量结算", "return": "退货", "credit": "折让"}


def _amendment(change: Change) -> Node:
    amount = value(change.amount_fen)["amount"]
    return {
        "id": str(change.id),
        "date": moment(change.at),
        "rationale": _CHANGES[change.kind],
        "description": f"合同金额变动 {amount} 元",
    }


def _item(line: Line, quantity: int) -> Node:
    code, name = UNITS[line.measure]
    price = _price(line)
    return {
        "id": str(line.line_id),
        "description": line.name,
        "classification": {
            "scheme": CATEGORY_SCHEME,
            "id": line.category,
            "description": category_name(line.category),
        },
        "quantity": measured(quantity, line.measure),
        "unit": {
            "scheme": "UNCEFACT",
            "id": code,
            "name": name or line.unit_name,
            **({} if price is None else {"value": {"amount": price, "currency": CURRENCY}}),
        },
    }


def _price(line: Line) -> Decimal | None:
    """Tell the price of one kilogram or piece in yuan, where that is a decimal of at most six places; else nothing."""
    per = KG_GRAMS if line.measure is Measure.WEIGHT else 1
    millionths, rest = divmod(line.price_fen * per * 10_000, line.unit_quantity)
    return None if rest else _at_least_two_places(Decimal(millionths).scaleb(-6))


def _at_least_two_places(amount: Decimal) -> Decimal:
    short = amount.normalize()
    exponent = short.as_tuple().exponent
    assert isinstance(exponent, int)
    return short if exponent < -2 else amount.quantize(Decimal("0.01"))


def _implementation(told: Told) -> Node:
    """Tell deliveries and money; nothing at all of an order that was cancelled before it was packed.

    What was measured refers to its milestone, so that these are told of an order that was cancelled when packed, too.
    """
    found: Node = {}
    if told.transfers:
        found["transactions"] = [
            {
                "id": str(one.id),
                "date": day(one.on),
                "value": value(one.amount_fen),
                "payer": _reference(told.unit_id, told.unit_name),
                "payee": _reference(told.supplier_id, told.supplier_shown),
            }
            for one in told.transfers
        ]
    metrics = list(_metrics(told))
    if metrics or told.state not in ENDED_UNSENT:
        found["milestones"] = [_milestone(told, line) for line in told.lines]
    if metrics:
        found["metrics"] = metrics
    return found


def _milestone(told: Told, line: Line) -> Node:
    weighed = line.accepted_quantity is not None and told.accepted_on is not None and told.accepted_at is not None
    met: Node = {}
    if weighed:
        assert told.accepted_on is not None
        assert told.accepted_at is not None
        met["dateModified"] = moment(told.accepted_at)
        if line.accepted_quantity:
            met["dateMet"] = day(told.accepted_on)
    return {
        "id": str(line.line_id),
        "title": f"交付{line.name}",
        "type": "delivery",
        "description": _chain(line),
        "dueDate": day(told.wanted_on, ends=True),
        **met,
        "status": _met(line, told.tolerance_bp) if weighed else _awaited(told.state),
    }


def _awaited(state: OrderState) -> str:
    return "notMet" if state in ENDED_UNSENT else "scheduled"


def _met(line: Line, usual_bp: int) -> str:
    """Tell how far a delivery was what was agreed, of the closed codelist milestoneStatus.

    Goods by weight are met within their tolerance, pieces by their number.
    """
    accepted = line.accepted_quantity or 0
    if accepted == 0:
        return "notMet"
    off_bp = 0
    if line.measure is Measure.WEIGHT:
        off_bp = usual_bp if line.tolerance_bp is None else line.tolerance_bp
    return "met" if accepted * BP_WHOLE >= line.agreed_quantity * (BP_WHOLE - off_bp) else "partiallyMet"


STAGES = {
    "confirmed": "确认数量",
    "packed": "备货数量",
    "accepted": "验收数量",
    "returned": "退货数量",
    "kept": "留存数量",
}


def _stages(line: Line) -> Mapping[str, int | None]:
    weighed = line.accepted_quantity is not None
    return {
        "confirmed": line.confirmed_quantity,
        "packed": line.packed_quantity,
        "accepted": line.accepted_quantity,
        "returned": line.returned_quantity if weighed else None,
        "kept": line.kept_quantity if weighed else None,
    }


def _chain(line: Line) -> str:
    """Write a line's weight chain for whoever reads."""
    unit = UNITS[line.measure][1] or line.unit_name
    steps: dict[str, int | None] = {"订购": line.quantity}
    steps |= {STAGES[stage].removesuffix("数量"): quantity for stage, quantity in _stages(line).items()}
    said = (
        f"{name} {measured(quantity, line.measure)} {unit}" for name, quantity in steps.items() if quantity is not None
    )
    return "，".join(said)


def _metrics(told: Told) -> Iterator[Node]:
    """Tell what was measured of each line at each stage, every observation beside its milestone."""
    for stage, title in STAGES.items():
        seen = [(line, _stages(line)[stage]) for line in told.lines]
        observations = [
            {
                "id": f"{stage}-{line.line_id}",
                "measure": measured(quantity, line.measure),
                "unit": {
                    "scheme": "UNCEFACT",
                    "id": UNITS[line.measure][0],
                    "name": UNITS[line.measure][1] or line.unit_name,
                },
                "relatedImplementationMilestone": {"id": str(line.line_id), "title": f"交付{line.name}"},
            }
            for line, quantity in seen
            if quantity is not None
        ]
        if observations:
            yield {"id": stage, "title": title, "observations": observations}

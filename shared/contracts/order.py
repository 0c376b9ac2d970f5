"""What order says: what was promised, received, given back and paid.

Streams have no order between them, so an acceptance carries every fact that judging needs.
Quantities are cumulative per order line; amounts are differences of cumulative amounts.
"""

from datetime import date, datetime, time
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.envelope import Event, Fact
from shared.contracts.grants import Role
from shared.contracts.words import Fund, Measure, NoticeKind, OrderChannel, PaymentMethod, SupplierKind

TOLD_MAX = 20
"""How many organisations, accounts and facts a notice names at most."""


class OrderLineFacts(Fact):
    """One line as agreed when the order was placed."""

    line_id: UUID
    listing_id: UUID
    listing_version: int
    name: str
    category: str
    measure: Measure
    unit_quantity: int
    piece_grams: int | None
    price_fen: int
    quantity: int
    amount_fen: int
    origin_county_code: str


class OrderInSum(Event):
    """`order.placed`, as whoever counts orders reads it: each order is one sum, and its lines are passed over."""

    type: ClassVar[str] = "order.placed"
    stream: ClassVar[str] = "order"

    order_id: UUID
    canteen_id: UUID
    fund: Fund
    placed_at: datetime
    wanted_on: date
    amount_fen: int

    @property
    def key(self) -> str:
        return str(self.order_id)


class OrderPlaced(OrderInSum):
    """An order was placed and its stock promised."""

    requisition_id: UUID
    unit_id: UUID
    supplier_id: UUID
    lines: tuple[OrderLineFacts, ...]
    fair_id: UUID | None = None
    """The event of selling (展销会) that it was ordered at."""
    channel: OrderChannel = OrderChannel.ONLINE
    wanted_from: time | None = None
    """From when on the wanted day, by Shanghai's clock; None is any hour."""
    wanted_until: time | None = None
    replaces_return_id: UUID | None = None
    """The return whose goods come again by it, agreed to by its seller; None is any other order."""


class OrderMoved(Event):
    """An order went on to another state."""

    type: ClassVar[str] = "order.moved"
    stream: ClassVar[str] = "order"

    order_id: UUID
    canteen_id: UUID
    supplier_id: UUID
    version: int
    state: str
    at: datetime
    reason: str = ""
    account_id: UUID | None = None
    """Who moved it; None is the system itself, or was not told."""
    acted_as: Role | None = None
    """In which role: a helper's (帮办人) is told apart from the seller's own."""
    amount_fen: int | None = None
    """What the whole order comes to from now on; None where this step left that as it was."""
    channel: OrderChannel = OrderChannel.ONLINE

    @property
    def key(self) -> str:
        return str(self.order_id)


class KeptLine(Fact):
    """A step of one line's weight chain: how much more, or less, the canteen keeps and owes."""

    line_id: UUID
    listing_id: UUID
    listing_version: int
    name: str
    category: str
    measure: Measure
    quantity: int
    """The signed step, in grams or pieces."""
    grams: int
    """The signed step in grams (pieces times their net weight; 0 when that is unknown)."""
    amount_fen: int
    """The signed step of the cumulative amount."""
    price_fen: int
    unit_quantity: int
    origin_county_code: str
    lot_number: str = ""
    """The seller's lot (批次) that it came from; empty where none was told."""


class PurchaseFacts(Fact):
    """Whose purchase it is, and what it was judged to be when ordered."""

    order_id: UUID
    requisition_id: UUID
    canteen_id: UUID
    unit_id: UUID
    fund: Fund
    supplier_id: UUID
    supplier_name: str
    supplier_kind: SupplierKind
    ordered_on: date
    recognised: bool = True
    """Whether its supplier's recognition held on the day of ordering, or recognitions were not told."""
    fair_id: UUID | None = None
    """The event of selling (展销会) that it was ordered at."""
    channel: OrderChannel = OrderChannel.ONLINE
    replaces_order_id: UUID | None = None
    """The order whose returned goods it makes good (换货)."""


class AcceptanceRecorded(Event):
    """A canteen accepted goods (验收) by weight or count."""

    type: ClassVar[str] = "acceptance.recorded"
    stream: ClassVar[str] = "order"

    acceptance_id: UUID
    purchase: PurchaseFacts
    accepted_on: date
    lines: tuple[KeptLine, ...]
    weighed_at: datetime | None = None
    """The moment on the scale, whose business date is `accepted_on`; None where only the day was told."""
    second_person: bool = False
    """Whether a second person of the buyer's stood by the weights (双人验收)."""

    @property
    def key(self) -> str:
        return str(self.purchase.order_id)


class ReturnRecorded(Event):
    """Goods went back (退货), by agreement; the quantities and amounts are negative.

    `reverses_accepted_on` is the date of the acceptance reversed: the return belongs to that year.
    """

    type: ClassVar[str] = "return.recorded"
    stream: ClassVar[str] = "order"

    return_id: UUID
    acceptance_id: UUID
    purchase: PurchaseFacts
    agreed_on: date
    reverses_accepted_on: date
    reason: str
    lines: tuple[KeptLine, ...]

    @property
    def key(self) -> str:
        return str(self.purchase.order_id)


class CreditRecorded(Event):
    """A price was lowered after acceptance (折让); quantities are 0 and amounts negative."""

    type: ClassVar[str] = "credit.recorded"
    stream: ClassVar[str] = "order"

    credit_id: UUID
    acceptance_id: UUID
    purchase: PurchaseFacts
    agreed_on: date
    reverses_accepted_on: date
    reason: str
    lines: tuple[KeptLine, ...]

    @property
    def key(self) -> str:
        return str(self.purchase.order_id)


class PaymentRecorded(Event):
    """Money reached the supplier (bank transfer confirmed, card captured); `amount_fen` is negative for a refund."""

    type: ClassVar[str] = "payment.recorded"
    stream: ClassVar[str] = "order"

    payment_id: UUID
    order_id: UUID
    canteen_id: UUID
    unit_id: UUID
    fund: Fund
    method: PaymentMethod
    amount_fen: int
    paid_on: date

    @property
    def key(self) -> str:
        return str(self.order_id)


class StockChanged(Event):
    """What can still be promised crossed zero, up or down; said once per order, not per gram."""

    type: ClassVar[str] = "stock.changed"
    stream: ClassVar[str] = "order"

    listing_id: UUID
    version: int
    available: bool

    @property
    def key(self) -> str:
        return str(self.listing_id)


class Audience(Fact):
    """Who is to be told: those in these roles at an organisation, whoever they are by then."""

    organisation_id: UUID
    roles: tuple[Role, ...]


class NoticeFact(Fact):
    """A fact of a notice, as text; its name ends in its unit."""

    name: str
    value: str


class NoticeRaised(Event):
    """Somebody is to be told that a matter waits for them, or what became of it."""

    type: ClassVar[str] = "notice.raised"
    stream: ClassVar[str] = "order"

    kind: NoticeKind
    subject_id: UUID
    audience: Annotated[tuple[Audience, ...], Field(max_length=TOLD_MAX)]
    account_ids: Annotated[tuple[UUID, ...], Field(max_length=TOLD_MAX)]
    by_account_id: UUID | None
    """Whose doing it is, who is told nothing; None is the system itself."""
    facts: Annotated[tuple[NoticeFact, ...], Field(max_length=TOLD_MAX)]
    at: datetime
    due_at: datetime | None

    @property
    def key(self) -> str:
        return str(self.subject_id)


EVENTS: tuple[type[Event], ...] = (
    OrderPlaced,
    OrderMoved,
    AcceptanceRecorded,
    ReturnRecorded,
    CreditRecorded,
    PaymentRecorded,
    StockChanged,
    NoticeRaised,
)

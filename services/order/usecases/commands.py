"""What can be asked of an order, with a bound on every text, list and number.

Quantities are whole grams for goods by weight, else pieces.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from services.order.domain.seasons import WINDOWS_MAX
from services.order.domain.standing import LEAD_DAYS_MAX, WEEK_DAYS
from services.order.domain.states import Remedy
from services.order.domain.wanted import Wanted, hour_of
from services.order.domain.weights import TOLERANCE_BP_MAX
from shared.contracts.words import Fund, PaymentMethod
from shared.money import AMOUNT_FEN_MAX

QUANTITY_MAX = 10**9
STOCK_MAX = 10**12
LINES_MAX = 100
REASON_MAX = 500

Quantity = Annotated[int, Field(ge=1, le=QUANTITY_MAX)]
Measured = Annotated[int, Field(ge=0, le=QUANTITY_MAX)]
AmountFen = Annotated[int, Field(ge=1, le=AMOUNT_FEN_MAX)]
_TEXT = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]*$"
"""No control characters but line ends and tabs, and no marks that hide or turn what others read."""
_WEB = r"^https?://[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?(/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?(\?[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?$"
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=REASON_MAX, pattern=_TEXT)]
Remark = Annotated[str, StringConstraints(strip_whitespace=True, max_length=REASON_MAX, pattern=_TEXT)]
WeekDay = Annotated[int, Field(ge=1, le=WEEK_DAYS)]
"""1 is Monday."""
Hour = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
ShortText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100, pattern=_TEXT)]

EXAMPLE_ID = "019a0000-0000-7000-8000-000000000001"


class Command(BaseModel):
    """A request's content: exactly these fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _example(**content: Any) -> ConfigDict:
    return ConfigDict(frozen=True, extra="forbid", json_schema_extra={"examples": [content]})


class PutStock(Command):
    """Say how much lies there, counted now, promised goods included."""

    model_config = _example(on_hand=250_000, reason="新收一批")

    on_hand: Annotated[int, Field(ge=0, le=STOCK_MAX)]
    reason: Reason


class SeasonWindow(Command):
    """Days for which goods may be promised, both ends in, and how much for them in all."""

    from_on: date
    until_on: date
    quantity_max: Quantity | None = Field(
        default=None, description="how much may be promised for these days in all; as much as there is if left out"
    )


class PutSeason(Command):
    """Say for which days goods may be promised (时令供应期), and how much for each window; no window is any day."""

    model_config = _example(
        windows=[{"from_on": "2026-11-01", "until_on": "2027-01-31", "quantity_max": 2_000_000}], reason="冬笋上市"
    )

    windows: Annotated[tuple[SeasonWindow, ...], Field(max_length=WINDOWS_MAX)]
    reason: Reason


class BasketLine(Command):
    """One listing in the version that the buyer has seen."""

    listing_id: UUID
    listing_version: Annotated[int, Field(ge=1, le=10**9)]
    quantity: Quantity
    tolerance_bp: int | None = Field(
        default=None,
        ge=0,
        le=TOLERANCE_BP_MAX,
        description="how far the weight may be off what is ordered; what is usual if left out, and 0 for pieces",
    )


class PutBasket(Command):
    """Put a basket (采购篮) together, whole."""

    model_config = _example(
        canteen_id=EXAMPLE_ID,
        fund="canteen",
        lines=[{"listing_id": EXAMPLE_ID, "listing_version": 1, "quantity": 5_000}],
    )

    canteen_id: UUID
    fund: Fund
    fair_id: UUID | None = Field(
        default=None, description="the event of selling that it is filled at, while that is open"
    )
    lines: Annotated[tuple[BasketLine, ...], Field(min_length=1, max_length=LINES_MAX)]


class RepeatOrder(Command):
    """Fill a basket with what was ordered before: one order, or all that one requisition asked for."""

    model_config = _example(order_id=EXAMPLE_ID)

    order_id: UUID | None = None
    requisition_id: UUID | None = Field(
        default=None, description="instead of an order: several suppliers in one basket"
    )


class PutStandingOrder(Command):
    """Want the same goods on the same days of the week (常购单); baskets are drafted, and nothing is ordered."""

    model_config = _example(
        canteen_id=EXAMPLE_ID,
        name="周一菜单",
        fund="canteen",
        weekdays=[1],
        lead_days=3,
        until="2026-12-31",
        lines=[{"listing_id": EXAMPLE_ID, "listing_version": 1, "quantity": 5_000}],
    )

    canteen_id: UUID
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=_TEXT)]
    fund: Fund
    active: bool = Field(default=True, description="false stops it; put again with true it goes on")
    weekdays: Annotated[tuple[WeekDay, ...], Field(min_length=1, max_length=WEEK_DAYS)]
    lead_days: int = Field(ge=0, le=LEAD_DAYS_MAX, description="how many days before its day a basket is drafted")
    until: date = Field(description="the last day that goods are wanted on, at most a year ahead")
    wanted_from: Hour | None = None
    wanted_until: Hour | None = None
    lines: Annotated[tuple[BasketLine, ...], Field(min_length=1, max_length=LINES_MAX)]


class PutRequisition(Command):
    """Ask for what is in a basket, for a day, and if told for hours of it by Shanghai's clock."""

    model_config = _example(basket_id=EXAMPLE_ID, wanted_on="2026-03-05")

    basket_id: UUID
    wanted_on: date
    wanted_from: Hour | None = Field(default=None, description="from when on that day, such as 07:30; with its end")
    wanted_until: Hour | None = Field(default=None, description="until when on that day, such as 09:00")

    @property
    def wanted(self) -> Wanted:
        return Wanted(self.wanted_on, hour_of(self.wanted_from), hour_of(self.wanted_until))


class Decision(StrEnum):
    """What an approver decides (审批结果)."""

    APPROVE = "approve"  # 批准
    REFUSE = "refuse"  # 不批准


class DecideRequisition(Command):
    """Approve a requisition, or refuse it with a reason."""

    model_config = _example(outcome="approve", reason="")

    outcome: Decision
    reason: Remark = ""


class WithdrawRequisition(Command):
    """Take back a requisition that still waits, with a reason for whoever it waits for."""

    model_config = _example(reason="菜单有变，本次不采购")

    reason: Reason


class WeighingOutcome(StrEnum):
    """What is said to what another asks or weighed (答复)."""

    AGREE = "agree"  # 同意
    OBJECT = "object"  # 有异议


class OfferedSubstitute(Command):
    """Goods of the same seller in a line's place (替代商品), as they are listed; the buyer accepts them or not."""

    listing_id: UUID
    listing_version: Annotated[int, Field(ge=1, le=10**9)]
    quantity: Quantity
    price_fen: int = Field(ge=0, le=AMOUNT_FEN_MAX, description="of a unit, as listed for this quantity")


class ConfirmedLine(Command):
    """How much of one line the seller can deliver, and why it is less; 0 declines the line."""

    line_id: UUID
    confirmed_quantity: Measured
    reason: Reason
    substitute: OfferedSubstitute | None = Field(
        default=None, description="offered in the place of what is not confirmed; silence refuses it"
    )


class ConfirmOrder(Command):
    """Confirm an order: whole, or but for the lines that are named, at less than was ordered."""

    model_config = _example(lines=[{"line_id": EXAMPLE_ID, "confirmed_quantity": 3_000, "reason": "本周产量不足"}])

    lines: Annotated[tuple[ConfirmedLine, ...], Field(max_length=LINES_MAX)] = ()


class SubstituteAnswer(StrEnum):
    """What a buyer says to a substitute (答复)."""

    ACCEPT = "accept"  # 接受
    REFUSE = "refuse"  # 拒绝


class AnswerSubstitute(Command):
    """Accept goods in a line's place, or refuse them."""

    model_config = _example(outcome="accept", reason="")

    outcome: SubstituteAnswer
    reason: Remark = ""


class AnswerCancellation(Command):
    """Agree, as the seller, that what is packed is cancelled, or refuse with a reason."""

    model_config = _example(outcome="agree", reason="")

    outcome: WeighingOutcome
    reason: Remark = ""


class SendRefund(Command):
    """Say that a refund was transferred by bank, and by which paper it is found."""

    model_config = _example(note="农业银行 3月8日 流水号 8842")

    note: Reason


class DeclineOrder(Command):
    """Decline an order, with a reason for the canteen."""

    model_config = _example(reason="连日暴雨，无法采收")

    reason: Reason


class CancelOrder(Command):
    """Cancel an order before it is packed, with a reason for the supplier."""

    model_config = _example(reason="本周停餐")

    reason: Reason


class PackedLine(Command):
    """What was packed of one line."""

    line_id: UUID
    packed_quantity: Measured
    lot_number: ShortText = Field(default="", description="the lot (批次) that it comes from")


class PackOrder(Command):
    """Say what was packed (备货), every line by its weight or count."""

    model_config = _example(lines=[{"line_id": EXAMPLE_ID, "packed_quantity": 5_120}])

    lines: Annotated[tuple[PackedLine, ...], Field(min_length=1, max_length=LINES_MAX)]


class ShipOrder(Command):
    """Say that the goods have left."""

    model_config = _example(carrier="自送", tracking="湘A12345", note="上午十点前到")

    carrier: ShortText = ""
    tracking: ShortText = ""
    note: Remark = ""


class AcceptedLine(Command):
    """What was accepted of one line, by its quantity or by the scale; a reason where it is less than was packed."""

    line_id: UUID
    accepted_quantity: Measured | None = Field(
        default=None, description="what is kept; may be left out where the scale's figures are given"
    )
    gross_grams: Measured | None = Field(default=None, description="what the scale shows of what is kept (毛重)")
    tare_grams: Measured | None = Field(default=None, description="of which packaging (皮重)")
    refused_quantity: Measured | None = Field(
        default=None,
        description="refused at the door (当场拒收); left out: nothing, or all that was packed where nothing is kept",
    )
    lot_number: ShortText = Field(default="", description="the lot (批次) on the packaging; the packed one if left out")
    reason: Remark = ""


class AcceptOrder(Command):
    """Accept goods (验收) by weight or count, every line; all at zero refuses the delivery.

    The same acceptance may be sent again and again, as a phone does that had no network: it is one.
    """

    model_config = _example(
        acceptance_id=EXAMPLE_ID,
        accepted_on="2026-03-05",
        lines=[{"line_id": EXAMPLE_ID, "gross_grams": 5_300, "tare_grams": 300, "reason": "少120克"}],
    )

    acceptance_id: UUID
    accepted_on: date | None = None
    weighed_at: AwareDatetime | None = Field(
        default=None, description="the moment on the scale by the phone's clock; its day in Shanghai is `accepted_on`"
    )
    lines: Annotated[tuple[AcceptedLine, ...], Field(min_length=1, max_length=LINES_MAX)]


class AnswerWeighing(Command):
    """Agree to a weighing, or object to it with a reason: then it is weighed again."""

    model_config = _example(acceptance_id=EXAMPLE_ID, outcome="agree", reason="")

    acceptance_id: UUID
    outcome: WeighingOutcome
    reason: Remark = ""


class ReturnedLine(Command):
    """What goes back of one line, and why."""

    line_id: UUID
    quantity: Quantity
    reason: Reason


class ReturnGoods(Command):
    """Propose to send goods back (退货)."""

    model_config = _example(return_id=EXAMPLE_ID, lines=[{"line_id": EXAMPLE_ID, "quantity": 500, "reason": "有腐烂"}])

    return_id: UUID
    remedy: Remedy = Remedy.REFUND
    lines: Annotated[tuple[ReturnedLine, ...], Field(min_length=1, max_length=LINES_MAX)]


class AgreeReturn(Command):
    """Agree to a return; of one that wants a replacement, for which day, or to credit in its place."""

    model_config = _example(remedy="replacement", wanted_on="2026-03-20")

    remedy: Literal[Remedy.REPLACEMENT, Remedy.CREDIT] | None = None
    """Left out, what was asked for."""
    wanted_on: date | None = None
    """The day on which the replacement is to come; left out, in three days."""


class RefuseReturn(Command):
    """Refuse a return, with a reason for the canteen."""

    model_config = _example(reason="签收时完好")

    reason: Reason


class EscalateReturn(Command):
    """Have the unit above decide on a return that the supplier refused, or left unanswered."""

    model_config = _example(reason="照片可见腐烂")

    reason: Reason


class WithdrawReturn(Command):
    """Take a return back."""

    model_config = _example(reason="已协商解决")

    reason: Remark = ""


class Ruling(StrEnum):
    """What an officer rules on a return (裁定)."""

    UPHOLD = "uphold"  # 支持
    DISMISS = "dismiss"  # 不予支持


class RuleReturn(Command):
    """Decide on a return between canteen and supplier, with a reason for both."""

    model_config = _example(outcome="uphold", reason="照片与验收记录相符，应予退货")

    outcome: Ruling
    reason: Reason


class CreditedLine(Command):
    """How much less one line costs."""

    line_id: UUID
    amount_fen: AmountFen


class CreditOrder(Command):
    """Lower what accepted goods cost (折让); booked at once."""

    model_config = _example(credit_id=EXAMPLE_ID, lines=[{"line_id": EXAMPLE_ID, "amount_fen": 150}], reason="规格偏小")

    credit_id: UUID
    lines: Annotated[tuple[CreditedLine, ...], Field(min_length=1, max_length=LINES_MAX)]
    reason: Reason


class PutPayeeAccount(Command):
    """Say to which account the card vendor passes a supplier's money on; null: to none."""

    model_config = _example(stripe_account="acct_1032D82eZvKYlo2C")

    stripe_account: Annotated[str, StringConstraints(pattern=r"^acct_[A-Za-z0-9]{1,100}$")] | None


class PutPayment(Command):
    """Register a payment: a bank transfer or a wallet after acceptance, or a card before confirmation."""

    model_config = _example(method="bank_transfer", amount_fen=18_255)

    method: PaymentMethod
    amount_fen: AmountFen
    stripe_payment_method: Annotated[str, StringConstraints(pattern=r"^pm_[A-Za-z0-9_]{1,100}$")] | None = None
    return_url: Annotated[str, StringConstraints(max_length=500, pattern=_WEB)] | None = Field(
        default=None, description="where a wallet sends its payer afterwards; wanted for a wallet"
    )

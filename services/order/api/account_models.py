"""What is answered of accounts, as OpenAPI documents it."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from services.order.api.models import Party
from services.order.api.payment_models import VoucherView
from services.order.domain.states import AccountState, PaymentState
from shared.contracts.words import Fund


class LateLineView(BaseModel):
    """What the statement of a closed month left out of an order's account (补记), as this statement makes it good.

    `opening_fen` is what was owed before the first statement of all, or takes back what an opening brought unexplained.
    """

    late_for: str
    """The month that left it out."""
    opening_fen: int
    accepted_fen: int
    returned_fen: int
    credited_fen: int
    paid_fen: int
    refunded_fen: int
    late_fen: int
    """What all this comes to."""


class AccountLineView(BaseModel):
    """One order on a statement: what was owed before, what moved, what is owed at the month's end and now."""

    order_id: UUID
    accepted_on: date
    due_on: date
    opening_fen: int
    accepted_fen: int
    returned_fen: int
    credited_fen: int
    paid_fen: int
    refunded_fen: int
    late_fen: int
    """What earlier statements left out of this order, in sum; month by month in `late`."""
    closing_fen: int
    owed_now_fen: int
    late: list[LateLineView]


class ObjectionView(BaseModel):
    """What one side holds against a statement."""

    objection_id: UUID
    order_id: UUID | None
    side: Literal["canteen", "supplier"]
    reason: str
    raised_by_name: str
    raised_at: datetime
    note: str
    closed_at: datetime | None


class AccountStatementSummary(BaseModel):
    """A statement in a list."""

    statement_id: UUID
    number: str
    state: AccountState
    month: str
    fund: Fund
    issued_at: datetime
    due_on: date | None
    """By when all that is owed on it is due; each order on its own day."""
    canteen: Party
    unit: Party
    supplier: Party
    opening_fen: int
    late_fen: int
    """What earlier statements left out, in sum: it stands here once, and their own figures never change."""
    closing_fen: int


class AccountStatementPage(BaseModel):
    items: list[AccountStatementSummary]
    next: str | None


class PaymentPart(BaseModel):
    """What of one transfer pays one order, and the order's payment by its id."""

    order_id: UUID
    payment_id: UUID
    amount_fen: int


class AccountPaymentView(BaseModel):
    """One bank transfer over the orders of a statement, those accepted first before others."""

    payment_id: UUID
    statement_id: UUID
    state: PaymentState
    amount_fen: int
    registered_at: datetime
    paid_on: date | None
    reason: str
    voucher: VoucherView | None
    parts: list[PaymentPart]


class AccountStatementView(AccountStatementSummary):
    """A statement whole; its figures are of the month's end and never change, `owed_now_fen` is of now."""

    accepted_fen: int
    returned_fen: int
    credited_fen: int
    paid_fen: int
    refunded_fen: int
    supplier_confirmed_at: datetime | None
    canteen_confirmed_at: datetime | None
    owed_now_fen: int
    complete: bool
    """Whether all its lines are told; the first 1,000 are."""
    lines: list[AccountLineView]
    payments: list[AccountPaymentView]
    objections: list[ObjectionView]


class TermsView(BaseModel):
    terms_id: UUID
    days: int
    valid_from: date
    put_at: datetime


class PaymentTermsView(BaseModel):
    """Within how many days a unit pays, by the day of ordering; `usual_days` before the first of them."""

    unit_id: UUID
    usual_days: int
    terms: list[TermsView]


class OverduePayment(BaseModel):
    """An order that is paid late, or falls due by the day that was asked for."""

    order_id: UUID
    canteen: Party
    unit: Party
    supplier: Party
    fund: Fund
    accepted_on: date
    due_on: date
    days_overdue: int
    owed_fen: int


class OverduePage(BaseModel):
    items: list[OverduePayment]
    next: str | None


class PayFigure(BaseModel):
    """How long a canteen took to pay, of the payments of one month, and what it owed at its end."""

    canteen: Party
    unit: Party
    payments: int
    paid_fen: int
    late_payments: int
    """Of these, how many were of earlier months and left out of their figures; each counts here after its days, or,
    where there are several, after as many days as they took on average."""
    late_paid_fen: int
    median_days: int | None
    """From acceptance to payment: of the payments in the middle, the lower of two; null where nothing was paid."""
    weighted_days: int | None
    """The same, each payment weighed by its amount: `fen_days` by `paid_fen`, half a day rounded up."""
    fen_days: int
    owed_fen: int
    overdue_fen: int
    overdue_days: int
    """How long the oldest of it was overdue."""


class PayFigurePage(BaseModel):
    month: str
    items: list[PayFigure]
    next: str | None


class MonthSales(BaseModel):
    """What one canteen kept in one month, by the day of acceptance, less what went back and was credited."""

    month: str
    canteen: Party
    orders: int
    kept_fen: int
    paid_fen: int


class SalesView(BaseModel):
    """A supplier's sales of a year, newest month first."""

    supplier_id: UUID
    year: int
    complete: bool
    """Whether all of it is told; of very many canteens the newest months are."""
    items: list[MonthSales]

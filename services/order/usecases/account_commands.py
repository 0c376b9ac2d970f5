"""What can be asked of an account, with a bound on every text, list and number."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from services.order.domain.accounts import TERM_DAYS_MAX
from services.order.usecases.commands import EXAMPLE_ID, AmountFen, Command, Reason


def _example(**content: Any) -> ConfigDict:
    return ConfigDict(frozen=True, extra="forbid", json_schema_extra={"examples": [content]})


class PutPaymentTerms(Command):
    """Say within how many days of acceptance a unit pays what is ordered from a day on (账期)."""

    model_config = _example(days=30, valid_from="2026-04-01")

    days: Annotated[int, Field(ge=1, le=TERM_DAYS_MAX)]
    valid_from: date


class ObjectToStatement(Command):
    """Hold something against a statement (提出异议), or against one order on it."""

    model_config = _example(objection_id=EXAMPLE_ID, order_id=EXAMPLE_ID, reason="少记一笔退货")

    objection_id: UUID
    order_id: UUID | None = None
    reason: Reason


class PutAccountPayment(Command):
    """Register one bank transfer for what is owed on a statement."""

    model_config = _example(amount_fen=182_550)

    amount_fen: AmountFen


class ConfirmTransfer(Command):
    """Say that a transfer has arrived (到账), and how much was seen: its payer may mend it until its voucher is put."""

    model_config = _example(amount_fen=18_255)

    amount_fen: AmountFen | None = Field(
        default=None, description="what was seen in the account; refused where it is not the transfer's amount"
    )


class DenyTransfer(Command):
    """Say that a transfer has not arrived (未收到款), and what was seen."""

    model_config = _example(reason="截至今日账户未到账")

    reason: Reason


class WithdrawTransfer(Command):
    """Take back a transfer that was registered by mistake (撤回转账登记), and say why."""

    model_config = _example(reason="金额登记有误，重新登记")

    reason: Reason


class CloseObjection(Command):
    """Say that an objection is settled, and how."""

    model_config = _example(note="已补记折让，下月对账单体现")

    note: Reason

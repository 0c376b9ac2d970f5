"""How a transfer that has ended, or one more of too many, is refused, with its title in both languages."""

from shared.errors import Conflict


class PaymentEnded(Conflict):
    """This transfer was taken back or has not arrived; what it was for is paid under another id.

    zh: 这笔转账已撤回，或供应方未收到；请用新的编号重新登记付款。
    """


class TransferDiffers(Conflict):
    """Whoever pays has changed this transfer's amount; look at it again, and confirm what has arrived.

    zh: 付款方已更改这笔转账的金额；请重新核对，确认实际到账的金额。
    """


class TooManyPayments(Conflict):
    """At most 100 payments are registered for an order, and as many transfers for a statement.

    zh: 每张订单最多登记 100 笔付款，每张对账单最多登记 100 笔转账；请核对已有的付款记录。
    """

"""Every order, requisition, return and payment is in one of a few states, and only these verbs lead on.

Each machine is a table (see `shared.states`): the use cases check it, the compare-and-sets guard by it, the tables'
CHECK constraints hold it, and `mermaid()` draws it.
"""

from enum import StrEnum

from shared.states import StateMachine


class RequisitionState(StrEnum):
    """Where a requisition (请购单) stands."""

    AWAITING = "awaiting"  # 待审批: above the unit's approval limit
    PLACED = "placed"  # 已下单: its orders are placed
    REFUSED = "refused"  # 未批准


REQUISITION = StateMachine(
    RequisitionState,
    {
        "approve": ({RequisitionState.AWAITING}, RequisitionState.PLACED),
        "refuse": ({RequisitionState.AWAITING}, RequisitionState.REFUSED),
    },
)


class OrderState(StrEnum):
    """Where an order (订单) stands."""

    PLACED = "placed"  # 待确认
    CONFIRMED = "confirmed"  # 已确认
    DECLINED = "declined"  # 供应方拒单
    CANCELLED = "cancelled"  # 已取消
    PACKED = "packed"  # 已备货
    SHIPPED = "shipped"  # 已发货
    ACCEPTED = "accepted"  # 已验收
    REFUSED = "refused"  # 拒收: nothing of it was accepted
    SETTLED = "settled"  # 已结清: paid in full


ORDER = StateMachine(
    OrderState,
    {
        "confirm": ({OrderState.PLACED}, OrderState.CONFIRMED),
        "decline": ({OrderState.PLACED}, OrderState.DECLINED),
        "cancel": ({OrderState.PLACED, OrderState.CONFIRMED}, OrderState.CANCELLED),
        "pack": ({OrderState.CONFIRMED}, OrderState.PACKED),
        "ship": ({OrderState.PACKED}, OrderState.SHIPPED),
        "accept": ({OrderState.SHIPPED}, OrderState.ACCEPTED),
        "refuse": ({OrderState.SHIPPED}, OrderState.REFUSED),
        "settle": ({OrderState.ACCEPTED}, OrderState.SETTLED),
    },
)

KEEPING = frozenset({OrderState.ACCEPTED, OrderState.SETTLED})
"""The states in which goods are kept: they can be returned, credited and paid for."""


class ReturnState(StrEnum):
    """Where a return (退货) stands."""

    PROPOSED = "proposed"  # 待供应方同意
    AGREED = "agreed"  # 已同意


RETURN = StateMachine(ReturnState, {"agree": ({ReturnState.PROPOSED}, ReturnState.AGREED)})


class PaymentState(StrEnum):
    """Where a payment (付款) stands. Bank transfers take the first three; cards go round by the vendor."""

    REGISTERED = "registered"  # 已登记
    SUBMITTED = "submitted"  # 已上传凭证
    PAID = "paid"  # 已收款
    AUTHORISING = "authorising"  # 预授权中: the vendor is being asked
    AUTHORISED = "authorised"  # 已预授权: the money is held, not taken
    CAPTURING = "capturing"  # 扣款中: accepted; the vendor is being asked
    VOIDING = "voiding"  # 撤销中: the hold is to be let go
    VOIDED = "voided"  # 已撤销
    FAILED = "failed"  # 预授权失败


_P = PaymentState
PAYMENT = StateMachine(
    PaymentState,
    {
        "submit": ({_P.REGISTERED, _P.SUBMITTED}, _P.SUBMITTED),
        "confirm": ({_P.REGISTERED, _P.SUBMITTED}, _P.PAID),
        "authorise": ({_P.REGISTERED, _P.AUTHORISING}, _P.AUTHORISING),
        "hold": ({_P.AUTHORISING}, _P.AUTHORISED),
        "fail": ({_P.AUTHORISING}, _P.FAILED),
        "capture": ({_P.AUTHORISED}, _P.CAPTURING),
        "collect": ({_P.CAPTURING}, _P.PAID),
        "void": ({_P.REGISTERED, _P.AUTHORISING, _P.AUTHORISED}, _P.VOIDING),
        "release": ({_P.VOIDING, _P.AUTHORISED, _P.CAPTURING}, _P.VOIDED),
    },
)

PENDING = frozenset({_P.REGISTERED, _P.SUBMITTED, _P.AUTHORISING, _P.AUTHORISED, _P.CAPTURING})
"""Payments that may still bring money: their amounts count as promised."""


class RefundState(StrEnum):
    """Where a card refund (退款) stands."""

    DUE = "due"  # 待退: the vendor is being asked
    DONE = "done"  # 已退


REFUND = StateMachine(RefundState, {"pay_back": ({RefundState.DUE}, RefundState.DONE)})

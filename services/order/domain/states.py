"""Every order, requisition, return and payment is in one of a few states, and only these verbs lead on.

Each machine is a table (see `shared.states`): the use cases check it, the compare-and-sets guard by it, the tables'
CHECK constraints hold it, and `mermaid()` draws it.
"""

from enum import StrEnum

from shared.contracts.words import KEEPING, OrderState, PaymentMethod
from shared.states import StateMachine

_O = OrderState


class RequisitionState(StrEnum):
    """Where a requisition (请购单) stands."""

    AWAITING = "awaiting"  # 待审批: above the unit's approval limit
    PLACED = "placed"  # 已下单: its orders are placed
    REFUSED = "refused"  # 未批准
    WITHDRAWN = "withdrawn"  # 已撤回, by whoever asked or another buyer of the canteen
    EXPIRED = "expired"  # 已过期: nobody decided in time


REQUISITION = StateMachine(
    RequisitionState,
    {
        "endorse": ({RequisitionState.AWAITING}, RequisitionState.AWAITING),
        "approve": ({RequisitionState.AWAITING}, RequisitionState.PLACED),
        "refuse": ({RequisitionState.AWAITING}, RequisitionState.REFUSED),
        "withdraw": ({RequisitionState.AWAITING}, RequisitionState.WITHDRAWN),
        "expire": ({RequisitionState.AWAITING}, RequisitionState.EXPIRED),
    },
    by_itself={"endorse", "expire"},
)


class PolicyState(StrEnum):
    """Where a unit's rule of who approves (审批规则) stands."""

    PROPOSED = "proposed"  # 待另一人同意
    ADOPTED = "adopted"  # 执行中
    REFUSED = "refused"  # 未同意
    SUPERSEDED = "superseded"  # 已被新规则替代


APPROVAL_POLICY = StateMachine(
    PolicyState,
    {
        "adopt": ({PolicyState.PROPOSED}, PolicyState.ADOPTED),
        "refuse": ({PolicyState.PROPOSED}, PolicyState.REFUSED),
        "supersede": ({PolicyState.ADOPTED}, PolicyState.SUPERSEDED),
    },
    by_itself={"supersede"},
)


class OnSiteState(StrEnum):
    """Where a sale at a fair (展销会现场销售) stands."""

    WAITING = "waiting"  # 待食堂确认
    APPROVING = "approving"  # 食堂已确认，待单位审批
    CONFIRMED = "confirmed"  # 已确认: it is an order
    DENIED = "denied"  # 食堂不认可; its seller may tell it anew
    REFUSED = "refused"  # 单位不批准
    WITHDRAWN = "withdrawn"  # 供应方已撤回
    EXPIRED = "expired"  # 逾期作废


_N = OnSiteState
ON_SITE = StateMachine(
    OnSiteState,
    {
        "enter": ({_N.WAITING, _N.DENIED}, _N.WAITING),
        "confirm": ({_N.WAITING}, _N.CONFIRMED),
        "submit": ({_N.WAITING}, _N.APPROVING),
        "approve": ({_N.APPROVING}, _N.CONFIRMED),
        "deny": ({_N.WAITING}, _N.DENIED),
        "take_back": ({_N.APPROVING}, _N.DENIED),
        "refuse": ({_N.APPROVING}, _N.REFUSED),
        "withdraw": ({_N.WAITING, _N.DENIED}, _N.WITHDRAWN),
        "expire": ({_N.WAITING, _N.APPROVING}, _N.EXPIRED),
    },
    by_itself={"submit", "approve", "take_back", "refuse", "expire"},
)
"""Above the unit's limit the buyer's yes is a requisition: what becomes of that becomes of the sale."""


ORDER = StateMachine(
    OrderState,
    {
        "confirm": ({_O.PLACED}, _O.CONFIRMED),
        "decline": ({_O.PLACED}, _O.DECLINED),
        "lapse": ({_O.PLACED}, _O.DECLINED),
        "take_substitute": ({_O.CONFIRMED}, _O.CONFIRMED),
        "fall_through": ({_O.CONFIRMED}, _O.DECLINED),
        "cancel": ({_O.PLACED, _O.CONFIRMED}, _O.CANCELLED),
        "agree_cancel": ({_O.PACKED}, _O.CANCELLED),
        "leave_cancel": ({_O.PACKED}, _O.CANCELLED),
        "take_back": ({_O.CONFIRMED, _O.PACKED}, _O.CANCELLED),
        "pack": ({_O.CONFIRMED, _O.PACKED}, _O.PACKED),
        "ship": ({_O.PACKED}, _O.SHIPPED),
        "hand_over": ({_O.PLACED}, _O.SHIPPED),
        "weigh": ({_O.SHIPPED, _O.WEIGHED}, _O.WEIGHED),
        "object": ({_O.WEIGHED}, _O.SHIPPED),
        "accept": ({_O.SHIPPED, _O.WEIGHED}, _O.ACCEPTED),
        "accept_partly": ({_O.SHIPPED, _O.WEIGHED}, _O.PARTLY_ACCEPTED),
        "refuse": ({_O.SHIPPED, _O.WEIGHED}, _O.REFUSED),
        "settle": ({_O.ACCEPTED, _O.PARTLY_ACCEPTED}, _O.SETTLED),
        "close": ({_O.SETTLED}, _O.CLOSED),
        "owe_anew": ({_O.SETTLED, _O.CLOSED}, _O.ACCEPTED),
        "owe_anew_partly": ({_O.SETTLED, _O.CLOSED}, _O.PARTLY_ACCEPTED),
    },
    by_itself={
        "lapse",
        "agree_cancel",
        "leave_cancel",
        "take_back",
        "hand_over",
        "take_substitute",
        "fall_through",
        "weigh",
        "object",
        "accept_partly",
        "refuse",
        "settle",
        "close",
        "owe_anew",
        "owe_anew_partly",
    },
)
"""What was sold at a fair was handed over there: it is placed once its buyer has said so, and accepted with that.

An order whose payment a bank took back is owed anew, and stands as it was accepted. What comes in the place of returned
goods was confirmed as it was placed, and is taken back by a seller who cannot send it after all, or by their silence.
"""

RETURNING = KEEPING - {OrderState.CLOSED}
"""The states in which what is kept may still be sent back."""

WITH_ACCEPTANCE = KEEPING | {OrderState.REFUSED}
"""The states that an acceptance led to, were it of nothing at all."""

SENT = WITH_ACCEPTANCE | {OrderState.SHIPPED, OrderState.WEIGHED}
"""The states in which the goods have left the supplier."""

PAID_UP = frozenset({OrderState.SETTLED, OrderState.CLOSED})
"""The states in which nothing was owed any more."""

COMING = frozenset({OrderState.CONFIRMED, OrderState.PACKED, OrderState.SHIPPED, OrderState.WEIGHED})
"""The states in which what was confirmed is awaited: a card may be held for it, and nothing is owed yet."""

AS_ORDERED = frozenset({OrderState.PLACED, OrderState.CONFIRMED})
"""The states in which an order holds what was ordered; packed it holds what was packed, and shipped nothing more."""


class SubstituteState(StrEnum):
    """Where a substitute (替代商品) stands that a seller offers for a line."""

    OFFERED = "offered"  # 待答复: its goods are promised meanwhile
    ACCEPTED = "accepted"  # 已接受: it is a line of the order
    REFUSED = "refused"  # 已拒绝
    LAPSED = "lapsed"  # 逾期未答复，视为拒绝
    ENDED = "ended"  # 订单已取消


_T = SubstituteState
SUBSTITUTE = StateMachine(
    SubstituteState,
    {
        "accept": ({_T.OFFERED}, _T.ACCEPTED),
        "refuse": ({_T.OFFERED}, _T.REFUSED),
        "lapse": ({_T.OFFERED}, _T.LAPSED),
        "end": ({_T.OFFERED}, _T.ENDED),
    },
    by_itself={"lapse", "end"},
)


class ReturnState(StrEnum):
    """Where a return (退货) stands."""

    PROPOSED = "proposed"  # 待供应方同意
    AGREED = "agreed"  # 已同意
    REFUSED = "refused"  # 供应方不同意
    ESCALATED = "escalated"  # 待上级裁定
    DISMISSED = "dismissed"  # 上级不予支持
    WITHDRAWN = "withdrawn"  # 已撤回


_R = ReturnState
RETURN = StateMachine(
    ReturnState,
    {
        "agree": ({_R.PROPOSED, _R.REFUSED, _R.ESCALATED}, _R.AGREED),
        "refuse": ({_R.PROPOSED}, _R.REFUSED),
        "escalate": ({_R.PROPOSED, _R.REFUSED}, _R.ESCALATED),
        "uphold": ({_R.ESCALATED}, _R.AGREED),
        "dismiss": ({_R.ESCALATED}, _R.DISMISSED),
        "withdraw": ({_R.PROPOSED, _R.REFUSED, _R.ESCALATED}, _R.WITHDRAWN),
    },
)


RETURN_OPEN = frozenset({_R.PROPOSED, _R.REFUSED, _R.ESCALATED})
"""The states in which a return is not decided for good."""


class Remedy(StrEnum):
    """What a canteen wants for what it sends back (退货诉求); what was paid is owed back, or less is owed."""

    REFUND = "refund"  # 退款
    CREDIT = "credit"  # 冲抵货款
    REPLACEMENT = "replacement"  # 换货


class PaymentState(StrEnum):
    """Where a payment (付款) stands. Bank transfers take the first five; cards and wallets go round by the vendor."""

    REGISTERED = "registered"  # 已登记
    SUBMITTED = "submitted"  # 已上传凭证
    DENIED = "denied"  # 供应方未收到款
    WITHDRAWN = "withdrawn"  # 付款方已撤回: registered by mistake, and brings nothing
    PAID = "paid"  # 已收款
    AUTHORISING = "authorising"  # 预授权中: the vendor is being asked
    AUTHORISED = "authorised"  # 已预授权: the money is held, not taken
    CAPTURING = "capturing"  # 扣款中: accepted; the vendor is being asked
    VOIDING = "voiding"  # 撤销中: the hold is to be let go
    VOIDED = "voided"  # 已撤销
    FAILED = "failed"  # 预授权或支付失败


_P = PaymentState
PAYMENT = StateMachine(
    PaymentState,
    {
        "submit": ({_P.REGISTERED, _P.SUBMITTED}, _P.SUBMITTED),
        "confirm": ({_P.REGISTERED, _P.SUBMITTED}, _P.PAID),
        "deny": ({_P.REGISTERED, _P.SUBMITTED}, _P.DENIED),
        "withdraw": ({_P.REGISTERED}, _P.WITHDRAWN),
        "authorise": ({_P.REGISTERED, _P.AUTHORISING}, _P.AUTHORISING),
        "hold": ({_P.AUTHORISING}, _P.AUTHORISED),
        "fail": ({_P.AUTHORISING}, _P.FAILED),
        "capture": ({_P.AUTHORISED}, _P.CAPTURING),
        "collect": ({_P.CAPTURING}, _P.PAID),
        "receive": ({_P.AUTHORISING}, _P.PAID),
        "void": ({_P.REGISTERED, _P.AUTHORISING, _P.AUTHORISED}, _P.VOIDING),
        "release": ({_P.VOIDING, _P.AUTHORISED, _P.CAPTURING}, _P.VOIDED),
    },
)

PENDING = frozenset({_P.REGISTERED, _P.SUBMITTED, _P.AUTHORISING, _P.AUTHORISED, _P.CAPTURING})
"""Payments that may still bring money: their amounts count as promised."""

UNHELD = frozenset({_P.REGISTERED, _P.AUTHORISING})
"""The states in which a card holds nothing yet."""

ENDED_UNPAID = frozenset({_P.DENIED, _P.WITHDRAWN})
"""Transfers that brought nothing and will not: what they were for is paid anew, under another id."""


_OF_A_TRANSFER = {_P.REGISTERED, _P.SUBMITTED, _P.DENIED, _P.WITHDRAWN, _P.PAID}
_OF_THE_VENDOR = set(PaymentState) - {_P.SUBMITTED, _P.DENIED, _P.WITHDRAWN}
STATES_OF_METHOD = {
    method: frozenset(_OF_A_TRANSFER if method is PaymentMethod.BANK_TRANSFER else _OF_THE_VENDOR)
    for method in PaymentMethod
}
"""Where a payment may stand, by how it is paid."""


class AccountState(StrEnum):
    """Where a monthly statement (对账单) stands."""

    ISSUED = "issued"  # 待核对
    DISPUTED = "disputed"  # 有异议: something is held against it
    CONFIRMED = "confirmed"  # 双方已确认


_A = AccountState
ACCOUNT = StateMachine(
    AccountState,
    {
        "confirm": ({_A.ISSUED}, _A.CONFIRMED),
        "object": ({_A.ISSUED, _A.DISPUTED}, _A.DISPUTED),
        "settle_objection": ({_A.DISPUTED}, _A.ISSUED),
    },
)


class RefundState(StrEnum):
    """Where a refund (退款) stands; by card it is done when the vendor has paid, by bank when the payer has it."""

    DUE = "due"  # 待退
    SENT = "sent"  # 已汇出, by bank
    DONE = "done"  # 已退
    FAILED = "failed"  # 退款失败: the vendor could not, or will not; it is owed again
    COVERED = "covered"  # 已由拒付扣回: a lost dispute gave its payer that money, and more is not owed


REFUND = StateMachine(
    RefundState,
    {
        "pay_back": ({RefundState.DUE}, RefundState.DONE),
        "fail": ({RefundState.DUE, RefundState.DONE}, RefundState.FAILED),
        "retry": ({RefundState.FAILED}, RefundState.DUE),
        "send": ({RefundState.FAILED}, RefundState.SENT),
        "receive": ({RefundState.SENT}, RefundState.DONE),
        "deny": ({RefundState.SENT}, RefundState.FAILED),
        "cover": ({RefundState.DUE, RefundState.FAILED}, RefundState.COVERED),
    },
    by_itself={"cover"},
)

REFUND_OWED = frozenset({RefundState.DUE, RefundState.SENT, RefundState.FAILED})
"""The states in which the payer has not got the money."""


class DisputeState(StrEnum):
    """Where a dispute (拒付) stands by which a card's holder wants a payment back; its bank decides."""

    OPEN = "open"  # 处理中
    WON = "won"  # 已驳回: the payment stands
    LOST = "lost"  # 已扣回: the bank took it back


DISPUTE = StateMachine(
    DisputeState,
    {
        "win": ({DisputeState.OPEN, DisputeState.LOST}, DisputeState.WON),
        "lose": ({DisputeState.OPEN, DisputeState.WON}, DisputeState.LOST),
    },
)
"""A bank may hear an appeal after it decided; one that is decided is never open again."""


class SpareState(StrEnum):
    """Where a vendor's intent stands that is not its payment's own: made to take its place, or replaced by another."""

    CANDIDATE = "candidate"  # made; takes the place of the payment's own once it holds
    IN_PLACE = "in_place"  # it is the payment's own
    LEAVING = "leaving"  # to be let go
    GONE = "gone"


_S = SpareState
SPARE = StateMachine(
    SpareState,
    {
        "take_place": ({_S.CANDIDATE}, _S.IN_PLACE),
        "leave": ({_S.CANDIDATE, _S.IN_PLACE}, _S.LEAVING),
        "go": ({_S.LEAVING}, _S.GONE),
    },
)


class CaseState(StrEnum):
    """Where a case (信访、投诉) stands."""

    RECEIVED = "received"  # 已收到
    HANDED_ON = "handed_on"  # 已移交
    ACCEPTED = "accepted"  # 已受理
    ANSWERED = "answered"  # 已答复
    CLOSED = "closed"  # 已办结


_C = CaseState
CASE = StateMachine(
    CaseState,
    {
        "hand_on": ({_C.RECEIVED, _C.HANDED_ON, _C.ACCEPTED}, _C.HANDED_ON),
        "accept": ({_C.RECEIVED, _C.HANDED_ON}, _C.ACCEPTED),
        "answer": ({_C.ACCEPTED}, _C.ANSWERED),
        "close": ({_C.ANSWERED}, _C.CLOSED),
        "reopen": ({_C.CLOSED}, _C.RECEIVED),
    },
)
"""Closed only after an answer, with an outcome; reopened once."""

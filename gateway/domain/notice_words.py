"""Each kind of notice says in both languages what happened and what to do, and where to do it.

Facts travel as text under a name that ends in its unit; here they are worded. A fact that is not known here is left
out of the words, and stands in `facts` all the same.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from shared.contracts.words import NoticeKind
from shared.texts import UNSEEN

VALUE_LENGTH_MAX = 200
"""How much of one fact is worded; what a person typed may be longer."""
_HIDDEN = re.compile(f"[{UNSEEN}]+")
_WHOLE = re.compile(r"-?\d{1,18}")


@dataclass(frozen=True, slots=True)
class Words:
    """What a kind of notice says: its title, and what to do, in Chinese and English."""

    zh: str
    en: str
    do_zh: str
    do_en: str

    def title(self, language: str) -> str:
        return self.zh if language == "zh" else self.en

    def todo(self, language: str) -> str:
        return self.do_zh if language == "zh" else self.do_en


WORDS: dict[NoticeKind, Words] = {
    NoticeKind.REQUISITION_WAITS: Words(
        "有请购单待您审批", "A requisition waits for you", "请查看后同意或退回。", "Look at it, then approve or refuse."
    ),
    NoticeKind.REQUISITION_ESCALATED: Words(
        "请购单已转请您审批",
        "A requisition was handed up to you",
        "下一级未在期限内审批，请您审批。",
        "Whoever was asked first did not decide in time; please decide.",
    ),
    NoticeKind.REQUISITION_DECIDED: Words(
        "请购单已有审批结果", "A requisition was decided", "请查看结果和理由。", "See the outcome and its reason."
    ),
    NoticeKind.REQUISITION_EXPIRED: Words(
        "请购单已过期",
        "A requisition has expired",
        "期限内无人审批，需要时请重新提交。",
        "Nobody decided in time; ask again if it is still wanted.",
    ),
    NoticeKind.BUDGET_SOFT: Words(
        "采购超出预算提醒线",
        "A purchase goes beyond the budget",
        "请核对本月预算，必要时调整。",
        "Check the month's budget, and mend it where needed.",
    ),
    NoticeKind.STANDING_DRAFTED: Words(
        "常购单已生成采购篮，待您下单",
        "A basket was drafted from a standing order",
        "请核对商品和数量后提交；系统不会自动下单。",
        "Check what is in it and ask for it; nothing is ordered by itself.",
    ),
    NoticeKind.ON_SITE_WAITS: Words(
        "现场购货待您确认",
        "A sale at a fair waits for your yes",
        "请核对品种、重量和金额，在期限内确认或否认，逾期作废。",
        "Check goods, weights and amount, and confirm or deny it in time; silence ends it.",
    ),
    NoticeKind.ON_SITE_ANSWERED: Words(
        "现场购货已有结果",
        "A sale at a fair was answered",
        "请查看结果；食堂不认可的，核对后可更正重报。",
        "See what came of it; what the canteen denied can be told anew.",
    ),
    NoticeKind.ORDER_PLACED: Words(
        "收到新订单", "A new order has come in", "请确认能否供货。", "Confirm it, or say that it cannot be supplied."
    ),
    NoticeKind.ORDER_CHANGED_BY_SUPPLIER: Words(
        "供应方调整了订单", "The supplier changed an order", "请核对调整后的内容。", "Check what is different."
    ),
    NoticeKind.SUBSTITUTE_OFFERED: Words(
        "供应方提出替代商品",
        "A substitute was offered",
        "请在期限内接受或拒绝，逾期视为拒绝。",
        "Accept or refuse it in time; silence refuses it.",
    ),
    NoticeKind.SUBSTITUTE_ANSWERED: Words(
        "替代商品有答复",
        "A substitute was answered",
        "已接受的请按替代商品备货；未接受的已恢复可售。",
        "Pack what was accepted; what was not is for sale again.",
    ),
    NoticeKind.ORDER_LAPSED: Words(
        "订单无人确认，已自动取消",
        "An order lapsed without an answer",
        "需要时请向其他供应方订购。",
        "Order from another supplier if it is still wanted.",
    ),
    NoticeKind.CANCELLATION_ASKED: Words(
        "食堂请求取消已备货的订单",
        "A canteen asks to cancel a packed order",
        "请在期限内答复是否同意取消，逾期未答复即取消；已发货则无法取消。",
        "Agree or refuse in time, silence cancels it; once it is shipped it cannot be cancelled.",
    ),
    NoticeKind.CANCELLATION_ANSWERED: Words(
        "订单取消情况", "About an order's cancellation", "请查看结果。", "See what came of it."
    ),
    NoticeKind.ORDER_SHIPPED: Words(
        "订单已发货",
        "An order was shipped",
        "请准备收货并按重量验收。",
        "Be ready to receive it and accept it by weight.",
    ),
    NoticeKind.DELIVERY_OVERDUE: Words(
        "订单逾期未验收",
        "A delivery is overdue",
        "请核实是否到货；已到货请办理验收。",
        "Find out whether it has come; if it has, accept it.",
    ),
    NoticeKind.WEIGHT_TO_AGREE: Words(
        "重量超出允许误差，待双方确认",
        "A weight is out of tolerance and waits to be agreed",
        "请核对重量后同意或提出异议。",
        "Check the weight, then agree or object.",
    ),
    NoticeKind.WEIGH_AGAIN: Words(
        "重量被提出异议，请重新过秤",
        "A weight was objected to",
        "请核对理由后重新过秤验收。",
        "Look at the reason, then weigh and accept it again.",
    ),
    NoticeKind.SECOND_PERSON_WANTED: Words(
        "验收需第二人复核",
        "An acceptance wants a second person",
        "请由另一人核对重量后确认。",
        "Somebody else checks the weights and confirms.",
    ),
    NoticeKind.RETURN_ASKED: Words(
        "食堂申请退货", "A canteen asks to return goods", "请在期限内答复。", "Answer it in time."
    ),
    NoticeKind.RETURN_ANSWERED: Words(
        "退货申请有答复", "A return was answered", "请查看处理结果。", "See what was answered."
    ),
    NoticeKind.CASE_MOVED: Words("投诉办理有进展", "A case has moved on", "请查看办理进展。", "See where it stands."),
    NoticeKind.CASE_DUE: Words("投诉即将或已经逾期", "A case is due", "请尽快办理并答复。", "Deal with it and answer."),
    NoticeKind.STATEMENT_ISSUED: Words(
        "对账单已出具",
        "A monthly statement was issued",
        "请核对后确认或提出异议。",
        "Check it, then confirm or object.",
    ),
    NoticeKind.PAYMENT_SUBMITTED: Words(
        "对方已登记付款", "A payment was submitted", "请核对到账后确认收款。", "Confirm it once the money has come."
    ),
    NoticeKind.PAYMENT_DENIED: Words(
        "供应方未确认收款",
        "The supplier did not receive a payment",
        "请核对付款凭证后重新登记。",
        "Check the voucher and submit it again.",
    ),
    NoticeKind.PAYMENT_WITHDRAWN: Words(
        "付款方撤回了转账登记",
        "A registered transfer was taken back",
        "该笔款项不会到账，如已到账请联系付款方重新登记。",
        "Do not wait for it; if the money has come all the same, ask the payer to register it anew.",
    ),
    NoticeKind.PAYMENT_OVERDUE: Words(
        "有货款逾期未付", "A payment is overdue", "请尽快安排付款，不得拖欠。", "Pay it without further delay."
    ),
    NoticeKind.HOLD_FAILED: Words(
        "银行卡预授权失败",
        "A card could not be held",
        "请更换银行卡或改用对公转账。",
        "Use another card, or pay by bank transfer.",
    ),
    NoticeKind.HOLD_ENDS: Words(
        "银行卡预授权不再续期",
        "A card is not held anew any more",
        "送货日期已过多日，预授权到期后自动失效；请尽快发货或取消订单，需付款时可改用对公转账。",
        "The day of delivery is long over, and the hold will lapse: ship it or cancel it, and pay by bank transfer.",
    ),
    NoticeKind.REFUND_FAILED: Words(
        "退款未能到账",
        "A refund did not arrive",
        "支付机构未能退回这笔款项；请重试退款，或由供应方转账退回后登记。",
        "The card vendor could not pay it back: try it again, or have the supplier transfer it and say so.",
    ),
    NoticeKind.PAYMENT_DISPUTED: Words(
        "持卡人对一笔付款提出拒付",
        "A payment is disputed by its card's holder",
        "请核对订单和验收记录，在支付机构规定的期限内提交凭据。",
        "Look at the order and its acceptance, and give the card vendor evidence in time.",
    ),
    NoticeKind.PAYEE_CHANGED: Words(
        "供应方收款账户有变更",
        "The account that is paid is being changed",
        "请本人核实；不是您或同事办理的，请立即撤销并更换登录凭据。",
        "Make sure that one of you did it; if not, take it back at once and change how you sign in.",
    ),
    NoticeKind.RECONCILIATION_DIFFERS: Words(
        "对账发现差异", "A reconciliation differs", "请逐项核对差异。", "Look into each difference."
    ),
    NoticeKind.INVOICE_DIFFERS: Words(
        "发票与订单或验收不一致",
        "An invoice differs from what was ordered or accepted",
        "请核对后处理差异。",
        "Look into the difference and resolve it.",
    ),
    NoticeKind.PAPER_EXPIRES: Words(
        "证件到期提醒",
        "A paper ends soon, or has ended",
        "请在到期前更新证件；已到期的请尽快补办，以免影响商品上架和份额认定。",
        "File a new one before it ends: one that has ended proves nothing any more.",
    ),
    NoticeKind.WEBHOOK_DISABLED: Words(
        "推送地址已停用",
        "A webhook address was disabled",
        "该地址连续多日无法送达或已失效，修复后请重新提交。",
        "It took nothing for days, or said that it is gone; put it again once it is mended.",
    ),
}

LABELS: dict[str, tuple[str, str]] = {
    "canteen": ("食堂", "Canteen"),
    "supplier": ("供应方", "Supplier"),
    "unit": ("单位", "Unit"),
    "by": ("经办人", "By"),
    "name": ("名称", "Name"),
    "number": ("编号", "Number"),
    "amount_fen": ("金额", "Amount"),
    "budget_fen": ("预算", "Budget"),
    "spent_fen": ("已用", "Spent"),
    "late_fen": ("以前月份补记", "Late from months before"),
    "owed_fen": ("未付", "Owed"),
    "gross_grams": ("重量", "Weight"),
    "weight_grams": ("重量", "Weight"),
    "tolerance_bp": ("允许误差", "Tolerance"),
    "wanted_on": ("送货日期", "Wanted on"),
    "placed_on": ("下单日期", "Ordered on"),
    "accepted_on": ("验收日期", "Accepted on"),
    "day": ("日期", "Day"),
    "lines": ("商品数", "Lines"),
    "left_out": ("未列入的商品数", "Left out"),
    "differences": ("差异笔数", "Differences"),
    "due_on": ("到期日", "Due on"),
    "valid_to": ("有效期至", "Valid until"),
    "month": ("月份", "Month"),
    "days": ("天数", "Days"),
    "outcome": ("结果", "Outcome"),
    "fund": ("资金渠道", "Fund"),
    "carrier": ("承运人", "Carrier"),
    "tracking": ("运单号", "Tracking"),
    "url": ("地址", "Address"),
    "reason": ("理由", "Reason"),
}
"""What a fact is called, in the order in which facts are told."""

_SAID_ZH = {
    "outcome": {
        "approve": "同意",
        "confirm": "食堂已确认，已生成订单",
        "submit": "食堂已确认，待单位审批",
        "decline": "供应方不能供货，已拒单",
        "not_replaced": "退回的货物不再补送，退货已冲减或退还的货款不变",
        "cancel": "食堂已取消订单",
        "deny": "食堂不认可",
        "take_back": "食堂已撤回",
        "expire": "逾期未确认，已作废",
        "agree": "同意",
        "refuse": "不同意",
        "object": "不同意",
        "unanswered": "供应方逾期未答复，订单已取消",
        "open": "处理中",
        "won": "已驳回，付款有效",
        "lost": "成立，款项被银行扣回",
        "withdraw": "已撤回",
        "take": "已接受",
        "replace": "同意换货，已另立订单补送",
        "lapse": "逾期未答复",
        "escalate": "已转上级裁定",
        "uphold": "上级支持退货",
        "dismiss": "上级不支持退货",
        "overdue": "逾期未裁定",
        "accept": "已受理",
        "hand_on": "已移交",
        "answer": "已答复",
        "close": "已办结",
        "reopen": "已重新办理",
        "upheld": "属实",
        "partly_upheld": "部分属实",
        "not_upheld": "不属实",
        "settled": "已协商解决",
    },
    "name": {"complaint": "投诉", "dispute": "争议", "conflict_of_interest": "利益冲突", "other": "其他"},
    "fund": {"canteen": "食堂经费", "union": "工会经费"},
}
_REQUISITIONS = frozenset(
    {
        NoticeKind.REQUISITION_WAITS,
        NoticeKind.REQUISITION_ESCALATED,
        NoticeKind.REQUISITION_DECIDED,
        NoticeKind.REQUISITION_EXPIRED,
        NoticeKind.BUDGET_SOFT,
    }
)
_ORDERS = frozenset(
    {
        NoticeKind.ORDER_PLACED,
        NoticeKind.ORDER_CHANGED_BY_SUPPLIER,
        NoticeKind.SUBSTITUTE_OFFERED,
        NoticeKind.SUBSTITUTE_ANSWERED,
        NoticeKind.ORDER_LAPSED,
        NoticeKind.CANCELLATION_ASKED,
        NoticeKind.CANCELLATION_ANSWERED,
        NoticeKind.WEIGH_AGAIN,
        NoticeKind.ORDER_SHIPPED,
        NoticeKind.DELIVERY_OVERDUE,
        NoticeKind.WEIGHT_TO_AGREE,
        NoticeKind.SECOND_PERSON_WANTED,
        NoticeKind.HOLD_FAILED,
        NoticeKind.HOLD_ENDS,
        NoticeKind.REFUND_FAILED,
        NoticeKind.PAYMENT_DISPUTED,
    }
)
_CASES = frozenset({NoticeKind.CASE_MOVED, NoticeKind.CASE_DUE})
_ON_SITE = frozenset({NoticeKind.ON_SITE_WAITS, NoticeKind.ON_SITE_ANSWERED})

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def title_of(kind: NoticeKind, language: str) -> str:
    """Say in one line what happened."""
    return WORDS[kind].title(language)


def lines_of(kind: NoticeKind, facts: Mapping[str, str], language: str) -> list[str]:
    """Say in lines what to do, and the facts that are known here; each line is one, whatever was typed."""
    place = 0 if language == "zh" else 1
    colon = "：" if language == "zh" else ": "
    told = [f"{LABELS[name][place]}{colon}{_said(name, facts[name], language)}" for name in LABELS if facts.get(name)]
    return [WORDS[kind].todo(language), *told]


def page_of(kind: NoticeKind, subject_id: object, facts: Mapping[str, str]) -> str | None:
    """Give the path of the page on which it is dealt with: its own, or that of the order that it is of.

    None where there is no such page, as of what is late of several orders.
    """
    if kind in _REQUISITIONS:
        return f"/requisitions/{subject_id}"
    if kind in _ORDERS:
        return f"/orders/{subject_id}"
    if kind in _CASES:
        return f"/cases/{subject_id}"
    if kind in _ON_SITE:
        return f"/on-site/{subject_id}"
    if kind is NoticeKind.STATEMENT_ISSUED:
        return f"/accounts/{subject_id}"
    if kind is NoticeKind.INVOICE_DIFFERS:
        return f"/invoices/{subject_id}"
    if kind is NoticeKind.STANDING_DRAFTED:
        standing = facts.get("standing_order_id", "")
        return f"/standing-orders/{standing}" if _ID.fullmatch(standing) else None
    if kind is NoticeKind.PAPER_EXPIRES:
        supplier = facts.get("supplier_id", "")
        return f"/supplier/{supplier}/papers" if _ID.fullmatch(supplier) else None
    order = facts.get("order_id", "")
    return f"/orders/{order}" if _ID.fullmatch(order) else None


def _said(name: str, value: str, language: str) -> str:
    whole = int(value) if _WHOLE.fullmatch(value) else None
    if whole is not None:
        if name.endswith("_fen"):
            return f"{_parted(whole, 100)} 元" if language == "zh" else f"CNY {_parted(whole, 100)}"
        if name.endswith("_grams"):
            return f"{_parted(whole, 1000)} kg"
        if name.endswith("_bp"):
            return f"{_parted(whole, 100)} %"
    if language == "zh":
        value = _SAID_ZH.get(name, {}).get(value, value)
    seen = _HIDDEN.sub(" ", value).strip()
    return seen if len(seen) <= VALUE_LENGTH_MAX else seen[: VALUE_LENGTH_MAX - 1] + "…"


def _parted(whole: int, parts: int) -> str:
    """Write a count of hundredths or thousandths with its point, exactly."""
    over, rest = divmod(abs(whole), parts)
    return f"{'-' if whole < 0 else ''}{over:,}.{rest:0{len(str(parts)) - 1}d}"

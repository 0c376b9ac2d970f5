"""The closed lists of words that more than one program uses, each with its Chinese term once."""

from enum import StrEnum


class Fund(StrEnum):
    """Whose money a purchase spends (资金渠道)."""

    CANTEEN = "canteen"  # 食堂经费
    UNION = "union"  # 工会经费, festival goods


class Measure(StrEnum):
    """How goods are counted; quantities are whole grams, or whole pieces."""

    WEIGHT = "weight"  # 按重量
    PIECE = "piece"  # 按件


class SupplierKind(StrEnum):
    """What a supplier is (供应主体类型)."""

    DISABLED_BASE = "disabled_base"  # 残疾人就业帮扶基地
    DEMONSTRATION_HOUSEHOLD = "demonstration_household"  # 阳光致富带头人/示范户
    COOPERATIVE = "cooperative"  # 合作社
    FAMILY_FARM = "family_farm"  # 家庭农场
    COMPANY = "company"  # 企业
    INDUSTRIAL_PARK = "industrial_park"  # 产业园
    COMMUNITY_WORKSHOP = "community_workshop"  # 社区工厂、美丽工坊


class SupplierState(StrEnum):
    """Where a supplier's admission stands (入驻状态)."""

    APPLIED = "applied"  # 待推荐
    RECOMMENDED = "recommended"  # 已推荐
    RETURNED = "returned"  # 退回补正
    ADMITTED = "admitted"  # 已入驻
    SUSPENDED = "suspended"  # 暂停
    REVOKED = "revoked"  # 撤销


class RevocationGround(StrEnum):
    """Why a recognition ended (撤销事由); it decides what happens to credit already given."""

    FALSE_ORIGIN = "false_origin"  # 虚假产地: takes the credit of the named lots
    LOST_RECOGNITION = "lost_recognition"  # 资格丧失: touches union labels only
    LAPSE = "lapse"  # 到期: never back-dated


class FlagKind(StrEnum):
    """What a flag on a supplier's goods says (疑点类型)."""

    CAPACITY = "capacity"  # 超产能: sold more than can have been grown
    PRICE = "price"  # 价格异常: far outside the band, and not explained


class FlagState(StrEnum):
    """Where a flag stands (疑点状态)."""

    OPEN = "open"  # 待说明
    ANSWERED = "answered"  # 已说明
    CLEARED = "cleared"  # 已排除
    UPHELD = "upheld"  # 已认定
    APPEALED = "appealed"  # 申诉中
    FINAL = "final"  # 终定


class FairKind(StrEnum):
    """What an event of selling is (活动类型)."""

    EXHIBITION = "exhibition"  # 展销会
    LIVESTREAM = "livestream"  # 助残带货
    RELIEF = "relief"  # 滞销帮扶


class FairState(StrEnum):
    """Where an event of selling stands (活动状态)."""

    DRAFT = "draft"  # 草稿
    ANNOUNCED = "announced"  # 已公告
    OPEN = "open"  # 进行中
    CLOSED = "closed"  # 已结束
    REPORTED = "reported"  # 已公布成果
    CANCELLED = "cancelled"  # 已取消


class CanteenKind(StrEnum):
    """How a unit feeds its people (食堂形式)."""

    OWN = "own"  # 自有食堂
    SHARED = "shared"  # 共用食堂
    OUTSOURCED = "outsourced"  # 外包
    NONE = "none"  # 无食堂


class UnitLevel(StrEnum):
    """The level of a federation (层级)."""

    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"


class Channel(StrEnum):
    """Where a purchase was made (采购渠道)."""

    ZHUCAI = "zhucai"
    PLATFORM_832 = "platform_832"
    OTHER = "other"


class PaymentMethod(StrEnum):
    """How an order is paid (支付方式)."""

    BANK_TRANSFER = "bank_transfer"  # 对公转账
    CARD = "card"  # 银行卡, through Stripe
    ALIPAY = "alipay"  # 支付宝
    WECHAT_PAY = "wechat_pay"  # 微信支付


class OrderChannel(StrEnum):
    """How an order came about (下单方式)."""

    ONLINE = "online"  # 线上下单
    ON_SITE = "on_site"  # 展销会现场


class NoticeKind(StrEnum):
    """What a person is told of an order and what belongs to it (通知)."""

    REQUISITION_WAITS = "requisition_waits"
    REQUISITION_ESCALATED = "requisition_escalated"
    REQUISITION_DECIDED = "requisition_decided"
    REQUISITION_EXPIRED = "requisition_expired"
    BUDGET_SOFT = "budget_soft"
    STANDING_DRAFTED = "standing_drafted"
    ON_SITE_WAITS = "on_site_waits"
    ON_SITE_ANSWERED = "on_site_answered"
    ORDER_PLACED = "order_placed"
    ORDER_CHANGED_BY_SUPPLIER = "order_changed_by_supplier"
    SUBSTITUTE_OFFERED = "substitute_offered"
    ORDER_LAPSED = "order_lapsed"
    ORDER_SHIPPED = "order_shipped"
    DELIVERY_OVERDUE = "delivery_overdue"
    WEIGHT_TO_AGREE = "weight_to_agree"
    SECOND_PERSON_WANTED = "second_person_wanted"
    RETURN_ASKED = "return_asked"
    RETURN_ANSWERED = "return_answered"
    CASE_MOVED = "case_moved"
    CASE_DUE = "case_due"
    STATEMENT_ISSUED = "statement_issued"
    PAYMENT_SUBMITTED = "payment_submitted"
    PAYMENT_DENIED = "payment_denied"
    PAYMENT_OVERDUE = "payment_overdue"
    HOLD_FAILED = "hold_failed"
    RECONCILIATION_DIFFERS = "reconciliation_differs"
    INVOICE_DIFFERS = "invoice_differs"
    PAPER_EXPIRES = "paper_expires"
    WEBHOOK_DISABLED = "webhook_disabled"
    CANCELLATION_ASKED = "cancellation_asked"
    CANCELLATION_ANSWERED = "cancellation_answered"
    WEIGH_AGAIN = "weigh_again"
    HOLD_ENDS = "hold_ends"
    REFUND_FAILED = "refund_failed"
    PAYMENT_DISPUTED = "payment_disputed"
    PAYEE_CHANGED = "payee_changed"
    PAYMENT_WITHDRAWN = "payment_withdrawn"
    SUBSTITUTE_ANSWERED = "substitute_answered"


class OrderState(StrEnum):
    """Where an order (订单) stands."""

    PLACED = "placed"  # 待确认
    CONFIRMED = "confirmed"  # 已确认
    DECLINED = "declined"  # 供应方拒单
    CANCELLED = "cancelled"  # 已取消
    PACKED = "packed"  # 已备货
    SHIPPED = "shipped"  # 已发货
    WEIGHED = "weighed"  # 已过秤: weighed on arrival, and another's yes to the weight is wanted
    ACCEPTED = "accepted"  # 已验收
    PARTLY_ACCEPTED = "partly_accepted"  # 部分验收: the rest was refused at the door
    REFUSED = "refused"  # 拒收: nothing of it was accepted
    SETTLED = "settled"  # 已结清: paid in full
    CLOSED = "closed"  # 已办结: nothing of it can be sent back any more


KEEPING = frozenset({OrderState.ACCEPTED, OrderState.PARTLY_ACCEPTED, OrderState.SETTLED, OrderState.CLOSED})
"""The states in which goods are kept: they were accepted, are paid for, and can be credited."""

ENDED = frozenset({OrderState.DECLINED, OrderState.CANCELLED, OrderState.REFUSED})
"""The states in which an order came to nothing."""

ON_THE_WAY = frozenset(OrderState) - KEEPING - ENDED
"""The states in which goods are still awaited."""

NOTED = KEEPING | {OrderState.PACKED, OrderState.SHIPPED, OrderState.WEIGHED, OrderState.REFUSED}
"""The states in which an order has a delivery note (送货单): there is something to deliver, or it was delivered."""

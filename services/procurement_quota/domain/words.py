"""The ledger's own words are closed lists, so that a figure can never rest on a misspelt one."""

from enum import StrEnum


class EntryKind(StrEnum):
    """What an entry books (分录类型)."""

    PURCHASE = "purchase"  # 验收入账
    RETURN = "return"  # 退货
    CREDIT = "credit"  # 折让
    OFF_PLATFORM = "off_platform"  # 平台外采购
    CORRECTION = "correction"  # 更正, amount 0
    CLOSE = "close"  # 结账, of a month or a year, and restatements (重述)
    TRANSFER = "transfer"  # 划转 of a purchase that was booked to the wrong canteen, out here and in there
    REVERSAL = "reversal"  # 冲销 of a purchase made elsewhere or an opening: a red letter, an import undone, a return
    OPENING = "opening"  # 期初余额: bought in the year before the canteen joined


class Evidence(StrEnum):
    """How far an origin is proven (产地证明状态)."""

    LISTING = "listing"  # of a listing that an officer reviewed
    CLAIMED = "claimed"  # written by whoever gains from it
    VERIFIED = "verified"  # by the finance of a unit above
    REJECTED = "rejected"
    FALSE = "false"  # the supplier's recognition was revoked for a false origin


class Reason(StrEnum):
    """Why a line counts or does not; each renders in both languages from its code and its facts."""

    ORIGIN_LISTED = "origin_listed"
    ORIGIN_NOT_LISTED = "origin_not_listed"
    ORIGIN_UNKNOWN = "origin_unknown"
    ORIGIN_UNVERIFIED = "origin_unverified"
    ORIGIN_REJECTED = "origin_rejected"
    ORIGIN_FALSE = "origin_false"
    NOT_FARM_PRODUCE = "not_farm_produce"
    CHANNEL_NOT_ACCEPTED = "channel_not_accepted"
    ORDER_NUMBER_MISSING = "order_number_missing"
    PREFERENCE_DISABLED_BASE = "preference_disabled_base"
    PREFERENCE_DEMONSTRATION_HOUSEHOLD = "preference_demonstration_household"
    PREFERENCE_LISTED_COUNTY = "preference_listed_county"
    RECOGNITION_LOST = "recognition_lost"
    NO_PREFERENCE = "no_preference"
    FLAG_OPEN = "flag_open"  # would count, and is held until a flag on it is decided
    FLAG_UPHELD = "flag_upheld"  # would count, had a flag on it not been upheld


class Status(StrEnum):
    """Where a canteen stands in a year (达标状态). *Met* and *missed* exist only once the year is closed."""

    ON_PACE = "on_pace"  # 进度达标
    BEHIND = "behind"  # 进度落后
    UNPROVEN = "unproven"  # 未证实
    MET = "met"  # 达标
    MISSED = "missed"  # 未达标
    NO_DUTY = "no_duty"  # 无任务
    NO_PURCHASES = "no_purchases"  # 无采购: the base is not positive, so there is no share to judge
    PREFERENCE = "preference"  # 优先采购, no percentage


class Outcome(StrEnum):
    """What a verification found (核验结论)."""

    ACCEPT = "accept"  # 认可
    REJECT = "reject"  # 不认可


class TransferState(StrEnum):
    """Where a transfer stands (划转状态)."""

    ASKED = "asked"  # 待批准
    APPROVED = "approved"  # 已批准
    REFUSED = "refused"  # 已退回


class TransferOutcome(StrEnum):
    """What a common superior decides about a transfer (划转审批结论)."""

    APPROVE = "approve"  # 批准
    REFUSE = "refuse"  # 不批准


class PurchaseState(StrEnum):
    """Where an off-platform purchase stands (平台外采购状态)."""

    RECORDED = "recorded"  # no origin is claimed: nothing to verify
    CLAIMED = "claimed"  # 待核验
    ACCEPTED = "accepted"  # 已认可
    REJECTED = "rejected"  # 未认可
    UNDONE = "undone"  # 已撤销, with the import that brought it

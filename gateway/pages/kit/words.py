"""Every word of a closed list has its sentence for readers: states, roles, kinds, channels.

A test compares these tables with the enums of the contracts, so that a new word cannot reach a page unspoken.
"""

from collections.abc import Iterable, Mapping

from gateway.pages.kit.language import N_, Speech
from shared.contracts.authority import Role
from shared.contracts.words import (
    CanteenKind,
    Channel,
    FairKind,
    FairState,
    FlagKind,
    FlagState,
    Fund,
    OrderState,
    PaymentMethod,
    RevocationGround,
    SupplierKind,
    SupplierState,
)
from shared.reference import CATEGORIES, category_name

ROLES: Mapping[str, str] = {
    Role.SUPPLIER: N_("Supplier"),
    Role.SELLER: N_("Seller of a supplier"),
    Role.PACKER: N_("Packer of a supplier"),
    Role.HELPER: N_("Helper of a supplier"),
    Role.BUYER: N_("Buyer"),
    Role.APPROVER: N_("Approver"),
    Role.FINANCE: N_("Finance"),
    Role.OFFICER: N_("Federation officer"),
    Role.AUDITOR: N_("Auditor"),
}
FUNDS: Mapping[str, str] = {
    Fund.CANTEEN: N_("Canteen funds"),
    Fund.UNION: N_("Union funds"),
}
SUPPLIER_KINDS: Mapping[str, str] = {
    SupplierKind.DISABLED_BASE: N_("Disabled-run employment base"),
    SupplierKind.DEMONSTRATION_HOUSEHOLD: N_("Demonstration household"),
    SupplierKind.COOPERATIVE: N_("Co-operative"),
    SupplierKind.FAMILY_FARM: N_("Family farm"),
    SupplierKind.COMPANY: N_("Company"),
    SupplierKind.INDUSTRIAL_PARK: N_("Industrial park"),
    SupplierKind.COMMUNITY_WORKSHOP: N_("Community workshop"),
}
SUPPLIER_STATES: Mapping[str, str] = {
    SupplierState.APPLIED: N_("Applied"),
    SupplierState.RECOMMENDED: N_("Recommended"),
    SupplierState.RETURNED: N_("Returned for mending"),
    SupplierState.ADMITTED: N_("Admitted"),
    SupplierState.SUSPENDED: N_("Suspended"),
    SupplierState.REVOKED: N_("Revoked"),
}
GROUNDS: Mapping[str, str] = {
    RevocationGround.FALSE_ORIGIN: N_("False origin"),
    RevocationGround.LOST_RECOGNITION: N_("Recognition lost"),
    RevocationGround.LAPSE: N_("Recognition lapsed"),
}
SUPPLIER_OUTCOMES: dict[str, str] = {
    "recommend": N_("Recommend"),
    "admit": N_("Admit"),
    "return": N_("Return for mending"),
    "suspend": N_("Suspend"),
    "revoke": N_("Revoke"),
}
REVIEWS_WITHHELD: Mapping[str, str] = {
    "admitted-from-above": N_(
        "Admitting, lifting a suspension and revoking are for an officer of a level above the supplier's federation."
    ),
    "recommended-by-you": N_("You recommended it: another officer admits it, lifts its suspension or revokes it."),
    "own-request": N_("You filed it or act for it: another officer reviews it."),
}
DOCUMENT_KINDS: Mapping[str, str] = {
    "recognition": N_("Recognition as a base or household"),
    "licence": N_("Business licence"),
    "certificate": N_("Certificate"),
    "agreement": N_("Agreement with those employed or led"),
    "wage": N_("Record of wages paid"),
    "settlement": N_("Record of what was bought and paid"),
    "capacity": N_("Proof of capacity"),
    "appeal": N_("Document of an appeal"),
    "other": N_("Another document"),
}
LISTING_STATES: Mapping[str, str] = {
    "draft": N_("Draft"),
    "submitted": N_("Waits for review"),
    "returned": N_("Returned for mending"),
    "published": N_("On sale"),
    "suspended": N_("Suspended"),
    "withdrawn": N_("Off sale"),
    "rejected": N_("Rejected"),
}
LISTING_OUTCOMES: dict[str, str] = {
    "publish": N_("Publish"),
    "return": N_("Return for mending"),
    "reject": N_("Reject for good"),
    "suspend": N_("Suspend"),
    "reopen": N_("Open again"),
}
REQUISITION_STATES: Mapping[str, str] = {
    "awaiting": N_("Waits for approval"),
    "placed": N_("Orders placed"),
    "refused": N_("Refused"),
    "withdrawn": N_("Taken back"),
    "expired": N_("Not decided in time"),
}
ORDER_STATES: Mapping[str, str] = {
    OrderState.PLACED: N_("Waits for the supplier"),
    OrderState.CONFIRMED: N_("Confirmed"),
    OrderState.DECLINED: N_("Declined"),
    OrderState.CANCELLED: N_("Cancelled"),
    OrderState.PACKED: N_("Packed"),
    OrderState.SHIPPED: N_("On the way"),
    OrderState.WEIGHED: N_("Weighed, waits for a second yes"),
    OrderState.ACCEPTED: N_("Accepted"),
    OrderState.PARTLY_ACCEPTED: N_("Accepted in part"),
    OrderState.REFUSED: N_("Delivery refused"),
    OrderState.SETTLED: N_("Settled"),
    OrderState.CLOSED: N_("Closed"),
}
ORDER_STEPS: Mapping[str, str] = {
    "place": N_("Placed"),
    "confirm": N_("Confirmed"),
    "decline": N_("Declined"),
    "lapse": N_("Not confirmed in time"),
    "cancel": N_("Cancelled"),
    "pack": N_("Packed"),
    "ship": N_("Shipped"),
    "hand_over": N_("Handed over at the fair"),
    "weigh": N_("Weighed on arrival"),
    "object": N_("Weights objected to"),
    "ask_cancel": N_("The canteen asks to cancel"),
    "agree_cancel": N_("Cancelled by both"),
    "take_substitute": N_("The canteen takes a substitute"),
    "refuse_substitute": N_("The canteen refuses a substitute"),
    "lapse_substitute": N_("A substitute was not answered in time"),
    "fall_through": N_("Nothing was left to deliver"),
    "leave_cancel": N_("Cancelled, as the supplier did not answer in time"),
    "take_back": N_("The supplier cannot send the goods again"),
    "refuse_cancel": N_("The supplier does not cancel"),
    "agree_seller": N_("The supplier agrees to the weights"),
    "agree_second": N_("A second person stood by the weights"),
    "accept": N_("Accepted"),
    "accept_partly": N_("Accepted in part"),
    "refuse": N_("Delivery refused"),
    "settle": N_("Paid in full"),
    "close": N_("Closed"),
    "pay": N_("Money received"),
    "deny_payment": N_("A transfer has not arrived"),
    "withdraw_payment": N_("A transfer was taken back"),
    "propose_return": N_("Return proposed"),
    "return": N_("Return agreed"),
    "refuse_return": N_("Return refused by the supplier"),
    "escalate_return": N_("Return goes to the unit above"),
    "withdraw_return": N_("Return taken back"),
    "dismiss_return": N_("Return not upheld"),
    "credit": N_("Credit given"),
    "card_declined": N_("The card was declined"),
    "card_lapsed": N_("The hold on the card lapsed"),
    "card_renewed": N_("The card was held anew"),
    "card_not_renewed": N_("The card could not be held anew"),
    "wallet_unpaid": N_("The payment by wallet was not made"),
    "refund": N_("Paid back to the card"),
    "refund_failed": N_("The refund did not arrive and is owed again"),
    "retry_refund": N_("The refund is tried again"),
    "send_refund": N_("The refund was transferred by bank"),
    "receive_refund": N_("The refund arrived by bank"),
    "deny_refund": N_("The refund by bank did not arrive"),
    "dispute_open": N_("The card's holder disputes the payment"),
    "dispute_won": N_("The dispute was turned down, the payment stands"),
    "owe_anew": N_("Owed anew, as its payment was taken back"),
    "owe_anew_partly": N_("Owed anew, as its payment was taken back"),
    "dispute_lost": N_("The bank took the payment back"),
}
DISPUTED: Mapping[str, str] = {
    "open": N_("%(amount)s of it are disputed by the card's holder since %(day)s"),
    "won": N_("%(amount)s of it were disputed; on %(day)s the bank let the payment stand"),
    "lost": N_("%(amount)s of it were taken back by the bank on %(day)s, and count as not paid"),
}
"""What the holder of a card has its bank do about a payment."""
RETURN_STATES: Mapping[str, str] = {
    "proposed": N_("Waits for the supplier"),
    "agreed": N_("Agreed"),
    "refused": N_("Refused by the supplier"),
    "escalated": N_("Waits for the federation above"),
    "dismissed": N_("Not upheld"),
    "withdrawn": N_("Taken back"),
}
REMEDIES: Mapping[str, str] = {
    "replacement": N_("The same goods again"),
    "credit": N_("Less to pay"),
    "refund": N_("The money back"),
}
PAYMENT_STATES: Mapping[str, str] = {
    "registered": N_("Registered"),
    "submitted": N_("Voucher uploaded"),
    "denied": N_("The supplier has not received it"),
    "withdrawn": N_("Taken back"),
    "paid": N_("Money received"),
    "authorising": N_("The bank is asked"),
    "authorised": N_("Held on the card"),
    "capturing": N_("Being taken from the card"),
    "voiding": N_("Being released"),
    "voided": N_("Released"),
    "failed": N_("Declined by the bank"),
}
CANTEEN_KINDS: Mapping[str, str] = {
    CanteenKind.OWN: N_("Own canteen"),
    CanteenKind.SHARED: N_("Shared canteen"),
    CanteenKind.OUTSOURCED: N_("Outsourced canteen"),
    CanteenKind.NONE: N_("No canteen"),
}
CHANNELS: Mapping[str, str] = {
    Channel.ZHUCAI: N_("Zhucai"),
    Channel.PLATFORM_832: N_("The 832 platform"),
    Channel.OTHER: N_("Another channel"),
}
METHODS: Mapping[str, str] = {
    PaymentMethod.BANK_TRANSFER: N_("Bank transfer"),
    PaymentMethod.CARD: N_("Card"),
    PaymentMethod.ALIPAY: N_("Alipay"),
    PaymentMethod.WECHAT_PAY: N_("WeChat Pay"),
}
STATUSES: Mapping[str, str] = {
    "on_pace": N_("On pace"),
    "behind": N_("Behind"),
    "unproven": N_("Unproven"),
    "met": N_("Met"),
    "missed": N_("Missed"),
    "no_duty": N_("No duty"),
    "no_purchases": N_("No purchases"),
    "preference": N_("Preference only"),
}
ENTRY_KINDS: Mapping[str, str] = {
    "purchase": N_("Accepted purchase"),
    "return": N_("Return"),
    "credit": N_("Credit"),
    "off_platform": N_("Off-platform purchase"),
    "correction": N_("Correction"),
    "close": N_("Books closed"),
    "reversal": N_("Purchase taken back"),
    "transfer": N_("Moved between canteens"),
    "opening": N_("Opening balance"),
}
PURCHASE_STATES: Mapping[str, str] = {
    "recorded": N_("In the base"),
    "claimed": N_("Origin waits for verification"),
    "accepted": N_("Origin verified"),
    "rejected": N_("Origin not accepted"),
    "undone": N_("Undone with its import"),
}
VERDICTS: Mapping[str, str] = {
    "accept": N_("The origin is proven"),
    "reject": N_("The origin is not proven"),
}
REASONS: Mapping[str, str] = {
    "origin_listed": N_("its origin county is on the list"),
    "origin_not_listed": N_("its origin county is not on the list"),
    "origin_unknown": N_("no origin county was given"),
    "origin_unverified": N_("the claimed origin waits for verification"),
    "origin_rejected": N_("the claimed origin was not accepted"),
    "origin_false": N_("the supplier was revoked for false origin"),
    "not_farm_produce": N_("not farm produce under this rule"),
    "channel_not_accepted": N_("bought through another channel than the rule accepts"),
    "order_number_missing": N_("the platform's order number is missing"),
    "preference_disabled_base": N_("preferred: a disabled-run base"),
    "preference_demonstration_household": N_("preferred: a demonstration household"),
    "preference_listed_county": N_("preferred: a listed county"),
    "recognition_lost": N_("the supplier lost its recognition"),
    "no_preference": N_("no preference applies"),
}
FAIR_KINDS: Mapping[str, str] = {
    FairKind.EXHIBITION: N_("Fair"),
    FairKind.LIVESTREAM: N_("Sale by livestream"),
    FairKind.RELIEF: N_("Sale of what found no buyer"),
}
FAIR_STATES: Mapping[str, str] = {
    FairState.DRAFT: N_("Being prepared"),
    FairState.ANNOUNCED: N_("Announced"),
    FairState.OPEN: N_("Open now"),
    FairState.CLOSED: N_("Over"),
    FairState.REPORTED: N_("Over, results published"),
    FairState.CANCELLED: N_("Called off"),
}
FLAG_KINDS: Mapping[str, str] = {
    FlagKind.CAPACITY: N_("More than can have been grown"),
    FlagKind.PRICE: N_("A price far from its band"),
}
FLAG_STATES: Mapping[str, str] = {
    FlagState.OPEN: N_("Waits for the supplier's explanation"),
    FlagState.ANSWERED: N_("Explained, waits for a decision"),
    FlagState.CLEARED: N_("Set aside"),
    FlagState.UPHELD: N_("Upheld"),
    FlagState.APPEALED: N_("Appealed"),
    FlagState.FINAL: N_("Decided for good"),
}
FAIR_ENTRIES: Mapping[str, str] = {
    "asked": N_("Asked to take part"),
    "admitted": N_("Takes part"),
    "refused": N_("Not taking part"),
    "left": N_("Left"),
}
TONES: Mapping[str, str] = {
    "on_pace": "good",
    "met": "good",
    "admitted": "good",
    "published": "good",
    "accepted": "good",
    "partly_accepted": "good",
    "settled": "good",
    "agreed": "good",
    "paid": "good",
    "accept": "good",
    "behind": "warn",
    "unproven": "warn",
    "returned": "warn",
    "recommended": "warn",
    "applied": "warn",
    "submitted": "warn",
    "awaiting": "warn",
    "placed": "warn",
    "weighed": "warn",
    "escalated": "warn",
    "proposed": "warn",
    "claimed": "warn",
    "registered": "warn",
    "pending": "warn",
    "missed": "bad",
    "revoked": "bad",
    "suspended": "bad",
    "refused": "bad",
    "declined": "bad",
    "denied": "bad",
    "dismissed": "bad",
    "expired": "bad",
    "cancelled": "bad",
    "reject": "bad",
    "rejected": "bad",
    "failed": "bad",
    "withdrawn": "bad",
}


def say(table: Mapping[str, str], word: str | None, speech: Speech) -> str:
    """Say a word of a closed list; the bare word when the table does not know it."""
    if not word:
        return "—"
    return speech(table[word]) if word in table else word


def tone(word: str | None) -> str:
    """Tell the colour family of a state's tag; colour is never the only sign."""
    return TONES.get(word or "", "calm")


def options(table: Mapping[str, str], speech: Speech) -> list[tuple[str, str]]:
    """Give the choices of a select: value and sentence."""
    return [(str(value), speech(sentence)) for value, sentence in table.items()]


def categories(speech: Speech, codes: Iterable[str] | None = None) -> list[tuple[str, str]]:
    """Give the categories of goods as choices."""
    return [(code, category_name(code, speech.language)) for code in (codes or CATEGORIES)]

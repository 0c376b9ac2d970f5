"""A card is held at confirmation, charged at acceptance and refunded after it, by these few verbs.

An intent (支付意向) is made first, written down by us, and only then confirmed: one that our process forgot holds
nobody's money. Whoever is unsure reads the intent again; its state is the truth.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from services.order.domain.reconciling import Theirs
from shared.contracts.words import PaymentMethod


class IntentState(StrEnum):
    """What the vendor says of an intent."""

    UNCONFIRMED = "unconfirmed"  # made, holds nothing
    HELD = "held"  # the money is held
    CAPTURED = "captured"  # the money was taken
    CANCELLED = "cancelled"  # let go, or lapsed
    DECLINED = "declined"  # the card said no, or wants its holder, who is not there
    TO_PAY = "to_pay"  # the payer is to say yes in the wallet
    WAITING = "waiting"  # the vendor does not know yet


@dataclass(frozen=True, slots=True)
class Intent:
    """One intent, as the vendor has it now."""

    intent_id: str
    state: IntentState
    amount_fen: int
    captured_fen: int | None = None
    """What was taken, where the vendor says so."""
    reason: str = ""
    capture_before: datetime | None = None
    """When what is held lapses, where the vendor says so."""
    next_action: "NextAction | None" = None


class ActionKind(StrEnum):
    """How a payer gets to the wallet."""

    REDIRECT = "redirect"  # go to the address
    QR_CODE = "qr_code"  # scan what stands in `code`


@dataclass(frozen=True, slots=True)
class NextAction:
    """What a wallet's payer is to do."""

    kind: ActionKind
    url: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class CardKept:
    """A card as the vendor keeps it for us, to ask it more than once."""

    customer_id: str
    method_id: str


@dataclass(frozen=True, slots=True)
class ChargeSeen:
    """A charge as the vendor lists it."""

    intent_id: str
    captured_fen: int


@dataclass(frozen=True, slots=True)
class DisputeSeen:
    """A dispute as the vendor has it; `won` is None while it is open."""

    dispute_id: str
    won: bool | None
    amount_fen: int
    reason: str
    evidence_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class CardNews:
    """What the vendor tells by itself, its signature verified; `intent_id` where it is about an intent."""

    news_id: str
    type: str
    intent_id: str | None
    of_refunds: bool = False
    """Whether something became of what was to be paid back."""
    dispute_id: str | None = None
    """Of what dispute it tells; how that stands is read."""


class Cards(Protocol):
    """The few verbs that we need. Each raises CardsUnavailable while the vendor does not answer."""

    async def keep(self, payment_id: UUID, card_token: str) -> CardKept | str:
        """Keep a card, so that it can be asked again for the same payment; a text says why the vendor will not."""
        ...

    async def make(
        self,
        payment_id: UUID,
        order_id: UUID,
        card: CardKept,
        amount_fen: int,
        *,
        attempt: int = 0,
        at_once: bool = False,
        destination: str | None = None,
    ) -> Intent:
        """Make an intent that holds nothing yet; DECLINED where the vendor does not know the card.

        `attempt` tells those of one payment apart; `at_once` takes the money when it is confirmed, and holds nothing;
        `destination` is the account that all of it is passed on to, and that sells: the platform takes no fee.
        """
        ...

    async def make_for_wallet(
        self,
        payment_id: UUID,
        order_id: UUID,
        method: PaymentMethod,
        amount_fen: int,
        *,
        destination: str | None = None,
    ) -> Intent:
        """Make an intent that a wallet pays at once; DECLINED where the vendor does not offer it."""
        ...

    async def ask_payer(self, intent_id: str, return_url: str) -> Intent:
        """Confirm a wallet's intent: TO_PAY, with what the payer is to do. Repeating it changes nothing."""
        ...

    async def hold(self, intent_id: str) -> Intent:
        """Confirm the intent: hold its amount on the card, or take it. Repeating it changes nothing."""
        ...

    async def read(self, intent_id: str) -> Intent:
        """Read the intent as it is now."""
        ...

    async def capture(self, intent_id: str, amount_fen: int) -> Intent:
        """Take this much of what is held, and let the rest go. Repeating it changes nothing."""
        ...

    async def let_go(self, intent_id: str) -> Intent:
        """Cancel the intent. Repeating it changes nothing."""
        ...

    async def pay_back(
        self, intent_id: str, refund_id: UUID, amount_fen: int, *, attempt: int = 0, reverse: bool = False
    ) -> str | None:
        """Refund this much of what was taken; a text says why this try failed. Repeating it changes nothing.

        One that another try of the same `refund_id` paid back is paid back; `reverse` has whom it was passed on to pay.
        Raises RefundRefused for more than is left of what was taken, and where the vendor says no.
        """
        ...

    async def failed_refunds(self, intent_id: str) -> Mapping[tuple[str, int], str]:
        """Read which refunds of an intent failed, by our id and try, and why."""
        ...

    async def can_be_paid(self, account: str) -> bool | None:
        """Tell whether money may be passed on to an account; None where the vendor does not know it as ours."""
        ...

    async def look(self, intent_id: str) -> Theirs | None:
        """Read an intent with its refunds, to hold it against our books; None for one that the vendor does not know."""
        ...

    async def charges_between(self, since: datetime, until: datetime) -> list["ChargeSeen"]:
        """List what was charged in our name by intents of this time, up to ten thousand."""
        ...

    async def read_dispute(self, dispute_id: str) -> DisputeSeen | None:
        """Read a dispute as it is now; None for one that the vendor does not know."""
        ...

    async def disputes_since(self, since: datetime) -> list[tuple[str, DisputeSeen]]:
        """List the disputes opened since a moment, each with its intent, the newest thousand."""
        ...

    def read_news(self, body: bytes, signature: str) -> CardNews:
        """Verify and read what the vendor sent. Raises BadSignature."""
        ...

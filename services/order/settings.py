"""What the order service reads from its environment."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from services.order.domain.weights import TOLERANCE_BP_MAX
from shared.money import AMOUNT_FEN_MAX
from shared.settings import Bytes32, FileSettings, HttpUrl, IdentitySettings, Listen, ProgramSettings


def _listen(value: str) -> Listen:
    return Listen(value)


class Settings(ProgramSettings, IdentitySettings, FileSettings):
    """The order service's settings. Without `stripe_api_key` cards are refused and bank transfers remain."""

    order_database_url: str
    order_listen: Annotated[str, AfterValidator(_listen)] = "127.0.0.1:8002"
    order_tolerance_bp: int = Field(default=1_000, ge=0, le=TOLERANCE_BP_MAX)
    """How much more than ordered may be packed of goods by weight (10 %), where a basket does not say otherwise."""
    order_approval_days: int = Field(default=3, ge=1, le=30)
    """How many days a requisition (请购单) waits for a unit's decision before it is handed to the unit above."""
    order_answer_days: int = Field(default=3, ge=1, le=30)
    """How many days a supplier has to answer an order, or whether a packed one may be cancelled; silence ends it."""
    order_on_site_entry_days: int = Field(default=7, ge=0, le=30)
    """How many days after a fair's last its sellers may still enter what they sold there (现场销售补录)."""
    order_on_site_answer_days: int = Field(default=7, ge=1, le=30)
    """How many days a sale at a fair waits for its buyer's yes before it ends."""
    order_substitute_hours: int = Field(default=24, ge=1, le=168)
    """How many hours a canteen has to answer a substitute, at most until its wanted time is over; silence refuses."""
    order_closing_days: int = Field(default=30, ge=1, le=365)
    """How many days after its acceptance a settled order is closed: nothing of it goes back then."""
    order_second_person_fen: int = Field(default=1_000_000, ge=0, le=AMOUNT_FEN_MAX)
    """What one person may accept from a supplier in a day (10,000 yuan); above it a second one is wanted (双人验收)."""
    order_return_days: int = Field(default=15, ge=1, le=365)
    """Within how many days of their acceptance goods may be sent back; what is found later is a complaint."""
    order_return_reply_days: int = Field(default=3, ge=1, le=30)
    """How long a supplier has to answer a return before it goes to the unit above."""
    order_return_escalation_days: int = Field(default=7, ge=1, le=90)
    """How long a canteen may have a refused return decided above; then the refusal stands, and its order may close."""
    order_ruling_days: int = Field(default=15, ge=1, le=180)
    """Within how many days the unit above rules on a return; then the next one above is told, week after week."""
    order_case_reply_days: int = Field(default=60, ge=1, le=365)
    """Within how many days a case is answered and closed (《信访工作条例》: 60 days from its acceptance)."""
    order_link_key: Bytes32
    """Signs the links to papers of orders."""
    ocds_prefix: Annotated[str, StringConstraints(pattern=r"^(ocds-[a-z0-9]{6})?$")] = ""
    """The registered prefix of open contracting; empty is `ocds-000000`, which is nobody's."""
    public_url: HttpUrl = "http://127.0.0.1:8000"
    """The address that people type; what is published tells where it is read by it."""
    stripe_api_base: str = ""
    """Where the card vendor answers; empty is the real one."""
    stripe_api_key: str = ""
    stripe_webhook_secret: str = ""

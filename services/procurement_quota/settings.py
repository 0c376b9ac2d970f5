"""What the procurement_quota service reads from its environment."""

from typing import Annotated

from pydantic import AfterValidator, Field

from shared.settings import Ed25519Bytes, FileSettings, IdentitySettings, Listen, ProgramSettings


class Settings(ProgramSettings, IdentitySettings, FileSettings):
    """The procurement_quota service's settings."""

    procurement_quota_database_url: str
    procurement_quota_listen: Annotated[str, AfterValidator(Listen)] = "127.0.0.1:8003"
    checkpoint_private_key: Ed25519Bytes
    """The seed with which the daily checkpoint of the ledger is signed."""

    procurement_quota_receipt_fen_max: int = Field(default=50_000, ge=0, le=10_000_000)
    """What one payee's receipts of one day may come to where there is no invoice.

    Source of the default: 500 yuan a sale, up to which a receipt with the payee's identity stands for an invoice
    (国家税务总局公告2018年第28号，第九条；按次纳税起征点的上限).
    """

    @property
    def listen(self) -> Listen:
        """Where it answers."""
        return Listen(self.procurement_quota_listen)

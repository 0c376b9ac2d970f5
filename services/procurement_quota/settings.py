"""What the procurement_quota service reads from its environment."""

from typing import Annotated

from pydantic import AfterValidator

from shared.settings import Ed25519Bytes, FileSettings, IdentitySettings, Listen, ProgramSettings


class Settings(ProgramSettings, IdentitySettings, FileSettings):
    """The procurement_quota service's settings."""

    procurement_quota_database_url: str
    procurement_quota_listen: Annotated[str, AfterValidator(Listen)] = "127.0.0.1:8003"
    checkpoint_private_key: Ed25519Bytes
    """The seed with which the daily checkpoint of the ledger is signed."""

    @property
    def listen(self) -> Listen:
        """Where it answers."""
        return Listen(self.procurement_quota_listen)

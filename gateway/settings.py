"""What the gateway reads from its environment."""

import re
from email.utils import parseaddr
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from shared.settings import Ed25519Bytes, HttpUrl, Listen, ProgramSettings


def _listen(value: str) -> Listen:
    return Listen(value)


def _smtp_url(value: str) -> str:
    parts = urlsplit(value)
    if value and (parts.scheme not in ("smtp", "smtps") or not parts.hostname):
        raise ValueError("should be smtp://account:password@host:port or smtps://…")
    return value


def _sender(value: str) -> str:
    if value and ("@" not in parseaddr(value)[1] or not value.isprintable()):
        raise ValueError("should be a mail address, or a name with it: Zhucai <zhucai@example.org>")
    return value


def _phone(value: str) -> str:
    if value and not re.fullmatch(r"\+?[0-9][0-9 ()-]{2,30}(,[0-9]{1,6})?", value):
        raise ValueError("should be a telephone number, like 0731-84619500")
    return value


class Settings(ProgramSettings):
    """The gateway's settings; its public key is derived from the private one."""

    gateway_database_url: str
    gateway_listen: Annotated[str, AfterValidator(_listen)] = "127.0.0.1:8000"
    port: int | None = Field(default=None, gt=0, lt=65_536, description="replaces the port of GATEWAY_LISTEN")
    public_url: HttpUrl = "http://127.0.0.1:8000"
    identity_private_key: Ed25519Bytes
    smtp_url: Annotated[str, AfterValidator(_smtp_url)] = ""
    """The server that takes our mail; empty: no mail is sent."""
    smtp_from: Annotated[str, AfterValidator(_sender)] = ""
    help_phone: Annotated[str, AfterValidator(_phone)] = ""
    """The telephone of who helps here, on the page of help; empty: none is named."""
    catalog_url: HttpUrl
    order_url: HttpUrl
    procurement_quota_url: HttpUrl

    @model_validator(mode="after")
    def _mail_has_a_sender(self) -> Self:
        if self.smtp_url and not self.smtp_from:
            raise ValueError("SMTP_FROM should say from whom the mail is that SMTP_URL sends")
        return self

    @property
    def listen(self) -> Listen:
        """Where to listen, PORT considered."""
        given = Listen(self.gateway_listen)
        return Listen(f"{given.rpartition(':')[0]}:{self.port}") if self.port else given

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def runs(self) -> frozenset[str]:
        """What this process does; never the relay, because the gateway says nothing."""
        return super().runs - {"relay"}

    @property
    def service_urls(self) -> dict[str, str]:
        """Where each service answers, by its name."""
        return {
            "catalog": self.catalog_url,
            "order": self.order_url,
            "procurement_quota": self.procurement_quota_url,
        }

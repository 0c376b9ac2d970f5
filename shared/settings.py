"""Settings are read once, typed, in a program's `main`; importing reads no environment."""

import base64
import os
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

ENV_FILE = ".env"


def _decoded(value: object) -> object:
    return base64.b64decode(value, validate=True) if isinstance(value, str) else value


Bytes32 = Annotated[bytes, BeforeValidator(_decoded), Field(min_length=32, max_length=32)]
"""A key of 32 raw bytes, written in base64."""
Ed25519Bytes = Bytes32
"""Half of a pair of Ed25519."""


def _http_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("should be http://host:port or https://host")
    return value.rstrip("/")


HttpUrl = Annotated[str, AfterValidator(_http_url)]
"""An address of HTTP, without the stroke at its end."""


class Listen(str):
    """`host:port` to listen on."""

    @property
    def host(self) -> str:
        return urlsplit(f"//{self}").hostname or "127.0.0.1"

    @property
    def port(self) -> int:
        return urlsplit(f"//{self}").port or 0


class ProgramSettings(BaseSettings):
    """What every program reads. Each program's `settings.py` adds its own, with its own names."""

    model_config = SettingsConfigDict(env_file=ENV_FILE, env_ignore_empty=True, extra="ignore", frozen=True)

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["json", "text"] = "json"
    run: str = "serve,relay,consume"
    nats_url: str
    stream_prefix: str = Field(default="", pattern=r"^[a-z0-9_]*$")
    """Keeps several installations apart on one JetStream."""
    pool_connections_max: int = Field(default=10, ge=2, le=200)
    commits_wait: bool = True
    """Whether a commit waits for the disk; only the loading of the demo, which begins anew after a crash, does not."""

    @property
    def runs(self) -> frozenset[str]:
        """Which of serve, relay and consume this process does."""
        return frozenset(part.strip() for part in self.run.split(",") if part.strip())


class IdentitySettings(BaseSettings):
    """How a service knows the gateway's signature."""

    model_config = SettingsConfigDict(env_file=ENV_FILE, env_ignore_empty=True, extra="ignore", frozen=True)

    identity_public_key: Ed25519Bytes


class FileSettings(BaseSettings):
    """Where documents and photos lie: any S3."""

    model_config = SettingsConfigDict(env_file=ENV_FILE, env_ignore_empty=True, extra="ignore", frozen=True)

    s3_url: str
    s3_access_key: str
    s3_secret_key: str
    s3_bucket: str = "zhucai"


def project_root() -> Path:
    """The folder that holds README.md and services/."""
    return Path(os.path.abspath(__file__)).parent.parent

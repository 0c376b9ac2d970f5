"""One environment describes the whole: what was chosen, what was made once, and where each part answers.

The environment wins over `./.env`, which wins over what is made here.
`var/settings.env` keeps the outcome for `zhucai`.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values

from deploy.local.layout import ROOT, CannotStart, Layout, write_private
from deploy.local.secrets import Secrets, public_key
from deploy.postgres.databases import SERVICES, databases

GATEWAY_PORT = 8000
S3_BUCKET = "zhucai"

SECRETS_OF = {
    "IDENTITY_PRIVATE_KEY": "gateway",
    "CHECKPOINT_PRIVATE_KEY": "procurement_quota",
    "FILE_LINK_KEY": "catalog",
    "ORDER_LINK_KEY": "order",
    "SMTP_URL": "gateway",
    "STRIPE_API_KEY": "order",
    "STRIPE_WEBHOOK_SECRET": "order",
}
"""Who alone is given a secret."""


def chosen_settings(root: Path = ROOT, environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """Read what a person has chosen: `.env` in the checkout, and the environment above it. Empty means not chosen."""
    below = {name: value or "" for name, value in dotenv_values(root / ".env").items()}
    above = os.environ if environment is None else environment
    return {name: value for name, value in {**below, **above}.items() if value}


def needs_postgres(given: Mapping[str, str]) -> bool:
    """Say whether a server of our own is wanted: not where one is named, or every database is."""
    return "POSTGRES_URL" not in given and not all(
        name in given for service in SERVICES for name in _database_settings(service)
    )


def _database_settings(service: str) -> tuple[str, str, str]:
    service = service.upper()
    return f"{service}_DATABASE_URL", f"{service}_OWNER_DATABASE_URL", f"OPERATOR_{service}_DATABASE_URL"


def gateway_listen(given: Mapping[str, str], port: int) -> str:
    """Name where the gateway listens: GATEWAY_LISTEN, its port replaced by PORT where that is set."""
    listen = given.get("GATEWAY_LISTEN", f"127.0.0.1:{port}")
    host, _, own_port = listen.rpartition(":")
    wanted = given.get("PORT", own_port)
    if not wanted.isdigit() or not 0 < int(wanted) < 65_536:
        raise CannotStart(f"PORT={wanted} is no port. Way out: a number from 1 to 65535.")
    return f"{host}:{wanted}"


def all_settings(
    given: Mapping[str, str],
    secrets: Secrets,
    ports: Mapping[str, int],
    urls: Mapping[str, str],
    gateway_port: int,
) -> dict[str, str]:
    """Name every setting of the four programs and of `zhucai`; `urls` are those of the parts, by part."""
    made = {
        "LOG_LEVEL": "info",
        "LOG_FORMAT": "json",
        "RUN": "serve,relay,consume",
        "NATS_URL": urls["nats"],
        "S3_URL": urls["s3"],
        "S3_ACCESS_KEY": secrets.s3_access_key,
        "S3_SECRET_KEY": secrets.s3_secret_key,
        "S3_BUCKET": S3_BUCKET,
        "STRIPE_API_BASE": urls["stripe"],
        "STRIPE_API_KEY": secrets.stripe_api_key,
        "STRIPE_WEBHOOK_SECRET": secrets.stripe_webhook_secret,
        "IDENTITY_PRIVATE_KEY": secrets.identity_private_key,
        "CHECKPOINT_PRIVATE_KEY": secrets.checkpoint_private_key,
        "FILE_LINK_KEY": secrets.file_link_key,
        "ORDER_LINK_KEY": secrets.order_link_key,
    }
    for database in databases(urls["postgres"], secrets.role_passwords):
        made |= database.settings()
    for service in ("catalog", "order", "procurement_quota"):
        listen = given.get(f"{service.upper()}_LISTEN", f"127.0.0.1:{ports[service]}")
        made |= {f"{service.upper()}_LISTEN": listen, f"{service.upper()}_URL": f"http://{listen}"}
    listen = gateway_listen(given, gateway_port)
    made["PUBLIC_URL"] = f"http://{listen}"
    settings = {name: given.get(name, value) for name, value in made.items()} | {"GATEWAY_LISTEN": listen}
    settings["IDENTITY_PUBLIC_KEY"] = public_key(settings["IDENTITY_PRIVATE_KEY"])
    if "S3_URL" in given and not {"S3_ACCESS_KEY", "S3_SECRET_KEY"} <= given.keys():
        raise CannotStart("S3_URL is set without its keys. Way out: set S3_ACCESS_KEY and S3_SECRET_KEY too.")
    return settings


def settings_for(program: str, settings: Mapping[str, str]) -> dict[str, str]:
    """Give a program what it may know: no owner's role, no other's database, no other's secret."""
    own = f"{program.upper()}_DATABASE_URL"
    return {
        name: value
        for name, value in settings.items()
        if (name == own or not name.endswith("_DATABASE_URL")) and SECRETS_OF.get(name, program) == program
    }


def keep_settings(layout: Layout, settings: Mapping[str, str]) -> None:
    """Write the settings for `zhucai` and for tools, readable by their owner alone."""
    write_private(layout.settings, "".join(f"{name}='{value}'\n" for name, value in sorted(settings.items())))


def kept_settings(layout: Layout) -> dict[str, str]:
    """Read the settings of the last start; what is chosen now wins. Empty before the first start."""
    kept = {name: value for name, value in dotenv_values(layout.settings).items() if value}
    return {**kept, **{name: value for name, value in chosen_settings().items() if name in kept}}


def loopback(listen: str) -> str:
    """Name the address at which this machine reaches a listener, even one on every interface."""
    parts = urlsplit(f"//{listen}")
    host = parts.hostname or "127.0.0.1"
    return f"{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{parts.port}"  # noqa: S104 - it is read, not bound

"""`docker compose up` needs one `.env`; its secrets are made by the machine, once, and never overwritten."""

import base64
import secrets as random
from collections.abc import Callable
from pathlib import Path

from dotenv import dotenv_values

from deploy.local.layout import write_private
from deploy.local.secrets import public_key
from deploy.postgres.databases import ROLES


def _word() -> str:
    return random.token_urlsafe(24)


def _seed() -> str:
    return base64.b64encode(random.token_bytes(32)).decode()


MADE: dict[str, Callable[[], str]] = {
    "POSTGRES_PASSWORD": _word,
    **{f"{role.upper()}_PASSWORD": _word for role in ROLES},
    "NATS_PASSWORD": _word,
    "S3_ACCESS_KEY": lambda: random.token_hex(10),
    "S3_SECRET_KEY": _word,
    "IDENTITY_PRIVATE_KEY": _seed,
    "CHECKPOINT_PRIVATE_KEY": _seed,
    "FILE_LINK_KEY": _seed,
    "ORDER_LINK_KEY": _seed,
    "STRIPE_WEBHOOK_SECRET": lambda: f"whsec_{random.token_hex(24)}",
}
"""What Compose interpolates; the names of passwords differ from every setting of `make up`, so one file serves both."""


def write_compose_secrets(path: Path) -> int:
    """Add to `.env` what it lacks, readable by its owner alone; what it has stays as it is."""
    text = path.read_text() if path.exists() else ""
    known = {name: value for name, value in dotenv_values(path).items() if value}
    added = {name: make() for name, make in MADE.items() if name not in known}
    if "IDENTITY_PUBLIC_KEY" not in known:
        added["IDENTITY_PUBLIC_KEY"] = public_key((known | added)["IDENTITY_PRIVATE_KEY"] or "")
    if added:
        before = text if not text or text.endswith("\n") else text + "\n"
        write_private(path, before + "".join(f"{name}={value}\n" for name, value in added.items()))
    print(f"{path}: {len(added)} secrets added, {len(known)} settings kept.")
    return 0

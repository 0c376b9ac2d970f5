"""Every secret of a checkout is made once, by the machine, and lies in one file that only its owner reads."""

import base64
import json
import secrets as random
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from deploy.local.layout import write_private
from deploy.postgres.databases import ROLES


def _word() -> str:
    return random.token_urlsafe(24)


def _seed() -> str:
    return base64.b64encode(random.token_bytes(32)).decode()


def public_key(seed: str) -> str:
    """Derive the raw public half of an Ed25519 seed; both in base64."""
    return base64.b64encode(
        Ed25519PrivateKey.from_private_bytes(base64.b64decode(seed)).public_key().public_bytes_raw()
    ).decode()


@dataclass(frozen=True)
class Secrets:
    """What the embedded parts and the programs prove themselves with."""

    postgres_password: str = field(default_factory=_word)
    role_passwords: Mapping[str, str] = field(default_factory=lambda: {role: _word() for role in ROLES})
    nats_password: str = field(default_factory=_word)
    s3_access_key: str = field(default_factory=lambda: random.token_hex(10))
    s3_secret_key: str = field(default_factory=_word)
    stripe_api_key: str = field(default_factory=lambda: f"sk_test_{random.token_hex(16)}")
    stripe_webhook_secret: str = field(default_factory=lambda: f"whsec_{random.token_hex(24)}")
    identity_private_key: str = field(default_factory=_seed)
    checkpoint_private_key: str = field(default_factory=_seed)
    file_link_key: str = field(default_factory=_seed)
    order_link_key: str = field(default_factory=_seed)

    def __repr__(self) -> str:
        return "Secrets(…)"

    @classmethod
    def kept_in(cls, path: Path) -> "Secrets":
        """Read the secrets, or make them now; a secret that a newer version needs is added to the file."""
        known = json.loads(path.read_text()) if path.exists() else {}
        made = cls(**{name: value for name, value in known.items() if name in cls.__dataclass_fields__})
        made = cls(**{**asdict(made), "role_passwords": {**cls().role_passwords, **made.role_passwords}})
        if asdict(made) != known or path.stat().st_mode & 0o077:
            write_private(path, json.dumps(asdict(made), indent=2) + "\n")
        return made

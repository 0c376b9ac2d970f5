"""A checkpoint says, signed and kept outside the database, where every chain ended and what the totals were.

A cut tail leaves chains that verify by themselves, and so does a full rewrite; neither agrees with the last
checkpoint. The document is `{"payload": <canonical JSON text>, "signature": <base64>, "public_key": <base64>}`;
the signature (Ed25519) is over the bytes of the payload's text. A payload names the SHA-256 of the document before it.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from services.procurement_quota.domain.chain import Head, heads_root, moment_text
from services.procurement_quota.domain.totals import Sums, TotalKey, totals_root

PREFIX = "checkpoints/"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checkpoint whose signature was verified."""

    day: date
    heads: Mapping[UUID, tuple[int, str]]
    heads_root: str
    totals_root: str
    public_key: bytes
    previous: str


class Signer:
    """Signs checkpoints and declarations with this installation's key."""

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)

    @property
    def public_key(self) -> bytes:
        return self._key.public_key().public_bytes_raw()

    def sign(self, text: bytes) -> bytes:
        """Sign some bytes (Ed25519, 64 bytes)."""
        return self._key.sign(text)

    def document(
        self,
        *,
        day: date,
        at: datetime,
        heads: Sequence[Head],
        totals: Mapping[TotalKey, Sums],
        previous: bytes | None,
    ) -> bytes:
        """Write and sign the checkpoint of some heads and totals, read in one snapshot."""
        ordered = sorted(heads, key=lambda head: head.unit_id)
        payload = orjson.dumps(
            {
                "at": moment_text(at),
                "date": day,
                "heads": [[str(head.unit_id), head.seq, head.hash.hex()] for head in ordered],
                "heads_root": heads_root(heads),
                "previous": hashlib.sha256(previous).hexdigest() if previous else "",
                "totals_root": totals_root(totals),
            },
            option=orjson.OPT_SORT_KEYS,
        )
        return orjson.dumps(
            {
                "payload": payload.decode(),
                "signature": base64.b64encode(self._key.sign(payload)).decode(),
                "public_key": base64.b64encode(self.public_key).decode(),
            }
        )


class CheckpointForged(Exception):
    """The checkpoint's signature is not that of the expected key."""


def read_checkpoint(document: bytes, public_key: bytes | None = None) -> Checkpoint:
    """Read a checkpoint and verify its signature, by the expected key where one is given. Raises CheckpointForged."""
    try:
        outer: dict[str, Any] = orjson.loads(document)
        payload = outer["payload"].encode()
        named = base64.b64decode(outer["public_key"], validate=True)
        if public_key is not None and named != public_key:
            raise CheckpointForged("signed by another key")
        signature = base64.b64decode(outer["signature"], validate=True)
        Ed25519PublicKey.from_public_bytes(named).verify(signature, payload)
        said: dict[str, Any] = orjson.loads(payload)
        return Checkpoint(
            day=date.fromisoformat(said["date"]),
            heads={UUID(unit): (seq, digest) for unit, seq, digest in said["heads"]},
            heads_root=said["heads_root"],
            totals_root=said["totals_root"],
            public_key=named,
            previous=said["previous"],
        )
    except InvalidSignature as error:
        raise CheckpointForged("the signature does not fit") from error
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise CheckpointForged(f"not a checkpoint: {error}") from error

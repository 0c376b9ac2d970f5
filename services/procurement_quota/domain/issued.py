"""An issued report has a short code that only this installation's key could have made, and that its figures decide.

    digest     SHA-256 of the report as canonical JSON (sorted keys, no spaces, UTF-8), in hex
    statement  canonical JSON `{"digest": …, "format": "zhucai-issued-report-1"}`
    signature  Ed25519 over the statement, by the key that signs checkpoints and declarations; it is deterministic
    code       80 bits of the signature's SHA-256 in base 32, in four groups (核验码)

When it was issued first (`issued_at`) is told beside it, not signed: as of when it speaks is in the report itself.
So the same figures as of the same dates have the same code, and nobody can print a code that fits other figures.
"""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from services.procurement_quota.domain.checkpoints import Signer
from services.procurement_quota.domain.published import FileForged, canonical, code_of, is_base64, sha256

FORMAT = "zhucai-issued-report-1"
PARTS = frozenset({"code", "digest", "signature", "public_key", "issued_at", "intact", "report"})
"""Of the JSON that is given under a code."""
CODE_PATTERN = r"^[A-Za-z2-7]{4}(-[A-Za-z2-7]{4}){3}$"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A report with its digest, signature and code."""

    document: str
    digest: str
    signature: bytes
    public_key: bytes
    code: str

    @property
    def report(self) -> dict[str, Any]:
        """What was issued, read back."""
        found: dict[str, Any] = orjson.loads(self.document)
        return found

    @property
    def intact(self) -> bool:
        """Whether the document is what was digested, the digest what was signed, and the code the signature's."""
        if sha256(self.document) != self.digest or self.code != _code(self.signature):
            return False
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(self.signature, _statement(self.digest))
        except (InvalidSignature, ValueError):
            return False
        return True


def seal(report: Mapping[str, Any], signer: Signer) -> Sealed:
    """Digest, sign and name a report."""
    document = canonical(report)
    digest = sha256(document)
    signature = signer.sign(_statement(digest))
    return Sealed(document, digest, signature, signer.public_key, _code(signature))


def verify_issued(document: bytes, outer: Mapping[str, Any], public_key: bytes | None) -> dict[str, Any]:
    """Verify the JSON of an issued report; gives its code and the report. Raises FileForged."""
    if not is_base64(outer["signature"]) or not is_base64(outer["public_key"]):
        raise FileForged("its signature is not written as it was given", "签名的写法与签发时不一致")
    named = base64.b64decode(outer["public_key"])
    if public_key is not None and named != public_key:
        raise FileForged("it is signed by another key", "由另一把密钥签名")
    written = canonical(outer["report"])
    sealed = Sealed(written, outer["digest"], base64.b64decode(outer["signature"]), named, outer["code"])
    if not sealed.intact:
        raise FileForged(
            "its figures, digest, signature and code do not fit each other", "数字、摘要、签名与核验码不相符"
        )
    return {"kind": "report", "public_key": outer["public_key"], "code": outer["code"], "said": outer["report"]}


def rows_of(report: Mapping[str, Any]) -> int:
    """Count the rows of a report: ranked, unproven and not ranked."""
    return sum(len(report[part]) for part in ("ranked", "unproven", "not_ranked"))


def plain_code(text: str) -> str:
    """Write a code as it is kept, from what a person typed."""
    return re.sub(r"[^A-Z2-7-]", "", text.upper())


def _statement(digest: str) -> bytes:
    return canonical({"digest": digest, "format": FORMAT}).encode()


def _code(signature: bytes) -> str:
    return code_of(base64.b64encode(signature).decode())

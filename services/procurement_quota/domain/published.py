"""A stranger needs nothing but a published file to see whether it is as it was signed: not one byte may differ.

A checkpoint is `{"payload", "public_key", "signature"}`; a declaration is `{"extract", "format", "payload",
"public_key", "steps"}`. Both are canonical JSON (sorted keys, no spaces, UTF-8), so that a changed byte is either a
changed text, which a signature or a hash does not fit any more, or not canonical.

    payload    canonical JSON: who declares, the figures, and `extract.root`
    extract    the ledger's entries behind the figures, one JSON list a line; `extract.root` is its SHA-256
    steps      who signed, in order: `statement` is canonical JSON that names the SHA-256 of the payload and of the
               statement before it; `signature` is Ed25519 over the bytes of the statement
"""

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from services.procurement_quota.domain.checkpoints import CheckpointForged, read_checkpoint

FORMAT = "zhucai-declaration-1"
CODE_BYTES = 10
FUND_PLACE = 4
"""Where a line of the extract names the fund."""
PARTS = frozenset({"extract", "format", "payload", "public_key", "steps"})
CHECKPOINT_PARTS = frozenset({"payload", "public_key", "signature"})
STEPS_MAX = 50
"""Signatures of one declaration; each costs a verification."""


class FileForged(Exception):
    """The file is not as it was signed; the message says what does not fit, `chinese` says it in Chinese."""

    def __init__(self, says: str, chinese: str = "") -> None:
        super().__init__(says)
        self.chinese = chinese


def canonical(value: Any) -> str:
    """Write a value as canonical JSON."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def code_of(payload: str) -> str:
    """Give the verification code (核验码) of a declaration: 80 bits of its digest, in four groups of letters."""
    text = base64.b32encode(hashlib.sha256(payload.encode()).digest()[:CODE_BYTES]).decode()
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def published_file(payload: str, extract: str, steps: list[dict[str, str]], public_key: bytes) -> bytes:
    """Write a declaration as it is published."""
    return canonical(
        {
            "extract": extract,
            "format": FORMAT,
            "payload": payload,
            "public_key": base64.b64encode(public_key).decode(),
            "steps": steps,
        }
    ).encode()


def verify_checkpoint(document: bytes, outer: Mapping[str, str], public_key: bytes | None) -> dict[str, Any]:
    """Verify a checkpoint; gives what it says. Raises FileForged."""
    try:
        found = read_checkpoint(document, public_key)
    except CheckpointForged as error:
        raise FileForged(str(error), "检查点与其签名不符") from error
    wanted = orjson.dumps({name: outer[name] for name in ("payload", "signature", "public_key")})
    if wanted != document or not all(is_base64(outer[name]) for name in ("signature", "public_key")):
        raise FileForged("it is not written as it was signed", "写法与签名时不一致")
    said: dict[str, Any] = orjson.loads(outer["payload"])
    return {"kind": "checkpoint", "public_key": base64.b64encode(found.public_key).decode(), "said": said}


def verify_declaration(document: bytes, outer: Mapping[str, Any], public_key: bytes | None) -> dict[str, Any]:
    """Verify a countersigned declaration; gives what it says and who signed. Raises FileForged."""
    if canonical(outer).encode() != document or not is_base64(outer["public_key"]):
        raise FileForged("it is not written as it was published", "写法与公布时不一致")
    named = base64.b64decode(outer["public_key"])
    if public_key is not None and named != public_key:
        raise FileForged("it is signed by another key", "由另一把密钥签名")
    said, steps = verify_steps(outer["payload"], outer["extract"], outer["steps"], [named] * len(outer["steps"]))
    if [step["step"] for step in steps][-1:] != ["countersign"] or len(steps) < 2:
        raise FileForged("it is not countersigned", "没有上级会签")
    code = code_of(outer["payload"])
    return {"kind": "declaration", "public_key": outer["public_key"], "code": code, "said": said, "steps": steps}


def verify_steps(
    payload: str, extract: str, steps: Sequence[Mapping[str, str]], keys: Sequence[bytes]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Verify as many signatures as a declaration has by now, each by its key (32 bytes), its entries and their sums.

    Gives what it says and what each signature states. Raises FileForged.
    """
    if len(steps) > STEPS_MAX:
        raise FileForged(f"it has more than {STEPS_MAX} signatures", f"签名多于 {STEPS_MAX} 个")
    said: dict[str, Any] = orjson.loads(payload)
    signed = list(_signed_steps(steps, payload, [Ed25519PublicKey.from_public_bytes(key) for key in keys]))
    if sha256(extract) != said["extract"]["root"]:
        raise FileForged("the entries are not those of the root that was signed", "明细与签名的根摘要不符")
    _check_sums(extract, said)
    return said, signed


def _signed_steps(
    steps: Sequence[Mapping[str, str]], payload: str, keys: Sequence[Ed25519PublicKey]
) -> Iterator[dict[str, Any]]:
    before = ""
    for place, (step, key) in enumerate(zip(steps, keys, strict=True), start=1):
        if step.keys() != {"signature", "statement"} or not is_base64(step["signature"]):
            raise FileForged(
                f"signature {place} is not written as it was signed", f"第 {place} 个签名的写法与签名时不一致"
            )
        try:
            key.verify(base64.b64decode(step["signature"]), step["statement"].encode())
        except InvalidSignature as error:
            raise FileForged(
                f"signature {place} does not fit what it signs", f"第 {place} 个签名与所签内容不符"
            ) from error
        statement = orjson.loads(step["statement"])
        if statement["payload_sha256"] != sha256(payload):
            raise FileForged(
                f"signature {place} is of another declaration: the figures were changed",
                f"第 {place} 个签名不是这份申报的：数字被改动过",
            )
        if statement["previous"] != before:
            raise FileForged(
                f"signature {place} does not follow the one before it", f"第 {place} 个签名没有接在前一个之后"
            )
        before = sha256(step["statement"])
        yield statement


def _check_sums(extract: str, said: Mapping[str, Any]) -> None:
    """A figure sums the entries of its rule's own fund; what another fund bought stands in the extract beside them."""
    rows = [orjson.loads(line) for line in extract.splitlines()]
    if len(rows) != said["extract"]["entries"]:
        raise FileForged("the entries are not as many as was signed", "明细条数与签名时不符")
    for rule in said["rules"]:
        own = [row for row in rows if row[FUND_PLACE] == rule["fund"]]
        parts = [row[-1][rule["rule"]] for row in own if rule["rule"] in row[-1]]
        filed = rule["figures"]
        if (sum(base for base, _ in parts), sum(counted for _, counted in parts)) != (
            filed["ledger_fen"],
            filed["counted_fen"],
        ):
            raise FileForged(
                f"the entries do not sum to the figures of {rule['rule']}", f"明细之和与 {rule['rule']} 的数字不符"
            )


def is_base64(text: str) -> bool:
    """Tell whether a text is the one way to write its bytes."""
    return base64.b64encode(base64.b64decode(text, validate=True)).decode() == text

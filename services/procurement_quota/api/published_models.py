"""The shapes of what is published to anybody, for OpenAPI."""

from pydantic import ConfigDict

from services.procurement_quota.api.models import Day, Shape

_PAYLOAD = (
    '{"at":"2026-02-01T16:00:00.000000Z","date":"2026-02-02","heads":[["019a0000-0000-7000-8000-0000000000e1",17,'
    '"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"]],"heads_root":"…","previous":"","totals_root":"…"}'
)


class CheckpointListed(Shape):
    """A checkpoint; a day that was checked more than once has a number behind it."""

    id: str
    day: str = Day


class CheckpointPage(Shape):
    items: list[CheckpointListed]
    next: str | None


class CheckpointDocument(Shape):
    """A checkpoint as it was signed: Ed25519 over the bytes of `payload`, which names every unit's chain head.

    `payload` is canonical JSON: `heads` lists unit, number of entries and hash of the last; `previous` is the SHA-256
    of the checkpoint document before it.
    """

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "examples": [
                {
                    "payload": _PAYLOAD,
                    "signature": "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQ…",
                    "public_key": "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=",
                }
            ]
        },
    )

    payload: str
    signature: str
    public_key: str


class VerifiedRule(Shape):
    """What was declared under a rule; `base_fen` and `counted_fen` in whole fen, `share_bp` rounded down."""

    rule: str
    name: str
    name_en: str
    base_fen: int
    counted_fen: int
    share_bp: int | None
    status: str


class VerifiedSigner(Shape):
    step: str
    name: str
    capacity: str
    at: str


class VerifiedDeclaration(Shape):
    code: str
    unit_name: str
    canteen_name: str
    year: int
    restatement: int
    rules: list[VerifiedRule]
    entries: int
    root: str
    signers: list[VerifiedSigner]


class VerifiedCheckpoint(Shape):
    date: str = Day
    chains: int
    entries: int
    heads_root: str


class VerifiedReport(Shape):
    """What was issued: about which unit, rule and year, as of which day and moment; rows are those of its table."""

    code: str
    unit_name: str
    rule: str
    name: str
    name_en: str
    year: int
    happened_by: str = Day
    known_by: str
    rows: int


class Verdict(Shape):
    """Whether a file is as it was signed, and by this platform's key; what it says only if both."""

    as_signed: bool
    by_platform: bool
    reason: str
    reason_en: str
    public_key: str | None
    platform_public_key: str
    declaration: VerifiedDeclaration | None
    checkpoint: VerifiedCheckpoint | None
    report: VerifiedReport | None

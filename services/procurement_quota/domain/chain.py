"""Each unit's entries are one hash chain, so that no entry can change, vanish or slip in without being seen.

    hash = SHA-256( b"zhucai-ledger-v1" ‖ previous hash ‖ canonical JSON of the entry, judgements included )

Canonical JSON has sorted keys, no spaces, UTF-8; ids and dates are their text, moments end in Z with microseconds.
The first entry of a chain has 32 zero bytes before it. `seq` counts from 1 without a gap and `recorded_at` strictly
increases; both are set while the chain's head is locked.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from services.procurement_quota.domain.judging import Judgement
from services.procurement_quota.domain.words import EntryKind
from shared.contracts.words import Fund

DOMAIN = b"zhucai-ledger-v1"
GENESIS = bytes(32)
STEP = timedelta(microseconds=1)
Lot = tuple[UUID, UUID]


@dataclass(frozen=True, slots=True)
class Head:
    """The end of one unit's chain."""

    unit_id: UUID
    seq: int
    hash: bytes
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry before it has its place in a chain.

    A draft that corrects a lot of the same batch leaves `corrects` open: its place is known only once that has one.
    """

    unit_id: UUID
    kind: EntryKind
    canteen_id: UUID
    fund: Fund
    year: int
    happened_on: date
    amount_fen: int
    source_id: UUID
    source_line: UUID
    lot_id: UUID
    lot_line: UUID
    order_id: UUID | None
    supplier_id: UUID | None
    listing_id: UUID | None
    facts: dict[str, Any]
    judgements: tuple[Judgement, ...]
    corrects: tuple[UUID, int] | None = None

    @property
    def posting_month(self) -> int:
        """The month it is posted to, YYYYMM, by its business date."""
        return month_of(self.happened_on)


def month_of(day: date) -> int:
    """Write a day's month as YYYYMM."""
    return day.year * 100 + day.month


def moment_text(moment: datetime) -> str:
    """Write a moment as it enters the hash: UTC, microseconds, Z."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def content(row: Mapping[str, Any]) -> bytes:
    """Write one entry, given by its columns, as canonical JSON."""
    corrects = None if row["corrects_seq"] is None else [row["corrects_unit_id"], row["corrects_seq"]]
    return orjson.dumps(
        {
            "unit": row["unit_id"],
            "seq": row["seq"],
            "recorded_at": moment_text(row["recorded_at"]),
            "kind": row["kind"],
            "canteen": row["canteen_id"],
            "fund": row["fund"],
            "year": row["year"],
            "happened_on": row["happened_on"],
            "posting_month": row["posting_month"],
            "amount_fen": row["amount_fen"],
            "source": row["source_id"],
            "source_line": row["source_line"],
            "lot": row["lot_id"],
            "lot_line": row["lot_line"],
            "order": row["order_id"],
            "supplier": row["supplier_id"],
            "listing": row["listing_id"],
            "corrects": corrects,
            "facts": row["facts"],
            "judgements": row["judgements"],
        },
        default=_plain,
        option=orjson.OPT_SORT_KEYS,
    )


def _plain(value: object) -> str:
    """Write an id that a database driver gave in a type of its own."""
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(type(value).__name__)


def digest(previous: bytes, body: bytes) -> bytes:
    """Hash an entry's content behind the one before it."""
    return hashlib.sha256(DOMAIN + previous + body).digest()


def columns(draft: Draft, head: Head, now: datetime, corrects: tuple[UUID, int] | None) -> dict[str, Any]:
    """Give a draft in its place behind a head as the columns it is stored in, its hash still wanting."""
    corrects_unit_id, corrects_seq = corrects or (None, None)
    return {
        "unit_id": draft.unit_id,
        "seq": head.seq + 1,
        "recorded_at": max(now, head.recorded_at + STEP),
        "kind": draft.kind.value,
        "canteen_id": draft.canteen_id,
        "fund": draft.fund.value,
        "year": draft.year,
        "happened_on": draft.happened_on,
        "posting_month": draft.posting_month,
        "amount_fen": draft.amount_fen,
        "source_id": draft.source_id,
        "source_line": draft.source_line,
        "lot_id": draft.lot_id,
        "lot_line": draft.lot_line,
        "order_id": draft.order_id,
        "supplier_id": draft.supplier_id,
        "listing_id": draft.listing_id,
        "corrects_unit_id": corrects_unit_id,
        "corrects_seq": corrects_seq,
        "facts": draft.facts,
        "judgements": {judgement.rule_code: judgement.written() for judgement in draft.judgements},
        "previous_hash": head.hash,
        "hash": b"",
    }


def extend(
    heads: Mapping[UUID, Head], drafts: Sequence[Draft], now: datetime
) -> tuple[list[dict[str, Any]], list[Head]]:
    """Place drafts behind the locked heads of their units, in the order given.

    Gives the entries' columns, and the heads that moved. `recorded_at` is `now`, or later where the chain already
    stands later, so that it strictly increases.
    """
    ends = dict(heads)
    placed: dict[Lot, tuple[UUID, int]] = {}
    rows: list[dict[str, Any]] = []
    for draft in drafts:
        head = ends[draft.unit_id]
        row = columns(draft, head, now, draft.corrects or _corrected(draft, placed))
        row["hash"] = digest(head.hash, content(row))
        placed.setdefault((draft.lot_id, draft.lot_line), (draft.unit_id, row["seq"]))
        ends[draft.unit_id] = Head(draft.unit_id, row["seq"], row["hash"], row["recorded_at"])
        rows.append(row)
    moved = {draft.unit_id for draft in drafts}
    return rows, [ends[unit_id] for unit_id in sorted(moved)]


def _corrected(draft: Draft, placed: Mapping[Lot, tuple[UUID, int]]) -> tuple[UUID, int] | None:
    if draft.kind in (EntryKind.RETURN, EntryKind.CREDIT, EntryKind.CORRECTION, EntryKind.REVERSAL):
        return placed[draft.lot_id, draft.lot_line]
    return None


def heads_root(heads: Iterable[Head]) -> str:
    """Hash the ends of all chains, in unit order, into one line that a checkpoint can carry."""
    whole = hashlib.sha256(DOMAIN + b"-heads")
    for head in sorted(heads, key=lambda one: one.unit_id):
        whole.update(f"{head.unit_id}:{head.seq}:{head.hash.hex()}\n".encode())
    return whole.hexdigest()

"""Totals are the sum of the ledger's judgements, by one function for the ledger, the preview and the verifier."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID


class TotalKey(NamedTuple):
    """What a running total is kept for."""

    canteen_id: UUID
    fund: str
    rule_code: str
    year: int
    posting_month: int


@dataclass(slots=True)
class Sums:
    """Signed sums in fen, and how many entries they are of."""

    amount_fen: int = 0
    base_fen: int = 0
    counted_fen: int = 0
    entries: int = 0


def add_up(rows: Iterable[Mapping[str, Any]], into: dict[TotalKey, Sums] | None = None) -> dict[TotalKey, Sums]:
    """Add entries, given by their columns, to totals; each entry to every rule that it is judged under."""
    totals: dict[TotalKey, Sums] = {} if into is None else into
    for row in rows:
        for rule_code, judgement in row["judgements"].items():
            key = TotalKey(row["canteen_id"], row["fund"], rule_code, row["year"], row["posting_month"])
            sums = totals.get(key)
            if sums is None:
                sums = totals[key] = Sums()
            sums.amount_fen += row["amount_fen"]
            sums.base_fen += judgement["base_fen"]
            sums.counted_fen += judgement["counted_fen"]
            sums.entries += 1
    return totals


def totals_root(totals: Mapping[TotalKey, Sums]) -> str:
    """Hash all totals, in the order of their keys, into one line that a checkpoint can carry."""
    whole = hashlib.sha256(b"zhucai-totals-v1")
    for key in sorted(totals):
        sums = totals[key]
        whole.update(
            f"{key.canteen_id}:{key.fund}:{key.rule_code}:{key.year}:{key.posting_month}:"
            f"{sums.amount_fen}:{sums.base_fen}:{sums.counted_fen}:{sums.entries}\n".encode()
        )
    return whole.hexdigest()

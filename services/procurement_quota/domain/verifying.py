"""A stranger can recompute the ledger: every chain, every total, and whether both agree with the last checkpoint.

Feed every entry, unit by unit in order of `seq`, then ask for the findings. The first bad entry of a chain is named;
what follows it in the same chain is not told again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from services.procurement_quota.domain.chain import GENESIS, Head, content, digest
from services.procurement_quota.domain.checkpoints import Checkpoint
from services.procurement_quota.domain.totals import Sums, TotalKey, add_up, totals_root

FINDINGS_MAX = 100


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be."""

    what: str
    unit_id: UUID | None = None
    seq: int | None = None


@dataclass
class Verifier:
    """Walks the ledger once; `checkpoint` is the last one, its signature verified."""

    checkpoint: Checkpoint | None = None
    entries: int = 0
    findings: list[Finding] = field(default_factory=list)
    _ends: dict[UUID, tuple[int, bytes, datetime]] = field(default_factory=dict)
    _broken: set[UUID] = field(default_factory=set)
    _totals: dict[TotalKey, Sums] = field(default_factory=dict)
    _then: dict[TotalKey, Sums] = field(default_factory=dict)
    """The totals of the entries that the checkpoint covers."""

    def feed(self, row: Mapping[str, Any]) -> None:
        """Walk one entry, given by its columns."""
        self.entries += 1
        unit_id: UUID = row["unit_id"]
        add_up([row], self._totals)
        covered = self.checkpoint.heads.get(unit_id, (0, ""))[0] if self.checkpoint else 0
        if row["seq"] <= covered:
            add_up([row], self._then)
        if unit_id not in self._broken:
            expected = self._ends.get(unit_id, (0, GENESIS, None))[0] + 1
            fault = self._fault(row, unit_id, covered)
            if fault:
                self._broken.add(unit_id)
                self._find(fault, unit_id, min(expected, row["seq"]))
        self._ends[unit_id] = (row["seq"], bytes(row["hash"]), row["recorded_at"])

    def _fault(self, row: Mapping[str, Any], unit_id: UUID, covered: int) -> str | None:
        seq, previous, moment = self._ends.get(unit_id, (0, GENESIS, None))
        if row["seq"] != seq + 1:
            return "the entry is missing" if row["seq"] > seq + 1 else "the entry stands twice"
        if bytes(row["previous_hash"]) != previous:
            return "it does not follow the entry before it"
        if moment is not None and row["recorded_at"] <= moment:
            return "it was recorded before the entry before it"
        if digest(previous, content(row)) != bytes(row["hash"]):
            return "its content does not fit its hash"
        if row["seq"] == covered and self.checkpoint and bytes(row["hash"]).hex() != self.checkpoint.heads[unit_id][1]:
            return "the chain was rewritten after the checkpoint"
        return None

    def close(self, heads: Mapping[UUID, Head], totals: Mapping[TotalKey, Sums]) -> list[Finding]:
        """Compare the ends and the sums with the heads and totals as stored, and with the checkpoint."""
        for unit_id, head in sorted(heads.items()):
            seq, last, _ = self._ends.get(unit_id, (0, GENESIS, None))
            if (head.seq, head.hash) != (seq, last) and unit_id not in self._broken:
                self._find(f"the chain's head says {head.seq}, the entries end at {seq}", unit_id, seq + 1)
        for unit_id in sorted(set(self._ends) - set(heads)):
            self._find("the chain has no head", unit_id)
        self._compare_totals(totals)
        self._compare_checkpoint()
        return self.findings

    def _compare_totals(self, totals: Mapping[TotalKey, Sums]) -> None:
        for key in sorted(set(totals) | set(self._totals)):
            if totals.get(key, Sums()) != self._totals.get(key, Sums()):
                self._find(
                    f"the running total of canteen {key.canteen_id}, {key.fund}, {key.rule_code}, {key.year}, "
                    f"{key.posting_month} is not the sum of its entries"
                )

    def _compare_checkpoint(self) -> None:
        if self.checkpoint is None:
            return
        for unit_id, (seq, _) in sorted(self.checkpoint.heads.items()):
            have = self._ends.get(unit_id, (0, GENESIS, None))[0]
            if have < seq:
                self._find(f"the tail was cut: the checkpoint saw {seq} entries", unit_id, have + 1)
        if not self._broken and totals_root(self._then) != self.checkpoint.totals_root:
            self._find("the totals are not those of the checkpoint")

    def _find(self, what: str, unit_id: UUID | None = None, seq: int | None = None) -> None:
        if len(self.findings) < FINDINGS_MAX:
            self.findings.append(Finding(what, unit_id, seq))

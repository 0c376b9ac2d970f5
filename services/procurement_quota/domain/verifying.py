"""A stranger can recompute the ledger: every chain, every total, and whether both agree with the last checkpoint.

Feed every entry, unit by unit in order of `seq`, then ask for the findings. The first bad entry of a chain is named;
what follows it in the same chain is not told again.

An entry that was changed together with its own hash leaves the one after it hanging. Which of the two is bad is told
by what was signed: when the entries after the break end as a checkpoint says, they are the true ones, and so is the
hash that they carry of the entry before the break. A chain that was rewritten from some entry on fits itself; then the
first bad entry lies behind the last checkpoint that still agrees, and the finding says from where to where.
"""

from collections.abc import Collection, Iterable, Mapping
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
    until: int | None = None
    """Where the one bad entry can only be told to lie between two: the last of them."""


Anchors = Mapping[UUID, Mapping[int, str]]
"""By unit, what was signed of a chain on the way: the hash of the entry that was the last one then."""


def anchors_of(checkpoints: Iterable[Checkpoint], units: Collection[UUID] | None = None) -> dict[UUID, dict[int, str]]:
    """Gather what some checkpoints signed, of every unit or of some."""
    found: dict[UUID, dict[int, str]] = {}
    for one in checkpoints:
        for unit_id, (seq, digest_hex) in one.heads.items():
            if units is None or unit_id in units:
                found.setdefault(unit_id, {})[seq] = digest_hex
    return found


@dataclass
class Verifier:
    """Walks the ledger once; `checkpoint` is the last one, its signature verified, `anchors` are of those before it."""

    checkpoint: Checkpoint | None = None
    anchors: Anchors = field(default_factory=dict)
    entries: int = 0
    findings: list[Finding] = field(default_factory=list)
    _ends: dict[UUID, tuple[int, bytes, datetime]] = field(default_factory=dict)
    _broken: set[UUID] = field(default_factory=set)
    _totals: dict[TotalKey, Sums] = field(default_factory=dict)
    _then: dict[TotalKey, Sums] = field(default_factory=dict)
    """The totals of the entries that the checkpoint covers."""
    _agreed: dict[UUID, int] = field(default_factory=dict)
    """Up to where a chain is as was signed."""
    _torn: dict[UUID, int] = field(default_factory=dict)
    """The entry that does not follow the one before it, while it is open which of the two is bad."""
    rewritten: set[UUID] = field(default_factory=set)
    """Chains that fit themselves and not what was signed; more checkpoints narrow down where."""

    def feed(self, row: Mapping[str, Any]) -> None:
        """Walk one entry, given by its columns."""
        self.entries += 1
        unit_id: UUID = row["unit_id"]
        add_up([row], self._totals)
        covered = self.checkpoint.heads.get(unit_id, (0, ""))[0] if self.checkpoint else 0
        if row["seq"] <= covered:
            add_up([row], self._then)
        if unit_id not in self._broken:
            self._look(row, unit_id)
        self._ends[unit_id] = (row["seq"], bytes(row["hash"]), row["recorded_at"])

    def _look(self, row: Mapping[str, Any], unit_id: UUID) -> None:
        expected = self._ends.get(unit_id, (0, GENESIS, None))[0] + 1
        fault = self._fault(row, unit_id)
        if fault is not None:
            self._mend_nothing(unit_id)
            if unit_id not in self._broken:
                self._break(fault, unit_id, min(expected, row["seq"]))
            return
        signed = self._signed(unit_id, row["seq"])
        if signed is None:
            return
        if signed == bytes(row["hash"]).hex():
            self._agreed[unit_id] = row["seq"]
            if unit_id in self._torn:
                self._break(
                    "its hash is not the one that the signed entries after it carry", unit_id, self._before(unit_id)
                )
        elif unit_id in self._torn:
            self._mend_nothing(unit_id)
        else:
            first = self._agreed.get(unit_id, 0) + 1
            self.rewritten.add(unit_id)
            self._break("the chain was rewritten: it is not what was signed", unit_id, first, row["seq"])

    def _fault(self, row: Mapping[str, Any], unit_id: UUID) -> str | None:
        seq, previous, moment = self._ends.get(unit_id, (0, GENESIS, None))
        if row["seq"] != seq + 1:
            return "the entry is missing" if row["seq"] > seq + 1 else "the entry stands twice"
        follows = bytes(row["previous_hash"]) == previous
        fits = digest(bytes(row["previous_hash"]), content(row)) == bytes(row["hash"])
        if not follows and (not fits or unit_id in self._torn):
            return "it does not follow the entry before it"
        if moment is not None and row["recorded_at"] <= moment:
            return "it was recorded before the entry before it"
        if not fits:
            return "its content does not fit its hash"
        if not follows:
            self._torn[unit_id] = row["seq"]
        return None

    def _signed(self, unit_id: UUID, seq: int) -> str | None:
        """Give the hash that was signed as this entry's, where one was."""
        if self.checkpoint:
            covered, signed = self.checkpoint.heads.get(unit_id, (0, ""))
            if seq == covered:
                return signed
        return self.anchors.get(unit_id, {}).get(seq)

    def _before(self, unit_id: UUID) -> int:
        """Give the entry before a tear; before the first one there is none."""
        return max(1, self._torn[unit_id] - 1)

    def _mend_nothing(self, unit_id: UUID) -> None:
        """Name both sides of a tear that nothing signed decides."""
        if unit_id in self._torn:
            first, last = self._before(unit_id), self._torn[unit_id]
            what = "it does not follow the entry before it"
            self._break(what, unit_id, first, last if last > first else None)

    def _break(self, what: str, unit_id: UUID, seq: int, until: int | None = None) -> None:
        self._torn.pop(unit_id, None)
        self._broken.add(unit_id)
        self._find(what, unit_id, seq, until if until != seq else None)

    def close(self, heads: Mapping[UUID, Head], totals: Mapping[TotalKey, Sums]) -> list[Finding]:
        """Compare the ends and the sums with the heads and totals as stored, and with the checkpoint."""
        for unit_id in sorted(self._torn):
            self._mend_nothing(unit_id)
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

    def _find(self, what: str, unit_id: UUID | None = None, seq: int | None = None, until: int | None = None) -> None:
        if len(self.findings) < FINDINGS_MAX:
            self.findings.append(Finding(what, unit_id, seq, until))

"""A unit's statement is folded from sums: its rows added up by the unit directly below and by status."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.procurement_quota.domain.words import Status
from shared.money import BP_WHOLE, share_bp

FREE = (Status.NO_DUTY.value, Status.PREFERENCE.value)
"""Who stands so has nothing to reach: its requirement and shortfall enter no sum."""

_AMOUNTS = (
    "ledger_fen",
    "attested_fen",
    "base_fen",
    "counted_fen",
    "required_fen",
    "shortfall_fen",
    "surplus_fen",
    "reserved_fen",
    "unpaid_fen",
    "accepted_fen",
    "held_fen",
)
_IF_PROVEN = ("counted_fen", "shortfall_fen", "surplus_fen")
_PROVEN = tuple(f"proven_{name}" for name in _IF_PROVEN)
"""What of a row is summed as it would be, were all that is held proven; of one that holds nothing, as it is."""
_COVERED = ("attested_base_fen", "due_months", "due_months_attested")
SUMMED = (*_AMOUNTS, "paid_fen", *_COVERED, *_PROVEN)
"""What of a row is summed above it, in this order; what a row does not tell counts as 0."""


@dataclass(frozen=True, slots=True)
class Tally:
    """The rows of one status, as it is and as it would be proven, below one unit, counted and summed."""

    below: str
    """The path of the unit directly below the statement's; the statement's own for its own canteens."""
    status: str
    proven: str
    canteens: int
    sums: Mapping[str, int]


def sums_of(row: Mapping[str, Any]) -> tuple[int, ...]:
    """Give what of a row is summed, in the order of `SUMMED`."""
    paid = max(0, (row["accepted_fen"] or 0) - (row["unpaid_fen"] or 0))
    proven = row["if_proven"] or row
    return (
        *(row[name] or 0 for name in _AMOUNTS),
        paid,
        *(row["coverage"][name] for name in _COVERED),
        *(proven[name] or 0 for name in _IF_PROVEN),
    )


def statuses_of(row: Mapping[str, Any]) -> tuple[str, str]:
    """Give a row's status as it is, and as it would be, were all that is held proven."""
    return row["status"], (row["if_proven"] or row)["status"]


def tallies_of(path: str, rows: Iterable[Mapping[str, Any]]) -> list[Tally]:
    """Count and sum the rows of a statement about a path."""
    return add_up(path, ((row["unit_path"], statuses_of(row), sums_of(row)) for row in rows))


def add_up(path: str, rows: Iterable[tuple[str, tuple[str, str], tuple[int, ...]]]) -> list[Tally]:
    """Count and sum rows of which the holder's path, `statuses_of` and `sums_of` are known."""
    groups: dict[tuple[str, tuple[str, str]], list[tuple[int, ...]]] = {}
    for unit_path, statuses, sums in rows:
        groups.setdefault((below_of(path, unit_path), statuses), []).append(sums)
    return [
        Tally(below, *statuses, len(group), dict(zip(SUMMED, map(sum, zip(*group, strict=True)), strict=True)))
        for (below, statuses), group in groups.items()
    ]


def below_of(path: str, unit_path: str) -> str:
    """Give the path of the unit directly below `path` in which a unit lies; `path` itself for its own."""
    rest = unit_path[len(path) :]
    return path + rest.split("/", 1)[0] + "/" if rest else path


def figures_summed(tallies: Sequence[Tally]) -> dict[str, Any]:
    """Sum the figures of a unit's canteens; nobody's surplus fills another's gap."""
    bound = [one for one in tallies if one.status not in FREE]
    base, counted = _sum("base_fen", tallies), _sum("counted_fen", tallies)
    reserved = _sum("reserved_fen", tallies)
    return {
        "ledger_fen": _sum("ledger_fen", tallies),
        "attested_fen": _sum("attested_fen", tallies),
        "base_fen": base,
        "counted_fen": counted,
        "held_fen": _sum("held_fen", tallies),
        "share_bp": counted * BP_WHOLE // base if base > 0 else None,
        "required_fen": _sum("required_fen", bound),
        "shortfall_fen": _sum("shortfall_fen", bound),
        "surplus_fen": _sum("surplus_fen", bound),
        "reserved_fen": reserved,
        "executed_bp": counted * BP_WHOLE // reserved if reserved else None,
        "unpaid_fen": _sum("unpaid_fen", tallies),
        "accepted_fen": _sum("accepted_fen", tallies),
        "paid_fen": _sum("paid_fen", tallies),
    }


def proven_summed(tallies: Sequence[Tally]) -> dict[str, Any] | None:
    """Sum where a unit's canteens would stand, were all that is held proven; None where nothing is.

    As everywhere nobody's surplus fills another's gap, and a unit has counts and no status.
    """
    if not _sum("held_fen", tallies):
        return None
    bound = [one for one in tallies if one.status not in FREE]
    counted = _sum("proven_counted_fen", tallies)
    return {
        "counted_fen": counted,
        "share_bp": share_bp(counted, _sum("base_fen", tallies)),
        "shortfall_fen": _sum("proven_shortfall_fen", bound),
        "surplus_fen": _sum("proven_surplus_fen", bound),
        "status": None,
        "counts": _counted((one.proven, one.canteens) for one in tallies),
    }


def covered(tallies: Sequence[Tally]) -> dict[str, Any]:
    """Sum how far the bases are proven, of those who have a duty."""
    bound = [one for one in tallies if one.status not in FREE]
    sums = {name: _sum(name, bound) for name in _COVERED}
    return {**sums, "attested_bp": share_bp(sums["attested_base_fen"], _sum("base_fen", bound))}


def counts(tallies: Iterable[Tally]) -> dict[str, int]:
    """Count canteens by status."""
    return _counted((one.status, one.canteens) for one in tallies)


def _counted(statuses: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for status, canteens in statuses:
        found[status] += canteens
    return {status.value: found[status.value] for status in Status}


def shortfalls(tallies: Iterable[Tally]) -> dict[str, int]:
    """Sum the shortfalls by status; who has no duty has no shortfall."""
    sums = {status.value: 0 for status in Status}
    for one in tallies:
        if one.status not in FREE:
            sums[one.status] += one.sums["shortfall_fen"]
    return sums


def units_below(path: str, tallies: Iterable[Tally]) -> list[dict[str, Any]]:
    """List the units directly below, by path, each with its own counts and shortfall."""
    groups: dict[str, list[Tally]] = {}
    for one in tallies:
        if one.below != path:
            groups.setdefault(one.below, []).append(one)
    return [
        {
            "path": below,
            "canteens": sum(one.canteens for one in group),
            "counts": counts(group),
            "base_fen": _sum("base_fen", group),
            "counted_fen": _sum("counted_fen", group),
            "held_fen": _sum("held_fen", group),
            "shortfall_fen": sum(shortfalls(group).values()),
            "if_proven": proven_summed(group),
        }
        for below, group in sorted(groups.items())
    ]


def _sum(name: str, tallies: Iterable[Tally]) -> int:
    return sum(one.sums[name] for one in tallies)

"""Anybody draws the same sample from a closed year again, and nobody could know beforehand which lines escape it.

The whole algorithm (monetary-unit sampling, 货币单元抽样, of a fixed size); every text is UTF-8, every hash SHA-256 in
lower-case hex, every number a whole one:

    frame   one line a purchase of a canteen that was closed before the day of the draw: what was kept of it as filed,
            in fen, summed over the entries before the close entry; only positive amounts. A line is named by the hash
            of its first entry.
    root    hash( "zhucai-sample-1 root\n" then, by canteen id, "{canteen}:{unit}:{seq}:{hash}\n" of each close entry )
    seed    hash( "zhucai-sample-1 seed\n{root}\n{value of the public draw}\n" )
    certain The n lines wanted (all, if there are fewer) are filled from the largest line down, of equal ones the lower
            hash first: while amount × (lines still wanted) ≥ sum of the lines left, the line is taken and leaves.
    order   The lines left are sorted by hash( "zhucai-sample-1 order\n{seed}\n{hash of the line}\n" ).
    start   a number from 0 to S - 1, S the sum of the lines left: for counter 0, 1, 2 … read
            hash( "zhucai-sample-1 number\n{seed}\n{counter}\n" ) as a number of 256 bits; the first that is below the
            greatest multiple of S that 256 bits hold, modulo S.
    points  start + k × S for k = 0 … m - 1, m the lines still wanted. Going through the lines in order with the sum c
            of those before it, a line of v fen is taken if a point lies in [c × m, (c + v) × m).

Of the S starts exactly v × m put a point into a line's stretch, so its chance is v × m / S, proportional to its value
to the fen; v × m < S holds after the certain ones, so no line is met twice and the sample has exactly n lines.

Decision: the order is shuffled by the seed. Why: in the ledger's own order two small neighbours would never be drawn
together, and who splits a purchase could rely on it. Price: the frame is held whole, so it has a bound.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

DOMAIN = "zhucai-sample-1"
SIZE_MAX = 1_000
FRAME_LINES_MAX = 300_000


@dataclass(frozen=True, slots=True)
class CloseEntry:
    """The entry that closed a canteen's year; ids and the hash as they are written."""

    canteen_id: str
    unit_id: str
    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Line:
    """A purchase in the frame: by whom, named by its first entry, and what was kept of it as filed."""

    canteen: int
    """The place of its canteen among the close entries."""
    seq: int
    hash: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """One line of a sample; `certain` was too large to escape."""

    line: Line
    certain: bool


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def closed_root(closed: Iterable[CloseEntry]) -> str:
    """Hash the close entries of a frame; each commits to all the entries before it in its chain."""
    rows = sorted(f"{one.canteen_id}:{one.unit_id}:{one.seq}:{one.hash}\n" for one in closed)
    return sha256(f"{DOMAIN} root\n{''.join(rows)}")


def seed_of(root: str, value: str) -> str:
    """Mix what was closed with what nobody could know when it was."""
    return sha256(f"{DOMAIN} seed\n{root}\n{value}\n")


def number_below(seed: str, bound: int) -> int:
    """Give a number from 0 to `bound` - 1, each with the same chance, by rejection."""
    limit, counter = 2**256 // bound * bound, 0
    while (number := int(sha256(f"{DOMAIN} number\n{seed}\n{counter}\n"), 16)) >= limit:
        counter += 1
    return number % bound


def draw(lines: Sequence[Line], size: int, seed: str) -> list[Drawn]:
    """Draw `size` lines, or all if there are fewer: the certain ones, largest first, then as the points meet them.

    Raises ValueError for a line that is not positive, or a hash that comes twice.
    """
    if any(line.amount_fen <= 0 for line in lines) or len({line.hash for line in lines}) != len(lines):
        raise ValueError("a frame has positive lines, each once")
    left = sorted(lines, key=lambda line: (-line.amount_fen, line.hash))
    wanted, sum_fen, taken = min(size, len(left)), sum(line.amount_fen for line in left), 0
    while wanted and left[taken].amount_fen * wanted >= sum_fen:
        sum_fen -= left[taken].amount_fen
        wanted -= 1
        taken += 1
    certain = [Drawn(line, True) for line in left[:taken]]
    if not wanted:
        return certain
    return [*certain, *met(left[taken:], wanted, seed, number_below(seed, sum_fen))]


def met(lines: Sequence[Line], wanted: int, seed: str, start: int) -> list[Drawn]:
    """Give the lines that `wanted` points, one sum apart from `start` on, meet in the order of the seed."""
    found, point, passed, sum_fen = [], start, 0, sum(line.amount_fen for line in lines)
    for line in sorted(lines, key=lambda one: sha256(f"{DOMAIN} order\n{seed}\n{one.hash}\n")):
        passed += line.amount_fen
        if passed * wanted > point:
            found.append(Drawn(line, False))
            point += sum_fen
    return found


ALGORITHM_EN = (
    "Monetary-unit sampling of a fixed size. root = SHA-256('zhucai-sample-1 root\\n' + "
    "'{canteen}:{unit}:{seq}:{hash}\\n' of each close entry, sorted); seed = SHA-256('zhucai-sample-1 seed\\n{root}\\n"
    "{value}\\n'). From the largest line down (of equal ones the lower hash first), while amount × lines still wanted "
    "≥ sum of the lines left, the line is certain and leaves. The lines left are sorted by SHA-256('zhucai-sample-1 "
    "order\\n{seed}\\n{hash}\\n'); S is their sum, m the lines still wanted. start = the first SHA-256("
    "'zhucai-sample-1 number\\n{seed}\\n{counter}\\n'), counter 0, 1, …, that as a 256-bit number is below the "
    "greatest multiple of S, modulo S. A line of v fen with c fen before it is drawn if one of start + k × S, "
    "k = 0 … m - 1, lies in [c × m, (c + v) × m). UTF-8, lower-case hex."
)
ALGORITHM_ZH = (
    "固定样本量的货币单元抽样。root = SHA-256('zhucai-sample-1 root\\n' + 各结账分录的 "
    "'{canteen}:{unit}:{seq}:{hash}\\n'，排序后拼接)；seed = SHA-256('zhucai-sample-1 seed\\n{root}\\n{value}\\n')，"
    "value 为公开开奖值。自金额最大的一笔起（金额相同的，哈希小者在先），凡金额 × 尚缺笔数 ≥ 剩余各笔之和的，"
    "必然抽中并移出。其余各笔按 SHA-256('zhucai-sample-1 order\\n{seed}\\n{hash}\\n') 排序，S 为其和，m 为尚缺笔数。"
    "start 为首个小于 S 的最大倍数的 SHA-256('zhucai-sample-1 number\\n{seed}\\n{counter}\\n')"
    "（counter 自 0 起，读作 256 位整数），再对 S 取余。金额 v 分、其前累计 c 分的一笔，若 start + k × S"
    "（k = 0 … m - 1）中有一点落在 [c × m, (c + v) × m)，即抽中。文本为 UTF-8，哈希为小写十六进制。"
)
"""As it is published with every sample."""

"""In a chain of 1,000 entries every change, deletion, swap, cut and rewrite is seen, and the first bad entry is named.

What stands before the tampered entry is walked once: each case goes on from a copy of the verifier as it stood there.
The entries are under signed checkpoints at every fiftieth, as if a day had booked fifty.
"""

import copy
import random
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.procurement_quota.domain.chain import GENESIS, Draft, Head, content, digest, extend
from services.procurement_quota.domain.checkpoints import Checkpoint, Signer, read_checkpoint
from services.procurement_quota.domain.judging import Judgement
from services.procurement_quota.domain.totals import add_up
from services.procurement_quota.domain.verifying import Finding, Verifier, anchors_of
from services.procurement_quota.domain.words import EntryKind, Reason
from shared.contracts.words import Fund
from shared.ids import derived_id

ENTRIES, A_DAY = 1_000, 50
NOW = datetime(2025, 6, 1, tzinfo=UTC)
UNIT, CANTEEN = derived_id("unit", "tampered"), derived_id("canteen", "tampered")
SIGNER = Signer(bytes(range(32)))
Row = dict[str, Any]


def draft(number: int) -> Draft:
    lot = derived_id("lot", number)
    return Draft(
        unit_id=UNIT,
        kind=EntryKind.PURCHASE,
        canteen_id=CANTEEN,
        fund=Fund.CANTEEN,
        year=2025,
        happened_on=date(2025, 1, 1) + timedelta(days=number // 4),
        amount_fen=100 + number,
        source_id=lot,
        source_line=lot,
        lot_id=lot,
        lot_line=lot,
        order_id=derived_id("order", number),
        supplier_id=derived_id("supplier", number % 7),
        listing_id=derived_id("listing", number % 31),
        facts={"category": "vegetables", "origin": "430224", "number": number},
        judgements=(Judgement("hunan-2020-canteen", 1, True, True, 100 + number, 100 + number, Reason.ORIGIN_LISTED),),
    )


def booked() -> list[Row]:
    rows, _ = extend({UNIT: Head(UNIT, 0, GENESIS, NOW)}, [draft(number) for number in range(ENTRIES)], NOW)
    return rows


def signed_at(rows: Sequence[Row], seq: int) -> Checkpoint:
    last = rows[seq - 1]
    document = SIGNER.document(
        day=date(2025, 6, 1),
        at=NOW,
        heads=[Head(UNIT, seq, last["hash"], last["recorded_at"])],
        totals=add_up(rows[:seq]),
        previous=None,
    )
    return read_checkpoint(document, SIGNER.public_key)


ROWS = booked()
CHECKPOINTS = [signed_at(ROWS, seq) for seq in range(A_DAY, ENTRIES + 1, A_DAY)]
ANCHORS = anchors_of(CHECKPOINTS[:-1])
HEADS = {UNIT: Head(UNIT, ENTRIES, ROWS[-1]["hash"], ROWS[-1]["recorded_at"])}


def resumed(verifier: Verifier, *, summing: bool = False) -> Verifier:
    """Give a verifier that stands where this one stands, and goes its own way; its sums only where they are asked."""
    other = copy.copy(verifier)
    for name in ("findings", "rewritten", "_ends", "_broken", "_agreed", "_torn"):
        setattr(other, name, getattr(verifier, name).copy())
    for name in ("_totals", "_then"):
        setattr(other, name, copy.deepcopy(getattr(verifier, name)) if summing else {})
    return other


@pytest.fixture(scope="module")
def before() -> list[Verifier]:
    """The verifier as it stands before each entry, and after the last."""
    verifier = Verifier(CHECKPOINTS[-1], ANCHORS)
    stands = []
    for row in ROWS:
        stands.append(resumed(verifier, summing=True))
        verifier.feed(row)
    return [*stands, verifier]


def first(verifier: Verifier, rows: Iterable[Row]) -> Finding | None:
    """Walk on until something is found."""
    for row in rows:
        verifier.feed(row)
        if verifier.findings:
            return verifier.findings[0]
    return None


def place(found: Finding | None) -> tuple[UUID | None, int | None, int | None]:
    assert found is not None
    return found.unit_id, found.seq, found.until


def other(value: Any) -> Any:
    """Give another value of the same kind."""
    match value:
        case None:
            return derived_id("forged")
        case UUID():
            return derived_id("forged", value)
        case datetime():
            return value + timedelta(microseconds=1)
        case date():
            return value + timedelta(days=1)
        case dict():
            return {**value, "forged": {"base_fen": 0, "counted_fen": 0}}
        case bytes():
            return bytes([value[0] ^ 1]) + value[1:]
        case int():
            return value + 1
    return value + "x"


FIELDS = sorted(set(ROWS[0]) - {"unit_id", "seq", "corrects_seq", "corrects_unit_id"})
"""An entry's unit and number place it; changing them removes it from its place. `corrects` stands as a pair."""


def rehashed(row: Row) -> Row:
    return {**row, "hash": digest(row["previous_hash"], content(row))}


def rewritten(rows: Sequence[Row], previous: bytes) -> list[Row]:
    """Forge entries so that they fit each other, from the first of them on."""
    forged = []
    for row in rows:
        one = rehashed({**row, "amount_fen": row["amount_fen"] * 2, "previous_hash": previous})
        previous = one["hash"]
        forged.append(one)
    return forged


def test_the_chain_itself_is_clean(before: list[Verifier]) -> None:
    assert resumed(before[-1], summing=True).close(HEADS, add_up(ROWS)) == []


class TestEverySingleEntry:
    @pytest.mark.parametrize("name", FIELDS)
    def test_changed_in_any_field(self, name: str, before: list[Verifier]) -> None:
        for at, row in enumerate(ROWS):
            found = first(resumed(before[at]), [{**row, name: other(row[name])}])
            assert place(found) == (UNIT, at + 1, None), (name, at + 1)

    def test_made_to_correct_another(self, before: list[Verifier]) -> None:
        for at, row in enumerate(ROWS):
            found = first(resumed(before[at]), [{**row, "corrects_unit_id": UNIT, "corrects_seq": 1}])
            assert place(found) == (UNIT, at + 1, None), at + 1

    def test_changed_together_with_its_own_hash(self, before: list[Verifier]) -> None:
        """The last one falls under the checkpoint itself; any other is told by the signed ones after it."""
        for at, row in enumerate(ROWS):
            forged = rehashed({**row, "amount_fen": row["amount_fen"] + 1})
            found = first(resumed(before[at]), [forged, *ROWS[at + 1 : (at // A_DAY + 2) * A_DAY]])
            if (at + 1) % A_DAY == 0:
                assert place(found) == (UNIT, at + 2 - A_DAY, at + 1), at + 1
            else:
                assert place(found) == (UNIT, at + 1, None), at + 1

    def test_deleted(self, before: list[Verifier]) -> None:
        for at in range(ENTRIES):
            verifier = resumed(before[at])
            if first(verifier, ROWS[at + 1 : at + 2]) is None:
                verifier.close(HEADS, {})
            assert place(verifier.findings[0]) == (UNIT, at + 1, None), at + 1

    def test_deleted_and_the_rest_moved_up(self, before: list[Verifier]) -> None:
        for at in range(ENTRIES - 1):
            moved = {**ROWS[at + 1], "seq": at + 1}
            assert place(first(resumed(before[at]), [moved])) == (UNIT, at + 1, None), at + 1

    def test_booked_twice(self, before: list[Verifier]) -> None:
        for at, row in enumerate(ROWS):
            found = first(resumed(before[at + 1]), [row])
            assert found is not None
            assert (found.seq, found.what) == (at + 1, "the entry stands twice")


class TestSwaps:
    @staticmethod
    def swapped(one: int, two: int) -> Row:
        """Give what stands in the earlier place when two have changed places."""
        return {**ROWS[two], "seq": one + 1}

    def test_of_neighbours(self, before: list[Verifier]) -> None:
        for at in range(ENTRIES - 1):
            assert place(first(resumed(before[at]), [self.swapped(at, at + 1)])) == (UNIT, at + 1, None), at + 1

    def test_of_each_with_another_anywhere(self, before: list[Verifier]) -> None:
        dice = random.Random(2025)
        for at in range(ENTRIES - 1):
            far = dice.randrange(at + 1, ENTRIES)
            assert place(first(resumed(before[at]), [self.swapped(at, far)])) == (UNIT, at + 1, None), (at + 1, far + 1)

    def test_of_neighbours_with_all_hashes_made_to_fit_them(self, before: list[Verifier]) -> None:
        for at in range(0, ENTRIES - 2, A_DAY):
            pair = rewritten([self.swapped(at, at + 1), {**ROWS[at], "seq": at + 2}], ROWS[at]["previous_hash"])
            found = first(resumed(before[at]), [*pair, *ROWS[at + 2 : at + A_DAY]])
            assert found is not None
            assert found.seq == at + 2, "the last of the two: what was signed vouches for all after it"


class TestCutTails:
    def test_at_every_place(self, before: list[Verifier]) -> None:
        """Whoever cuts moves the head and the totals too; the checkpoint still tells how many there were."""
        for left in range(ENTRIES):
            verifier = resumed(before[left], summing=True)
            heads = {UNIT: Head(UNIT, left, ROWS[left - 1]["hash"] if left else GENESIS, NOW)}
            findings = verifier.close(heads, dict(verifier._totals))
            assert [place(one) for one in findings if "cut" in one.what] == [(UNIT, left + 1, None)], left


class TestRewrites:
    def test_from_every_place_on(self, before: list[Verifier]) -> None:
        """A rewritten chain fits itself; the checkpoints tell the day, and the first bad entry lies in it."""
        for at in range(ENTRIES):
            upto = (at // A_DAY + 1) * A_DAY
            found = first(resumed(before[at]), rewritten(ROWS[at:upto], ROWS[at]["previous_hash"]))
            first_of_day = at // A_DAY * A_DAY + 1
            assert place(found) == (UNIT, first_of_day, upto), at + 1
            assert first_of_day <= at + 1 <= upto

    def test_whole_against_the_last_checkpoint_alone(self) -> None:
        verifier = Verifier(CHECKPOINTS[-1])
        forged = rewritten(ROWS, GENESIS)
        assert place(first(verifier, forged)) == (UNIT, 1, ENTRIES)
        heads = {UNIT: Head(UNIT, ENTRIES, forged[-1]["hash"], NOW)}
        assert len(verifier.close(heads, dict(verifier._totals))) == 1

    def test_whole_and_nothing_signed_cannot_be_told(self) -> None:
        verifier = Verifier()
        assert first(verifier, rewritten(ROWS, GENESIS)) is None

    def test_what_was_signed_by_another_is_not_believed(self) -> None:
        other_signer = Signer(bytes(reversed(range(32))))
        document = other_signer.document(day=NOW.date(), at=NOW, heads=list(HEADS.values()), totals={}, previous=None)
        with pytest.raises(Exception, match="signed by another key"):
            read_checkpoint(document, SIGNER.public_key)

"""Whatever is accepted, returned, credited and corrected in whatever order, the ledger's sums are what happened."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from services.procurement_quota.domain.chain import GENESIS, Head, content, digest, extend
from services.procurement_quota.domain.counting import Books, Place
from services.procurement_quota.domain.lots import Revocation, corrected, found_now, standings
from services.procurement_quota.domain.seeded_rules import HUNAN_CANTEEN
from services.procurement_quota.domain.totals import Sums, TotalKey, add_up, totals_root
from services.procurement_quota.domain.verifying import Verifier
from shared.contracts.order import AcceptanceRecorded, CreditRecorded, KeptLine, PurchaseFacts, ReturnRecorded
from shared.contracts.words import Fund, Measure, RevocationGround, SupplierKind
from shared.ids import derived_id
from tests.unit.test_quota_judging import PATH, REFERENCE

NOW = datetime(2025, 6, 1, tzinfo=UTC)
UNIT, CANTEEN, SUPPLIER = derived_id("unit"), derived_id("canteen"), derived_id("supplier")
ORIGINS = ("430224", "430102")


def purchase(number: int) -> PurchaseFacts:
    return PurchaseFacts(
        order_id=derived_id("order", number),
        requisition_id=derived_id("requisition", number),
        canteen_id=CANTEEN,
        unit_id=UNIT,
        fund=Fund.CANTEEN,
        supplier_id=SUPPLIER,
        supplier_name="基地",
        supplier_kind=SupplierKind.DISABLED_BASE,
        ordered_on=date(2025, 5, 1),
    )


def line(number: int, amount_fen: int, origin: str) -> KeptLine:
    return KeptLine(
        line_id=derived_id("line", number),
        listing_id=derived_id("listing", origin),
        listing_version=1,
        name="姜",
        category="vegetables",
        measure=Measure.WEIGHT,
        quantity=1,
        grams=1,
        amount_fen=amount_fen,
        price_fen=1,
        unit_quantity=500,
        origin_county_code=origin,
    )


class Ledger:
    """One canteen's ledger in the pure domain, driven as the use cases drive it."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.head = Head(UNIT, 0, GENESIS, NOW)
        self.accepted: list[tuple[AcceptanceRecorded, int]] = []
        self.revocations: list[Revocation] = []
        self.happened_fen = 0

    def books(self) -> Books:
        return Books(
            places={CANTEEN: Place(CANTEEN, UNIT, PATH)},
            reference=REFERENCE,
            booked={(row["source_id"], row["source_line"]) for row in self.rows},
            lots=standings(self.rows),
            revocations={SUPPLIER: self.revocations},
        )

    def post(self, drafts: list[Any]) -> None:
        rows, heads = extend({UNIT: self.head}, drafts, NOW)
        self.rows += rows
        self.head = heads[0] if heads else self.head

    def accept(self, number: int, amount_fen: int, origin: str) -> None:
        event = AcceptanceRecorded(
            acceptance_id=derived_id("acceptance", number),
            purchase=purchase(number),
            accepted_on=date(2025, 5, 3),
            lines=(line(number, amount_fen, origin),),
        )
        books = self.books()
        books.count(event)
        books.count(event)
        self.post(books.drafts)
        self.accepted.append((event, amount_fen))
        self.happened_fen += amount_fen

    def lower(self, number: int, at: int, part: int, kind: str) -> None:
        event, left = self.accepted[at % len(self.accepted)]
        amount = left * part // 100
        self.accepted[at % len(self.accepted)] = (event, left - amount)
        self.happened_fen -= amount
        facts: dict[str, Any] = {
            "acceptance_id": event.acceptance_id,
            "purchase": event.purchase,
            "agreed_on": date(2025, 6, 1),
            "reverses_accepted_on": event.accepted_on,
            "reason": "x",
            "lines": (event.lines[0].model_copy(update={"amount_fen": -amount}),),
        }
        books = self.books()
        if kind == "return":
            books.count(ReturnRecorded(return_id=derived_id("return", number), **facts))
        else:
            books.count(CreditRecorded(credit_id=derived_id("credit", number), **facts))
        self.post(books.drafts)

    def revoke(self, number: int, origin: str) -> None:
        revocation = Revocation(
            SUPPLIER,
            RevocationGround.FALSE_ORIGIN,
            "x",
            date(2025, 1, 1),
            frozenset([derived_id("listing", origin)]),
            date(2025, 6, 1),
        )
        self.revocations.append(revocation)
        source = derived_id("revocation", number)
        drafts = [
            corrected(
                lot,
                standing,
                found_now(standing, self.revocations),
                why={},
                reference=REFERENCE,
                source=source,
                day=date(2025, 6, 1),
            )
            for lot, standing in standings(self.rows).items()
        ]
        self.post([draft for draft in drafts if draft is not None])


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("accept"), st.integers(0, 10**6), st.sampled_from(ORIGINS)),
        st.tuples(st.just("return"), st.integers(0, 50), st.integers(0, 100)),
        st.tuples(st.just("credit"), st.integers(0, 50), st.integers(0, 100)),
        st.tuples(st.just("revoke"), st.sampled_from(ORIGINS), st.just(0)),
    ),
    max_size=25,
)


def played(steps: list[Any]) -> Ledger:
    ledger = Ledger()
    for number, (what, first, second) in enumerate(steps):
        if what == "accept":
            ledger.accept(number, first, second)
        elif what == "revoke":
            ledger.revoke(number, first)
        elif ledger.accepted:
            ledger.lower(number, first, second, what)
    return ledger


def of_hunan(ledger: Ledger) -> Sums:
    totals = add_up(ledger.rows)
    whole = Sums()
    for key, sums in totals.items():
        if key.rule_code == HUNAN_CANTEEN:
            whole.base_fen += sums.base_fen
            whole.counted_fen += sums.counted_fen
    return whole


class TestLedger:
    @settings(max_examples=150)
    @given(STEPS)
    def test_sums_to_what_was_accepted_less_what_was_given_back(self, steps: list[Any]) -> None:
        ledger = played(steps)
        assert sum(row["amount_fen"] for row in ledger.rows) == ledger.happened_fen
        assert of_hunan(ledger).base_fen == ledger.happened_fen

    @settings(max_examples=150)
    @given(STEPS)
    def test_counts_exactly_what_is_kept_of_goods_that_count(self, steps: list[Any]) -> None:
        ledger = played(steps)
        false = {listing for one in ledger.revocations for listing in one.listing_ids}
        counted = sum(
            left
            for event, left in ledger.accepted
            if event.lines[0].origin_county_code == "430224" and event.lines[0].listing_id not in false
        )
        assert of_hunan(ledger).counted_fen == counted

    @settings(max_examples=100)
    @given(STEPS)
    def test_is_one_chain_that_a_stranger_can_walk(self, steps: list[Any]) -> None:
        ledger = played(steps)
        verifier = Verifier()
        for row in ledger.rows:
            verifier.feed(row)
        assert verifier.close({UNIT: ledger.head}, add_up(ledger.rows)) == []

    @settings(max_examples=100)
    @given(STEPS, st.data())
    def test_a_changed_entry_is_named(self, steps: list[Any], data: st.DataObject) -> None:
        ledger = played(steps)
        if not ledger.rows:
            return
        at = data.draw(st.integers(0, len(ledger.rows) - 1))
        ledger.rows[at] = ledger.rows[at] | {"amount_fen": ledger.rows[at]["amount_fen"] + 1}
        verifier = Verifier()
        for row in ledger.rows:
            verifier.feed(row)
        findings = verifier.close({UNIT: ledger.head}, {})
        assert findings[0].seq == at + 1


class TestChain:
    def test_is_the_hash_that_its_docstring_describes(self) -> None:
        ledger = Ledger()
        ledger.accept(1, 100, "430224")
        ledger.accept(2, 200, "430102")
        first, second = ledger.rows
        assert first["previous_hash"] == bytes(32)
        assert second["previous_hash"] == first["hash"]
        assert second["hash"] == digest(first["hash"], content(second))
        assert second["recorded_at"] - first["recorded_at"] == timedelta(microseconds=1)
        body = content(first).decode()
        assert body.startswith('{"amount_fen":100,"canteen":"')
        assert '"recorded_at":"2025-06-01T00:00:00.000001Z"' in body

    def test_ids_of_a_driver_are_written_as_ids(self) -> None:
        class DriverId(UUID):
            """What asyncpg gives."""

        ledger = Ledger()
        ledger.accept(1, 100, "430224")
        row = ledger.rows[0] | {"unit_id": DriverId(str(UNIT))}
        assert content(row) == content(ledger.rows[0])


class TestTotalsRoot:
    def test_does_not_depend_on_the_order_and_depends_on_every_fen(self) -> None:
        one, other = (TotalKey(derived_id(n), "canteen", "r", 2025, 202501) for n in (1, 2))
        root = totals_root({one: Sums(1, 1, 1, 1), other: Sums(2, 2, 2, 2)})
        assert root == totals_root({other: Sums(2, 2, 2, 2), one: Sums(1, 1, 1, 1)})
        assert root != totals_root({one: Sums(1, 1, 1, 1), other: Sums(2, 2, 3, 2)})

"""What a flag holds, strikes and gives back, beside the year's closing: cases as finance works them by hand.

Read it as its neighbour `test_quota_worked_counting`: yuan in `sums`, fen elsewhere; `gives` is base, counted, share in
basis points, required, shortfall, status; `filed` the same as filed; `proven` as it would be, were all held proven.
"""

import pytest

from services.procurement_quota.domain.seeded_rules import HUNAN_UNION
from services.procurement_quota.domain.statements import if_proven
from shared.contracts.words import FlagState, Fund, RevocationGround, SupplierKind
from tests.build.worked import (
    Case,
    Fact,
    attested,
    bought,
    by,
    case,
    credited,
    holds,
    returned,
    shared,
    shown,
    year_end,
)
from tests.build.worked_findings import flagged, holding, reinstated, revoked

FURONG, CHALING_FEDERATION = "/430000/430100/430102/", "/430000/430200/430224/"
CHANGSHA, CHALING = "430121", "430224"
OPEN, CLEARED, UPHELD = FlagState.OPEN, FlagState.CLEARED, FlagState.UPHELD
COMPANY, FALSE, UNION = SupplierKind.COMPANY, RevocationGround.FALSE_ORIGIN, Fund.UNION

BOUGHT: tuple[Fact, ...] = (bought("03-10", 300_00, CHALING, "a"), bought("04-10", 700_00, CHANGSHA))
THREE_TENTHS = (holding(), *BOUGHT)
"""Three hundred of a thousand count, under a rule that holds what is flagged."""
MET = (1_000_00, 300_00, 3_000, 200_00, 0, "met")
MISSED = (1_000_00, 0, 0, 200_00, 200_00, "missed")
KEPT = "300.00 ÷ 1000.00 = 30%; 1000.00 × 20% = 200.00"
HELD = "300.00 − 300.00 = 0; 1000.00 × 20% − 0 = 200.00; 0 + 300.00 = 300.00"
STRUCK = "300.00 − 300.00 = 0; 1000.00 × 20% − 0 = 200.00"
BACK = "300.00 − 300.00 + 300.00 = 300.00; 300.00 ÷ 1000.00 = 30%"

CASES = [
    case(
        "on the day before the flag all of it counts",
        FURONG, *THREE_TENTHS, attested(300_00, months=range(1, 4)), flagged(OPEN, "05-01", "a"), on="04-30",
        sums=KEPT, gives=(1_000_00, 300_00, 3_000, 200_00, 0, "on_pace"),
        proven=(1_000_00, 300_00, 3_000, 200_00, 0, "on_pace"),
    ),
    case(
        "within the month in which it is held, it is behind, and would be on pace",
        FURONG, *THREE_TENTHS, attested(1_000_00, months=range(1, 5)), flagged(OPEN, "05-01", "a"),
        flagged(CLEARED, "05-20", "a"), on="05-12",
        sums=HELD, gives=(1_000_00, 0, 0, 200_00, 200_00, "behind"),
        proven=(1_000_00, 300_00, 3_000, 200_00, 0, "on_pace"),
    ),
    case(
        "held and set aside within one month, then closed: nothing of it is left",
        FURONG, *THREE_TENTHS, flagged(OPEN, "05-01", "a"), flagged(CLEARED, "05-20", "a"), year_end(1_000_00),
        sums=BACK, gives=MET, filed=MET, proven=MET,
    ),
    case(
        "a year closed while it is held is filed without it",
        FURONG, *THREE_TENTHS, flagged(OPEN, "12-20", "a"), year_end(1_000_00),
        sums=HELD, gives=MISSED, filed=MISSED, proven=MET,
    ),
    case(
        "the flag set aside after the close: what was filed stays, what is known now is met",
        FURONG, *THREE_TENTHS, flagged(OPEN, "12-20", "a"), year_end(1_000_00), flagged(CLEARED, "2026-02-01", "a"),
        sums=BACK, gives=MET, filed=MISSED, proven=MET,
    ),
    case(
        "the flag upheld after the close: what was filed holds, and nothing waits any more",
        FURONG, *THREE_TENTHS, flagged(OPEN, "12-20", "a"), year_end(1_000_00), flagged(UPHELD, "2026-02-01", "a"),
        sums=STRUCK, gives=MISSED, filed=MISSED, proven=MISSED,
    ),
    case(
        "upheld, and appealed after the close: it waits again",
        FURONG, *THREE_TENTHS, flagged(UPHELD, "12-20", "a"), year_end(1_000_00),
        flagged(FlagState.APPEALED, "2026-02-01", "a"),
        sums=HELD, gives=MISSED, filed=MISSED, proven=MET,
    ),
    case(
        "flagged only after the close, for goods of March: filed as met, and now in doubt",
        FURONG, *THREE_TENTHS, year_end(1_000_00), flagged(OPEN, "2026-02-01", "a"),
        sums=HELD, gives=MISSED, filed=MET, proven=MET,
    ),
    case(
        "of two flags on it one is set aside: the other holds it still, and once",
        FURONG, *THREE_TENTHS, flagged(OPEN, "05-01", "a"), flagged(OPEN, "05-02", "a", name="价格"),
        flagged(CLEARED, "06-01", "a"), year_end(1_000_00),
        sums=HELD, gives=MISSED, proven=MET,
    ),
    case(
        "of two flags on it one is upheld and the other set aside: it stays struck",
        FURONG, *THREE_TENTHS, flagged(OPEN, "05-01", "a"), flagged(OPEN, "05-02", "a", name="价格"),
        flagged(UPHELD, "06-01", "a"), flagged(CLEARED, "06-02", "a", name="价格"), year_end(1_000_00),
        sums=STRUCK, gives=MISSED, proven=MISSED,
    ),
    case(
        "a hundred goes back while it is held: two hundred wait",
        FURONG, *THREE_TENTHS, flagged(OPEN, "05-01", "a"), returned("a", "06-10", 100_00), year_end(900_00),
        sums="1000.00 − 100.00 = 900.00; 900.00 × 20% = 180.00; 300.00 − 100.00 = 200.00; "
        "⌊200.00 ÷ 900.00 × 100⌋ = 22.22",
        gives=(900_00, 0, 0, 180_00, 180_00, "missed"), proven=(900_00, 200_00, 2_222, 180_00, 0, "met"),
    ),
    case(
        "a hundred goes back while it is held, then the flag is set aside: two hundred count, not three",
        FURONG, *THREE_TENTHS, flagged(OPEN, "05-01", "a"), returned("a", "06-10", 100_00),
        flagged(CLEARED, "07-01", "a"), year_end(900_00),
        sums="300.00 − 300.00 + 200.00 = 200.00; 900.00 × 20% = 180.00; ⌊200.00 ÷ 900.00 × 100⌋ = 22.22",
        gives=(900_00, 200_00, 2_222, 180_00, 0, "met"), proven=(900_00, 200_00, 2_222, 180_00, 0, "met"),
    ),
    case(
        "all of it goes back while it is held: nothing waits",
        FURONG, *THREE_TENTHS, flagged(OPEN, "05-01", "a"), returned("a", "06-10", 300_00), year_end(700_00),
        sums="1000.00 − 300.00 = 700.00; 700.00 × 20% = 140.00; 300.00 − 300.00 = 0",
        gives=(700_00, 0, 0, 140_00, 140_00, "missed"), proven=(700_00, 0, 0, 140_00, 140_00, "missed"),
    ),
    case(
        "its price is lowered by fifty while it is held",
        FURONG, *THREE_TENTHS, flagged(OPEN, "05-01", "a"), credited("a", "06-10", 50_00), year_end(950_00),
        sums="1000.00 − 50.00 = 950.00; 950.00 × 20% = 190.00; 300.00 − 50.00 = 250.00; "
        "⌊250.00 ÷ 950.00 × 100⌋ = 26.31",
        gives=(950_00, 0, 0, 190_00, 190_00, "missed"), proven=(950_00, 250_00, 2_631, 190_00, 0, "met"),
    ),
    case(
        "bought of the union's money, under the union's rule, which holds: no preference until it is decided",
        FURONG, by(HUNAN_UNION), holding(HUNAN_UNION), bought("09-10", 300_00, CHALING, "a", fund=UNION),
        bought("09-11", 700_00, CHANGSHA, fund=UNION), flagged(OPEN, "10-01", "a"), year_end(1_000_00),
        sums="300.00 − 300.00 = 0; 300.00 + 700.00 = 1000.00; 300.00 ÷ 1000.00 = 30%",
        gives=(1_000_00, 0, 0, None, None, "preference"), proven=(1_000_00, 300_00, 3_000, None, None, "preference"),
    ),
    case(
        "what is held of the union's money is not held of the canteen's",
        FURONG, holding(HUNAN_UNION), *THREE_TENTHS, bought("09-10", 500_00, CHALING, "u", fund=UNION),
        flagged(OPEN, "10-01", "u"), year_end(1_000_00),
        sums=KEPT, gives=MET, proven=MET,
    ),
    case(
        "its supplier is revoked for a false origin of orders from July on: March's is held as before",
        FURONG, *THREE_TENTHS, flagged(OPEN, "05-01", "a"), revoked(COMPANY, FALSE, "08-01", "07-01"),
        year_end(1_000_00),
        sums=HELD, gives=MISSED, proven=MET,
    ),
    case(
        "its supplier is revoked for a false origin while it is held: the flag set aside gives nothing back",
        FURONG, *THREE_TENTHS, flagged(OPEN, "05-01", "a"), revoked(COMPANY, FALSE, "08-01", "01-01"),
        flagged(CLEARED, "09-01", "a"), year_end(1_000_00),
        sums=STRUCK, gives=MISSED, proven=MISSED,
    ),
    case(
        "revoked while it is held, and reinstated: the flag holds it again",
        FURONG, *THREE_TENTHS, flagged(OPEN, "05-01", "a"), revoked(COMPANY, FALSE, "08-01", "01-01"),
        reinstated(COMPANY, "09-01"), year_end(1_000_00),
        sums=HELD, gives=MISSED, proven=MET,
    ),
    case(
        "under a rule that does not hold the flag takes nothing, before the close and after",
        FURONG, *BOUGHT, flagged(OPEN, "12-20", "a"), year_end(1_000_00), flagged(UPHELD, "2026-02-01", "a"),
        sums=KEPT, gives=MET, filed=MET, proven=MET,
    ),
]  # fmt: skip


class TestWorkedByHand:
    @pytest.mark.parametrize("worked", CASES, ids=str)
    def test_the_statement_shows_what_finance_works_out(self, worked: Case) -> None:
        office, when = worked.happen(), worked.when
        assert shown(office.stand(when)) == worked.gives
        assert shown(if_proven(office.stand(when), office.basis(when.happened_by), when)) == worked.proven

    @pytest.mark.parametrize("worked", CASES, ids=str)
    def test_it_tells_what_is_held_and_where_that_would_lead(self, worked: Case) -> None:
        told, proven = worked.happen().statement(worked.when), worked.proven
        assert proven is not None
        held_fen = proven[1] - worked.gives[1]
        assert told["figures"]["held_fen"] == held_fen
        names = ("counted_fen", "share_bp", "shortfall_fen", "status")
        said = told["if_proven"] and tuple(told["if_proven"][name] for name in names)
        assert said == ((proven[1], proven[2], proven[4], proven[5]) if held_fen else None)

    @pytest.mark.parametrize("worked", [one for one in CASES if one.filed], ids=str)
    def test_what_was_filed_stays(self, worked: Case) -> None:
        office = worked.happen()
        assert office.filed is not None
        assert shown(office.filed[1]) == worked.filed

    @pytest.mark.parametrize("worked", CASES, ids=str)
    def test_the_sums_as_written_hold(self, worked: Case) -> None:
        assert holds(worked.sums) == []

    def test_each_holder_of_a_shared_canteen_has_its_part_of_what_would_count(self) -> None:
        """Of 300.00 held 60 % are 180.00; 1000.00 × 20% × 60% = 120.00, and 1000.00 × 50% × 40% = 200.00."""
        weights = shared({FURONG: 6_000, CHALING_FEDERATION: 4_000})
        facts = (*THREE_TENTHS, weights, flagged(OPEN, "05-01", "a"), year_end(1_000_00))
        worked = case("shared", FURONG, *facts, sums="", gives=MISSED)
        first, second = worked.happen().statement(worked.when)["parts"]
        names = ("counted_fen", "share_bp", "shortfall_fen", "surplus_fen", "status")
        assert [first["shortfall_fen"], second["shortfall_fen"]] == [120_00, 200_00]
        assert [first["if_proven"][name] for name in names] == [180_00, 3_000, 0, 60_00, "met"]
        assert [second["if_proven"][name] for name in names] == [120_00, 3_000, 80_00, 0, "missed"]

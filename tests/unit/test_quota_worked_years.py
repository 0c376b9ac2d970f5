"""What the base is, whose a figure is, and what a closed year says: cases as finance works them by hand.

Read it as its neighbour `test_quota_worked_counting`: yuan in `sums`, fen elsewhere; `gives` is base, counted, share in
basis points, required, shortfall, status; `filed` the same as filed; `parts` by holder base, counted, required,
shortfall, status.
"""

from typing import Any

import pytest

from services.procurement_quota.domain.restating import differs
from services.procurement_quota.domain.statements import Stand, figures_written
from shared.contracts.words import CanteenKind, FlagState
from tests.build.worked import (
    Case,
    attested,
    bought,
    case,
    closed,
    credited,
    elsewhere,
    holds,
    red_letter,
    returned,
    run_as,
    shared,
    shown,
    transferred_to,
    verified,
    year_end,
)
from tests.build.worked_findings import flagged, holding

FURONG = "/430000/430100/430102/"
CHALING_FEDERATION = "/430000/430200/430224/"
CHANGSHA_FEDERATION = "/430000/430100/"
PROVINCE = "/430000/"
CHANGSHA, CHALING = "430121", "430224"
OWN, SHARED, OUTSOURCED, NONE = CanteenKind.OWN, CanteenKind.SHARED, CanteenKind.OUTSOURCED, CanteenKind.NONE

A_FIFTH = (bought("03-10", 1_000_00, CHALING, "a"), bought("04-10", 4_000_00, CHANGSHA, "b"))
"""One thousand of five thousand counts."""
FIRST_HALF = range(1, 6)

BASE = [
    case(
        "nothing was bought",
        FURONG, year_end(0),
        sums="0 × 20% = 0",
        gives=(0, 0, None, 0, 0, "no_purchases"),
    ),
    case(
        "all that was bought went back: a base of nothing has no percentage",
        FURONG, bought("03-10", 300_00, CHALING, "a"), returned("a", "03-12", 300_00), year_end(0),
        sums="300.00 − 300.00 = 0",
        gives=(0, 0, None, 0, 0, "no_purchases"),
    ),
    case(
        "refunds beyond what is left make the base negative: no percentage, nothing required",
        FURONG, bought("01-10", 300_00, CHANGSHA, "a"), returned("a", "01-12", 300_00), credited("a", "01-20", 20_00),
        on="01-31",
        sums="300.00 − 300.00 − 20.00 = −20.00",
        gives=(-20_00, 0, None, 0, 0, "no_purchases"),
    ),
    case(
        "attested with nothing, those 20 are no purchase: a base of nothing",
        FURONG, bought("01-10", 300_00, CHANGSHA, "a"), returned("a", "01-12", 300_00), credited("a", "01-20", 20_00),
        year_end(0),
        sums="−20.00 + max(0, 0 − −20.00) = 0",
        gives=(0, 0, None, 0, 0, "no_purchases"),
    ),
    case(
        "attested as the ledger has it",
        FURONG, *A_FIFTH, year_end(5_000_00),
        sums="5000.00 + max(0, 5000.00 − 5000.00) = 5000.00; 5000.00 × 20% = 1000.00",
        gives=(5_000_00, 1_000_00, 2_000, 1_000_00, 0, "met"),
    ),
    case(
        "attested above the ledger: what is not in it does not qualify",
        FURONG, *A_FIFTH, year_end(6_000_00),
        sums="5000.00 + max(0, 6000.00 − 5000.00) = 6000.00; 6000.00 × 20% = 1200.00; 1200.00 − 1000.00 = 200.00; "
        "⌊1000.00 ÷ 6000.00 × 100⌋ = 16.66",
        gives=(6_000_00, 1_000_00, 1_666, 1_200_00, 200_00, "missed"),
    ),
    case(
        "attested below the ledger without a word: unproven, whatever the share",
        FURONG, *A_FIFTH, year_end(4_000_00),
        sums="5000.00 + max(0, 4000.00 − 5000.00) = 5000.00; 5000.00 × 20% = 1000.00",
        gives=(5_000_00, 1_000_00, 2_000, 1_000_00, 0, "unproven"),
    ),
    case(
        "attested below the ledger and explained: the ledger's figure, proven",
        FURONG, *A_FIFTH, attested(4_000_00, explained=True), closed(),
        sums="5000.00 + max(0, 4000.00 − 5000.00) = 5000.00; 5000.00 × 20% = 1000.00",
        gives=(5_000_00, 1_000_00, 2_000, 1_000_00, 0, "met"),
    ),
    case(
        "timing bridge: the books' 5,800 hold 500 accepted next year, 200 freight, 100 that is no food",
        FURONG, *A_FIFTH, year_end(5_000_00),
        sums="5800.00 − 500.00 − 200.00 − 100.00 = 5000.00; 5000.00 + max(0, 5000.00 − 5000.00) = 5000.00",
        gives=(5_000_00, 1_000_00, 2_000, 1_000_00, 0, "met"),
    ),
    case(
        "without the bridge those 800 would stand in the base, and the year were missed",
        FURONG, *A_FIFTH, year_end(5_800_00),
        sums="5000.00 + 800.00 = 5800.00; 5800.00 × 20% = 1160.00; 1160.00 − 1000.00 = 160.00; "
        "⌊1000.00 ÷ 5800.00 × 100⌋ = 17.24",
        gives=(5_800_00, 1_000_00, 1_724, 1_160_00, 160_00, "missed"),
    ),
    case(
        "the other way: accepted in December, booked in January; the bridge adds it",
        FURONG, *A_FIFTH, bought("12-30", 1_000_00, CHANGSHA), year_end(6_000_00),
        sums="5000.00 − −1000.00 = 6000.00; 5000.00 + 1000.00 + max(0, 6000.00 − 6000.00) = 6000.00; "
        "6000.00 × 20% = 1200.00; 1200.00 − 1000.00 = 200.00; ⌊1000.00 ÷ 6000.00 × 100⌋ = 16.66",
        gives=(6_000_00, 1_000_00, 1_666, 1_200_00, 200_00, "missed"),
    ),
    case(
        "a purchase found later, of a month that was attested with it, never counts twice",
        FURONG, *A_FIFTH, year_end(6_000_00), elsewhere("05-10", 600_00, None, "late", known="2026-01-20"),
        sums="5000.00 + 600.00 + max(0, 6000.00 − 5600.00) = 6000.00; 6000.00 × 20% − 1000.00 = 200.00; "
        "⌊1000.00 ÷ 6000.00 × 100⌋ = 16.66",
        gives=(6_000_00, 1_000_00, 1_666, 1_200_00, 200_00, "missed"),
    ),
    case(
        "found and verified, it fills the remainder and counts",
        FURONG, *A_FIFTH, year_end(6_000_00), elsewhere("05-10", 600_00, CHALING, "late", known="2026-01-20"),
        verified("late", "2026-01-25"),
        sums="5600.00 + max(0, 6000.00 − 5600.00) = 6000.00; 1000.00 + 600.00 = 1600.00; 6000.00 × 20% = 1200.00; "
        "⌊1600.00 ÷ 6000.00 × 100⌋ = 26.66",
        gives=(6_000_00, 1_600_00, 2_666, 1_200_00, 0, "met"),
    ),
    case(
        "May is attested with 6,000, June is bought after: the remainder is of May",
        FURONG, *A_FIFTH, attested(6_000_00, months=FIRST_HALF), bought("06-15", 1_000_00, CHALING), on="06-20",
        sums="5000.00 + 1000.00 + max(0, 6000.00 − 5000.00) = 7000.00; 1000.00 + 1000.00 = 2000.00; "
        "7000.00 × 20% = 1400.00; ⌊2000.00 ÷ 7000.00 × 100⌋ = 28.57",
        gives=(7_000_00, 2_000_00, 2_857, 1_400_00, 0, "on_pace"),
    ),
]  # fmt: skip

MONTHS = [
    case(
        "a month that fell due is missing: unproven",
        FURONG, *A_FIFTH, attested(5_000_00, months=(1, 2, 3, 5)), on="06-20",
        sums="5000.00 × 20% = 1000.00",
        gives=(5_000_00, 1_000_00, 2_000, 1_000_00, 0, "unproven"),
    ),
    case(
        "May falls due on 10 June; on that day it may still be missing",
        FURONG, *A_FIFTH, attested(5_000_00, months=(1, 2, 3, 4)), on="06-10",
        sums="5000.00 × 20% = 1000.00",
        gives=(5_000_00, 1_000_00, 2_000, 1_000_00, 0, "on_pace"),
    ),
    case(
        "on 11 June it may not",
        FURONG, *A_FIFTH, attested(5_000_00, months=(1, 2, 3, 4)), on="06-11",
        sums="5000.00 × 20% = 1000.00",
        gives=(5_000_00, 1_000_00, 2_000, 1_000_00, 0, "unproven"),
    ),
    case(
        "a closed year whose December was never attested is unproven, neither met nor missed",
        FURONG, *A_FIFTH, attested(5_000_00, months=range(1, 12)), closed(),
        sums="5000.00 × 20% = 1000.00",
        gives=(5_000_00, 1_000_00, 2_000, 1_000_00, 0, "unproven"),
    ),
    case(
        "a canteen that opened on 20 April owes no month before",
        FURONG, run_as(("04-20", OWN, False)), bought("05-10", 500_00, CHALING), attested(500_00, months=(4, 5)),
        on="06-20",
        sums="500.00 ÷ 500.00 = 100%; 500.00 × 20% = 100.00",
        gives=(500_00, 500_00, 10_000, 100_00, 0, "on_pace"),
    ),
]  # fmt: skip

DUTY = [
    case(
        "no canteen all year, approved from above: no duty",
        FURONG, run_as(("01-01", NONE, True)), year_end(0),
        sums="0 × 20% = 0",
        gives=(0, 0, None, 0, 0, "no_duty"),
    ),
    case(
        "outsourced, and nobody above approved it: bound as anybody",
        FURONG, run_as(("01-01", OUTSOURCED, False)), *A_FIFTH, year_end(6_000_00),
        sums="6000.00 × 20% − 1000.00 = 200.00; ⌊1000.00 ÷ 6000.00 × 100⌋ = 16.66",
        gives=(6_000_00, 1_000_00, 1_666, 1_200_00, 200_00, "missed"),
    ),
    case(
        "no canteen, approved from above, and yet it bought: bound as anybody",
        FURONG, run_as(("01-01", NONE, True)), *A_FIFTH, year_end(6_000_00),
        sums="6000.00 × 20% − 1000.00 = 200.00; ⌊1000.00 ÷ 6000.00 × 100⌋ = 16.66",
        gives=(6_000_00, 1_000_00, 1_666, 1_200_00, 200_00, "missed"),
    ),
    case(
        "own until June, then outsourced with approval: bound for the year",
        FURONG, run_as(("01-01", OWN, False), ("07-01", OUTSOURCED, True)), *A_FIFTH, year_end(5_000_00),
        sums="5000.00 × 20% = 1000.00",
        gives=(5_000_00, 1_000_00, 2_000, 1_000_00, 0, "met"),
    ),
]  # fmt: skip

AFTER_THE_YEAR = [
    case(
        "30 k bought on 28 December and returned on 8 January must not stay met",
        FURONG, bought("12-28", 30_000_00, CHALING, "a"), bought("06-10", 120_000_00, CHANGSHA), year_end(150_000_00),
        returned("a", "2026-01-18", 30_000_00),
        sums="150000.00 × 20% = 30000.00; 150000.00 − 30000.00 = 120000.00; 120000.00 × 20% − 0 = 24000.00",
        filed=(150_000_00, 30_000_00, 2_000, 30_000_00, 0, "met"),
        gives=(120_000_00, 0, 0, 24_000_00, 24_000_00, "missed"),
    ),
    case(
        "a part goes back in January: of the year of its acceptance, and the attested December gives way",
        FURONG, bought("12-28", 1_000_00, CHALING, "a"), bought("06-10", 3_000_00, CHANGSHA), year_end(4_000_00),
        returned("a", "2026-01-18", 400_00),
        sums="4000.00 − 400.00 = 3600.00; 1000.00 − 400.00 = 600.00; 3600.00 × 20% = 720.00; 720.00 − 600.00 = 120.00; "
        "⌊600.00 ÷ 3600.00 × 100⌋ = 16.66; 4000.00 × 20% = 800.00",
        filed=(4_000_00, 1_000_00, 2_500, 800_00, 0, "met"),
        gives=(3_600_00, 600_00, 1_666, 720_00, 120_00, "missed"),
    ),
    case(
        "a credit agreed in February lowers December",
        FURONG, bought("12-28", 1_000_00, CHALING, "a"), bought("06-10", 4_000_00, CHANGSHA), year_end(5_000_00),
        credited("a", "2026-02-03", 100_00),
        sums="5000.00 − 100.00 = 4900.00; 4900.00 × 20% = 980.00; 980.00 − 900.00 = 80.00; "
        "⌊900.00 ÷ 4900.00 × 100⌋ = 18.36",
        filed=(5_000_00, 1_000_00, 2_000, 1_000_00, 0, "met"),
        gives=(4_900_00, 900_00, 1_836, 980_00, 80_00, "missed"),
    ),
    case(
        "a credit on what does not count helps: a missed year is met as restated",
        FURONG, bought("12-28", 1_000_00, CHALING, "a"), bought("06-10", 4_100_00, CHANGSHA, "b"), year_end(5_100_00),
        credited("b", "2026-02-03", 100_00),
        sums="5100.00 × 20% = 1020.00; 1020.00 − 1000.00 = 20.00; 5100.00 − 100.00 = 5000.00; 5000.00 × 20% = 1000.00; "
        "⌊1000.00 ÷ 5100.00 × 100⌋ = 19.60",
        filed=(5_100_00, 1_000_00, 1_960, 1_020_00, 20_00, "missed"),
        gives=(5_000_00, 1_000_00, 2_000, 1_000_00, 0, "met"),
    ),
    case(
        "what is accepted in January is of the next year",
        FURONG, *A_FIFTH, year_end(5_000_00), bought("2026-01-05", 9_000_00, CHANGSHA, ordered="12-30"),
        sums="5000.00 × 20% = 1000.00",
        filed=(5_000_00, 1_000_00, 2_000, 1_000_00, 0, "met"),
        gives=(5_000_00, 1_000_00, 2_000, 1_000_00, 0, "met"),
    ),
    case(
        "a flag that is raised in January holds what was filed as met: the restated year is missed",
        FURONG, holding(), *A_FIFTH, year_end(5_000_00), flagged(FlagState.OPEN, "2026-01-20", "a"),
        sums="1000.00 − 1000.00 = 0; 5000.00 × 20% − 0 = 1000.00",
        filed=(5_000_00, 1_000_00, 2_000, 1_000_00, 0, "met"),
        gives=(5_000_00, 0, 0, 1_000_00, 1_000_00, "missed"),
    ),
    case(
        "a flag of the autumn is set aside in January: what was filed as missed is met as restated",
        FURONG, holding(), *A_FIFTH, flagged(FlagState.OPEN, "10-20", "a"), year_end(5_000_00),
        flagged(FlagState.CLEARED, "2026-01-20", "a"),
        sums="1000.00 − 1000.00 + 1000.00 = 1000.00; 5000.00 × 20% = 1000.00",
        filed=(5_000_00, 0, 0, 1_000_00, 1_000_00, "missed"),
        gives=(5_000_00, 1_000_00, 2_000, 1_000_00, 0, "met"),
    ),
    case(
        "bought elsewhere in June, entered after the year was filed: the restated year is missed",
        FURONG, *A_FIFTH, year_end(5_000_00), elsewhere("06-10", 1_000_00, None, "late", known="2026-01-20"),
        attested(6_000_00, known="2026-01-21"),
        sums="5000.00 + 1000.00 + max(0, 6000.00 − 6000.00) = 6000.00; 6000.00 × 20% − 1000.00 = 200.00; "
        "⌊1000.00 ÷ 6000.00 × 100⌋ = 16.66",
        filed=(5_000_00, 1_000_00, 2_000, 1_000_00, 0, "met"),
        gives=(6_000_00, 1_000_00, 1_666, 1_200_00, 200_00, "missed"),
    ),
    case(
        "the same, and nobody attests anew: the ledger holds more than was attested, unproven",
        FURONG, *A_FIFTH, year_end(5_000_00), elsewhere("06-10", 1_000_00, None, "late", known="2026-01-20"),
        sums="5000.00 + 1000.00 = 6000.00; 6000.00 × 20% − 1000.00 = 200.00; ⌊1000.00 ÷ 6000.00 × 100⌋ = 16.66",
        filed=(5_000_00, 1_000_00, 2_000, 1_000_00, 0, "met"),
        gives=(6_000_00, 1_000_00, 1_666, 1_200_00, 200_00, "unproven"),
    ),
    case(
        "an origin verified after the year was filed",
        FURONG, elsewhere("06-10", 1_000_00, CHALING, "a"), bought("04-10", 4_000_00, CHANGSHA), year_end(5_000_00),
        verified("a", "2026-01-20"),
        sums="1000.00 + 4000.00 = 5000.00; 5000.00 × 20% = 1000.00; 1000.00 − 0 = 1000.00",
        filed=(5_000_00, 0, 0, 1_000_00, 1_000_00, "missed"),
        gives=(5_000_00, 1_000_00, 2_000, 1_000_00, 0, "met"),
    ),
    case(
        "a red-letter invoice in January takes a part of what counted back, and the year stays met",
        FURONG, elsewhere("06-10", 2_000_00, CHALING, "a"), verified("a", "06-20"), bought("04-10", 4_000_00, CHANGSHA),
        year_end(6_000_00), red_letter("a", "2026-01-20", 500_00),
        sums="6000.00 − 500.00 = 5500.00; 2000.00 − 500.00 = 1500.00; 5500.00 × 20% = 1100.00; "
        "⌊1500.00 ÷ 5500.00 × 100⌋ = 27.27; ⌊2000.00 ÷ 6000.00 × 100⌋ = 33.33; 6000.00 × 20% = 1200.00",
        filed=(6_000_00, 2_000_00, 3_333, 1_200_00, 0, "met"),
        gives=(5_500_00, 1_500_00, 2_727, 1_100_00, 0, "met"),
    ),
    case(
        "asked as of 31 December, January's return had not happened",
        FURONG, bought("12-28", 1_000_00, CHALING, "a"), bought("06-10", 4_000_00, CHANGSHA), year_end(5_000_00),
        returned("a", "2026-01-18", 1_000_00), on="2025-12-31",
        sums="5000.00 × 20% = 1000.00",
        gives=(5_000_00, 1_000_00, 2_000, 1_000_00, 0, "met"),
    ),
]  # fmt: skip

PARTS = [
    case(
        "a canteen shared in thirds by three of one rate: every fen is somebody's",
        FURONG, run_as(("01-01", SHARED, True)),
        shared({FURONG: 3_334, CHANGSHA_FEDERATION: 3_333, "/430000/": 3_333}),
        bought("03-10", 2_00, CHALING), bought("03-11", 8_00, CHANGSHA), year_end(10_00),
        sums="⌈10.00 × 33.34%⌉ = 3.34; 3.34 + 3.33 + 3.33 = 10.00; 0.67 + 0.67 + 0.66 = 2.00; 10.00 × 20% = 2.00",
        gives=(10_00, 2_00, 2_000, 2_00, 0, "met"),
        parts=((3_34, 67, 67, 0, "met"), (3_33, 67, 67, 0, "met"), (3_33, 66, 66, 0, "met")),
    ),
    case(
        "one of them is a county of the 51: one canteen, met against 20 % and missed against 50 %",
        FURONG, run_as(("01-01", SHARED, True)), shared({FURONG: 6_000, CHALING_FEDERATION: 4_000}),
        bought("03-10", 300_00, CHALING), bought("03-11", 700_00, CHANGSHA), year_end(1_000_00),
        sums="1000.00 × 60% = 600.00; 1000.00 × 40% = 400.00; 300.00 × 60% = 180.00; 300.00 × 40% = 120.00; "
        "1000.00 × 20% × 60% = 120.00; 1000.00 × 50% × 40% = 200.00; 200.00 − 120.00 = 80.00; 1000.00 × 20% = 200.00",
        gives=(1_000_00, 300_00, 3_000, 200_00, 0, "met"),
        parts=((600_00, 180_00, 120_00, 0, "met"), (400_00, 120_00, 200_00, 80_00, "missed")),
    ),
    case(
        "a party outside the federations holds a fourth: its part leaves, and has no rate",
        FURONG, run_as(("01-01", SHARED, True)), shared({FURONG: 7_500, "某街道办事处": 2_500}),
        bought("03-10", 100_00, CHALING), bought("03-11", 900_00, CHANGSHA), year_end(1_000_00),
        sums="1000.00 × 75% = 750.00; 100.00 × 75% = 75.00; 1000.00 × 20% = 200.00; 200.00 × 75% = 150.00; "
        "200.00 − 100.00 = 100.00; 100.00 × 75% = 75.00",
        gives=(1_000_00, 100_00, 1_000, 200_00, 100_00, "missed"),
        parts=((750_00, 75_00, 150_00, 75_00, "missed"), (250_00, 25_00, None, None, None)),
    ),
]  # fmt: skip

WRONG_UNIT = [
    case(
        "booked here by mistake, it moves to the province: out of the base and out of what counts",
        FURONG, *A_FIFTH, transferred_to(PROVINCE, "a", "06-20"), year_end(4_000_00),
        sums="5000.00 − 1000.00 = 4000.00; 1000.00 − 1000.00 = 0; 4000.00 × 20% − 0 = 800.00",
        gives=(4_000_00, 0, 0, 800_00, 800_00, "missed"),
    ),
    case(
        "a county of the 51 gets what was booked at 芙蓉: it counts against 50 %",
        CHALING_FEDERATION, bought("03-10", 1_000_00, CHALING, "a", at=FURONG), bought("04-10", 1_000_00, CHANGSHA),
        transferred_to(CHALING_FEDERATION, "a", "06-20"), year_end(2_000_00),
        sums="1000.00 + 1000.00 = 2000.00; 2000.00 × 50% = 1000.00",
        gives=(2_000_00, 1_000_00, 5_000, 1_000_00, 0, "met"),
    ),
    case(
        "until it moves, the ledger holds more than finance attests: unproven",
        FURONG, *A_FIFTH, year_end(4_000_00),
        sums="5000.00 + max(0, 4000.00 − 5000.00) = 5000.00; 5000.00 × 20% = 1000.00",
        gives=(5_000_00, 1_000_00, 2_000, 1_000_00, 0, "unproven"),
    ),
    case(
        "where it belongs it was attested all along: it fills the remainder, and is not in the base twice",
        FURONG, bought("03-10", 1_000_00, CHALING, "a", at=PROVINCE), bought("04-10", 4_000_00, CHANGSHA),
        attested(5_000_00), transferred_to(FURONG, "a", "12-20"), closed(),
        sums="4000.00 + 1000.00 + max(0, 5000.00 − 5000.00) = 5000.00; 5000.00 × 20% = 1000.00",
        gives=(5_000_00, 1_000_00, 2_000, 1_000_00, 0, "met"),
    ),
    case(
        "returned in part before it moves, and again after: the rest is what counts there",
        FURONG, bought("03-10", 1_000_00, CHALING, "a", at=PROVINCE), returned("a", "03-20", 200_00),
        transferred_to(FURONG, "a", "06-20"), returned("a", "07-01", 300_00), bought("04-10", 2_000_00, CHANGSHA),
        year_end(2_500_00),
        sums="1000.00 − 200.00 − 300.00 = 500.00; 500.00 + 2000.00 = 2500.00; 2500.00 × 20% = 500.00",
        gives=(2_500_00, 500_00, 2_000, 500_00, 0, "met"),
    ),
    case(
        "moved after the year was filed: as filed it was met, as restated it is missed",
        FURONG, *A_FIFTH, year_end(5_000_00), transferred_to(PROVINCE, "a", "2026-02-02"),
        attested(4_000_00, known="2026-02-03"),
        sums="5000.00 − 1000.00 = 4000.00; 4000.00 × 20% − 0 = 800.00; 5000.00 × 20% = 1000.00",
        filed=(5_000_00, 1_000_00, 2_000, 1_000_00, 0, "met"),
        gives=(4_000_00, 0, 0, 800_00, 800_00, "missed"),
    ),
]  # fmt: skip

CASES = [*BASE, *MONTHS, *DUTY, *AFTER_THE_YEAR, *PARTS, *WRONG_UNIT]


class TestWorkedByHand:
    @pytest.mark.parametrize("worked", CASES, ids=str)
    def test_the_statement_shows_what_finance_works_out(self, worked: Case) -> None:
        assert shown(worked.happen().stand(worked.when)) == worked.gives

    @pytest.mark.parametrize("worked", [one for one in CASES if one.filed], ids=str)
    def test_what_was_filed_stays_beside_what_is_restated(self, worked: Case) -> None:
        office = worked.happen()
        assert office.filed is not None
        assert shown(office.filed[1]) == worked.filed
        now = {"rule": written(office.stand(worked.when))}
        assert differs({"rule": written(office.filed[1])}, now) == (worked.filed != worked.gives)

    @pytest.mark.parametrize("worked", [one for one in CASES if one.parts], ids=str)
    def test_each_holder_has_its_part(self, worked: Case) -> None:
        parts = worked.happen().statement(worked.when)["parts"]
        names = ("base_fen", "counted_fen", "required_fen", "shortfall_fen", "status")
        assert tuple(tuple(part[name] for name in names) for part in parts) == worked.parts

    @pytest.mark.parametrize("worked", CASES, ids=str)
    def test_the_sums_as_written_hold(self, worked: Case) -> None:
        assert holds(worked.sums) == []


def written(stand: Stand) -> dict[str, Any]:
    """Write a stand as a closing freezes it."""
    return {"status": stand.status.value, "figures": figures_written(stand.figures, reserved_fen=None, unpaid_fen=0)}

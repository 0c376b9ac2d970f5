"""Every figure of the journey, and the sum that gives it; the test asserts these and computes nothing.

Line arithmetic: fen = (grams x price + 250) // 500 of the *cumulative* kept grams, prices being for a jin of 500 g.
Shares: counted x 10,000 // base, rounded down, in basis points.

    GINGER is grown in 茶陵 (430224), one of the 51, at 6.50 yuan a jin. PORK is raised in 韶山 (430382), which
    is on no list, at 13.80 yuan a jin. The canteen is that of 茶陵's federation: its rate is 50 %, and 10 % under the
    national rule, for which only what was bought through the 832 platform counts, so nothing that is ordered here.
"""

GINGER_FEN, PORK_FEN = 650, 1_380
GINGER_STOCK, PORK_STOCK = 2_000_000, 500_000

# ── the first basket, paid by bank transfer ──
GINGER_ORDERED, PORK_ORDERED = 600_000, 250_000
GINGER_ORDERED_FEN = 780_000  # 600,000 x 650 / 500
PORK_ORDERED_FEN = 690_000  # 250,000 x 1,380 / 500
BASKET_FEN = 1_470_000  # 780,000 + 690,000
BASKET_SHARE_BP = 5_306  # 780,000 x 10,000 // 1,470,000 = 5,306.12…

GINGER_PACKED, PORK_PACKED = 602_400, 249_000
GINGER_ACCEPTED, PORK_ACCEPTED = 598_875, 249_000
GINGER_ACCEPTED_FEN = 778_538  # (598,875 x 650 + 250) // 500 = 778,537.5, half a fen rounded up
PORK_ACCEPTED_FEN = 687_240  # 249,000 x 1,380 / 500
FIRST_BASE_FEN = 1_465_778  # 778,538 + 687,240
FIRST_SHARE_BP = 5_311  # 778,538 x 10,000 // 1,465,778 = 5,311.43…

# ── the second basket, ginger alone, paid by card, accepted in full ──
CARD_ORDERED = 80_000
CARD_FEN = 104_000  # 80,000 x 650 / 500
CARD_HELD_FEN = 114_400  # ten percent more may be packed: 88,000 x 650 / 500
SECOND_BASE_FEN = 1_569_778  # 1,465,778 + 104,000
SECOND_COUNTED_FEN = 882_538  # 778,538 + 104,000
SECOND_SHARE_BP = 5_622  # 882,538 x 10,000 // 1,569,778 = 5,622.05…

# ── some ginger of the first order goes back ──
RETURNED = 15_000
GINGER_KEPT = 583_875  # 598,875 - 15,000
GINGER_KEPT_FEN = 759_038  # (583,875 x 650 + 250) // 500 = 759,037.5, half a fen rounded up
RETURN_FEN = -19_500  # 759,038 - 778,538
THIRD_BASE_FEN = 1_550_278  # 1,569,778 - 19,500
THIRD_COUNTED_FEN = 863_038  # 882,538 - 19,500
THIRD_SHARE_BP = 5_566  # 863,038 x 10,000 // 1,550,278 = 5,566.98…

# ── bought elsewhere: tea said to be from 茶陵; eggs of no known origin; rice through the 832 platform ──
TEA_FEN, EGGS_FEN, RICE_FEN = 450_000, 200_000, 300_000
FOURTH_BASE_FEN = 2_500_278  # 1,550,278 + 450,000 + 200,000 + 300,000, at once
CLAIMED_SHARE_BP = 3_451  # 863,038 x 10,000 // 2,500,278 = 3,451.76…: behind, until the origins are verified
FOURTH_COUNTED_FEN = 1_613_038  # 863,038 + 450,000 + 300,000, verified by the prefecture
FOURTH_SHARE_BP = 6_451  # 1,613,038 x 10,000 // 2,500,278 = 6,451.43…
NATIONAL_COUNTED_FEN = 300_000  # the rice alone: 832 platform, order number, a county of the 832
NATIONAL_SHARE_BP = 1_199  # 300,000 x 10,000 // 2,500,278 = 1,199.86…

# ── attested: the books hold 100,000 fen more than the ledger ──
ATTESTED_FEN = 2_600_278  # 2,500,278 + 100,000, which enter the base and never the numerator
ATTESTED_SHARE_BP = 6_203  # 1,613,038 x 10,000 // 2,600,278 = 6,203.33…
REQUIRED_FEN = 1_300_139  # 2,600,278 x 5,000 / 10,000
NATIONAL_ATTESTED_SHARE_BP = 1_153  # 300,000 x 10,000 // 2,600,278 = 1,153.72…
NATIONAL_REQUIRED_FEN = 260_028  # 2,600,278 x 1,000 / 10,000 = 260,027.8, rounded up

# ── union goods, another fund: a preference and no percentage ──
UNION_ORDERED = 10_000
UNION_FEN = 27_600  # 10,000 x 1,380 / 500, of a demonstration household: preferred, whatever its county

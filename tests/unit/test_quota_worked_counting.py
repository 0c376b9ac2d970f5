"""Who is bound to what, and what counts: cases as finance works them by hand, one beside another.

Amounts are yuan in `sums` and fen, written `1_000_00`, elsewhere; `gives` is what the statement shows: base, counted,
share in basis points, required, shortfall, status. Nothing in the table was computed by the code that it tests; that
the sums as written hold is tested too.
"""

import pytest

from services.procurement_quota.domain.seeded_rules import HUNAN_51, HUNAN_UNION, NATIONAL_832, NATIONAL_CANTEEN
from services.procurement_quota.domain.statements import if_proven
from services.procurement_quota.domain.words import Evidence
from shared.contracts.words import Channel, FlagState, Fund, RevocationGround, SupplierKind
from tests.build.worked import (
    Case,
    attested,
    bought,
    by,
    case,
    elsewhere,
    holds,
    listed,
    returned,
    shown,
    verified,
    year_end,
)
from tests.build.worked_findings import flagged, holding, revoked

PROVINCE = "/430000/"
FURONG = "/430000/430100/430102/"
CHALING_FEDERATION = "/430000/430200/430224/"
CHALING_SCHOOL = "/430000/430200/430224/school/"
ZHUZHOU = "/430000/430200/"
ZHANGJIAJIE = "/430000/430800/"
YONGDING_FEDERATION = "/430000/430800/430802/"
HUAIHUA = "/430000/431200/"
HECHENG_FEDERATION = "/430000/431200/431202/"
HONGJIANG_FEDERATION = "/430000/431200/431271/"

CHANGSHA, LIUYANG = "430121", "430181"
CHALING = "430224"  # of the 51 and of the 832, delisted in 2017
QIDONG = "430426"  # of the 51, a provincial one, not of the 832
YONGDING, YONGDING_FUJIAN = "430802", "350803"
HONGJIANG = "431271"
ZIYUN = "520425"  # in Guizhou, of the 832, not of the 51

P832 = Channel.PLATFORM_832
BASE, HOUSEHOLD, COMPANY = SupplierKind.DISABLED_BASE, SupplierKind.DEMONSTRATION_HOUSEHOLD, SupplierKind.COMPANY
OPEN = FlagState.OPEN
FALSE, LOST, LAPSE = RevocationGround.FALSE_ORIGIN, RevocationGround.LOST_RECOGNITION, RevocationGround.LAPSE
UNION = Fund.UNION


def a_fifth_from(origin: str, at: str, told: str, rate: str, gives: tuple[object, ...]) -> Case:
    """One thousand of five thousand comes from a county; what changes is who buys and which county."""
    sums = f"1000.00 + 4000.00 = 5000.00; 5000.00 × {rate}"
    return case(
        told, at, bought("03-10", 1_000_00, origin), bought("04-10", 4_000_00, CHANGSHA), year_end(5_000_00),
        sums=sums, gives=gives,
    )  # fmt: skip


MET_20 = (5_000_00, 1_000_00, 2_000, 1_000_00, 0, "met")
MISSED_50 = (5_000_00, 1_000_00, 2_000, 2_500_00, 1_500_00, "missed")
MISSED_20 = (5_000_00, 0, 0, 1_000_00, 1_000_00, "missed")
AT_20, AT_50 = "20% = 1000.00; 1000.00 − 1000.00 = 0", "50% = 2500.00; 2500.00 − 1000.00 = 1500.00"
NONE_20 = "20% = 1000.00; 1000.00 − 0 = 1000.00"

JURISDICTION = [
    a_fifth_from(CHALING, FURONG, "a county outside the 51 has 20 %", AT_20, MET_20),
    a_fifth_from(CHALING, CHALING_FEDERATION, "a county of the 51 has 50 %", AT_50, MISSED_50),
    a_fifth_from(CHALING, CHALING_SCHOOL, "a unit below a county of the 51 has its 50 %", AT_50, MISSED_50),
    a_fifth_from(CHALING, ZHUZHOU, "the prefecture above a county of the 51 has 20 %", AT_20, MET_20),
    a_fifth_from(
        CHALING, ZHANGJIAJIE, "a prefecture whose offices stand in a county of the 51 has 20 %", AT_20, MET_20
    ),
    a_fifth_from(CHALING, YONGDING_FEDERATION, "the county where those offices stand has 50 %", AT_50, MISSED_50),
    a_fifth_from(CHALING, HUAIHUA, "怀化, seated in 鹤城区 of the 51, has 20 %", AT_20, MET_20),
    a_fifth_from(CHALING, HECHENG_FEDERATION, "鹤城区 itself has 50 %", AT_50, MISSED_50),
    a_fifth_from(CHALING, HONGJIANG_FEDERATION, "洪江区, which GB/T 2260 does not list, has 50 %", AT_50, MISSED_50),
    a_fifth_from(CHALING, PROVINCE, "the province has 20 %", AT_20, MET_20),
]

ORIGIN = [
    a_fifth_from(YONGDING, FURONG, "永定区 of 张家界 counts", AT_20, MET_20),
    a_fifth_from(YONGDING_FUJIAN, FURONG, "永定区 of 龙岩, the same name, does not", NONE_20, MISSED_20),
    a_fifth_from(CHALING, FURONG, "a county that was delisted in 2017 is still listed", AT_20, MET_20),
    a_fifth_from(QIDONG, FURONG, "a provincial county of the 51 counts", AT_20, MET_20),
    a_fifth_from(HONGJIANG, FURONG, "goods of 洪江区 count by its own code", AT_20, MET_20),
    a_fifth_from("431281", FURONG, "洪江市 around it is of the 51 too", AT_20, MET_20),
    a_fifth_from(ZIYUN, FURONG, "a county of the 832 in Guizhou is not of the 51", NONE_20, MISSED_20),
    a_fifth_from(CHANGSHA, FURONG, "goods of 长沙县 do not count", NONE_20, MISSED_20),
    case(
        "goods, not the buyer's county, count: 茶陵 buys all at home",
        CHALING_FEDERATION, bought("03-10", 3_000_00, CHALING), year_end(3_000_00),
        sums="3000.00 ÷ 3000.00 = 100%; 3000.00 × 50% = 1500.00",
        gives=(3_000_00, 3_000_00, 10_000, 1_500_00, 0, "met"),
    ),
    case(
        "茶陵 buys nothing at home but from another county of the 51",
        CHALING_FEDERATION, bought("03-10", 500_00, QIDONG), bought("03-11", 500_00, CHANGSHA), year_end(1_000_00),
        sums="500.00 + 500.00 = 1000.00; 500.00 ÷ 1000.00 = 50%; 1000.00 × 50% = 500.00",
        gives=(1_000_00, 500_00, 5_000, 500_00, 0, "met"),
    ),
    case(
        "handicraft is not farm produce: outside the base, whatever its county",
        FURONG, bought("03-10", 200_00, CHALING), bought("03-11", 800_00, CHANGSHA),
        bought("03-12", 5_000_00, CHALING, category="handicraft"), year_end(1_000_00),
        sums="200.00 + 800.00 = 1000.00; 200.00 ÷ 1000.00 = 20%",
        gives=(1_000_00, 200_00, 2_000, 200_00, 0, "met"),
    ),
]  # fmt: skip

LINE = [
    case(
        "exactly at 20 % is met",
        FURONG, bought("03-10", 20_000_00, CHALING), bought("04-10", 80_000_00, CHANGSHA), year_end(100_000_00),
        sums="100000.00 × 20% = 20000.00; 20000.00 ≥ 20000.00",
        gives=(100_000_00, 20_000_00, 2_000, 20_000_00, 0, "met"),
    ),
    case(
        "one fen less counts: missed by one fen, and the shown share is rounded down to 19.99 %",
        FURONG, bought("03-10", 19_999_99, CHALING), bought("04-10", 80_000_01, CHANGSHA), year_end(100_000_00),
        sums="19999.99 + 80000.01 = 100000.00; ⌊19999.99 ÷ 100000.00 × 100⌋ = 19.99; 20000.00 − 19999.99 = 0.01",
        gives=(100_000_00, 19_999_99, 1_999, 20_000_00, 1, "missed"),
    ),
    case(
        "one fen more in the base: the requirement is rounded up, missed by one fen, though 20.00 % is 19.99 % shown",
        FURONG, bought("03-10", 20_000_00, CHALING), bought("04-10", 80_000_01, CHANGSHA), year_end(100_000_01),
        sums="100000.01 × 20% = 20000.002; ⌈20000.002⌉ = 20000.01; 20000.01 − 20000.00 = 0.01",
        gives=(100_000_01, 20_000_00, 1_999, 20_000_01, 1, "missed"),
    ),
    case(
        "one fen less in the base: the requirement is rounded up to what counts, met",
        FURONG, bought("03-10", 20_000_00, CHALING), bought("04-10", 79_999_99, CHANGSHA), year_end(99_999_99),
        sums="99999.99 × 20% = 19999.998; ⌈19999.998⌉ = 20000.00",
        gives=(99_999_99, 20_000_00, 2_000, 20_000_00, 0, "met"),
    ),
    case(
        "exactly at 50 % is met",
        CHALING_FEDERATION, bought("03-10", 7_500_00, CHALING), bought("04-10", 7_500_00, CHANGSHA),
        year_end(15_000_00),
        sums="15000.00 × 50% = 7500.00",
        gives=(15_000_00, 7_500_00, 5_000, 7_500_00, 0, "met"),
    ),
    case(
        "one fen short of 50 %",
        CHALING_FEDERATION, bought("03-10", 7_499_99, CHALING), bought("04-10", 7_500_01, CHANGSHA),
        year_end(15_000_00),
        sums="7500.00 − 7499.99 = 0.01; ⌊7499.99 ÷ 15000.00 × 100⌋ = 49.99",
        gives=(15_000_00, 7_499_99, 4_999, 7_500_00, 1, "missed"),
    ),
    case(
        "a base of one fen that counts",
        FURONG, bought("03-10", 1, CHALING), year_end(1),
        sums="⌈0.01 × 20%⌉ = 0.01",
        gives=(1, 1, 10_000, 1, 0, "met"),
    ),
    case(
        "during the year the same figures are on pace",
        FURONG, bought("03-10", 200_00, CHALING), bought("04-10", 800_00, CHANGSHA),
        attested(1_000_00, months=range(1, 6)), on="06-20",
        sums="1000.00 × 20% = 200.00",
        gives=(1_000_00, 200_00, 2_000, 200_00, 0, "on_pace"),
    ),
    case(
        "and one fen short is behind, not missed",
        FURONG, bought("03-10", 199_99, CHALING), bought("04-10", 800_01, CHANGSHA),
        attested(1_000_00, months=range(1, 6)), on="06-20",
        sums="200.00 − 199.99 = 0.01",
        gives=(1_000_00, 199_99, 1_999, 200_00, 1, "behind"),
    ),
]  # fmt: skip

CHANNELS = [
    case(
        "an order placed here is no 832 order: in the national rule's base alone",
        FURONG, by(NATIONAL_CANTEEN), bought("03-10", 1_000_00, CHALING), year_end(1_000_00),
        sums="1000.00 × 10% = 100.00; 100.00 − 0 = 100.00",
        gives=(1_000_00, 0, 0, 100_00, 100_00, "missed"),
    ),
    case(
        "bought through the 832 platform with its order number, and verified: counts under the national rule",
        FURONG, by(NATIONAL_CANTEEN), elsewhere("03-10", 100_00, ZIYUN, "a", channel=P832, order_number="832-1"),
        verified("a", "03-20"), bought("04-10", 900_00, CHANGSHA), year_end(1_000_00),
        sums="100.00 + 900.00 = 1000.00; 1000.00 × 10% = 100.00",
        gives=(1_000_00, 100_00, 1_000, 100_00, 0, "met"),
    ),
    case(
        "the same purchase under Hunan's rule: Guizhou is not of the 51",
        FURONG, elsewhere("03-10", 100_00, ZIYUN, "a", channel=P832, order_number="832-1"),
        verified("a", "03-20"), bought("04-10", 900_00, CHANGSHA), year_end(1_000_00),
        sums="1000.00 × 20% = 200.00; 200.00 − 0 = 200.00",
        gives=(1_000_00, 0, 0, 200_00, 200_00, "missed"),
    ),
    case(
        "茶陵 through the 832 platform counts under Hunan's rule, which asks for no channel",
        FURONG, elsewhere("03-10", 100_00, CHALING, "a", channel=P832, order_number="832-1"),
        verified("a", "03-20"), bought("04-10", 400_00, CHANGSHA), year_end(500_00),
        sums="100.00 + 400.00 = 500.00; 500.00 × 20% = 100.00",
        gives=(500_00, 100_00, 2_000, 100_00, 0, "met"),
    ),
    case(
        "祁东 is of the 51 and not of the 832: nothing under the national rule",
        FURONG, by(NATIONAL_CANTEEN), elsewhere("03-10", 1_000_00, QIDONG, "a", channel=P832, order_number="832-1"),
        verified("a", "03-20"), year_end(1_000_00),
        sums="1000.00 × 10% = 100.00; 100.00 − 0 = 100.00",
        gives=(1_000_00, 0, 0, 100_00, 100_00, "missed"),
    ),
    case(
        "through the 832 platform, its order number missing",
        FURONG, by(NATIONAL_CANTEEN), elsewhere("03-10", 1_000_00, CHALING, "a", channel=P832),
        verified("a", "03-20"), year_end(1_000_00),
        sums="100.00 − 0 = 100.00",
        gives=(1_000_00, 0, 0, 100_00, 100_00, "missed"),
    ),
    case(
        "a county of the 51 has the national rule's 10 %, as everybody",
        CHALING_FEDERATION, by(NATIONAL_CANTEEN), bought("03-10", 900_00, CHALING),
        elsewhere("03-10", 100_00, CHALING, "a", channel=P832, order_number="832-1"), verified("a", "03-20"),
        year_end(1_000_00),
        sums="1000.00 × 10% = 100.00",
        gives=(1_000_00, 100_00, 1_000, 100_00, 0, "met"),
    ),
]  # fmt: skip

EVIDENCE = [
    case(
        "a claimed origin waits: in the base, not counted",
        FURONG, elsewhere("03-10", 1_000_00, CHALING, "a"), year_end(1_000_00),
        sums="1000.00 × 20% = 200.00; 200.00 − 0 = 200.00",
        gives=(1_000_00, 0, 0, 200_00, 200_00, "missed"),
    ),
    case(
        "verified by the finance above: all of it counts",
        FURONG, elsewhere("03-10", 1_000_00, CHALING, "a"), verified("a", "04-02"), year_end(1_000_00),
        sums="1000.00 ÷ 1000.00 = 100%",
        gives=(1_000_00, 1_000_00, 10_000, 200_00, 0, "met"),
    ),
    case(
        "not accepted by the finance above",
        FURONG, elsewhere("03-10", 1_000_00, CHALING, "a"), verified("a", "04-02", Evidence.REJECTED),
        year_end(1_000_00),
        sums="200.00 − 0 = 200.00",
        gives=(1_000_00, 0, 0, 200_00, 200_00, "missed"),
    ),
    case(
        "bought at a market without any origin",
        FURONG, elsewhere("03-10", 600_00, None), bought("03-10", 400_00, CHALING), year_end(1_000_00),
        sums="600.00 + 400.00 = 1000.00; 400.00 ÷ 1000.00 = 40%",
        gives=(1_000_00, 400_00, 4_000, 200_00, 0, "met"),
    ),
    case(
        "a false origin takes back what was counted, and leaves the base: the buyer was in good faith",
        FURONG, bought("03-10", 300_00, CHALING, seller=BASE), bought("04-10", 700_00, CHANGSHA),
        revoked(BASE, FALSE, "08-01", "01-01"), year_end(1_000_00),
        sums="300.00 − 300.00 = 0; 300.00 + 700.00 = 1000.00; 1000.00 × 20% − 0 = 200.00",
        gives=(1_000_00, 0, 0, 200_00, 200_00, "missed"),
    ),
    case(
        "lost recognition takes no credit of the canteen's: the county counts, not the label",
        FURONG, bought("03-10", 300_00, CHALING, seller=BASE), bought("04-10", 700_00, CHANGSHA),
        revoked(BASE, LOST, "08-01", "01-01"), year_end(1_000_00),
        sums="300.00 ÷ 1000.00 = 30%",
        gives=(1_000_00, 300_00, 3_000, 200_00, 0, "met"),
    ),
    case(
        "a false origin of orders from July on leaves March's alone",
        FURONG, bought("03-10", 200_00, CHALING, seller=BASE), bought("07-10", 100_00, CHALING, seller=BASE),
        bought("04-10", 700_00, CHANGSHA), revoked(BASE, FALSE, "08-01", "07-01"), year_end(1_000_00),
        sums="200.00 + 100.00 − 100.00 = 200.00; 1000.00 × 20% = 200.00",
        gives=(1_000_00, 200_00, 2_000, 200_00, 0, "met"),
    ),
    case(
        "a lapse takes nothing back",
        FURONG, bought("03-10", 300_00, CHALING, seller=BASE), bought("04-10", 700_00, CHANGSHA),
        revoked(BASE, LAPSE, "08-01", "01-01"), year_end(1_000_00),
        sums="300.00 ÷ 1000.00 = 30%",
        gives=(1_000_00, 300_00, 3_000, 200_00, 0, "met"),
    ),
]  # fmt: skip

LISTS = [
    case(
        "浏阳 joins the 51 on 1 July: ordered before does not count, ordered after does",
        FURONG, bought("03-10", 500_00, LIUYANG), listed(HUNAN_51, LIUYANG, "07-01", known="06-20"),
        bought("07-10", 500_00, LIUYANG), year_end(1_000_00),
        sums="500.00 + 500.00 = 1000.00; 500.00 ÷ 1000.00 = 50%",
        gives=(1_000_00, 500_00, 5_000, 200_00, 0, "met"),
    ),
    case(
        "ordered on 30 June and accepted on 2 July: the order's day decides, so it does not count",
        FURONG, listed(HUNAN_51, LIUYANG, "07-01", known="06-20"),
        bought("07-02", 1_000_00, LIUYANG, ordered="06-30"), year_end(1_000_00),
        sums="200.00 − 0 = 200.00",
        gives=(1_000_00, 0, 0, 200_00, 200_00, "missed"),
    ),
    case(
        "茶陵 leaves the list on 1 July: ordered on 30 June still counts, ordered on 1 July does not",
        FURONG, listed(HUNAN_51, CHALING, "2020-01-01", "07-01", known="06-20"),
        bought("07-02", 100_00, CHALING, ordered="06-30"), bought("07-03", 400_00, CHALING, ordered="07-01"),
        year_end(500_00),
        sums="100.00 + 400.00 = 500.00; 500.00 × 20% = 100.00",
        gives=(500_00, 100_00, 2_000, 100_00, 0, "met"),
    ),
    case(
        "a list that changes later judges nothing anew that is booked",
        FURONG, bought("03-10", 1_000_00, CHALING),
        listed(HUNAN_51, CHALING, "2020-01-01", "2025-01-01", known="06-20"), year_end(1_000_00),
        sums="1000.00 ÷ 1000.00 = 100%",
        gives=(1_000_00, 1_000_00, 10_000, 200_00, 0, "met"),
    ),
    case(
        "芙蓉 joins the 51 in July: its own rate stays that of 1 January, 20 %",
        FURONG, listed(HUNAN_51, "430102", "07-01", known="06-20"), bought("08-10", 200_00, "430102"),
        bought("08-11", 800_00, CHANGSHA), year_end(1_000_00),
        sums="1000.00 × 20% = 200.00; 200.00 − 200.00 = 0",
        gives=(1_000_00, 200_00, 2_000, 200_00, 0, "met"),
    ),
    case(
        "the 832 list changes, the 51 does not: nothing moves under Hunan's rule",
        FURONG, listed(NATIONAL_832, CHALING, "2021-01-01", "2025-01-01", known="02-01"),
        bought("03-10", 200_00, CHALING), bought("03-11", 800_00, CHANGSHA), year_end(1_000_00),
        sums="200.00 ÷ 1000.00 = 20%",
        gives=(1_000_00, 200_00, 2_000, 200_00, 0, "met"),
    ),
]  # fmt: skip

FUNDS = [
    case(
        "union festival goods are not the canteen's: they enter neither its base nor what counts",
        FURONG, bought("03-10", 100_00, CHALING), bought("03-11", 900_00, CHANGSHA),
        bought("09-10", 5_000_00, CHALING, fund=UNION), year_end(1_000_00),
        sums="1000.00 × 20% = 200.00; 200.00 − 100.00 = 100.00",
        gives=(1_000_00, 100_00, 1_000, 200_00, 100_00, "missed"),
    ),
    case(
        "under the union's rule those goods are preferred, and nothing is required",
        FURONG, by(HUNAN_UNION), bought("03-10", 100_00, CHALING), bought("09-10", 5_000_00, CHALING, fund=UNION),
        year_end(5_000_00),
        sums="5000.00 ÷ 5000.00 = 100%",
        gives=(5_000_00, 5_000_00, 10_000, None, None, "preference"),
    ),
    case(
        "a disabled-run base of 长沙 is preferred by what it is, not by its county",
        FURONG, by(HUNAN_UNION), bought("09-10", 300_00, CHANGSHA, fund=UNION, seller=BASE),
        bought("09-11", 700_00, CHANGSHA, fund=UNION), year_end(1_000_00),
        sums="300.00 ÷ 1000.00 = 30%",
        gives=(1_000_00, 300_00, 3_000, None, None, "preference"),
    ),
    case(
        "a base of a listed county is preferred once, not twice",
        FURONG, by(HUNAN_UNION), bought("09-10", 300_00, CHALING, fund=UNION, seller=BASE),
        bought("09-11", 700_00, CHANGSHA, fund=UNION), year_end(1_000_00),
        sums="300.00 ÷ 1000.00 = 30%",
        gives=(1_000_00, 300_00, 3_000, None, None, "preference"),
    ),
    case(
        "a demonstration household, and a county of the 832 in Guizhou: both preferred, handicraft too",
        FURONG, by(HUNAN_UNION), bought("09-10", 100_00, CHANGSHA, fund=UNION, seller=HOUSEHOLD, category="handicraft"),
        bought("09-11", 200_00, ZIYUN, fund=UNION), bought("09-12", 700_00, CHANGSHA, fund=UNION),
        year_end(1_000_00),
        sums="100.00 + 200.00 = 300.00; 300.00 ÷ 1000.00 = 30%",
        gives=(1_000_00, 300_00, 3_000, None, None, "preference"),
    ),
    case(
        "a base that lost its recognition in July has no label for what was ordered after",
        FURONG, by(HUNAN_UNION), bought("03-10", 300_00, CHANGSHA, fund=UNION, seller=BASE),
        bought("07-10", 700_00, CHANGSHA, fund=UNION, seller=BASE), revoked(BASE, LOST, "08-01", "07-01"),
        year_end(1_000_00),
        sums="300.00 + 700.00 − 700.00 = 300.00; 300.00 ÷ 1000.00 = 30%",
        gives=(1_000_00, 300_00, 3_000, None, None, "preference"),
    ),
]  # fmt: skip

FLAGS = [
    case(
        "what is flagged is held: in the base, not counted, and it would reach the rate if it were proven",
        FURONG, holding(), bought("03-10", 300_00, CHALING, "a"), bought("04-10", 700_00, CHANGSHA),
        flagged(OPEN, "05-01", "a"), year_end(1_000_00),
        sums="300.00 − 300.00 = 0; 1000.00 × 20% − 0 = 200.00; 0 + 300.00 = 300.00; 300.00 ÷ 1000.00 = 30%",
        gives=(1_000_00, 0, 0, 200_00, 200_00, "missed"),
        proven=(1_000_00, 300_00, 3_000, 200_00, 0, "met"),
    ),
    case(
        "a flag that is set aside gives everything back",
        FURONG, holding(), bought("03-10", 300_00, CHALING, "a"), bought("04-10", 700_00, CHANGSHA),
        flagged(OPEN, "05-01", "a"), flagged(FlagState.CLEARED, "06-01", "a"), year_end(1_000_00),
        sums="300.00 − 300.00 + 300.00 = 300.00; 300.00 ÷ 1000.00 = 30%",
        gives=(1_000_00, 300_00, 3_000, 200_00, 0, "met"),
        proven=(1_000_00, 300_00, 3_000, 200_00, 0, "met"),
    ),
    case(
        "a flag that is upheld strikes: nothing is held any more, and nothing comes back",
        FURONG, holding(), bought("03-10", 300_00, CHALING, "a"), bought("04-10", 700_00, CHANGSHA),
        flagged(OPEN, "05-01", "a"), flagged(FlagState.UPHELD, "06-01", "a"), year_end(1_000_00),
        sums="300.00 − 300.00 = 0; 1000.00 × 20% − 0 = 200.00",
        gives=(1_000_00, 0, 0, 200_00, 200_00, "missed"),
        proven=(1_000_00, 0, 0, 200_00, 200_00, "missed"),
    ),
    case(
        "of two purchases the flag names one, heard before it was accepted, and a part of that goes back",
        FURONG, holding(), flagged(OPEN, "03-01", "a"), bought("03-10", 300_00, CHALING, "a"),
        bought("03-11", 200_00, CHALING, "b"), bought("04-10", 500_00, CHANGSHA), returned("a", "05-10", 100_00),
        year_end(900_00),
        sums="300.00 − 100.00 + 200.00 + 500.00 = 900.00; 900.00 × 20% = 180.00; ⌊200.00 ÷ 900.00 × 100⌋ = 22.22; "
        "200.00 + 300.00 − 100.00 = 400.00; ⌊400.00 ÷ 900.00 × 100⌋ = 44.44",
        gives=(900_00, 200_00, 2_222, 180_00, 0, "met"),
        proven=(900_00, 400_00, 4_444, 180_00, 0, "met"),
    ),
    case(
        "of a false origin the credit is gone, whatever a flag on it waits for",
        FURONG, holding(), bought("03-10", 300_00, CHALING, "a"), bought("04-10", 700_00, CHANGSHA),
        flagged(OPEN, "05-01", "a"), revoked(COMPANY, FALSE, "08-01", "01-01"), year_end(1_000_00),
        sums="300.00 − 300.00 = 0; 1000.00 × 20% − 0 = 200.00",
        gives=(1_000_00, 0, 0, 200_00, 200_00, "missed"),
        proven=(1_000_00, 0, 0, 200_00, 200_00, "missed"),
    ),
    case(
        "under a rule that holds nothing a flag takes nothing",
        FURONG, bought("03-10", 300_00, CHALING, "a"), bought("04-10", 700_00, CHANGSHA),
        flagged(FlagState.FINAL, "05-01", "a"), year_end(1_000_00),
        sums="300.00 ÷ 1000.00 = 30%",
        gives=(1_000_00, 300_00, 3_000, 200_00, 0, "met"),
        proven=(1_000_00, 300_00, 3_000, 200_00, 0, "met"),
    ),
]  # fmt: skip

CASES = [*JURISDICTION, *ORIGIN, *LINE, *CHANNELS, *EVIDENCE, *LISTS, *FUNDS, *FLAGS]


class TestWorkedByHand:
    @pytest.mark.parametrize("worked", CASES, ids=str)
    def test_the_statement_shows_what_finance_works_out(self, worked: Case) -> None:
        assert shown(worked.happen().stand(worked.when)) == worked.gives

    @pytest.mark.parametrize("worked", FLAGS, ids=str)
    def test_the_statement_shows_how_it_would_stand_if_proven(self, worked: Case) -> None:
        office, when = worked.happen(), worked.when
        assert worked.proven is not None
        assert shown(if_proven(office.stand(when), office.basis(when.happened_by), when)) == worked.proven
        told, held_fen = office.statement(when), worked.proven[1] - worked.gives[1]
        assert told["figures"]["held_fen"] == held_fen
        assert (told["if_proven"] is None) == (held_fen == 0)

    @pytest.mark.parametrize("worked", CASES, ids=str)
    def test_the_sums_as_written_hold(self, worked: Case) -> None:
        assert holds(worked.sums) == []

    def test_no_case_is_told_twice(self) -> None:
        assert len({worked.told for worked in CASES}) == len(CASES)

    def test_a_sum_that_does_not_hold_is_told(self) -> None:
        assert holds("1 + 1 = 2; 2.00 × 20% = 0.41; ⌈0.402⌉ = 0.41") == ["2.00 × 20% = 0.41"]

"""The three rules that an installation begins with, each as its document says and as we read it.

Where a document is silent we declare a default, keep it with the rule, and print it on every statement.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.procurement_quota.domain.rules import Rule
from shared.contracts.words import Channel, Fund
from shared.reference import CATEGORIES

HUNAN_51 = "hunan-51"
NATIONAL_832 = "national-832"
HUNAN_CANTEEN = "hunan-2020-canteen"
HUNAN_UNION = "hunan-2020-union"
NATIONAL_CANTEEN = "national-2021-canteen"
HUNAN_PATH = "/430000/"

HUNAN_NOTICE = "湖南省残疾人联合会《2020年全省残联决战决胜残疾人脱贫攻坚工作措施》（2020年2月27日）第17项"
NATIONAL_NOTICE = "财政部、农业农村部、国家乡村振兴局《关于运用政府采购政策支持乡村产业振兴的通知》（财库〔2021〕19号）"

FARM_PRODUCE = frozenset(CATEGORIES) - {"handicraft"}
"""What is farm produce (农副产品) under these versions: every category but handicraft."""


def _default(code: str, question: str, answer: str, question_en: str, answer_en: str) -> Mapping[str, str]:
    return {
        "code": code,
        "question": question,
        "answer": answer,
        "question_en": question_en,
        "answer_en": answer_en,
    }


DEFAULTS = (
    _default(
        "counts_on",
        "何时计入？",
        "验收时，按验收日期（北京时间）。1月31日仍未付款的，申报时列明并不计入分子。",
        "When does a purchase count?",
        "On acceptance, by its date in Asia/Shanghai. A declaration lists what is unpaid on 31 January and leaves it "
        "out of its numerator.",
    ),
    _default(
        "amount",
        "按什么金额？",
        "验收留用数量按约定价格，扣除此后所有折让与退款；不含运费与押金，含税。",
        "Which amount?",
        "Accepted and kept, at the price agreed, less every credit and refund; freight and deposits excluded, tax "
        "included.",
    ),
    _default(
        "reversals",
        "退货与折让归哪一年？",
        "双方同意之日入账，归属被冲减的验收所在年度。",
        "Returns and credits?",
        "Booked when agreed, belonging to the year of the acceptance that they reverse.",
    ),
    _default(
        "closed_year",
        "结账后怎样？",
        "同时列示申报数（冻结）与重述数（以现有全部事实计算），以重述数为公布状态。",
        "After the year is closed?",
        "As filed (frozen) and restated (every fact known now) are both shown; the restated one is the status.",
    ),
    _default(
        "eligibility",
        "以哪一天的名单为准？",
        "以下单日为准，平台外采购以发票日为准，不作无声的重新认定。",
        "By which day's list?",
        "The order's date, off-platform the invoice's; nothing is re-judged silently.",
    ),
    _default(
        "rounding",
        "比例如何取整？",
        "不取整：计入额×10000≥比例（基点）×基数；显示的百分比向下取两位小数。基数不为正时不计算比例。",
        "How is a share rounded?",
        "Not at all: counted × 10000 ≥ rate in basis points × base. Shown percentages are rounded down to two places; "
        "without a positive base there is none.",
    ),
    _default(
        "completeness",
        "基数如何算完整？",
        "每月次月10日前由财务确认年初至今农副产品采购额A，账簿为L，基数为L+max(0,A−L)，差额不计入分子。"
        "缺月或L>A而无说明的，为未证实。",
        "When is the base complete?",
        "Finance attests farm produce A year to date by the 10th of the next month; with L the ledger, the base is "
        "L + max(0, A − L) and the remainder does not qualify. Unproven if a due month is missing, or if L > A "
        "without an explanation.",
    ),
    _default(
        "off_platform",
        "平台外采购？",
        "录入即进入基数；申报的产地须经上级单位核验后方可计入。",
        "Off-platform purchases?",
        "They enter the base at once; a claimed origin counts only after a unit above has verified it.",
    ),
    _default(
        "shared_canteen",
        "共用食堂？",
        "年度开始前按就餐人次确定比例，经上级批准，合计100%。",
        "A shared canteen?",
        "Weights by meals served, fixed before the year, approved above, summing to exactly 100 %.",
    ),
)

_HUNAN_CANTEEN = Rule(
    code=HUNAN_CANTEEN,
    version=1,
    name="湖南残联食堂采购重点县农副产品（2020）",
    name_en="Hunan federations' canteens: produce of the 51 key counties (2020)",
    fund=Fund.CANTEEN,
    scope_path=HUNAN_PATH,
    rate_bp=2_000,
    designated_unit_rate_bp=5_000,
    designated_list_code=HUNAN_51,
    list_codes=(HUNAN_51,),
    channels=(),
    order_number_required=False,
    preference=(),
    categories=FARM_PRODUCE,
    reading=(
        "各级残联及其直属单位的自有食堂，全年采购的农副产品（本平台及其他渠道合计）中，产自51个重点县（市、区）的"
        "不低于20%；51个县市区残联及其直属单位不低于50%。比例随单位管辖而定，以年初为准，与办公地址和货物无关。"
        "产地是种植、养殖或捕捞所在县，加工品以主要原料过半所在县为准；不限采购渠道。无食堂与外包须有证明并经上级批准。"
    ),
    reading_en=(
        "Of all farm produce that a federation's or subordinate unit's own canteen buys in the calendar year, on this "
        "platform or elsewhere, at least 20 % is from the 51 key counties; at least 50 % for the county federations of "
        "the 51 themselves and their subordinate units. The rate follows from jurisdiction at the start of the year, "
        "never from an address or the goods. Origin is where it was grown, raised or caught; for processed goods where "
        "over half of the main ingredient was. No condition on the channel. No canteen, or an outsourced one, needs "
        "evidence and approval from above."
    ),
    defaults=DEFAULTS,
    source=HUNAN_NOTICE,
)

_HUNAN_UNION = Rule(
    code=HUNAN_UNION,
    version=1,
    name="湖南残联工会节日福利优先采购（2020）",
    name_en="Hunan federations' union festival goods: preference (2020)",
    fund=Fund.UNION,
    scope_path=HUNAN_PATH,
    rate_bp=None,
    designated_unit_rate_bp=None,
    designated_list_code=None,
    list_codes=(HUNAN_51, NATIONAL_832),
    channels=(),
    order_number_required=False,
    preference=("disabled_base", "demonstration_household", "listed_county"),
    categories=frozenset(),
    reading=(
        "工会节日福利品是另一项资金，不设比例，只标注优先：依次为残疾人就业帮扶基地、阳光致富带头人（示范户）、"
        "名单内县（51个重点县与832个县）的产品；每笔只标注一次。"
    ),
    reading_en=(
        "Union festival goods are another fund, without a percentage: purchases are labelled as preferred by "
        "precedence, each once: a disabled-run base, then a demonstration household, then a listed county (the 51 "
        "or the 832)."
    ),
    defaults=DEFAULTS,
    source=HUNAN_NOTICE,
)

_NATIONAL = Rule(
    code=NATIONAL_CANTEEN,
    version=1,
    name="预算单位食堂采购832平台脱贫地区农副产品（2021）",
    name_en="Budget units' canteens: produce of the 832 counties through the 832 platform (2021)",
    fund=Fund.CANTEEN,
    scope_path="/",
    rate_bp=1_000,
    designated_unit_rate_bp=None,
    designated_list_code=None,
    list_codes=(NATIONAL_832,),
    channels=(Channel.PLATFORM_832,),
    order_number_required=True,
    preference=(),
    categories=FARM_PRODUCE,
    reading=(
        "预算单位食堂全年采购农副产品中，通过832平台采购、产自832个脱贫县（生产者在当地注册）并有平台订单号的，"
        "不低于10%。本平台的订单只进入基数，不计入分子。"
    ),
    reading_en=(
        "At least 10 % of a canteen's farm produce in the year is bought through the 832 platform, with its order "
        "number, from producers registered in the 832 counties. Orders placed here enter the base only, never the "
        "numerator."
    ),
    defaults=DEFAULTS,
    source=NATIONAL_NOTICE,
    union_apart=True,
)


@dataclass(frozen=True, slots=True)
class Seeded:
    """A rule and the days for which its own document puts it in force."""

    rule: Rule
    valid_from: date
    valid_to: date | None
    document: str


SEEDED = (
    Seeded(_HUNAN_CANTEEN, date(2020, 1, 1), date(2021, 1, 1), HUNAN_NOTICE),
    Seeded(_HUNAN_UNION, date(2020, 1, 1), date(2021, 1, 1), HUNAN_NOTICE),
    Seeded(_NATIONAL, date(2021, 1, 1), None, NATIONAL_NOTICE),
)

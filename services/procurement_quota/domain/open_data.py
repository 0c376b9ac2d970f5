"""What a year's open data holds is said once: the export writes these columns, and the published schema names them.

The schema is a Frictionless Data Package (https://datapackage.org): one resource a file, with a Table Schema.
"""

from collections.abc import Mapping
from typing import Any

from services.procurement_quota.domain.flags import Hold
from services.procurement_quota.domain.report_words import STATUSES, Both
from services.procurement_quota.domain.words import EntryKind, Evidence, Status
from shared.contracts.words import CanteenKind, Channel, Fund, SupplierKind, UnitLevel
from shared.tables.published import Field, File

FORMAT = "zhucai-open-data-1"
UNITS: Mapping[str, Both] = {
    "fen": ("分（人民币，1元＝100分），整数", "fen (CNY, 1 yuan = 100 fen), whole"),
    "bp": ("基点（万分之一），整数，向下取整", "basis points (1/10000), whole, rounded down"),
    "month": ("YYYYMM", "YYYYMM"),
}


_CANTEEN = Field("canteen_id", "string", "食堂编号", "the canteen's id")
_UNIT = Field("unit_id", "string", "单位编号", "the unit's id")
_PATH = Field("unit_path", "string", "单位在树中的路径，由上至下的代码", "the unit's path of codes, from the top")
_WEIGHT = Field("weight_bp", "integer", "共用食堂中的份额，非共用为10000", "part of a shared canteen; else 10000", "bp")
_FROM = Field("valid_from", "date", "起始日", "its first day")
_RECORDED = Field("recorded_at", "datetime", "录入时点", "the moment at which it was recorded")
_FUND = Field("fund", "string", "资金渠道", "whose money was spent", words=tuple(Fund))

UNITS_FILE = File(
    "units.csv",
    "年初的单位",
    "The units as they were at the start of the year",
    (
        _UNIT,
        Field("code", "string", "代码", "its code"),
        Field("path", "string", "路径", "its path of codes, from the top"),
        Field("level", "string", "层级", "its level", words=tuple(UnitLevel)),
        Field("division_code", "string", "行政区划代码（GB/T 2260）", "its division (GB/T 2260)"),
    ),
    ("unit_id",),
)
CANTEENS_FILE = File(
    "canteens.csv",
    "食堂",
    "The canteens",
    (_CANTEEN, Field("name", "string", "名称", "its name"), _UNIT, _PATH),
    ("canteen_id",),
)
FORMS_FILE = File(
    "forms.csv",
    "食堂形式及起始日",
    "How each canteen is run, from which day on",
    (
        _CANTEEN,
        _FROM,
        Field("kind", "string", "形式", "how it is run", words=tuple(CanteenKind)),
        Field("approved", "integer", "是否经上级批准（1是0否）", "whether a unit above approved it (1 or 0)"),
    ),
    ("canteen_id", "valid_from"),
)
HOLDERS_FILE = File(
    "holders.csv",
    "份额归属",
    "Who bears each canteen's share",
    (
        _CANTEEN,
        Field(
            "unit_path",
            "string",
            "单位路径；空为体系外单位",
            "the unit's path; empty for a party outside",
            may_be_empty=True,
        ),
        _WEIGHT,
    ),
    (),
)
LISTS_FILE = File(
    "lists.csv",
    "县名单各版本",
    "The lists of counties, every version",
    (
        Field("list", "string", "名单代码", "the list's code"),
        Field("version", "integer", "版本", "its version"),
        _RECORDED,
        Field("county", "string", "县级行政区划代码", "the county's six digits"),
        _FROM,
        Field(
            "valid_to",
            "date",
            "截止日的次日；空为仍有效",
            "the day after its last; empty while open",
            may_be_empty=True,
        ),
    ),
    ("list", "version", "county", "valid_from"),
)
FACTS_FIELDS = (
    Field("category", "string", "品类代码", "the category's code", may_be_empty=True),
    Field("origin", "string", "产地县代码", "the county of origin", may_be_empty=True),
    Field(
        "evidence", "string", "产地证明状态", "how far the origin is proven", words=tuple(Evidence), may_be_empty=True
    ),
    Field("eligible_on", "date", "以何日名单为准", "by which day's list it is judged", may_be_empty=True),
    Field("channel", "string", "采购渠道", "where it was bought", words=tuple(Channel), may_be_empty=True),
    Field("order_number", "string", "832平台订单号", "the 832 platform's order number", may_be_empty=True),
    Field(
        "supplier_kind", "string", "供应主体类型", "what the supplier is", words=tuple(SupplierKind), may_be_empty=True
    ),
    Field("recognition_lost_on", "date", "资格丧失日", "when its recognition was lost", may_be_empty=True),
)
FLAGGED_FIELD = Field(
    "flagged",
    "string",
    "疑点的效力：held暂缓计入，struck不予计入；仅在规则暂缓计入疑点商品时有别",
    "what flags on it do where a rule holds what is flagged: held until decided, or struck",
    words=tuple(Hold),
    may_be_empty=True,
)
ENTRY_FIELDS = (
    _UNIT,
    Field("seq", "integer", "该单位账链中的序号", "its number in the unit's chain"),
    _RECORDED,
    Field("kind", "string", "分录类型", "what it books", words=tuple(EntryKind)),
    _CANTEEN,
    _FUND,
    Field("happened_on", "date", "业务日期（北京时间）", "its business date, in Asia/Shanghai"),
    Field("posting_month", "integer", "记账月份", "the month it is posted to", "month"),
    Field("amount_fen", "integer", "金额，可为负", "its amount, signed", "fen"),
)
ENTRIES_FILE = File(
    "entries.csv",
    "账簿分录，按录入先后",
    "The ledger's entries, in the order in which they were recorded",
    (
        *ENTRY_FIELDS,
        _PATH,
        Field("lot_id", "string", "批次：验收或采购的编号", "the lot: the acceptance or purchase"),
        Field("lot_line", "string", "批次中的行", "the line of the lot"),
        *FACTS_FIELDS,
        FLAGGED_FIELD,
    ),
    ("unit_id", "seq"),
)
ATTESTATIONS_FILE = File(
    "attestations.csv",
    "财务确认的年初至今农副产品采购额",
    "Farm produce of the year to date, as finance attested it",
    (
        _CANTEEN,
        _FUND,
        Field("month", "integer", "截至月份（1–12）", "to the end of which month (1 to 12)"),
        Field("farm_produce_fen", "integer", "年初至该月末", "of the year to that month's end", "fen"),
        Field(
            "explained", "integer", "账簿超过时是否有说明（1是0否）", "whether a ledger above it was explained (1 or 0)"
        ),
        Field("attested_on", "date", "确认日", "when it was attested"),
    ),
    ("canteen_id", "fund", "month"),
)
CLOSED_FILE = File("closed.csv", "已结账的食堂", "The canteens whose year is closed", (_CANTEEN,), ("canteen_id",))
FIGURE_FIELDS = (
    Field("unit_path", "string", "年初的单位路径", "the unit's path at the start of the year"),
    _WEIGHT,
    Field(
        "rate_bp",
        "integer",
        "应达比例；空为不设比例",
        "the rate; empty where there is no percentage",
        "bp",
        may_be_empty=True,
    ),
    Field("ledger_fen", "integer", "账簿中的农副产品", "farm produce in the ledger", "fen"),
    Field("base_fen", "integer", "基数", "the base", "fen"),
    Field("counted_fen", "integer", "计入额", "what counts", "fen"),
    Field("required_fen", "integer", "应购额", "what is required", "fen", may_be_empty=True),
    Field("shortfall_fen", "integer", "缺口", "what is short", "fen", may_be_empty=True),
    Field(
        "share_bp",
        "integer",
        "占比；基数不为正时为空",
        "the share; empty without a positive base",
        "bp",
        may_be_empty=True,
    ),
    Field("status", "string", "状态", "where it stands", words=tuple(Status), labels=STATUSES),
)
FIGURES_FILE = File(
    "figures.csv",
    "各食堂在各规则下的数字",
    "Each canteen's figures under each rule",
    (
        _CANTEEN,
        Field("rule", "string", "规则代码", "the rule's code"),
        Field("place", "integer", "在共用各方中的位置，从0起", "its place among those who share it, from 0"),
        *FIGURE_FIELDS,
    ),
    ("canteen_id", "rule", "place"),
)
FILES = (
    UNITS_FILE,
    CANTEENS_FILE,
    FORMS_FILE,
    HOLDERS_FILE,
    LISTS_FILE,
    ENTRIES_FILE,
    ATTESTATIONS_FILE,
    CLOSED_FILE,
    FIGURES_FILE,
)


def data_package() -> dict[str, Any]:
    """Write the schema that is published, and laid beside every export."""
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "zhucai-open-data",
        "version": FORMAT,
        "title": "助采开放数据（一年）",
        "title_en": "Zhucai open data of a year",
        "description": "about.json 写明年度、截止日、账链根与各规则；CSV 为带 BOM 的 UTF-8；SHA256SUMS "
        "为各文件的摘要。",
        "description_en": "about.json names the year, the day, the root of the ledger's chains and the rules; "
        "CSV is UTF-8 with "
        "BOM; SHA256SUMS has every file's digest.",
        "resources": [file.resource(UNITS) for file in FILES],
    }

"""The open data of supply is six tables of public facts: of each column what it means, and under which licence.

No person, telephone, bank account or document is in them, and no name of a household, which may be a person's, nor
what one was given; nothing that nobody confirmed; nothing of whoever is not admitted, and nothing that is not on sale.
Whether any is left changes by the minute: that is asked of a listing itself.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from services.catalog.domain.recognition import FigureEvidence, FigureKind, RecognitionLevel, SupportKind
from services.catalog.domain.terms import Storage
from shared.contracts.words import FairKind, FairState, Measure, SupplierKind
from shared.reference import CATEGORIES
from shared.tables.published import PROFILE, Field, File

FORMAT = "zhucai-supply-data-1"
ISSUED = "2026-11-22"
"""When these tables were first published in this form."""
LICENCE = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0",
}
UNITS: Mapping[str, tuple[str, str]] = {
    "fen": ("分（人民币，1元＝100分），整数", "fen (CNY, 1 yuan = 100 fen), whole"),
    "grams": ("克，整数", "grams, whole"),
    "days": ("天，整数", "days, whole"),
    "quantity": ("按重量销售的为克，否则为件；整数", "grams of what is sold by weight, else pieces; whole"),
}


class Dataset(StrEnum):
    """A table of the open data."""

    SUPPLIERS = "suppliers"
    LISTINGS = "listings"
    RECOGNITIONS = "recognitions"
    FIGURES = "figures"
    SUPPORTS = "supports"
    FAIRS = "fairs"


def _text(name: str, zh: str, en: str, **more: Any) -> Field:
    return Field(name, "string", zh, en, **more)


def _whole(name: str, zh: str, en: str, unit: str = "", **more: Any) -> Field:
    return Field(name, "integer", zh, en, unit, **more)


_SUPPLIER_ID = _text("supplier_id", "供应主体编号", "the supplier's id")
_UNNAMED = {"may_be_empty": True}  # A household may be registered under a person's name.
_SUPPLIER_NAME = _text("supplier_name", "供应主体名称；示范户不公开", "the supplier's name; no household's", **_UNNAMED)
_KINDS = tuple(SupplierKind)
_COUNTY = (
    _text("county_code", "所在县（GB/T 2260）", "its county (GB/T 2260)"),
    _text("county_name", "所在县名称", "its county's name"),
)

SUPPLIERS = File(
    "suppliers.csv",
    "已入驻的供应主体",
    "Admitted suppliers",
    (
        _SUPPLIER_ID,
        _whole("version", "版本", "its version"),
        _text("name", "名称；示范户不公开", "its name; no household's", **_UNNAMED),
        _text("kind", "类型", "what it is", words=_KINDS),
        *_COUNTY,
        Field("admitted_at", "datetime", "入驻时点", "when it was admitted", may_be_empty=True),
    ),
    ("supplier_id",),
)
LISTINGS = File(
    "listings.csv",
    "在售商品",
    "What is on sale",
    (
        _text("listing_id", "商品编号", "the listing's id"),
        _whole("listing_version", "商品版本", "the version on sale"),
        _SUPPLIER_ID,
        _SUPPLIER_NAME,
        _text("supplier_kind", "供应主体类型", "what the supplier is", words=_KINDS),
        _text("name", "名称", "its name"),
        _text("category", "品类代码", "its category", words=tuple(CATEGORIES)),
        _text("item_code", "品种代码", "the code of what it is", may_be_empty=True),
        _text("specification", "规格", "its specification", may_be_empty=True),
        _text("measure", "计量方式", "whether by weight or by piece", words=tuple(Measure)),
        _text("unit_name", "计价单位", "the unit that it is priced in"),
        _whole("unit_quantity", "一个计价单位的数量", "how much one unit is", "quantity"),
        _whole("piece_grams", "每件净重", "net weight of a piece", "grams", may_be_empty=True),
        _whole("price_fen", "单价", "the price of a unit", "fen"),
        _whole("price_fen_per_kg", "每公斤价", "the price of a kilogram", "fen", may_be_empty=True),
        Field("price_tiers", "array", "阶梯价：起订数量与单价", "tiers: from which quantity, at which price of a unit"),
        _whole("minimum_quantity", "起订量", "the least that is sold", "quantity"),
        _whole("step_quantity", "订购步长", "in which steps", "quantity"),
        _text("origin_county_code", "产地县（GB/T 2260）", "the county of origin", may_be_empty=True),
        _text("origin_county_name", "产地县名称", "the name of the county of origin", may_be_empty=True),
        Field("delivery_areas", "array", "配送范围（GB/T 2260）；空为不限", "where it is brought; empty: everywhere"),
        _whole("shelf_life_days", "保质期", "its shelf life", "days", may_be_empty=True),
        _text("storage", "储存条件", "how it is kept", words=tuple(Storage), may_be_empty=True),
        _whole("lead_days", "备货天数", "days until it can leave", "days", may_be_empty=True),
        Field("published_at", "datetime", "此版本上架时点", "when this version was put on sale"),
    ),
    ("listing_id",),
)
RECOGNITIONS = File(
    "recognitions.csv",
    "经确认的认定",
    "Confirmed recognitions",
    (
        _SUPPLIER_ID,
        _text("recognition_id", "认定编号", "the recognition's id"),
        _SUPPLIER_NAME,
        _text("level", "级别", "its level", words=tuple(RecognitionLevel)),
        _text("title", "名称", "its title"),
        Field("modes", "array", "带动模式", "how it leads others"),
        _text("issuer", "认定单位", "who recognised"),
        _text("number", "文号", "its number", may_be_empty=True),
        Field("valid_from", "date", "有效期首日", "its first day"),
        Field("valid_to", "date", "有效期末日；空为长期", "its last day; empty while open", may_be_empty=True),
    ),
    ("supplier_id", "recognition_id"),
)
FIGURES = File(
    "figures.csv",
    "经确认的成效数字",
    "Confirmed figures of effect",
    (
        _SUPPLIER_ID,
        _text("figure_id", "数字编号", "the figure's id"),
        _SUPPLIER_NAME,
        _text("kind", "指标：在岗残疾人、带动户数", "whom it counts", words=tuple(FigureKind)),
        Field("as_of", "date", "截至日", "as of which day"),
        _whole("count", "数量", "how many"),
        _text("evidence", "依据", "what proves it", words=tuple(FigureEvidence)),
    ),
    ("supplier_id", "figure_id"),
)
SUPPORTS = File(
    "supports.csv",
    "扶持情况，按主体、类型和年度汇总；不含示范户",
    "What organisations were given, by kind and year; no household's",
    (
        _SUPPLIER_ID,
        _text("supplier_name", "供应主体名称", "the supplier's name"),
        _text("kind", "扶持类型", "what was given", words=tuple(SupportKind)),
        _whole("year", "年度", "the year in which it was given"),
        _whole("entries", "笔数，不含冲销", "how many times; reversals are not counted"),
        _whole("amount_fen", "金额，已减冲销；实物和培训可为零", "reversals taken off; help in kind is 0", "fen"),
    ),
    ("supplier_id", "kind", "year"),
)
FAIRS = File(
    "fairs.csv",
    "展销活动及成果",
    "Events of selling, with what came of them",
    (
        _text("fair_id", "活动编号", "the event's id"),
        _text("state", "状态", "how it stands", words=tuple(FairState)),
        _text("kind", "类型", "what it is", words=tuple(FairKind)),
        _text("name", "名称", "its name"),
        _text("unit_id", "举办单位编号", "the unit that holds it"),
        Field("begins_on", "date", "首日", "its first day"),
        Field("ends_on", "date", "末日", "its last day"),
        _text("place", "地点", "its place", may_be_empty=True),
        *_COUNTY,
        _whole("suppliers", "参加主体数", "suppliers that took part"),
        _whole("canteens", "下单食堂数", "canteens that bought"),
        _whole("acceptances", "订单验收次数", "acceptances of orders"),
        _whole("orders_fen", "订单验收净额", "accepted and kept of orders", "fen"),
        _whole("walk_in_sales", "经确认的现场销售笔数", "confirmed walk-in sales"),
        _whole("walk_in_fen", "经确认的现场销售额", "of confirmed walk-in sales", "fen"),
        _whole("amount_fen", "合计", "both together", "fen"),
    ),
    ("fair_id",),
)
FILES: Mapping[Dataset, File] = {
    Dataset.SUPPLIERS: SUPPLIERS,
    Dataset.LISTINGS: LISTINGS,
    Dataset.RECOGNITIONS: RECOGNITIONS,
    Dataset.FIGURES: FIGURES,
    Dataset.SUPPORTS: SUPPORTS,
    Dataset.FAIRS: FAIRS,
}


def data_package(modified: Mapping[Dataset, str | None]) -> dict[str, Any]:
    """Write the schema that is published, and of each table when something in it last changed, where that is known."""
    return {
        "$schema": PROFILE,
        "name": "zhucai-supply-data",
        "version": FORMAT,
        "title": "助采供应开放数据",
        "title_en": "Zhucai open data of supply",
        "description": "CSV 为带 BOM 的 UTF-8；以 =、+、-、@ 开头的文字前加撇号；数组以 JSON 写出。"
        "读取中断时，以最后一行主键（多列以 ~ 相连）作为 after 续读。",
        "description_en": "CSV is UTF-8 with BOM; a text that begins with =, +, - or @ gets an apostrophe; arrays are "
        "written as JSON. Whoever was interrupted goes on with the key of the last row as `after`, parts joined by ~.",
        "issued": ISSUED,
        "licenses": [LICENCE],
        "resources": [
            file.resource(UNITS) | {"name": dataset.value, "modified": modified[dataset]}
            for dataset, file in FILES.items()
        ],
    }

"""The table that a canteen's purchases elsewhere are imported from is published: its columns, words and examples.

The schema is written in the terms of the Frictionless Table Schema (https://specs.frictionlessdata.io/table-schema/).
A file's header may use the Chinese titles, the English ones or the names, in any order.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.contracts.words import Channel, Fund
from shared.reference import CATEGORIES

ROWS_MAX = 20_000
COLUMNS_MAX = 40
CELL_CHARACTERS_MAX = 500

FUNDS = {Fund.CANTEEN.value: ("食堂经费", "Canteen funds"), Fund.UNION.value: ("工会经费", "Union funds")}
CHANNELS = {
    Channel.OTHER.value: ("其他渠道", "Another channel"),
    Channel.PLATFORM_832.value: ("832平台", "The 832 platform"),
}
WORDS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "category": {one.code: (one.name_zh, one.name_en) for one in CATEGORIES.values()},
    "fund": FUNDS,
    "channel": CHANNELS,
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `field` is what the purchase calls it, where that differs."""

    name: str
    zh: str
    en: str
    kind: str
    example: str
    about_zh: str
    about_en: str
    required: bool = False
    pattern: str = ""
    also: tuple[str, ...] = ()


COLUMNS = (
    Column(
        "canteen",
        "食堂",
        "Canteen",
        "string",
        "机关食堂",
        "食堂名称或编号；按单位导入时必填",
        "a canteen's name or id; needed where a whole unit is imported",
    ),
    Column(
        "bought_on",
        "采购日期",
        "Bought on",
        "date",
        "2025-06-03",
        "发票或收据日期，例如 2025-06-03",
        "the invoice's or receipt's day, for example 2025-06-03",
        required=True,
        also=("日期", "开票日期"),
    ),
    Column(
        "seller",
        "销售方",
        "Seller",
        "string",
        "茶陵县农贸市场李记",
        "开票或收款的一方",
        "who wrote the invoice or was paid",
        required=True,
        also=("供应商", "销售方名称"),
    ),
    Column(
        "category",
        "品类",
        "Category",
        "string",
        "蔬菜",
        "品类名称或代码",
        "a category by name or code",
        required=True,
    ),
    Column(
        "amount_yuan",
        "金额（元）",
        "Amount (yuan)",
        "number",
        "1280.00",
        "含税金额，最多两位小数；红字发票另行录入",
        "with tax, at most two decimals; red-letter invoices are entered apart",
        required=True,
        also=("金额", "amount"),
    ),
    Column(
        "invoice_number",
        "发票号码",
        "Invoice number",
        "string",
        "24432000000012345678",
        "20位全电发票号码，或8位号码；单元格须为文本格式",
        "20 digits of an e-invoice, or 8; the cell is formatted as text",
        pattern="([0-9]{8}|[0-9]{20})",
    ),
    Column(
        "invoice_code",
        "发票代码",
        "Invoice code",
        "string",
        "",
        "8位号码须同时填写10位或12位代码",
        "10 or 12 digits beside a number of 8",
        pattern="([0-9]{10}|[0-9]{12})",
    ),
    Column(
        "invoice_total_yuan",
        "发票总额（元）",
        "Invoice total (yuan)",
        "number",
        "",
        "一张发票分摊到多行时，每行填写同一总额",
        "where an invoice is split over rows, its whole total on each of them",
        also=("发票总额", "invoice_total"),
    ),
    Column(
        "receipt_number",
        "收据号",
        "Receipt number",
        "string",
        "",
        "无发票时填写",
        "where there is no invoice",
        pattern="[0-9A-Za-z-]{1,32}",
    ),
    Column(
        "payee_id",
        "收款人证件号",
        "Payee's number",
        "string",
        "",
        "收据收款人的身份证号码或统一社会信用代码",
        "of the receipt: an ID card's number or a unified social credit code",
        pattern="[0-9A-Z]{18}",
    ),
    Column(
        "origin_county",
        "产地县代码",
        "Origin county",
        "string",
        "430224",
        "产地的6位县级代码；不知道则留空",
        "the county's six digits; empty where it is not known",
        pattern="[0-9]{6}",
        also=("产地",),
    ),
    Column("fund", "资金渠道", "Paid from", "string", "食堂经费", "留空为食堂经费", "empty is canteen funds"),
    Column("channel", "采购渠道", "Channel", "string", "其他渠道", "留空为其他渠道", "empty is another channel"),
    Column(
        "order_number",
        "832订单号",
        "832 order number",
        "string",
        "",
        "在832平台采购的订单号",
        "of an order on the 832 platform",
        pattern="[0-9A-Za-z][0-9A-Za-z-]{3,39}",
        also=("订单号",),
    ),
)
BY_NAME = {column.name: column for column in COLUMNS}


def plain(text: str) -> str:
    """Fold a word for comparing: full width becomes half, no spaces, no case, no marks of what is needed."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold().strip("*")


HEADERS = {plain(word): column.name for column in COLUMNS for word in (column.name, column.zh, column.en, *column.also)}
_ALIASES = {
    name: {plain(word): code for code, both in words.items() for word in (code, *both)} for name, words in WORDS.items()
}


def word_of(column: str, text: str) -> str | None:
    """Give the code of a word from a closed list, by code or name in either language."""
    return _ALIASES[column].get(plain(text))


def table_schema() -> dict[str, Any]:
    """Write the schema that is published."""
    return {
        "$schema": "https://specs.frictionlessdata.io/schemas/table-schema.json",
        "name": "off-platform-purchases",
        "title": "平台外采购导入表 · Purchases made elsewhere",
        "description": "xlsx 或 csv（UTF-8、GB18030；逗号、分号或制表符）· xlsx, or csv in UTF-8 or GB18030",
        "fields": [_field(column) for column in COLUMNS],
        "missingValues": [""],
        "rows_max": ROWS_MAX,
    }


def _field(column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {"required": column.required}
    if column.pattern:
        constraints["pattern"] = column.pattern
    if column.name in WORDS:
        constraints["enum"] = [word for code, both in WORDS[column.name].items() for word in (code, *both)]
    if column.kind == "number":
        constraints["minimum"] = "0.01"
    field: dict[str, Any] = {
        "name": column.name,
        "type": column.kind,
        "title": column.zh,
        "title_en": column.en,
        "description": f"{column.about_zh} · {column.about_en}",
        "constraints": constraints,
    }
    if column.kind == "date":
        field["format"] = "%Y-%m-%d"
    if column.example:
        field["example"] = column.example
    return field

"""A delivery note on paper is its JSON in sentences of one language; the layout adds nothing to it, and no figure.

What is written here is plain text: a name that looks like markup is printed as it is.
"""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from shared.clock import SHANGHAI
from shared.contracts.words import Measure
from shared.money import KG_GRAMS

LAYOUT = Path(__file__).parent / "delivery_note.typ"
_ZH = {
    "title": "送货单",
    "number": "订单号",
    "code": "核对码",
    "supplier": "供应方",
    "canteen": "收货食堂",
    "unit": "所属单位",
    "wanted": "要求送达",
    "packed_at": "备货时间",
    "shipped_at": "发货时间",
    "sold_on": "现场售出",
    "carrier": "承运",
    "tracking": "车牌或运单号",
    "remark": "备注",
    "goods": "商品",
    "lot": "批次",
    "ordered": "订购",
    "packed": "实发",
    "received": "实收",
    "together": "合计",
    "replaces": "替代：{name}",
    "confirmed": "{ordered}（确认 {confirmed}）",
    "origin": "产地：{origin}",
    "sender": "发货人",
    "driver": "送货人",
    "receiver": "收货人",
    "second_receiver": "第二收货人",
    "day": "日期",
    "advice": "本单不载价格，货款按验收数量和订单约定的单价结算。收货时请逐行过秤，数量有差异的写在“实收”栏。",
    "look": "查看订单：{url}",
    "old": "核对码与订单页面所示不一致的，是重新备货前打印的旧单。",
    "kg": "{figure} 公斤",
    "pieces": "{figure} {unit}",
    "page": ["第 ", " 页，共 ", " 页"],
}
_EN = {
    "title": "Delivery note",
    "number": "Order",
    "code": "Check code",
    "supplier": "Supplier",
    "canteen": "Deliver to",
    "unit": "Unit",
    "wanted": "Wanted on",
    "packed_at": "Packed at",
    "shipped_at": "Left at",
    "sold_on": "Sold on site",
    "carrier": "Carrier",
    "tracking": "Plate or tracking number",
    "remark": "Remark",
    "goods": "Goods",
    "lot": "Lot",
    "ordered": "Ordered",
    "packed": "Packed",
    "received": "Received",
    "together": "Together",
    "replaces": "In place of {name}",
    "confirmed": "{ordered} (confirmed {confirmed})",
    "origin": "From {origin}",
    "sender": "Sent by",
    "driver": "Driven by",
    "receiver": "Received by",
    "second_receiver": "Second receiver",
    "day": "Date",
    "advice": "No prices stand here: what is accepted is paid at the price of the order. Weigh each line as it "
    "arrives, and write what differs in the last column.",
    "look": "The order: {url}",
    "old": "A paper whose check code differs from the one on the order's page was printed before it was packed anew.",
    "kg": "{figure} kg",
    "pieces": "{figure} {unit}",
    "page": ["Page ", " of ", ""],
}
_COLUMNS = (
    ("goods", "left", 30),
    ("lot", "left", 15),
    ("ordered", "right", 17),
    ("packed", "right", 13),
    ("received", "right", 13),
)


def paper_of(note: Mapping[str, Any], language: str, made_at: datetime) -> dict[str, Any]:
    """Write all that is on the paper, in Chinese or in English (`zh`, `en`)."""
    words: Mapping[str, Any] = _ZH if language == "zh" else _EN
    shipment = note["shipment"] or {}
    named = {one["side"]: one for one in note["signatures"]}
    return {
        "lang": language,
        "region": "CN" if language == "zh" else "GB",
        "title": words["title"],
        "supplier": note["supplier"]["name"],
        "marks": [f"{words['number']} {note['number']}", f"{words['code']} {note['check_code']}"],
        "facts": [
            [words[name], text]
            for name, text in (
                ("supplier", note["supplier"]["name"]),
                ("canteen", note["canteen"]["name"]),
                ("unit", note["unit"]["name"]),
                ("sold_on", _day(note["sold_on"], language)),
                ("wanted", "" if note["sold_on"] else _wanted(note, language)),
                ("packed_at", _moment(note["packed_at"], language)),
                ("shipped_at", "" if note["sold_on"] else _moment(shipment.get("shipped_at"), language)),
                ("carrier", shipment.get("carrier", "")),
                ("tracking", shipment.get("tracking", "")),
                ("remark", shipment.get("note", "")),
            )
            if text
        ],
        "columns": [{"title": words[name], "align": align, "width": width} for name, align, width in _COLUMNS],
        "rows": [_row(line, note, words) for line in note["lines"]],
        "together": [words["together"], "", "", _together(note, words), ""],
        "advice": words["advice"],
        "signatures": [
            # A carrier is a firm or a van as often as a person: whoever drives signs by hand.
            {"says": words[says], "name": named.get(says, {}).get("name") or "", "day": words["day"]}
            for says in ("sender", "driver", "receiver", "second_receiver")
        ],
        "footer": [words["look"].format(url=note["url"]), words["old"]],
        "page": words["page"],
        "made_at": made_at.isoformat(timespec="seconds"),
    }


def _row(line: Mapping[str, Any], note: Mapping[str, Any], words: Mapping[str, Any]) -> list[str]:
    replaced = next((one for one in note["lines"] if one["line_id"] == line["replaces_line_id"]), None)
    below = [words["origin"].format(origin=line["origin"])]
    if replaced is not None:
        below.append(words["replaces"].format(name=replaced["name"]))
    ordered = _quantity(line, "ordered_quantity", words)
    if line["confirmed_quantity"] is not None:
        ordered = words["confirmed"].format(ordered=ordered, confirmed=_quantity(line, "confirmed_quantity", words))
    received = "" if line["accepted_quantity"] is None else _quantity(line, "accepted_quantity", words)
    packed = _quantity(line, "packed_quantity", words)
    return ["\n".join([line["name"], *below]), line["lot_number"], ordered, packed, received]


def _quantity(line: Mapping[str, Any], name: str, words: Mapping[str, Any]) -> str:
    if line["measure"] == Measure.WEIGHT:
        return _kilograms(line[name], words)
    text: str = words["pieces"].format(figure=f"{line[name]:,}", unit=line["unit_name"])
    return text


def _together(note: Mapping[str, Any], words: Mapping[str, Any]) -> str:
    """Sum what is weighed; of what is counted, each unit by itself."""
    counted: dict[str, int] = {}
    for line in note["lines"]:
        if line["measure"] == Measure.PIECE:
            counted[line["unit_name"]] = counted.get(line["unit_name"], 0) + line["packed_quantity"]
    weighed = [_kilograms(note["packed_grams"], words)] if note["packed_grams"] else []
    return "\n".join(
        [*weighed, *(words["pieces"].format(figure=f"{count:,}", unit=unit) for unit, count in counted.items())]
    )


def _kilograms(grams: int, words: Mapping[str, Any]) -> str:
    """Write grams as kilograms, to the gram and without needless zeros."""
    whole, rest = divmod(grams, KG_GRAMS)
    figure = f"{whole:,}" + (f".{rest:03d}".rstrip("0") if rest else "")
    text: str = words["kg"].format(figure=figure)
    return text


def _wanted(note: Mapping[str, Any], language: str) -> str:
    hours = f" {note['wanted_from']}–{note['wanted_until']}" if note["wanted_from"] else ""
    return _day(note["wanted_on"], language) + hours


def _day(day: str | None, language: str) -> str:
    if not day:
        return ""
    told = date.fromisoformat(day)
    return f"{told.year}年{told.month}月{told.day}日" if language == "zh" else told.isoformat()


def _moment(moment: str | None, language: str) -> str:
    if not moment:
        return ""
    local = datetime.fromisoformat(moment).astimezone(SHANGHAI)
    return f"{_day(local.date().isoformat(), language)} {local:%H:%M}"

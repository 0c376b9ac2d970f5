"""Each row of an import is held against the same rules as a purchase that is typed, and against the rows before it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from services.procurement_quota.domain.import_schema import PURCHASES
from services.procurement_quota.domain.invoices import (
    InvoiceExceeded,
    InvoiceTwice,
    OrderNumberTwice,
    Part,
    ReceiptsAboveCap,
    ReceiptTwice,
)
from services.procurement_quota.store import imports
from services.procurement_quota.store.canteens import Canteen
from services.procurement_quota.store.purchases import papers_like, part_of
from services.procurement_quota.usecases.enter_purchases import CoveredByOpening
from services.procurement_quota.usecases.put_off_platform_purchase import PutOffPlatformPurchase, given_by, problems_of
from shared.db.unit_of_work import ReadTx
from shared.errors import Conflict
from shared.http.problems import field_of
from shared.ids import new_id
from shared.tables.cells import RowReading, Wrong, letter_of, problem
from shared.tables.schema import plain

_COLUMNS = PURCHASES.by_name
_COLUMN_OF = {
    "canteen_id": "canteen",
    "amount_fen": "amount_yuan",
    "invoice": "invoice_number",
    "invoice.number": "invoice_number",
    "invoice.code": "invoice_code",
    "invoice.total_fen": "invoice_total_yuan",
    "receipt.number": "receipt_number",
    "receipt.payee_id": "payee_id",
}
_MEND: dict[type[Conflict], tuple[str, str, str]] = {
    InvoiceTwice: (
        "invoice_number",
        "删除重复行；一张发票分摊多行时，每行填写相同的发票总额，且食堂、品类或产地不同",
        "delete the repeat; where one invoice is split, write its total on every row, each another canteen, category "
        "or origin",
    ),
    InvoiceExceeded: (
        "amount_yuan",
        "核对各行金额与发票总额",
        "check the amounts against the invoice's total",
    ),
    ReceiptTwice: ("receipt_number", "删除重复的收据行", "delete the repeated receipt"),
    ReceiptsAboveCap: (
        "amount_yuan",
        "超过限额的采购须取得发票",
        "get an invoice for what is above the cap",
    ),
    CoveredByOpening: (
        "bought_on",
        "删除该行；期初余额有误的，请上级退回后重新填报",
        "delete the row; where the opening balance is wrong, let a level above return it",
    ),
    OrderNumberTwice: (
        "order_number",
        "核对订单号；同一订单只能属于同一单位和销售方，且每行品类、食堂或产地不同",
        "check it; one order is one unit's and one seller's, and each row of it another category, canteen or origin",
    ),
}


@dataclass
class Checking:
    """What a batch of rows is held against."""

    receipt_fen_max: int
    day: date
    one: dict[str, Any]
    canteens: Sequence[Canteen]
    header: Sequence[str]
    _by_name: dict[str, list[Canteen]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for canteen in self.canteens:
            self._by_name.setdefault(plain(canteen.name), []).append(canteen)
            self._by_name[plain(str(canteen.id))] = [canteen]

    async def judged(self, tx: ReadTx, readings: Sequence[RowReading]) -> list[dict[str, Any]]:
        """Judge rows in their order; gives them as they are kept."""
        given = {reading.number: self._given(reading) for reading in readings}
        parts = {number: part_of(self._row(one)) for number, one in given.items() if one is not None}
        papers = await papers_like(tx, list(parts.values()), self.receipt_fen_max)
        seen: dict[str, int] = {}
        names = sorted({name for part in parts.values() for name in _names(part)})
        for earlier in await imports.rows_of_papers(tx, self.one["id"], names):
            part = part_of(self._row(_dated(earlier["given"])))
            papers.add(part)
            for name in _names(part):
                seen.setdefault(name, earlier["row"])
        kept = []
        for reading in readings:
            row, part_or_none = given[reading.number], parts.get(reading.number)
            if part_or_none is not None:
                try:
                    papers.take(part_or_none)
                except Conflict as conflict:
                    also = next((seen[name] for name in _names(part_or_none) if name in seen), None)
                    reading.errors.append(self._placed(error_of(reading.number, conflict, also)))
                    row = None
                else:
                    for name in _names(part_or_none):
                        seen.setdefault(name, reading.number)
            kept.append(
                {
                    "row": reading.number,
                    "state": "good" if row is not None else "bad",
                    "purchase_id": new_id(),
                    "given": row,
                    "papers": _names(part_or_none) if part_or_none is not None and row is not None else [],
                    "errors": reading.errors,
                    "notes": reading.notes,
                }
            )
        return kept

    def _row(self, given: dict[str, Any]) -> dict[str, Any]:
        return {**given, "unit_id": self.one["unit_id"]}

    def _given(self, reading: RowReading) -> dict[str, Any] | None:
        """Give a row as the columns of a purchase, or None with its problems told."""
        canteen = self._canteen(reading)
        if reading.errors or canteen is None:
            return None
        values = reading.values
        receipt = {"number": values.get("receipt_number"), "payee_id": values.get("payee_id")}
        invoice = {
            "number": values.get("invoice_number"),
            "code": values.get("invoice_code"),
            "total_fen": values.get("invoice_total_yuan"),
        }
        raw = {
            "canteen_id": canteen.id,
            "fund": values.get("fund", "canteen"),
            "category": values.get("category"),
            "seller": values.get("seller"),
            "invoice": invoice if any(invoice.values()) else None,
            "receipt": receipt if any(receipt.values()) else None,
            "bought_on": values.get("bought_on"),
            "amount_fen": values.get("amount_yuan"),
            "origin_county": values.get("origin_county"),
            "channel": values.get("channel", "other"),
            "order_number": values.get("order_number"),
        }
        try:
            command = PutOffPlatformPurchase.model_validate(raw)
            problems = problems_of(command, self.day, self.receipt_fen_max)
        except ValidationError as error:
            problems = [field_of(one) for one in error.errors(include_url=False, include_input=False)]
        for found in problems:
            name = _COLUMN_OF.get(found["field"], found["field"])
            about = _COLUMNS.get(name, _COLUMNS["invoice_number"])
            wrong = Wrong("value", found["says_zh"], found["says"], about.about_zh, about.about_en)
            value = str(values.get(name, ""))
            reading.errors.append(self._placed(problem(reading.number, "", name, about.zh, value, wrong)))
        return None if problems else given_by(command)

    def _canteen(self, reading: RowReading) -> Canteen | None:
        text = str(reading.values.get("canteen", ""))
        if not text:
            if self.one["canteen_id"] is not None and self.canteens:
                return self.canteens[0]
            wrong = Wrong("missing", "必填", "is needed", "填写本单位食堂的名称或编号", "name a canteen of this unit")
        else:
            found = self._by_name.get(plain(text), [])
            if len(found) == 1:
                return found[0]
            wrong = Wrong(
                "not_this_canteen",
                "不是本次导入的食堂" if not found else "有多个同名食堂",
                "is no canteen of this import" if not found else "is the name of several canteens",
                "填写本单位食堂的名称或编号；其他单位的食堂由其自行导入",
                "name a canteen of this unit, or give its id; another unit's canteens are imported by that unit",
            )
        told = problem(reading.number, "", "canteen", _COLUMNS["canteen"].zh, text, wrong)
        reading.errors.append(self._placed(told))
        return None

    def _placed(self, error: dict[str, Any]) -> dict[str, Any]:
        """Name the column in which a problem stands, where the file has it."""
        if error["field"] in self.header:
            return {**error, "column": letter_of(self.header.index(error["field"]))}
        return error


def error_of(number: int, conflict: Conflict, also: int | None = None) -> dict[str, Any]:
    """Write what a paper refused as a problem of its row."""
    name, mend_zh, mend_en = _MEND.get(type(conflict), ("invoice_number", "核对该行", "check this row"))
    zh, en = conflict.title("zh").rstrip("。"), conflict.title()
    if also is not None:
        zh, en = f"{zh}（见第{also}行）", f"{en} (see row {also})"
    facts = conflict.facts
    if "left_fen" in facts:
        left = f"{facts['left_fen'] // 100}.{facts['left_fen'] % 100:02d}"
        zh, en = f"{zh}，余额{left}元", f"{en} {left} yuan are left."
    value = str(facts.get("number") or facts.get("order_number") or "")
    return problem(number, "", name, _COLUMNS[name].zh, value, Wrong(conflict.slug(), zh, en, mend_zh, mend_en))


def _names(part: Part) -> list[str]:
    names = []
    if part.invoice is not None:
        names.append(f"i{part.invoice.number}")
    if part.receipt is not None:
        names.append(f"p{part.receipt.payee_id}")
    if part.order is not None:
        names.append(f"o{part.order.number}")
    return names


def _dated(given: dict[str, Any]) -> dict[str, Any]:
    return {
        **given,
        "canteen_id": UUID(given["canteen_id"]),
        "bought_on": date.fromisoformat(given["bought_on"]),
    }

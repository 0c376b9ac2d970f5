"""What a row asks of the tiers is what its pairs of cells say otherwise than they stood when the sheet was taken."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.catalog.domain.listing_table import OnSheet
from services.catalog.domain.sheet_tiers import PLACES, TIERS, WAITING_TIERS, Tiers, pair_of, tiers_written
from shared.imports.rows import note, say
from shared.money import yuan
from shared.tables.cells import RowReading, Wrong
from shared.tables.opening import Table

PRICE_FEN_MAX = 100_000_000
TOO_LARGE = Wrong("too_large", "价格过大", "is too large", "检查价格和单位（元）", "check it; it is in yuan")
_END = ("或清空两格以取消该档", "or empty both cells to end the tier")


@dataclass(frozen=True, slots=True)
class TiersAsked:
    """The tiers that a row asks for, None where it leaves them, and of which column each is; `shown` and `waiting` are
    what the sheet says that they were, None where it has no such column."""

    shown: str | None = None
    waiting: str | None = None
    tiers: Tiers | None = None
    places: tuple[int, ...] = ()

    def given(self) -> dict[str, Any]:
        """Write it down, to be held against the listing again when it is done."""
        tiers = None if self.tiers is None else tiers_written(self.tiers)
        return {"tiers_shown": self.shown, "tiers_waiting": self.waiting, "new_price_tiers": tiers}


def read_tiers(reading: RowReading, table: Table, line: OnSheet) -> TiersAsked:
    """Read the tiers of a row, or say what is wrong with them; what a pair that is not on the sheet says is unknown,
    so that tier stays."""
    if not any(name in table.header for place in PLACES for name in pair_of(place)):
        return TiersAsked()
    shown, waiting = (reading.values.get(name, "") if name in table.header else None for name in (TIERS, WAITING_TIERS))
    pairs: list[tuple[int, int]] = []
    places: list[int] = []
    before = len(reading.errors)
    for place in PLACES:
        pair = _pair(reading, table, line, place)
        if pair is not None:
            pairs.append(pair)
            places.append(place)
    fields = {name for place in PLACES for name in pair_of(place)}
    if len(reading.errors) > before or any(error["field"] in fields for error in reading.errors):
        return TiersAsked(shown, waiting)
    tiers = tuple(pairs)
    if line.are_told(shown or "", tiers):
        return TiersAsked(shown, waiting)
    if tiers != line.newest_tiers:
        _tell_ended(reading, table, line, tiers)
    return TiersAsked(shown, waiting, tiers, tuple(places))


def _pair(reading: RowReading, table: Table, line: OnSheet, place: int) -> tuple[int, int] | None:
    start, price = pair_of(place)
    if start not in table.header and price not in table.header:
        return line.newest_tiers[place - 1] if place <= len(line.newest_tiers) else None
    text, fen = reading.values.get(start), reading.values.get(price)
    if any(error["field"] in (start, price) for error in reading.errors) or text is fen is None:
        return None
    if text is None:
        mend = (f"填写起量，{_END[0]}", f"write from how much on, {_END[1]}")
        say(reading, table, start, Wrong("missing", "缺少起量", "is needed", *mend))
        return None
    if fen is None:
        mend = (f"填写价格，{_END[0]}", f"write its price, {_END[1]}")
        say(reading, table, price, Wrong("missing", "缺少价格", "is needed", *mend))
        return None
    quantity = line.quantity_of(text)
    if isinstance(quantity, Wrong):
        say(reading, table, start, quantity)
        return None
    if fen > PRICE_FEN_MAX:
        say(reading, table, price, TOO_LARGE)
        return None
    return quantity, fen


def _tell_ended(reading: RowReading, table: Table, line: OnSheet, tiers: Tiers) -> None:
    """Note each tier on sale that would be no more, at the pair that it stood in."""
    kept = {start for start, _ in tiers}
    for place, tier in zip(PLACES, line.tiers, strict=False):
        if tier[0] not in kept:
            zh, en = (line.tiers_told((tier,), language) for language in ("zh", "en"))
            note(reading, table, pair_of(place)[0], f"将取消“{zh}”", f"ends “{en}”")


def say_tiers(
    reading: RowReading, table: Table, line: OnSheet, asked: TiersAsked, problems: list[Mapping[str, Any]]
) -> None:
    """Say what is wrong with tiers that do not fit each other or the price, each at its own cell."""
    for one in problems:
        _, place, field = one["field"].split(".")
        at = asked.places[int(place)] if asked.places else int(place) + 1
        name = pair_of(at)[field == "price_fen"]
        if name not in table.header:
            name = "new_price"
        say(reading, table, name, Wrong("value", one["says_zh"], one["says"], *_mend(line, one)))


def _mend(line: OnSheet, problem: Mapping[str, Any]) -> tuple[str, str]:
    if "below" in problem:
        price = yuan(problem["below"])
        return f"填写低于{price}的价格，{_END[0]}", f"write less than {price}, {_END[1]}"
    if "above" in problem:
        zh, en = (line.quantity(problem["above"], language) for language in ("zh", "en"))
        return f"填写大于{zh}的数量", f"write more than {en}"
    step = [(line.quantity(line.minimum_quantity, one), line.quantity(line.step_quantity, one)) for one in ("zh", "en")]
    return f"填写{step[0][0]}加{step[0][1]}的整数倍", f"write {step[1][0]} and whole steps of {step[1][1]}"


def moved_tiers(line: OnSheet, given: Mapping[str, Any]) -> Wrong | None:
    """Say that tiers are no longer what a sheet was filled from, with the old ones and the new ones."""
    wanted = given.get("new_price_tiers")
    shown, waiting = given.get("tiers_shown"), given.get("tiers_waiting")
    if wanted == tiers_written(line.newest_tiers) or (shown is None and wanted is None):
        return None
    zh, en = (_both(line.tiers_told(line.tiers, one), line.waiting_told(one), one) for one in ("zh", "en"))
    if shown is None:
        return Wrong("missing", "必填", "is needed", f"现为{zh}", f"they are {en}")
    if line.are_told(shown, line.tiers) and line.is_waiting_told(waiting or ""):
        return None
    return Wrong(
        "tiers_changed",
        f"下载后阶梯价已变：表中{_both(shown, waiting or '', 'zh')}，现为{zh}",
        f"have changed: {_both(shown, waiting or '', 'en')} on the sheet, {en} now",
        "重新下载调价表后填写",
        "download the sheet anew and fill it in",
    )


def _both(tiers: str, waiting: str, language: str) -> str:
    if language == "zh":
        return f"“{tiers or '无'}”" + (f"（待审“{waiting}”）" if waiting else "")
    return f"“{tiers or 'none'}”" + (f" (“{waiting}” in review)" if waiting else "")

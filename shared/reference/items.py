"""Goods are named by one list of items, so that prices, yields and sales of 土豆 and 马铃薯 stand beside each other.

The eleven categories of `categories.py` are the first level, and the only one that a rule names; subcategories
(`subcategories.csv`) and items (`items.csv`) are ours, made from what canteens of Hunan buy. An item is `processed`
where its county of origin is its main ingredient's and wants evidence; what is only dried, milked or made tea is not.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Subcategory:
    """The second level of the tree; `category` is a code of `CATEGORIES`."""

    code: str
    category: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Item:
    """One kind of goods; `also` holds its other names and its sorts."""

    code: str
    name_zh: str
    name_en: str
    subcategory: str
    category: str
    processed: bool
    also: tuple[str, ...]


@cache
def subcategories() -> dict[str, Subcategory]:
    """Give every subcategory by its code, in the order of the list."""
    return {row["code"]: Subcategory(**row) for row in _rows("subcategories.csv")}


@cache
def items() -> dict[str, Item]:
    """Give every item by its code, in the order of the list."""
    return {
        row["code"]: Item(
            code=row["code"],
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            subcategory=row["subcategory"],
            category=subcategories()[row["subcategory"]].category,
            processed=row["processed"] == "1",
            also=tuple(row["also"].split()),
        )
        for row in _rows("items.csv")
    }


def item_name(code: str, language: str = "zh") -> str:
    """Name an item for a reader; the bare code when it is unknown."""
    item = items().get(code)
    if item is None:
        return code
    return item.name_zh if language == "zh" else item.name_en


def likely_item(name: str, category: str | None = None) -> Item | None:
    """Guess what goods of such a name are, for a form to suggest; None where nothing is like it.

    The longest name of an item that stands in `name` wins, the one nearer to the end where two are as long
    (白萝卜干 is dried radish): in Chinese what a thing is comes last. Without a category the list's first wins.
    """
    found = max(
        (
            (len(word), place, -number)
            for word, number in _names()
            if (place := name.rfind(word)) >= 0 and category in (None, _in_order()[number].category)
        ),
        default=None,
    )
    return _in_order()[-found[2]] if found else None


@cache
def _in_order() -> tuple[Item, ...]:
    return tuple(items().values())


@cache
def _names() -> tuple[tuple[str, int], ...]:
    """Give every name with the place of its item in the list."""
    return tuple((word, number) for number, item in enumerate(_in_order()) for word in (item.name_zh, *item.also))


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)

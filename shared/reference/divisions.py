"""A county is known by its six-digit code, never by its name: 永定区 is 430802 in Hunan and 350803 in Fujian.

Source: `administrative_divisions.csv`, GB/T 2260 as published; plus 431271 洪江区, a management zone that the standard
does not list and that is one of the 51 key counties. The key is code and level, for 东莞, 中山 and 儋州 stand at both.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HONGJIANG_ZONE = "431271"


@dataclass(frozen=True, slots=True)
class Division:
    """One row of GB/T 2260; `level` is province, prefecture or county."""

    code: str
    name: str
    level: str
    parent_code: str


@cache
def divisions() -> dict[tuple[str, str], Division]:
    """Give every division by (code, level)."""
    with (Path(__file__).parent / "administrative_divisions.csv").open(encoding="utf-8", newline="") as lines:
        rows = [Division(row["code"], row["name"], row["level"], row["parent_code"]) for row in csv.DictReader(lines)]
    rows.append(Division(HONGJIANG_ZONE, "洪江区", "county", "431200"))
    return {(row.code, row.level): row for row in rows}


def county(code: str) -> Division | None:
    """Give the county-level division of a code, or None."""
    return divisions().get((code, "county"))


@cache
def county_name(code: str) -> str:
    """Name a county with its prefecture and province, for a reader; the bare code when it is unknown."""
    found = county(code)
    if found is None:
        return code
    names, parent = [found.name], found.parent_code
    while parent:
        above = divisions().get((parent, "prefecture")) or divisions().get((parent, "province"))
        if above is None:
            break
        if above.code != code:
            names.append(above.name)
        parent = above.parent_code if above.parent_code != above.code else ""
    return "".join(reversed(names))

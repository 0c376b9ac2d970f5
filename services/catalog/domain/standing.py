"""What holds of goods today and may not hold tomorrow is told with the day on which it may be otherwise.

A search filters by certificates, by recognition and by how a price stands to its band. Decision: that is shaped into
the row of search with `anew_on`, the first day on which the row has to be made again. Why: to hold each row against
dated papers while searching would read what no index keeps. Price: a row says what held when it was made, at most a
round of the background late.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from services.catalog.domain.certificates import CertificateKind

FOR_EVER = date(9999, 12, 31)


class BandStanding(StrEnum):
    """How a price stands to the band that binds (与参考价区间的关系); prices of a demo are no band."""

    WITHIN = "within"  # 区间内
    OUTSIDE = "outside"  # 区间外
    NONE = "none"  # 无参考区间


@dataclass(frozen=True, slots=True)
class Certified:
    """A confirmed certificate of goods: from its first day to its last, none where it has no end."""

    kind: CertificateKind
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How goods stand on a day; `recognised_to` is the last day of their supplier's dated recognition, if one holds."""

    certificates: tuple[str, ...] = ()
    band: BandStanding = BandStanding.NONE
    labelled: bool = True
    recognised_to: date | None = None
    anew_on: date | None = None


UNSETTLED = Standing()


def standing_on(
    day: date,
    certified: Iterable[Certified],
    recognised: Sequence[tuple[date, date | None]] | None,
    band: tuple[int, int] | None,
    per_kg_fen: int | None,
) -> Standing:
    """Tell how goods stand; a supplier of whom no recognition was ever told (None) is called what it says it is."""
    spans = [(one.valid_from, one.valid_to) for one in certified]
    holding = [one.kind.value for one in certified if _holds(day, one.valid_from, one.valid_to)]
    ends = [ends or FOR_EVER for begins, ends in recognised or () if _holds(day, begins, ends)]
    turns = [turn for begins, ends in (*spans, *(recognised or ())) if (turn := _turns_after(day, begins, ends))]
    return Standing(
        certificates=tuple(sorted(set(holding))),
        band=band_standing(band, per_kg_fen),
        labelled=recognised is None or bool(ends),
        recognised_to=max(ends, default=None),
        anew_on=min(turns, default=None),
    )


def band_standing(band: tuple[int, int] | None, per_kg_fen: int | None) -> BandStanding:
    """Hold a price against a band's low and high, both in it."""
    if band is None or per_kg_fen is None:
        return BandStanding.NONE
    return BandStanding.WITHIN if band[0] <= per_kg_fen <= band[1] else BandStanding.OUTSIDE


def _holds(day: date, begins: date, ends: date | None) -> bool:
    return begins <= day and (ends is None or day <= ends)


def _turns_after(day: date, begins: date, ends: date | None) -> date | None:
    """Give the next day on which a span begins to hold, or holds no more."""
    if day < begins:
        return begins
    return ends + timedelta(days=1) if ends is not None and day <= ends < FOR_EVER else None

"""The days as of which a report is asked for again and again are data: each with its document and its first year.

Source: the Hunan notice has the prefectures report by 19 June and by 18 September, and the federation review them in
June and in September. The notice names no day of a review: the month's last day is our reading, and printed as such.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.procurement_quota.domain.seeded_rules import HUNAN_NOTICE


class Series(StrEnum):
    """Whose dates they are (通报批次); a report is compared with the one before it of its own series."""

    PREFECTURES = "prefectures"  # 市州报送
    REVIEW = "review"  # 省残联督查


@dataclass(frozen=True, slots=True)
class Preset:
    """One date of the year (预设日期); it recurs each year from `first_year` to `last_year`, None for no end yet."""

    code: str
    series: Series
    month: int
    day: int
    name: str
    name_en: str
    reading: str
    reading_en: str
    source: str
    first_year: int
    last_year: int | None = None

    def on(self, year: int) -> date | None:
        """Give its day in a year; None before its first year or after its last."""
        if year < self.first_year or (self.last_year is not None and year > self.last_year):
            return None
        return date(year, self.month, self.day)


_STATED = ("日期见文件。", "The document names the day.")
_READ = ("文件只写月份，取该月最后一天。", "The document names the month; we take its last day.")

PRESETS = (
    Preset(
        "prefectures-june",
        Series.PREFECTURES,
        6,
        19,
        "市州报送（6月19日）",
        "Prefectures' report (19 June)",
        *_STATED,
        HUNAN_NOTICE,
        2020,
    ),
    Preset(
        "review-june",
        Series.REVIEW,
        6,
        30,
        "省残联督查（6月）",
        "The federation's review (June)",
        *_READ,
        HUNAN_NOTICE,
        2020,
    ),
    Preset(
        "prefectures-september",
        Series.PREFECTURES,
        9,
        18,
        "市州报送（9月18日）",
        "Prefectures' report (18 September)",
        *_STATED,
        HUNAN_NOTICE,
        2020,
    ),
    Preset(
        "review-september",
        Series.REVIEW,
        9,
        30,
        "省残联督查（9月）",
        "The federation's review (September)",
        *_READ,
        HUNAN_NOTICE,
        2020,
    ),
)
BY_CODE = {preset.code: preset for preset in PRESETS}


def preset_days(year: int) -> Iterator[tuple[Preset, date]]:
    """List the presets of a year with their days, in order."""
    for preset in PRESETS:
        if (day := preset.on(year)) is not None:
            yield preset, day


def preset_before(day: date, series: Series | None) -> tuple[Preset, date] | None:
    """Find the preset day before a day, of the same year; of one series, or with None of any.

    A year's figures begin at nothing, so the last preset of the year before is no day to compare with.
    """
    earlier = [
        (preset, at) for preset, at in preset_days(day.year) if at < day and (series is None or preset.series is series)
    ]
    return earlier[-1] if earlier else None


def same_day_last_year(day: date) -> date:
    """Give the same date a year before; 28 February for the 29th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)

"""Days are told as spans: from a first day to before another, or without end; two either share a day or none."""

from datetime import date


def share_a_day(since: date, until: date | None, from_day: date, to_day: date | None) -> bool:
    """Tell whether two spans have a day in common; one that ends on its first day has none."""
    return max(since, from_day) < min(until or date.max, to_day or date.max)

"""Days are told as spans: from a first day until the day before another, or without end."""

from collections.abc import Iterable
from datetime import date

Span = tuple[date, date | None]
"""From a day until the day before another; open when None."""


def common(one: Span, other: Span) -> Span | None:
    """Give the days that two spans share; one that ends on its first day shares none."""
    begins = max(one[0], other[0])
    ends = min((end for end in (one[1], other[1]) if end is not None), default=None)
    return (begins, ends) if ends is None or begins < ends else None


def merged(spans: Iterable[Span]) -> list[Span]:
    """Join spans that meet or overlap; empty ones fall away."""
    found: list[Span] = []
    for begins, ends in sorted(spans, key=lambda span: (span[0], span[1] or date.max)):
        if ends is not None and ends <= begins:
            continue
        last = found[-1] if found else None
        if last is not None and (last[1] is None or begins <= last[1]):
            found[-1] = (last[0], None if last[1] is None or ends is None else max(last[1], ends))
        else:
            found.append((begins, ends))
    return found

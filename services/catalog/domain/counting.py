"""Goods count for a rule while the rule is in force and their county is on one of its lists, and never twice."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from services.catalog.domain.spans import Span, common, merged
from shared.contracts.words import Channel, Fund


@dataclass(frozen=True, slots=True)
class InForce:
    """A stretch in which a rule is in force, and what its version of then says of which goods count."""

    days: Span
    rate_bp: int | None
    list_codes: tuple[str, ...]
    channels: tuple[str, ...]

    def served_here(self, fund: str) -> bool:
        """Tell whether goods bought here count for its percentage or, with union money, are preferred by its lists."""
        wanted = self.rate_bp is not None or fund == Fund.UNION
        return wanted and (not self.channels or Channel.ZHUCAI.value in self.channels)


@dataclass(frozen=True, slots=True)
class CountingRule:
    """What of a rule decides which counties count for goods bought here."""

    rule_code: str
    name: str
    fund: str
    in_force: tuple[InForce, ...]


@dataclass(frozen=True, slots=True)
class CountingSpan:
    """A stretch of time in which goods of a county count under a rule."""

    county_code: str
    rule: CountingRule
    valid_from: date
    valid_to: date | None


def counting_spans(
    rules: Iterable[CountingRule], lists: Mapping[str, Iterable[tuple[str, Span]]]
) -> list[CountingSpan]:
    """Meet each rule that this platform can serve with its lists' counties, spans merged.

    Each stretch goes by the lists and channels of the version that is in force in it.
    """
    found = []
    for rule in rules:
        spans: dict[str, list[Span]] = {}
        for stretch in rule.in_force:
            for code in stretch.list_codes if stretch.served_here(rule.fund) else ():
                for county_code, listed in lists.get(code, ()):
                    met = common(listed, stretch.days)
                    spans.setdefault(county_code, []).extend([] if met is None else [met])
        for county_code in sorted(spans):
            found += [CountingSpan(county_code, rule, *span) for span in merged(spans[county_code])]
    return found

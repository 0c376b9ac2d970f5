"""A rule or a change of a list is drafted by one officer and put in force by another; nothing in force is ever edited.

Decision: a rule binds from tomorrow at the earliest, and takes over from the version before it on that day.
Why: what was accepted up to today is judged already, and a rule in force from a past day would judge it again,
silently. Price: an urgent rule waits for midnight. A percentage waits for a 1 January (`Rule.days_problems`).

Decision: a county joins a list from a day of this year after 1 January, or from any day to come; it leaves after today
at the earliest. Why: eligibility goes by the date of the order, and a list that is published late is still the list of
its day; but 1 January fixes the rates of a year, and a lapse is never back-dated (README, "The rule"). Price: a county
that a document adds from this 1 January begins here a day later.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from services.procurement_quota.domain.judging import PREFERENCES
from services.procurement_quota.domain.rules import CountyList, Reference, Rule, Stretch
from shared.contracts.words import Channel, Fund
from shared.errors import field_problem
from shared.reference import CATEGORIES, county
from shared.states import StateMachine

Problem = dict[str, Any]
Days = tuple[tuple[date, date | None], ...]


class DraftKind(StrEnum):
    """What a draft is of (草案类别)."""

    RULE = "rule"  # 规则
    DESIGNATION = "designation"  # 县名单变更


class DraftState(StrEnum):
    """Where a draft stands (草案状态)."""

    DRAFTED = "drafted"  # 待复核
    RETURNED = "returned"  # 已退回
    IN_FORCE = "in_force"  # 已生效: put in force; a rule binds from the day that the decision names
    WITHDRAWN = "withdrawn"  # 已撤回


class DraftOutcome(StrEnum):
    """What the second officer decided (复核结论)."""

    ENFORCE = "enforce"  # 准予生效
    RETURN = "return"  # 退回


WITHDRAW = "withdraw"
RESERVED = ("all",)
DRAFT = StateMachine(
    DraftState,
    {
        "amend": ((DraftState.DRAFTED, DraftState.RETURNED), DraftState.DRAFTED),
        DraftOutcome.ENFORCE.value: ((DraftState.DRAFTED,), DraftState.IN_FORCE),
        DraftOutcome.RETURN.value: ((DraftState.DRAFTED,), DraftState.RETURNED),
        WITHDRAW: ((DraftState.DRAFTED, DraftState.RETURNED), DraftState.WITHDRAWN),
    },
)


def rule_problems(rule: Rule, lists: Collection[str], paths: Collection[str]) -> list[Problem]:
    """List what is wrong with a drafted rule; `lists` and `paths` are those that there are."""
    problems = []
    if rule.code in RESERVED:
        problems.append(field_problem("rule.code", "is a word of the house", "该代码为系统保留"))
    if (rule.rate_bp is None) == (not rule.preference):
        problems.append(field_problem("rule.rate_bp", "is either a percentage or a preference", "比例与优先采购二选一"))
    if (rule.designated_unit_rate_bp is None) != (rule.designated_list_code is None):
        problems.append(
            field_problem("rule.designated_unit_rate_bp", "goes with its list", "重点县单位比例须与名单同时填写")
        )
    if rule.designated_unit_rate_bp is not None and rule.rate_bp is None:
        problems.append(field_problem("rule.designated_unit_rate_bp", "needs a general rate", "须先有一般比例"))
    if rule.scope_path != "/" and rule.scope_path not in paths:
        problems.append(field_problem("rule.scope_path", "names no unit", "没有这个单位"))
    if not rule.list_codes and (not rule.preference or "listed_county" in rule.preference):
        problems.append(field_problem("rule.list_codes", "names the counties that count", "须指明计入的县名单"))
    named = (*rule.list_codes, *([rule.designated_list_code] if rule.designated_list_code else []))
    problems += [
        field_problem("rule.list_codes", "is no list in force", "没有这个名单", code=code)
        for code in named
        if code not in lists
    ]
    problems += _unknown("rule.categories", rule.categories, CATEGORIES)
    problems += _unknown("rule.preference", rule.preference, PREFERENCES)
    for name in ("list_codes", "channels", "preference"):
        held = getattr(rule, name)
        if len(set(held)) != len(held):
            problems.append(field_problem(f"rule.{name}", "names one twice", "重复填写"))
    return problems


def _unknown(name: str, given: Iterable[str], known: Collection[str]) -> list[Problem]:
    return [
        field_problem(name, "is none that there is", "不在可选范围内", value=one) for one in given if one not in known
    ]


def days_problems(rule: Rule, since: date, until: date | None, today: date) -> list[Problem]:
    """Tell what is wrong with the days in which a drafted rule shall bind."""
    problems = rule.days_problems(since, until)
    if since <= today:
        earliest = today + timedelta(days=1) if rule.rate_bp is None else date(today.year + 1, 1, 1)
        problems.append(
            field_problem(
                "valid_from",
                "is tomorrow at the earliest: what was accepted up to today is judged already",
                "最早为明天：今天及以前验收的已经认定，不得追溯",
                earliest=earliest.isoformat(),
            )
        )
    return problems


def standing_in_the_way(reference: Reference, code: str, since: date) -> Stretch | None:
    """Give a stretch of the rule that begins on that day or later: what is settled ahead is not edited either."""
    later = [one for one in reference.in_force if one.rule_code == code and one.valid_from >= since]
    return min(later, key=lambda one: one.valid_from, default=None)


def newest_version(reference: Reference, code: str) -> Rule | None:
    """Give the newest version of a rule, in force or not."""
    versions = [rule for (known, _), rule in reference.rules.items() if known == code]
    return max(versions, key=lambda rule: rule.version, default=None)


def next_version(reference: Reference, drafted: Rule) -> Rule:
    """Number a drafted rule: the newest version's number when it says the same, else the next."""
    last = newest_version(reference, drafted.code)
    if last is None:
        return replace(drafted, version=1)
    same = replace(drafted, version=last.version)
    return same if same == last else replace(drafted, version=last.version + 1)


@dataclass(frozen=True, slots=True)
class CountyJoins:
    """A county that stands on a list from a day on; `valid_to` is the day after its last."""

    county_code: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class CountyLeaves:
    """A county that leaves a list; `valid_to` is the day after its last."""

    county_code: str
    valid_to: date


ListChange = CountyJoins | CountyLeaves


def list_problems(last: CountyList | None, changes: Sequence[ListChange], today: date) -> list[Problem]:
    """List what is wrong with the changes of a list whose newest version is `last`; each names its place."""
    problems = []
    seen: set[str] = set()
    for place, one in enumerate(changes):
        at = f"changes.{place}"
        if county(one.county_code) is None:
            problems.append(field_problem(f"{at}.county_code", "is no county of GB/T 2260", "没有这个县级行政区划代码"))
        elif one.county_code in seen:
            problems.append(field_problem(f"{at}.county_code", "stands twice in this draft", "同一县在草案中重复"))
        else:
            held = last.counties.get(one.county_code, ()) if last else ()
            problems += (
                _joining(at, held, one, today) if isinstance(one, CountyJoins) else _leaving(at, held, one, today)
            )
        seen.add(one.county_code)
    return problems


def _joining(at: str, held: Days, one: CountyJoins, today: date) -> list[Problem]:
    if one.valid_from <= date(today.year, 1, 1) and one.valid_from != today:
        return [
            field_problem(
                f"{at}.valid_from",
                "is 2 January of this year at the earliest: rates are fixed on the 1st",
                "最早为今年1月2日：年度比例于1月1日确定",
                earliest=date(today.year, 1, 2).isoformat(),
            )
        ]
    if one.valid_to is not None and one.valid_to <= max(one.valid_from, today):
        return [field_problem(f"{at}.valid_to", "is after its first day and after today", "止期须晚于起期和今天")]
    for since, until in held:
        if (until is None or one.valid_from < until) and (one.valid_to is None or since < one.valid_to):
            return [
                field_problem(
                    f"{at}.valid_from", "is a day on which it stands on the list already", "该县届时已在名单内"
                )
            ]
    return []


def _leaving(at: str, held: Days, one: CountyLeaves, today: date) -> list[Problem]:
    if one.valid_to <= today:
        return [
            field_problem(
                f"{at}.valid_to", "is tomorrow at the earliest: a lapse is not back-dated", "最早为明天：不得追溯"
            )
        ]
    if not any(since < one.valid_to and (until is None or until > one.valid_to) for since, until in held):
        return [field_problem(f"{at}.county_code", "does not stand on the list then", "该县届时不在名单内")]
    return []


def changed_counties(last: CountyList | None, changes: Sequence[ListChange]) -> dict[str, Days]:
    """Give the counties of the next version of a list; the changes were looked at by `list_problems`."""
    counties: dict[str, Days] = dict(last.counties) if last else {}
    for one in changes:
        held = counties.get(one.county_code, ())
        if isinstance(one, CountyJoins):
            counties[one.county_code] = tuple(sorted((*held, (one.valid_from, one.valid_to)), key=lambda days: days[0]))
        else:
            counties[one.county_code] = tuple(
                (since, one.valid_to if until is None or until > one.valid_to else until)
                for since, until in held
                if since < one.valid_to
            )
    return counties


def owners(scope_path: str, roots: Collection[str]) -> str:
    """Give the path of the federation whose matter a rule is: the root above its scope.

    A rule or list for everybody belongs to the one root there is; among several roots it is nobody's to decide.
    """
    first = scope_path.split("/")[1] if scope_path.count("/") > 1 else ""
    if first:
        return f"/{first}/"
    return next(iter(roots)) if len(roots) == 1 else "/"


def rule_of(content: Mapping[str, Any]) -> Rule:
    """Read a drafted rule from its fields, as version 1."""
    return Rule(
        **{
            **content,
            "version": 1,
            "list_codes": tuple(content["list_codes"]),
            "fund": Fund(content["fund"]),
            "channels": tuple(Channel(one) for one in content["channels"]),
            "preference": tuple(content["preference"]),
            "categories": frozenset(content["categories"]),
            "defaults": tuple(content["defaults"]),
        }
    )

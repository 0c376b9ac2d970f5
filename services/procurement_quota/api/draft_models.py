"""The shapes of drafts of rules and lists, for OpenAPI."""

from typing import Literal

from services.procurement_quota.api.models import Day, Id, Moment, RuleContent, Shape
from services.procurement_quota.api.statement_models import CanteenRow
from services.procurement_quota.domain.drafts import DraftKind, DraftState
from shared.contracts.words import Fund


class DraftedDefaultAnswer(Shape):
    """What is declared where the document is silent."""

    code: str
    question: str
    answer: str
    question_en: str
    answer_en: str


class DraftedRuleAnswer(RuleContent):
    """A version of a rule as drafted."""

    defaults: list[DraftedDefaultAnswer]


class DecisionAnswer(Shape):
    """What was decided on a version: put in force as version `written_version`, returned, or taken back."""

    version: int
    outcome: Literal["enforce", "return", "withdraw"]
    reason: str
    valid_from: str | None
    written_version: int | None
    decided_by: str = Id
    decider_name: str
    decided_at: str = Moment


class DraftedVersion(Shape):
    """Who drafted a version, and when."""

    version: int
    drafted_by: str = Id
    drafter_name: str
    drafted_at: str = Moment


class RuleDraftVersion(DraftedVersion):
    """A rule as drafted, with the days in which it shall bind and the document that says so."""

    rule: DraftedRuleAnswer
    valid_from: str = Day
    valid_to: str | None
    document: str


class CountyChangeAnswer(Shape):
    """A county that joins a list or leaves it; `valid_to` is the day after its last."""

    change: Literal["add", "end"]
    county_code: str
    county_name: str
    valid_from: str | None
    valid_to: str | None
    note: str


class DesignationDraftVersion(DraftedVersion):
    """What a document changes in a list."""

    list_code: str
    name: str | None
    document: str
    changes: list[CountyChangeAnswer]


class _Draft(Shape):
    id: str = Id
    kind: DraftKind
    code: str
    state: DraftState
    open_steps: list[str]
    owner_path: str
    decisions: list[DecisionAnswer]


class RuleDraftAnswer(RuleDraftVersion, _Draft):
    """A draft of a rule with its history, oldest first."""

    versions: list[RuleDraftVersion]


class DesignationDraftAnswer(DesignationDraftVersion, _Draft):
    """A draft of a change of a list with its history, oldest first."""

    versions: list[DesignationDraftVersion]


class RuleDraftRow(RuleDraftVersion):
    """The newest version of a draft, and where it stands."""

    id: str = Id
    code: str
    state: DraftState


class RuleDraftPage(Shape):
    items: list[RuleDraftRow]
    next: str | None


class TriedRule(Shape):
    """The rule that was tried, under the version that it would have."""

    code: str
    version: int
    name: str
    name_en: str
    fund: Fund
    rate_bp: int | None
    designated_unit_rate_bp: int | None


class TriedUnit(Shape):
    id: str = Id
    name: str
    path: str


class TriedRow(CanteenRow):
    """A canteen as it would stand; `in_force` is the same row as it does stand, where the rule binds in that year."""

    falls_short: bool
    in_force: CanteenRow | None


class WhatIfAnswer(Shape):
    """Who would fall short in a year under a drafted rule, a page of canteens at a time.

    `canteens` is how many the rule would bind; `tried`, `short` and `shortfall_fen` are this page's.
    """

    draft_id: str = Id
    version: int
    rule: TriedRule
    compared_version: int | None
    year: int
    unit: TriedUnit
    known_by: str = Moment
    canteens: int
    tried: int
    short: int
    shortfall_fen: int
    items: list[TriedRow]
    next: str | None


class DesignationDraftRow(DesignationDraftVersion):
    """The newest version of a draft, and where it stands."""

    id: str = Id
    code: str
    state: DraftState


class DesignationDraftPage(Shape):
    items: list[DesignationDraftRow]
    next: str | None

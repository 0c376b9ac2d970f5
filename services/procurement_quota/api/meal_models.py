"""The shapes of what this service answers about meals served, for OpenAPI."""

from services.procurement_quota.api.models import Id, Moment, Shape
from shared.contracts.words import UnitLevel


class MealsVersion(Shape):
    version: int
    meals: int
    note: str
    filed_by: str = Id
    filed_at: str = Moment


class MealsAnswer(MealsVersion):
    """The meals that a canteen served in a month, with all versions of the figure."""

    canteen_id: str = Id
    year: int
    month: int
    versions: list[MealsVersion]


class PeersAnswer(Shape):
    """What a meal costs at the canteens of one level; nothing where too few are compared."""

    level: UnitLevel
    canteens: int
    compared: int
    q1_fen: int | None
    median_fen: int | None
    q3_fen: int | None
    fence_fen: int | None


class MealFinding(Shape):
    """How far below its peers a canteen lies: a question, with its arithmetic, never a verdict."""

    below_fence_fen: int
    at_median_fen: int
    apart_fen: int
    text_zh: str
    text_en: str


class MealCost(Shape):
    """One canteen's purchases and meals from 1 January to the end of the month."""

    canteen_id: str = Id
    name: str
    unit_id: str = Id
    unit_name: str
    unit_path: str
    level: UnitLevel
    purchases_fen: int
    meals: int
    missing_months: list[int]
    cost_fen: int | None
    finding: MealFinding | None


class MealCostPage(Shape):
    """A page of canteens by path, beside what a meal costs at their peers, and how it is computed."""

    unit_id: str = Id
    unit_name: str
    rule: str
    year: int
    month: int
    method_zh: str
    method_en: str
    peers_min: int
    peers: list[PeersAnswer]
    canteens: int
    findings: int
    items: list[MealCost]
    next: str | None

"""A market made up by a seed, in which it is known who sold goods of others, and which prices are far off.

400 bases harvest, each in its season, about 8 % less than an officer confirmed, some more and some less, and sell four
fifths of it, 30 % more or less by month, but never what they have not; 40 of them also sell what they bought elsewhere.
20,000 prices of 100 items lie 30 % around what an item costs; 150 of them are planted far.
"""

import random
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.catalog.domain.bands import Observation, Verdict, accepted_band, band_of_others, verdict_of
from services.catalog.domain.capacity import MONTHS, Harvest, greatest_excess, harvest_of

SEED = 20_261_122
BASES, FRONTINGS = 400, 40
ITEMS, PRICES, OUTLIERS = 100, 20_000, 150


@dataclass(frozen=True)
class Base:
    """One base: what it can bring, what it sold by month, and whether part of that was bought elsewhere."""

    harvest: Harvest
    sold: list[int]
    fronts: bool


@dataclass(frozen=True)
class Price:
    """One price of an item, and whether it was planted far from the others."""

    item: int
    observation: Observation
    planted: bool


@dataclass(frozen=True)
class Found:
    """What was found of what was planted."""

    planted: int
    flagged: int
    right: int

    @property
    def precision(self) -> float:
        return self.right / self.flagged if self.flagged else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.planted


def bases(seed: int = SEED) -> list[Base]:
    """Make the bases; whoever fronts sells a quarter to three times its harvest more, in one month or over some."""
    dice = random.Random(seed)
    return [_base(dice, number < FRONTINGS) for number in range(BASES)]


def _base(dice: random.Random, fronts: bool) -> Base:
    first, length = dice.randint(1, 12), dice.choice((1, 2, 3, 4, 6, 12))
    months = sorted({(first + step - 1) % MONTHS + 1 for step in range(length)})
    harvest = harvest_of(dice.randint(2_000, 60_000), dice.randint(800, 4_000), months, dice.choice((0, 1, 2, 4, 8)))
    sold, weather = [0] * MONTHS, dice.gauss(0.92, 0.08)
    for month, brought in enumerate(harvest.by_month):
        kept = int(brought * weather * min(1.0, 0.8 * dice.uniform(0.7, 1.3)))
        later = dice.randint(0, harvest.keeps_months)
        for place in range(later + 1):
            sold[(month + place) % MONTHS] += kept // (later + 1)
    if fronts:
        bought = int(harvest.yearly_grams * dice.uniform(0.25, 3.0))
        chosen = dice.sample(range(MONTHS), dice.randint(1, 4))
        for month in chosen:
            sold[month] += bought // len(chosen)
    return Base(harvest, sold, fronts)


def found_frontings(made: list[Base]) -> Found:
    """Flag the bases as the platform does, and count."""
    flagged = [one for one in made if greatest_excess(one.harvest, one.sold) is not None]
    return Found(sum(one.fronts for one in made), len(flagged), sum(one.fronts for one in flagged))


def prices(seed: int = SEED) -> list[Price]:
    """Make the prices; a planted one is three to six times too high, or too low."""
    dice = random.Random(seed)
    usual = [dice.randint(200, 12_000) for _ in range(ITEMS)]
    planted = set(dice.sample(range(PRICES), OUTLIERS))
    return [_price(dice, place % ITEMS, usual[place % ITEMS], place in planted) for place in range(PRICES)]


def _price(dice: random.Random, item: int, usual: int, planted: bool) -> Price:
    fen = usual * dice.uniform(0.7, 1.3)
    if planted:
        factor = dice.uniform(3.0, 6.0)
        fen = usual * factor if dice.random() < 0.7 else usual / factor
    observation = Observation(
        acceptance_id=UUID(int=dice.getrandbits(128)),
        line_id=UUID(int=1),
        per_kg_fen=max(1, round(fen)),
        grams=dice.randint(1_000, 50_000),
        supplier_id=UUID(int=dice.randint(1, 60)),
        canteen_id=UUID(int=dice.randint(1, 200)),
        accepted_on=date(2026, 3, dice.randint(1, 28)),
    )
    return Price(item, observation, planted)


def found_outliers(made: list[Price]) -> Found:
    """Hold every price against what the others of its item make, the planted ones among them, and count."""
    seen: list[list[Observation]] = [[] for _ in range(ITEMS)]
    for one in made:
        seen[one.item].append(one.observation)
    bands = [accepted_band(str(item), lines) for item, lines in enumerate(seen)]
    far = []
    for one in made:
        band, line = bands[one.item], one.observation
        assert band is not None
        band = band_of_others(band, seen[one.item], line.acceptance_id, line.line_id, line.per_kg_fen)
        if verdict_of(band, line.per_kg_fen) is Verdict.FAR:
            far.append(one)
    return Found(sum(one.planted for one in made), len(far), sum(one.planted for one in far))

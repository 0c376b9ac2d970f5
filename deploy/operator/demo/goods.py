"""The demo offers what a canteen buys, at prices that were once quoted, or that are plainly declared to be invented.

Vegetables and fruit are priced from `wholesale_price_bands.csv`: bands by item and month of 190,228 wholesale
quotations of 2013–2016. They are old, and serve as demo prices only. The prices of everything else are declared here,
for the demo, and come from nowhere.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from deploy.operator.demo.dice import between
from shared.contracts.words import Measure
from shared.money import JIN_GRAMS

BAND_CATEGORIES = {"蔬菜": "vegetables", "水果": "fruit"}
HARVEST_MONTHS = {"vegetables": 8, "fruit": 4}
"""For how many months of a year the demo harvests; which they are is invented."""

VEGETABLES = """
    大白菜 小白菜 土豆 白萝卜 胡萝卜 黄瓜 番茄 茄子 尖椒 线椒 芹菜 菠菜 韭菜 莴笋 冬瓜 丝瓜 苦瓜 豇豆 扁豆
    毛豆 蚕豆 豌豆 藕 姜 大蒜 葱 香菇 平菇 金针菇 红薯 山药 芋头 空心菜 油麦菜 生菜 菜花 西葫芦 鲜玉米
    竹笋 春笋 茭白 荸荠 苋菜 蒜苗 洋白菜 木耳 黄花菜 花生 老姜 佛手瓜 凉薯 茼蒿 菜心 紫薯 香菜 杏鲍菇
"""
FRUIT = """
    冰糖橙 蜜桔 芦柑 蜜柚 红心蜜柚 柠檬 杨梅 板栗 猕猴桃（徐香） 李子 油桃 石榴 红提 巨峰葡萄 冬枣 皇冠梨 丰水梨
    枇杷果（福建） 鄂、湘、川脐橙 广西椪柑 甘蔗 麒麟西瓜 桑葚 毛桃 磨盘柿子 血橙
"""
SHOWN_AS = {
    "猕猴桃（徐香）": "猕猴桃",
    "枇杷果（福建）": "枇杷",
    "鄂、湘、川脐橙": "脐橙",
    "磨盘柿子": "柿子",
    "红心蜜柚": "红心柚",
    "巨峰葡萄": "葡萄",
    "洋白菜": "包菜",
    "番茄": "西红柿",
    "菜花": "花菜",
    "广西椪柑": "椪柑",
}
"""What a Hunan canteen calls a thing that the price table names otherwise."""


@dataclass(frozen=True, slots=True)
class Good:
    """One kind of goods with its demo price; `price_fen` is of one unit, `low_fen` to `high_fen` its band."""

    name: str
    category: str
    measure: Measure
    unit_name: str
    unit_quantity: int
    piece_grams: int | None
    low_fen: int
    price_fen: int
    high_fen: int
    minimum_quantity: int
    step_quantity: int

    @property
    def harvest_months(self) -> tuple[int, ...] | None:
        """Give the months in which the demo harvests it; None for what is not of a season."""
        if (months := HARVEST_MONTHS.get(self.category)) is None:
            return None
        first = between(0, 11, "harvest", self.name)
        return tuple(sorted((first + month) % 12 + 1 for month in range(months)))

    def price_of(self, *facts: object) -> int:
        """Draw somebody's price, within the band and within a tenth of the middle."""
        low, high = max(self.low_fen, self.price_fen * 9 // 10), min(self.high_fen, self.price_fen * 11 // 10)
        return between(min(low, high), max(low, high, 1), "price", self.name, *facts)


def _by_weight(name: str, category: str, fen_per_jin: int, low: int | None = None, high: int | None = None) -> Good:
    return Good(
        name=name,
        category=category,
        measure=Measure.WEIGHT,
        unit_name="斤",
        unit_quantity=JIN_GRAMS,
        piece_grams=None,
        low_fen=low or fen_per_jin * 8 // 10,
        price_fen=fen_per_jin,
        high_fen=high or fen_per_jin * 12 // 10,
        minimum_quantity=5 * JIN_GRAMS,
        step_quantity=JIN_GRAMS,
    )


def _by_piece(name: str, category: str, unit_name: str, grams: int, price_fen: int, step: int = 1) -> Good:
    return Good(
        name=name,
        category=category,
        measure=Measure.PIECE,
        unit_name=unit_name,
        unit_quantity=1,
        piece_grams=grams,
        low_fen=price_fen * 8 // 10,
        price_fen=price_fen,
        high_fen=price_fen * 12 // 10,
        minimum_quantity=step,
        step_quantity=step,
    )


DECLARED = (
    _by_piece("高山大米", "grain_oil", "袋", 5_000, 4_200),
    _by_weight("糙米", "grain_oil", 380),
    _by_weight("糯米", "grain_oil", 420),
    _by_weight("黄豆", "grain_oil", 450),
    _by_weight("绿豆", "grain_oil", 600),
    _by_weight("玉米糁", "grain_oil", 320),
    _by_piece("压榨菜籽油", "grain_oil", "桶", 4_580, 8_600),
    _by_piece("山茶油", "grain_oil", "瓶", 920, 9_800),
    _by_weight("土猪五花肉", "meat_poultry", 2_400),
    _by_weight("土猪后腿肉", "meat_poultry", 2_100),
    _by_weight("黄牛肉", "meat_poultry", 4_500),
    _by_weight("黑山羊肉", "meat_poultry", 4_800),
    _by_piece("散养土鸡", "meat_poultry", "只", 1_500, 8_800),
    _by_piece("麻鸭", "meat_poultry", "只", 1_800, 7_600),
    _by_piece("土鸡蛋", "eggs", "枚", 50, 140, 30),
    _by_piece("麻鸭蛋", "eggs", "枚", 70, 160, 30),
    _by_weight("鹌鹑蛋", "eggs", 1_100),
    _by_weight("草鱼", "aquatic", 900),
    _by_weight("鳙鱼", "aquatic", 1_000),
    _by_weight("鲫鱼", "aquatic", 1_100),
    _by_weight("稻花鱼", "aquatic", 2_600),
    _by_weight("泥鳅", "aquatic", 2_400),
    _by_piece("鲜牛奶", "dairy", "瓶", 950, 1_600, 6),
    _by_piece("原味酸奶", "dairy", "杯", 180, 480, 12),
    _by_weight("干香菇", "dry_goods", 4_600),
    _by_weight("黑木耳（干）", "dry_goods", 5_200),
    _by_weight("笋干", "dry_goods", 3_800),
    _by_weight("龙牙百合（干）", "dry_goods", 5_600),
    _by_weight("黄花菜（干）", "dry_goods", 3_600),
    _by_weight("红薯粉条", "dry_goods", 1_200),
    _by_weight("烟熏腊肉", "processed", 4_200),
    _by_piece("剁辣椒", "processed", "瓶", 500, 1_200),
    _by_piece("豆腐乳", "processed", "瓶", 450, 1_000),
    _by_weight("手工米粉", "processed", 560),
    _by_weight("魔芋豆腐", "processed", 380),
    _by_piece("黑茶", "tea", "盒", 500, 9_800),
    _by_piece("毛尖", "tea", "盒", 250, 15_800),
    _by_piece("莓茶", "tea", "罐", 150, 6_800),
    _by_piece("苗绣杯垫", "handicraft", "件", 60, 2_800),
    _by_piece("竹编果篮", "handicraft", "件", 450, 4_600),
    _by_piece("手工布鞋", "handicraft", "双", 600, 6_800),
)
"""Declared demo values: these prices were quoted nowhere."""


@cache
def goods() -> tuple[Good, ...]:
    """Give all kinds of goods, priced."""
    bands = _bands()
    fresh = [
        _by_weight(SHOWN_AS.get(item, item), category, *bands[item])
        for category, items in (("vegetables", VEGETABLES), ("fruit", FRUIT))
        for item in items.split()
        if item in bands
    ]
    return (*fresh, *DECLARED)


@cache
def goods_by_category() -> dict[str, tuple[Good, ...]]:
    """Give the goods of each category."""
    found: dict[str, list[Good]] = {}
    for good in goods():
        found.setdefault(good.category, []).append(good)
    return {category: tuple(of_it) for category, of_it in found.items()}


def _bands() -> dict[str, tuple[int, int, int]]:
    """Give median, low and high in fen per jin of each item, its months weighted by how often it was quoted."""
    sums: dict[str, list[int]] = {}
    with (Path(__file__).parent / "wholesale_price_bands.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["category"] not in BAND_CATEGORIES:
                continue
            seen = int(row["observations"])
            held = sums.setdefault(row["item"], [0, 0, 0, 0])
            for place, column in enumerate(("median_fen_per_kg", "low_fen_per_kg", "high_fen_per_kg")):
                held[place] += int(row[column]) * seen
            held[3] += seen
    return {
        item: (
            max(1, median * JIN_GRAMS // (1000 * seen)),
            max(1, low * JIN_GRAMS // (1000 * seen)),
            max(1, high * JIN_GRAMS // (1000 * seen)),
        )
        for item, (median, low, high, seen) in sums.items()
    }

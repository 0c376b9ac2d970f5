"""What a report prints is said in Chinese and in English from the same words, whatever its format."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.procurement_quota.domain.reporting import Apart, Criterion, Level
from services.procurement_quota.domain.words import Status

Both = tuple[str, str]

CRITERIA: Mapping[Criterion, Both] = {
    Criterion.FULFILLED: (
        "按完成率排名：完成率＝（应购额－缺口）÷应购额，各食堂缺口相加，结余不相抵。",
        "Ranked by what is fulfilled: the requirement less the shortfalls, of the requirement; the canteens' "
        "shortfalls are added, and no surplus fills another's gap.",
    ),
    Criterion.ON_TRACK: (
        "按达标面排名：进度达标或达标的食堂数÷有任务且有采购的食堂数。",
        "Ranked by how many canteens are on pace or have met their rate, of those with a duty and purchases.",
    ),
    Criterion.SHORTFALL: (
        "按缺口排名：各食堂缺口之和，由小到大。",
        "Ranked by the canteens' shortfalls added up, the smallest first.",
    ),
    Criterion.SHARE: (
        "按占比排名：计入额÷基数；适用比例不一的不列名次。",
        "Ranked by share: counted of the base; rows bound by several rates have no rank.",
    ),
}

STATUSES: Mapping[Status, Both] = {
    Status.ON_PACE: ("进度达标", "On pace"),
    Status.BEHIND: ("进度落后", "Behind"),
    Status.UNPROVEN: ("未证实", "Unproven"),
    Status.MET: ("达标", "Met"),
    Status.MISSED: ("未达标", "Missed"),
    Status.NO_DUTY: ("无任务", "No duty"),
    Status.NO_PURCHASES: ("无采购", "No purchases"),
    Status.PREFERENCE: ("优先采购", "Preference"),
}

APART: Mapping[Apart, Both] = {
    Apart.UNPROVEN: ("有食堂未证实", "A canteen is unproven"),
    Apart.NO_CANTEENS: ("没有食堂", "No canteens"),
    Apart.NO_DUTY: ("无任务", "No duty"),
    Apart.NO_PURCHASES: ("无采购", "No purchases"),
    Apart.NO_PERCENTAGE: ("规则不设比例", "The rule has no percentage"),
    Apart.SEVERAL_RATES: ("适用比例不一", "Several rates bind it"),
}

LEVELS: Mapping[Level, Both] = {
    Level.PREFECTURE: ("市州", "Prefecture"),
    Level.COUNTY: ("县市区", "County"),
    Level.UNIT: ("单位", "Unit"),
    Level.CANTEEN: ("食堂", "Canteen"),
}

MISSING: Mapping[str, Both] = {
    "no_earlier_date": ("没有更早的日期可比", "no earlier date to compare with"),
    "rule_not_known": ("当时规则未生效或尚未录入", "the rule was not in force, or not known, then"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language: `words["zh", "en"]` pairs are chosen from by it."""

    language: str

    def __call__(self, both: Both) -> str:
        return both[0] if self.language == "zh" else both[1]

    def named(self, thing: Mapping[str, str], field: str = "name") -> str:
        """Give a thing's text, which has its Chinese under a field and its English under the field with `_en`."""
        return thing[field] if self.language == "zh" else thing[f"{field}_en"]


def trend_name(name: str) -> Both:
    """Name a comparison of a report."""
    return {"previous": ("上次", "Previous"), "last_year": ("上年同日", "Same date last year")}[name]

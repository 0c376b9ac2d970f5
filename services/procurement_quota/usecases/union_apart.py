"""Where a rule shows union purchases in its statistics, they stand beside its share and enter nothing of it.

Whether a rule does is a field of the rule: Hunan's does not, the national one does (工会福利采购单列统计).
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from services.procurement_quota.domain.figures import Asked
from services.procurement_quota.domain.rules import Rule
from services.procurement_quota.store import figures
from shared.contracts.words import Fund
from shared.db.unit_of_work import ReadTx
from shared.money import share_bp


async def union_apart(tx: ReadTx, rule: Rule, canteen_ids: Iterable[UUID], asked: Asked) -> dict[str, Any] | None:
    """Sum what was bought with union money by a rule's own measure; None for a rule that does not show it."""
    if not rule.union_apart:
        return None
    found = await figures.months(tx, canteen_ids, replace(asked, rule_code=rule.code, fund=Fund.UNION))
    sums = [month for months in found.values() for month in months.values()]
    base, counted = sum(one.base_fen for one in sums), sum(one.counted_fen for one in sums)
    return {
        "rule": rule.code,
        "name": rule.name,
        "name_en": rule.name_en,
        "base_fen": base,
        "counted_fen": counted,
        "share_bp": share_bp(counted, base),
    }

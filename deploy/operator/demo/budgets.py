"""The home canteen has a hard budget for its food, and a soft one for festival goods, in each month from today's on."""

from deploy.operator.demo.people import MARK
from deploy.operator.demo.purchases import Requisition
from deploy.operator.demo.world import World
from services.order.domain.budgets import BudgetStop, month_of, month_text
from services.order.usecases.budget_commands import PutBudget
from services.order.usecases.budgets import put_budget
from shared.contracts.words import Fund
from shared.ids import derived_id

ROUND_FEN = 100_000
UNION_FEN = 300_000


async def put_budgets(world: World) -> int:
    """Put them, so that what waits today still fits; gives how many."""
    plan = world.plan
    month, canteen = month_of(plan.calendar.yesterday), plan.home
    wanted: dict[str, int] = {}
    for one in plan.every_requisition():
        if _is_own(world, one) and month_of(one.wanted_on) >= month:
            of_month = month_text(month_of(one.wanted_on))
            wanted[of_month] = wanted.get(of_month, 0) + one.ordered_fen
    most_fen = max(wanted.values(), default=0) * 5 // 4 + ROUND_FEN
    for fund, amount_fen, stop in (
        (Fund.CANTEEN, most_fen - most_fen % ROUND_FEN, BudgetStop.HARD),
        (Fund.UNION, UNION_FEN, BudgetStop.SOFT),
    ):
        command = PutBudget(
            canteen_id=canteen.canteen_id,
            fund=fund,
            month=month_text(month),
            every_month=True,
            amount_fen=amount_fen,
            stop=stop,
            reason=f"年初预算{MARK}",
        )
        budget_id = derived_id("demo-budget", canteen.canteen_id, fund)
        await put_budget(world.desks["order"], world.finance(canteen.unit), budget_id, command)
    return 2


def _is_own(world: World, one: Requisition) -> bool:
    return one.canteen.canteen_id == world.plan.home.canteen_id and one.fund is Fund.CANTEEN

"""Some units of the demo declare their closed year, each as far as a reader may want to see one, and count meals."""

from datetime import date

from deploy.operator.demo.calendar import moment
from deploy.operator.demo.dice import between
from deploy.operator.demo.filings import Attestation
from deploy.operator.demo.people import HOME_COUNTY, MARK
from deploy.operator.demo.plan import Month, Plan
from deploy.operator.demo.tree import Canteen
from deploy.operator.demo.world import World
from services.procurement_quota.usecases.put_declaration import PutDeclaration, put_declaration
from services.procurement_quota.usecases.put_meals import PutMeals, put_meals
from services.procurement_quota.usecases.sign_declaration import (
    DecideDeclaration,
    Decision,
    SignDeclaration,
    decide_declaration,
    sign_declaration,
)
from shared.ids import derived_id

DECLARED_IN = 3
"""The month of the next year."""
PUBLISHED, SIGNED, PREPARED = HOME_COUNTY, "430225", "430223"
"""Of which counties' canteens: one that everybody can verify, one that waits above, and one that waits for a signer."""
MEAL_FEN = (1_200, 1_700)
"""What a meal costs about; a demo value."""


def declaring(plan: Plan, month: Month) -> list[Canteen]:
    """List the canteens whose declarations are prepared in a month."""
    if month != (plan.calendar.running_year, DECLARED_IN):
        return []
    return [one for one in plan.canteens if one.unit.code in (PUBLISHED, SIGNED, PREPARED) and one.buys]


async def declare(world: World, canteen: Canteen) -> None:
    """Prepare a canteen's declaration; let it be signed and countersigned, as far as its county, and today, goes."""
    desk, year, code = world.desks["procurement_quota"], world.plan.calendar.closed_year, canteen.unit.code
    declaration_id = derived_id("demo-declaration", canteen.canteen_id, year)
    prepared, signed, decided = (
        moment(date(year + 1, DECLARED_IN, day), hour) for day, hour in ((3, 10), (4, 15), (9, 11))
    )
    horizon = world.plan.calendar.horizon
    if horizon <= prepared:
        return
    with world.clock.at(prepared):
        command = PutDeclaration(canteen_id=canteen.canteen_id, year=year)
        await put_declaration(desk, world.finance(canteen.unit), declaration_id, command)
    if code == PREPARED or horizon <= signed:
        return
    with world.clock.at(signed):
        by = SignDeclaration(capacity=f"单位负责人{MARK}")
        await sign_declaration(desk, world.approver(canteen.unit), declaration_id, by)
    if code == SIGNED or horizon <= decided:
        return
    with world.clock.at(decided):
        decision = DecideDeclaration(outcome=Decision.COUNTERSIGN, capacity=f"市残联计财科{MARK}")
        await decide_declaration(desk, world.finance_above(canteen.unit), declaration_id, decision)


async def count_meals(world: World, attestation: Attestation) -> None:
    """File how many meals were served in an attested month, in the home county's prefecture."""
    canteen, year, month = attestation.canteen, attestation.year, attestation.month
    if not canteen.unit.code.startswith(HOME_COUNTY[:4]) or year != world.plan.calendar.running_year:
        return
    a_meal_fen = between(*MEAL_FEN, "meal", canteen.canteen_id, month)
    meals = attestation.farm_produce_fen // month // a_meal_fen
    with world.clock.at(moment(attestation.filed_on, 16, 30)):
        await put_meals(
            world.desks["procurement_quota"],
            world.finance(canteen.unit),
            canteen.canteen_id,
            year,
            month,
            PutMeals(meals=meals),
        )

"""The cast of the journey, and what has come about so far; each chapter leaves something here for the next."""

from typing import Any
from uuid import UUID

from shared.clock import SystemClock, business_date
from shared.contracts.authority import Role
from shared.ids import new_id, order_id
from tests.build.door import Person
from tests.build.everything import Everything
from tests.build.land import LISTED_COUNTY, UNLISTED_COUNTY, Land
from tests.build.market import Goods, Market, Order, Seller, an_application
from tests.build.people import People
from tests.journeys import figures as f
from tests.journeys.statements import Statements

TODAY = business_date(SystemClock().now())


class Story:
    """Who takes part, what they have named, and what has become of it."""

    buyer: Person
    approver: Person
    officer: Person
    officer_above: Person
    finance: Person
    finance_above: Person
    auditor: Person
    seller: Seller
    butcher: Seller
    ginger: Goods
    pork: Goods
    ginger_order: Order
    pork_order: Order
    card_order: Order

    def __init__(self, land: Land, market: Market, everything: Everything) -> None:
        self.land, self.market, self.everything = land, market, everything
        self.stranger: dict[str, Person] = {}
        self.base_id, self.document_id = new_id(), new_id()
        self.application = an_application("云阳残疾人就业帮扶基地", LISTED_COUNTY)
        self.ginger_id, self.photo_id = new_id(), new_id()
        self.terms: dict[str, Any] = {}
        self.basket_id, self.requisition_id = new_id(), new_id()
        self.transfer_id, self.card_id, self.return_id = new_id(), new_id(), new_id()
        self.tea_id, self.eggs_id, self.rice_id = new_id(), new_id(), new_id()
        self.preview: dict[str, Any] = {}
        self.before_the_return: dict[str, Any] = {}

    def statements(self, reader: Person | None = None) -> Statements:
        """Statements as the canteen's own finance reads them, unless another reads."""
        return Statements(reader or self.finance, TODAY.year)

    def order_with(self, seller: Seller, requisition_id: UUID | None = None) -> Order:
        """Name the one order that a requisition places with a supplier."""
        return Order(order_id(requisition_id or self.requisition_id, seller.id), self.buyer, seller.person)


async def begin(people: People, everything: Everything, land: Land) -> Story:
    """Seat everybody, and have the second supplier on the market already."""
    story = Story(
        land, Market(people, everything, await people.one("officer", (Role.OFFICER, land.province))), everything
    )
    # The buyer is an approver too, so that only "never one's own" stands between them and the order.
    buyer = [(Role.BUYER, land.canteen), (Role.APPROVER, land.county)]
    (
        story.buyer,
        story.approver,
        story.officer,
        story.officer_above,
        story.finance,
        story.finance_above,
        story.auditor,
    ) = await people.many(
        [
            ("buyer", buyer),
            ("approver", [(Role.APPROVER, land.county)]),
            ("officer", [(Role.OFFICER, land.county)]),
            ("officer above", [(Role.OFFICER, land.prefecture)]),
            ("finance", [(Role.FINANCE, land.county)]),
            ("finance above", [(Role.FINANCE, land.prefecture)]),
            ("auditor", [(Role.AUDITOR, land.province)]),
        ]
    )
    foreign = {
        "buyer": [(Role.BUYER, land.other_canteen)],
        "approver": [(Role.APPROVER, land.elsewhere)],
        "officer": [(Role.OFFICER, land.elsewhere)],
        "finance": [(Role.FINANCE, land.elsewhere)],
        "somebody": [],
    }
    strangers = await people.many([(f"foreign {label}", seats) for label, seats in foreign.items()])
    story.stranger = dict(zip(foreign, strangers, strict=True))
    story.butcher = await story.market.seller("韶山养殖示范户", UNLISTED_COUNTY, kind="demonstration_household")
    story.pork = await story.market.goods(
        story.butcher,
        f.PORK_STOCK,
        "韶山猪肉",
        category="meat_poultry",
        price_fen=f.PORK_FEN,
        origin_county_code=UNLISTED_COUNTY,
    )
    return story

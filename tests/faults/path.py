"""The main path as one person's errands, each with ids and a key of its own, so that any of them can be repeated.

The arithmetic of one path, goods at 6.50 yuan a jin (500 g):

    ordered    20,000 g                                  = 26,000 fen
    the card holds ten percent more: 22,000 g            = 28,600 fen
    packed     20,150 g, accepted 19,875 g               = (19,875 x 650 + 250) // 500 = 25,838 fen
"""

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx

from shared.ids import new_id
from tests.build.door import Person
from tests.build.market import a_basket, a_photo, an_application, in_a_week, some_terms
from tests.build.papers import PDF
from tests.faults.power import until_taken

STOCK_GRAMS = 1_000_000
ORDERED_GRAMS, PACKED_GRAMS, ACCEPTED_GRAMS = 20_000, 20_150, 19_875
ORDERED_FEN, HELD_FEN, ACCEPTED_FEN = 26_000, 28_600, 25_838
CARD = "pm_card_visa"
HEARD_SECONDS_MAX = 120.0  # whoever died while asking the card vendor keeps its payment for a minute
Errand = Callable[[], Awaitable[httpx.Response]]
_paths = itertools.count(1)


class Path:
    """One base, one listing, one order paid by card, from application to acceptance."""

    def __init__(self, seller: Person, county: Person, officer: Person, buyer: Person, canteen_id: UUID) -> None:
        self.seller, self.county, self.officer = seller, county, officer
        self.buyer, self.canteen_id = buyer, canteen_id
        self.name = f"断电基地{next(_paths)}"
        self.application = an_application(self.name)
        self.supplier_id, self.document_id = new_id(), new_id()
        self.listing_id, self.photo_id = new_id(), new_id()
        self.basket_id, self.requisition_id, self.payment_id, self.acceptance_id = (new_id() for _ in range(4))
        self.order_id: UUID | None = None
        self.line_id = ""
        self._photo = a_photo()

    def errands(self) -> dict[str, Errand]:
        """List every request of the path, in order."""
        seller, officer, buyer = self.seller, self.officer, self.buyer
        listing = f"/listings/{self.listing_id}"
        terms = some_terms(self.supplier_id, f"{self.name}香芋", first_stock_quantity=STOCK_GRAMS)
        document = f"/suppliers/{self.supplier_id}/documents/{self.document_id}?kind=recognition&name=a.pdf"
        return {
            "apply": self._put(seller, f"/suppliers/{self.supplier_id}", self.application),
            "document": lambda: seller.ask("PUT", document, content=PDF, media_type="application/pdf"),
            "recommend": self._post(self.county, f"/suppliers/{self.supplier_id}/reviews", {"outcome": "recommend"}),
            "admit": self._post(officer, f"/suppliers/{self.supplier_id}/reviews", {"outcome": "admit"}),
            "write": self._put(seller, listing, terms),
            "photo": lambda: seller.ask(
                "PUT", f"{listing}/photos/{self.photo_id}", content=self._photo, media_type="image/jpeg"
            ),
            "submit": self._post(seller, f"{listing}/submission"),
            "publish": self._post(officer, f"{listing}/reviews", {"outcome": "publish"}),
            "fill": self._put(
                buyer,
                f"/baskets/{self.basket_id}",
                a_basket(
                    self.canteen_id,
                    {"listing_id": str(self.listing_id), "listing_version": 1, "quantity": ORDERED_GRAMS},
                ),
            ),
            "place": self._put(
                buyer,
                f"/requisitions/{self.requisition_id}",
                {"basket_id": str(self.basket_id), "wanted_on": in_a_week()},
            ),
            "card": lambda: buyer.ask(
                "PUT",
                f"/orders/{self.order_id}/payments/{self.payment_id}",
                {"method": "card", "amount_fen": ORDERED_FEN, "stripe_payment_method": CARD},
            ),
            "confirm": lambda: seller.ask("POST", f"/orders/{self.order_id}/confirmation", key=self._key("confirm")),
            "pack": lambda: seller.ask(
                "POST",
                f"/orders/{self.order_id}/packing",
                {"lines": [{"line_id": self.line_id, "packed_quantity": PACKED_GRAMS}]},
                key=self._key("pack"),
            ),
            "ship": lambda: seller.ask(
                "POST", f"/orders/{self.order_id}/shipment", {"carrier": "自送"}, key=self._key("ship")
            ),
            "accept": lambda: buyer.ask(
                "POST",
                f"/orders/{self.order_id}/acceptance",
                {
                    "acceptance_id": str(self.acceptance_id),
                    "lines": [
                        {"line_id": self.line_id, "accepted_quantity": ACCEPTED_GRAMS, "reason": "过磅少秤"},
                    ],
                },
                key=self._key("accept"),
            ),
        }

    async def before(self, errand: str) -> None:
        """Wait for what an errand needs to have been heard, and take up what the last answered."""
        if errand == "write":
            await self._heard(self.seller, "/me", lambda me: bool(me["seats"]))
        if errand == "fill":
            await self._heard(self.seller, f"/stock/{self.listing_id}", lambda stock: bool(stock["on_hand"]))
        if errand == "card":
            placed = await self._heard(self.buyer, f"/requisitions/{self.requisition_id}", lambda _: True)
            self.order_id = UUID(placed["orders"][0]["order_id"])
            order = await self._heard(self.buyer, f"/orders/{self.order_id}", lambda _: True)
            self.line_id = order["lines"][0]["line_id"]

    async def paid(self) -> None:
        """Wait until the card was charged; while its vendor is away that is tried again every ten seconds."""
        await self._heard(self.buyer, f"/orders/{self.order_id}", lambda order: order["state"] == "settled")

    async def walk(self, through: Callable[[str, Errand], Awaitable[httpx.Response]]) -> None:
        """Run every errand; `through` sees to it that each is taken."""
        for name, errand in self.errands().items():
            await self.before(name)
            await through(name, errand)

    def _key(self, errand: str) -> str:
        return f"{errand}-{self.requisition_id}"

    @staticmethod
    def _put(person: Person, path: str, body: Any) -> Errand:
        return lambda: person.ask("PUT", path, body)

    def _post(self, person: Person, path: str, body: Any = None) -> Errand:
        key = self._key(path[-12:])
        return lambda: person.ask("POST", path, body, key=key)

    @staticmethod
    async def _heard(person: Person, path: str, has_come: Callable[[Any], bool]) -> Any:
        """Ask until something has been heard of; what is not there yet answers 404 until then."""
        until = time.monotonic() + HEARD_SECONDS_MAX
        while time.monotonic() < until:
            try:
                answer = await person.ask("GET", path)
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.is_success and has_come(found := answer.json()):
                return found
            await asyncio.sleep(0.05)
        raise AssertionError(f"{path}: {answer.text[:500] if answer else 'no answer'}")


async def undisturbed(name: str, errand: Errand) -> httpx.Response:
    """See an errand through with nothing in its way."""
    return await until_taken(errand)

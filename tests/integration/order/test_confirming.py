"""What a seller confirms is a figure of its own, and every total, document, bound and hold follows it."""

import asyncio
from dataclasses import replace
from typing import Any

import orjson
import pytest

from services.order.api.open_contracting import written
from services.order.clients.stripe import StripeCards
from services.order.domain.confirming_refusals import CardHoldsLess
from services.order.domain.refusals import CardsUnavailable
from services.order.usecases.desk import Desk
from services.order.usecases.invoices import put_invoice
from services.order.usecases.list_orders import list_orders
from services.order.usecases.tell_releases import tell_release
from shared.errors import InvalidFields
from shared.ids import new_id
from tests.build.order import Town, Walk, said, untouched
from tests.build.strict_stripe import StrictStripe
from tests.integration.order.test_cards import Died, DiesAfter, Vendor, payment, with_card
from tests.integration.order.test_invoices import differing, invoice
from tests.integration.order.test_life import fields, stock
from tests.integration.order.test_times import lowered


@pytest.fixture(scope="session")
def vendor(env: dict[str, str]) -> Vendor:
    return Vendor(env)


class TestOneConfirmationChanged:
    """Metamorphic: two orders alike but for what is confirmed differ by that in every figure, and nowhere else."""

    @pytest.mark.parametrize("more", [-700, -1, 1, 1_000])
    async def test_every_document_and_total_follows(
        self,
        desk: Desk,
        more: int,
    ) -> None:
        told = [await self.figures(desk, grams) for grams in (4_000, 4_000 + more)]
        before, after = told
        moved = {name: after[name] - before[name] for name in before}
        still = ("ordered_quantity", "ordered_fen", "award fen", "held after")
        weights = (
            "confirmed_quantity",
            "promised",
            "contract grams",
            "most grams",
            "packed grams",
            "accepted_quantity",
        )
        amounts = ("confirmed_fen", "line fen", "said fen", "listed fen", "contract fen", "expected of the card fen")
        kept = ("kept_fen", "charged fen", "owed to an invoice fen")
        assert moved == dict.fromkeys(still, 0) | dict.fromkeys(weights, more) | dict.fromkeys(
            (*amounts, *kept, "most fen"), more * 10
        )

    async def figures(self, desk: Desk, grams: int) -> dict[str, int]:
        """Read every figure that rests on what is confirmed, from the confirmation to the invoice."""
        town = await Town(desk).heard_of()
        # A gram costs ten fen, so that each gram shows in each amount.
        ginger = await town.goods(stock=9_000, price_fen=10, unit_quantity=1)
        walk = await town.an_order((ginger, 5_000), tolerance_bp=0)
        await with_card(walk, amount_fen=50_000)
        view = await lowered(walk, grams)
        line = view["lines"][0]
        moved = (await said(desk, walk.order_id, "order.moved"))[-1]
        page = orjson.loads(await list_orders(desk, town.buyer, town.canteen_id, None, None, 1, None))
        release = orjson.loads(written(await tell_release(desk, walk.seller, walk.order_id)))
        held, expected = view["payments"][0]["authorised_fen"], view["pending_fen"]
        promised = (await stock(walk, ginger.listing_id))[1]
        most = await self.most(walk, grams)
        await walk.pack(grams)
        await walk.ship()
        accepted = await walk.accept()
        asked = invoice((walk, 50_000))
        await put_invoice(desk, walk.seller, new_id(), asked)
        kind, over = (await differing(town) or [("", 0)])[0]
        assert kind == ("over_ordered" if grams < 5_000 else "")
        contract = release["contracts"][0]
        return {
            "ordered_quantity": line["ordered_quantity"],
            "ordered_fen": view["ordered_fen"],
            "award fen": round(release["awards"][0]["value"]["amount"] * 100),
            "held after": (await stock(walk, ginger.listing_id))[1],
            "confirmed_quantity": line["confirmed_quantity"],
            "promised": promised,
            "contract grams": round(contract["items"][0]["quantity"] * 1_000),
            "most grams": most,
            "packed grams": accepted["lines"][0]["packed_quantity"],
            "accepted_quantity": accepted["lines"][0]["accepted_quantity"],
            "confirmed_fen": view["confirmed_fen"],
            "line fen": line["confirmed_fen"],
            "said fen": moved["amount_fen"],
            "listed fen": page["items"][0]["confirmed_fen"],
            "contract fen": round(contract["value"]["amount"] * 100),
            "expected of the card fen": expected,
            "kept_fen": accepted["kept_fen"],
            "charged fen": (await payment(walk))["paid_fen"],
            "owed to an invoice fen": 50_000 - over,
            "most fen": held,
        }

    async def most(self, walk: Walk, grams: int) -> int:
        """Tell the most that may be packed, by asking for one gram more."""
        with pytest.raises(InvalidFields) as refused:
            await walk.pack(grams + 1)
        (problem,) = refused.value.facts["errors"]
        most: int = problem["most"]
        return most


class TestWhatIsConfirmed:
    async def test_is_the_most_that_is_accepted_however_much_was_ordered(self, desk: Desk, town: Town) -> None:
        walk = await town.an_order((await town.goods(), 10_000))
        await lowered(walk, 3_000)
        await walk.pack(3_000)
        await walk.ship()
        async with untouched(desk):
            with pytest.raises(InvalidFields) as refused:
                await walk.accept(3_301)
        assert fields(refused) == ["lines.0.accepted_quantity"]
        assert (await walk.accept(3_300))["kept_fen"] == 4_290

    async def test_is_what_a_card_holds_with_its_tolerance(self, town: Town, vendor: Vendor) -> None:
        walk = await town.an_order((await town.goods(), 10_000))
        payment_id = await with_card(walk)
        view = await lowered(walk, 4_000)
        assert (view["payments"][0]["authorised_fen"], view["pending_fen"]) == (5_720, 5_200)
        (intent,) = await vendor.intents(payment_id)
        assert (intent["status"], intent["amount"]) == ("requires_capture", 5_720)

    @pytest.mark.parametrize(("first", "then", "fen"), [(10_000, 4_000, 5_720), (4_000, 10_000, 14_300)])
    async def test_is_what_a_card_holds_though_it_was_to_hold_otherwise_before_an_answer_was_lost(
        self, desk: Desk, town: Town, env: dict[str, str], first: int, then: int, fen: int
    ) -> None:
        strict = StrictStripe(lambda: int(desk.clock.now().timestamp()))
        town.desk = replace(desk, cards=StripeCards("sk_test_strict", env["STRIPE_WEBHOOK_SECRET"], http=strict))
        walk = await town.an_order((await town.goods(), 10_000))
        await with_card(walk)
        strict.lost = "payment_intents"
        with pytest.raises(CardsUnavailable):
            await (lowered(walk, first) if first < 10_000 else walk.confirm())
        view = await (lowered(walk, then) if then < 10_000 else walk.confirm())
        assert view["payments"][0]["authorised_fen"] == fen
        assert [strict.intents[one]["amount"] for one in strict.held()] == [fen]
        assert strict.faults == []

    async def test_is_no_more_than_a_card_was_asked_to_hold_for_less(self, desk: Desk, town: Town) -> None:
        walk = await town.an_order((await town.goods(), 10_000))
        await with_card(walk)
        assert desk.cards is not None
        walk.town.desk = replace(desk, cards=DiesAfter(desk.cards, "hold"))
        with pytest.raises(Died):
            await lowered(walk, 4_000)
        walk.town.desk = desk
        async with untouched(desk):
            with pytest.raises(CardHoldsLess) as refused:
                await walk.confirm()
        assert (refused.value.facts["held_fen"], refused.value.facts["most_fen"]) == (5_720, 14_300)
        view = await lowered(walk, 4_000)
        assert (view["state"], view["confirmed_fen"], view["payments"][0]["state"]) == (
            "confirmed",
            5_200,
            "authorised",
        )

    async def test_whole_or_less_at_the_same_moment_is_one_of_the_two(self, desk: Desk, town: Town) -> None:
        for _ in range(8):
            ginger = await town.goods(stock=9_000)
            walk = await town.an_order((ginger, 5_000))
            other = Walk(town, walk.order_id, walk.seller)
            answers: list[Any] = await asyncio.gather(walk.confirm(), lowered(other, 2_000), return_exceptions=True)
            (view,) = [one for one in answers if isinstance(one, dict)]
            agreed = 5_000 if view["confirmed_fen"] is None else 2_000
            assert (await stock(walk, ginger.listing_id)) == (9_000, agreed)

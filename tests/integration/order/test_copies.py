"""Copies take only a higher version, and a listing's first stock is given once."""

from services.order.store.terms import read_terms
from services.order.usecases.commands import PutStock
from services.order.usecases.desk import Desk
from services.order.usecases.get_basket import get_basket
from services.order.usecases.get_stock import get_stock
from services.order.usecases.keep_copies import keep_copies
from services.order.usecases.put_stock import put_stock
from shared.contracts.catalog import ListingPublished, ListingWithdrawn
from tests.build.order import START, Town, heard, untouched


class TestListings:
    async def test_an_older_version_changes_nothing(self, desk: Desk, town: Town) -> None:
        first = await town.goods(stock=7_000)
        basket_id = await town.basket((first, 5_000))
        await town.publish(first.model_copy(update={"listing_version": 3, "price_fen": 900}), stock=9_000)
        await town.publish(first.model_copy(update={"listing_version": 2, "price_fen": 800}), stock=8_000)
        view = await get_basket(desk, town.buyer, basket_id)
        assert (view["lines"][0]["current_version"], view["lines"][0]["price_fen"]) == (3, 900)
        stock = await get_stock(desk, town.suppliers[first.supplier_id], first.listing_id)
        assert (stock["on_hand"], stock["promised"], stock["version"]) == (7_000, 0, 0)

    async def test_the_first_stock_does_not_undo_a_later_count(self, desk: Desk, town: Town) -> None:
        facts = await town.goods(stock=7_000)
        seller = town.suppliers[facts.supplier_id]
        await put_stock(desk, seller, facts.listing_id, PutStock(on_hand=500, reason="盘点"))
        await town.publish(facts, stock=7_000)
        assert (await get_stock(desk, seller, facts.listing_id))["on_hand"] == 500

    async def test_a_withdrawal_stands_until_a_later_version(self, desk: Desk, town: Town) -> None:
        facts = await town.goods()
        basket_id = await town.basket((facts, 5_000))
        await town.withdraw(facts)
        await town.publish(facts)
        assert (await get_basket(desk, town.buyer, basket_id))["lines"][0]["warnings"] == ["off_sale"]
        await town.publish(facts.model_copy(update={"listing_version": 2}))
        await town.withdraw(facts)
        assert (await get_basket(desk, town.buyer, basket_id))["lines"][0]["warnings"] == ["stale_version"]

    async def test_what_is_heard_at_once_stands_in_its_order(self, desk: Desk, town: Town) -> None:
        gone, back = [await town.goods(stock=7_000) for _ in range(2)]
        baskets = [await town.basket((facts, 5_000)) for facts in (gone, back)]
        second = [facts.model_copy(update={"listing_version": 2, "price_fen": 900}) for facts in (gone, back)]
        third = back.model_copy(update={"listing_version": 3, "price_fen": 800})
        await keep_copies(
            desk,
            heard(
                *(ListingPublished(listing=facts, on_hand_quantity=1, published_at=START) for facts in second),
                *(ListingWithdrawn(listing_id=one.listing_id, listing_version=2, reason="下架") for one in second),
                ListingPublished(listing=third, on_hand_quantity=1, published_at=START),
                ListingPublished(listing=second[1], on_hand_quantity=1, published_at=START),
            ),
        )
        lines = [(await get_basket(desk, town.buyer, one))["lines"][0] for one in baskets]
        assert [(line["current_version"], line["price_fen"]) for line in lines] == [(2, 900), (3, 800)]
        assert [line["warnings"] for line in lines] == [["stale_version", "off_sale"], ["stale_version"]]
        terms = await read_terms(desk.uow, [(back.listing_id, version) for version in (1, 2, 3)])
        assert [one["price_fen"] for _, one in sorted(terms.items())] == [back.price_fen, 900, 800]

    async def test_an_event_is_acted_on_once(self, desk: Desk, town: Town) -> None:
        facts = await town.goods()
        events = heard(ListingPublished(listing=facts, on_hand_quantity=1, published_at=START))
        await keep_copies(desk, events)
        async with untouched(desk):
            await keep_copies(desk, events)
            await keep_copies(desk, events * 2)


class TestUnitsAndCanteens:
    async def test_an_older_version_changes_nothing(self, desk: Desk) -> None:
        town = await Town(desk, limit_fen=5).heard_of(version=2)
        town.limit_fen = 7
        await town.heard_of(version=1, active=False)
        view = await get_basket(desk, town.buyer, await town.basket((await town.goods(), 5_000)))
        assert (view["approval"]["limit_fen"], view["orderable"]) == (5, True)

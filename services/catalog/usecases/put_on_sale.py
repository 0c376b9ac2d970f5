"""A version comes on sale in one way, whoever let it: it is marked, shaped for search, and said with what changed."""

from dataclasses import replace

from services.catalog.domain.origin import OriginUnproven, PaperPurpose, is_processed
from services.catalog.domain.prices import Prices, PublishedBy, is_jump
from services.catalog.domain.terms import tier_problems
from services.catalog.store import copies, listing_papers, listings, on_sale, standing
from services.catalog.store.listings import Version
from services.catalog.store.suppliers import Supplier
from services.catalog.usecases.listing_shapes import listing_facts, sale_row
from shared.clock import business_date
from shared.contracts.catalog import ListingPublished
from shared.db.unit_of_work import ReadTx, Tx
from shared.errors import InvalidFields


async def put_on_sale(tx: Tx, version: Version, supplier: Supplier, by: PublishedBy, *, last: int | None) -> Version:
    """Put a version on sale in place of the `last` one that was; the listing's own row is moved by who calls.

    Raises OriginUnproven.
    """
    await check_origin(tx, version)
    before = None if last is None else await listings.find_version(tx, version.listing_id, last)
    marks = {"published_at": tx.now, "published_by": by.value}
    version = await listings.mark_version(tx, version.listing_id, version.version, marks)
    [stands] = await standing.standings(tx, [(version, supplier)], business_date(tx.now))
    await on_sale.replace(tx, sale_row(version, supplier, await copies.is_available(tx, version.listing_id), stands))
    await tx.publish(
        ListingPublished(
            listing=listing_facts(version, supplier, before),
            on_hand_quantity=version.first_stock_quantity if last is None else None,
            published_at=tx.now,
        )
    )
    return version


async def check_origin(tx: ReadTx, version: Version) -> None:
    """Refuse terms that name where processed goods are from as long as no paper shows it. Raises OriginUnproven."""
    if not version.origin_county_code or not is_processed(version.item_code, version.category):
        return
    if not await listing_papers.proves(tx, version.listing_id, PaperPurpose.ORIGIN):
        raise OriginUnproven(listing_id=version.listing_id, origin_county_code=version.origin_county_code)


def needs_an_officer(reviewed: Version | None, now: Version) -> bool:
    """Tell whether an officer has to look at a version that differs from a reviewed one in its price alone."""
    return reviewed is None or is_jump(prices_of(reviewed), prices_of(now))


def prices_of(version: Version) -> Prices:
    """Give what a version costs."""
    return Prices.of(version.price_fen, version.price_tiers)


def repriced(version: Version, price_fen: int, price_tiers: list[dict[str, int]] | None = None) -> Version:
    """Give a version at another price, with its tiers unless others are told. Raises InvalidFields where none fall."""
    tiers = version.price_tiers if price_tiers is None else price_tiers
    problems = tier_problems(
        tiers,
        price_fen=price_fen,
        minimum_quantity=version.minimum_quantity,
        step_quantity=version.step_quantity,
    )
    if problems:
        raise InvalidFields(*problems)
    return replace(version, price_fen=price_fen, price_tiers=tiers)

"""A seller changes the price of what is on sale in one request; near what an officer saw it holds at once."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.catalog.domain.listings import LISTING, ListingNotFound, ListingState, NotOnSale, SupplierNotAdmitted
from services.catalog.domain.members import ActedAs
from services.catalog.domain.prices import (
    AHEAD_MS_MAX,
    NewerTermsWaiting,
    PriceChangeDiffers,
    PriceOutcome,
    PublishedBy,
    knows_enough,
    made_ms,
)
from services.catalog.domain.suppliers import ChangedMeanwhile
from services.catalog.domain.terms import TIERS_MAX
from services.catalog.store import listings, price_looks, prices, suppliers
from services.catalog.store.listings import Listing, Version
from services.catalog.store.suppliers import Supplier
from services.catalog.usecases.acts import log_act, write_act
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.price_band import needs_explanation
from services.catalog.usecases.put_listing import Tier
from services.catalog.usecases.put_on_sale import check_origin, needs_an_officer, put_on_sale, repriced
from services.catalog.usecases.texts import COMMAND
from shared.clock import business_date
from shared.contracts.authority import Identity, Owned, require
from shared.contracts.words import SupplierState
from shared.db.unit_of_work import Tx
from shared.errors import InvalidFields, field_problem

_STEP = {PriceOutcome.PUBLISHED: "reprice", PriceOutcome.SUBMITTED: "propose_price"}


class ChangePrice(BaseModel):
    """What a unit costs from now on, and which version whoever says so has seen."""

    model_config = COMMAND | {
        "json_schema_extra": {
            "examples": [
                {
                    "price_fen": 680,
                    "price_tiers": [{"from_quantity": 50000, "price_fen": 640}],
                    "seen_version": 1,
                }
            ]
        }
    }

    price_fen: int = Field(ge=1, le=100_000_000, description="price of one unit, tax included")
    price_tiers: Annotated[tuple[Tier, ...], Field(max_length=TIERS_MAX)] | None = Field(
        default=None, description="null leaves the tiers as they are"
    )
    seen_version: int = Field(ge=1, le=2_000_000_000, description="the version whose price was seen")


async def change_price(
    desk: Desk, identity: Identity, listing_id: UUID, change_id: UUID, command: ChangePrice
) -> dict[str, Any]:
    """Change a price, at once or by review; the same change again answers the same and changes nothing.

    Raises ListingNotFound, PriceChangeDiffers, NotOnSale, NewerTermsWaiting, ChangedMeanwhile, OriginUnproven,
    SupplierNotAdmitted.
    """
    async with desk.uow.begin() as tx:
        known = await listings.find(tx, listing_id)
        if known is None:
            raise ListingNotFound(listing_id=listing_id)
        require(identity, "change_price", Owned(supplier_id=known.supplier_id))
        made = made_ms(change_id)
        now_ms = int(tx.now.timestamp() * 1000)
        if made is None:
            raise InvalidFields(field_problem("change_id", "is a UUIDv7, which tells when it was made", "应为 UUIDv7"))
        if made > now_ms + AHEAD_MS_MAX:
            says = ("was made in the future; set the clock of your device", "时间晚于现在，请校准设备时间")
            raise InvalidFields(field_problem("change_id", *says))
        return await apply_price(tx, identity, listing_id, change_id, made, command)


async def apply_price(
    tx: Tx,
    identity: Identity,
    listing_id: UUID,
    change_id: UUID,
    made: int,
    command: ChangePrice,
    *,
    acted_as: ActedAs | None = None,
) -> dict[str, Any]:
    """Change a price in a transaction that is open, for whoever may; `made` tells when it was made, in milliseconds.

    In the background `acted_as` says in whose place it is done, which was known when it was asked for.
    """
    known = await listings.find(tx, listing_id)
    if known is None:
        raise ListingNotFound(listing_id=listing_id)
    supplier = await suppliers.hold(tx, known.supplier_id)
    known = await listings.lock(tx, listing_id)
    assert supplier is not None
    assert known is not None
    if (change := await prices.find_change(tx, change_id)) is not None:
        if (change["listing_id"], change["asked"]) != (listing_id, command.model_dump(mode="json")):
            raise PriceChangeDiffers(change_id=change_id, price_fen=change["price_fen"])
        return price_view(change)
    wanted, outcome = await foresee_price(tx, known, supplier, identity.account_id, made, command)
    version = await _write(tx, identity.account_id, known, supplier, wanted, outcome)
    values = {
        "change_id": change_id,
        "listing_id": listing_id,
        "version": version.version,
        "seen_version": command.seen_version,
        "made_ms": made,
        "price_fen": version.price_fen,
        "price_tiers": version.price_tiers,
        "asked": command.model_dump(mode="json"),
        "outcome": outcome.value,
        "changed_by": identity.account_id,
        "changed_at": tx.now,
    }
    await prices.insert_change(tx, values)
    if outcome is PriceOutcome.PUBLISHED:
        await price_looks.wait(tx, values)
    if acted_as is None:
        await log_act(tx, identity, supplier.supplier_id, "change_price", listing_id, version.version)
    else:
        await write_act(tx, identity, supplier.supplier_id, acted_as, "change_price", listing_id, version.version)
    return price_view(values)


async def foresee_price(
    tx: Tx, known: Listing, supplier: Supplier, by: UUID | None, made: int, command: ChangePrice
) -> tuple[Version, PriceOutcome]:
    """Give the newest version at its new price, and what becomes of it; writes nothing.

    `by` is who makes the change, None where what it knows is the newest version.

    Raises SupplierNotAdmitted, NotOnSale, NewerTermsWaiting, ChangedMeanwhile, InvalidFields, OriginUnproven,
    WrongState.
    """
    if supplier.state is not SupplierState.ADMITTED:
        raise SupplierNotAdmitted(supplier_id=supplier.supplier_id, state=supplier.state.value)
    newest = await _newest_with_only_the_price_new(tx, known, by, made, command)
    wanted = repriced(newest, command.price_fen, _tiers(command))
    stands = known.version == known.published_version or known.state is ListingState.SUBMITTED
    if stands and (newest.price_fen, newest.price_tiers) == (wanted.price_fen, wanted.price_tiers):
        return newest, PriceOutcome.UNCHANGED
    await check_origin(tx, wanted)
    reviewed = await prices.last_reviewed(tx, known.listing_id)
    looked_at = needs_an_officer(reviewed, wanted) or await needs_explanation(tx, wanted, business_date(tx.now))
    outcome = PriceOutcome.SUBMITTED if looked_at else PriceOutcome.PUBLISHED
    LISTING.check(known.state, _STEP[outcome])
    return wanted, outcome


def price_view(change: dict[str, Any]) -> dict[str, Any]:
    """Show a change of a price, as it was answered when it was made."""
    return {
        "change_id": str(change["change_id"]),
        "listing_id": str(change["listing_id"]),
        "listing_version": change["version"],
        "price_fen": change["price_fen"],
        "price_tiers": change["price_tiers"],
        "outcome": change["outcome"],
        "changed_at": change["changed_at"].isoformat(),
    }


async def _newest_with_only_the_price_new(
    tx: Tx, known: Listing, by: UUID | None, made: int, command: ChangePrice
) -> Version:
    """Give the newest version, which differs from the one on sale in its price alone, if this change may follow it."""
    if known.published_version is None:
        raise NotOnSale(listing_id=known.listing_id)
    since = await prices.changes_since(tx, known.listing_id, min(known.published_version, command.seen_version))
    by_price = {version for version, _, _ in since}
    if any(version not in by_price for version in range(known.published_version + 1, known.version + 1)):
        raise NewerTermsWaiting(listing_id=known.listing_id, listing_version=known.version)
    newest = await listings.find_version(tx, known.listing_id, known.version)
    assert newest is not None
    own = [(version, ms) for version, ms, maker in since if maker == by]
    if not knows_enough(command.seen_version, made, known.version, own):
        raise ChangedMeanwhile(listing_id=known.listing_id, listing_version=known.version, price_fen=newest.price_fen)
    return newest


def _tiers(command: ChangePrice) -> list[dict[str, int]] | None:
    return None if command.price_tiers is None else [tier.model_dump() for tier in command.price_tiers]


async def _write(
    tx: Tx, account_id: UUID, known: Listing, supplier: Supplier, wanted: Version, outcome: PriceOutcome
) -> Version:
    if outcome is PriceOutcome.UNCHANGED:
        return wanted
    state = LISTING.check(known.state, _STEP[outcome])
    number = known.version + 1
    moved: dict[str, Any] = {"state": state.value, "version": number}
    if outcome is PriceOutcome.SUBMITTED:
        moved |= {"submitted_by": account_id, "submitted_at": tx.now}
    else:
        moved |= {"published_version": number, "last_published_version": number}
    if await listings.change(tx, known, moved) is None:
        raise ChangedMeanwhile(listing_id=known.listing_id)
    version = await listings.insert_again(tx, wanted, number, account_id)
    if outcome is PriceOutcome.PUBLISHED:
        await put_on_sale(tx, version, supplier, PublishedBy.PRICE_CHANGE, last=known.last_published_version)
    return version

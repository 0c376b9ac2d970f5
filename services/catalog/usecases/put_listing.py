"""A supplier writes what it offers; other content is another version, and what is on sale stays until replaced."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.catalog.domain.listings import (
    LISTING,
    LISTINGS_OF_A_SUPPLIER_MAX,
    AnotherSuppliersListing,
    ListingState,
    TooManyListings,
    terms_problems,
)
from services.catalog.domain.origin import is_processed, origin_of, origin_problems
from services.catalog.domain.suppliers import (
    ChangedMeanwhile,
    RevokedSupplier,
    SupplierNotFound,
)
from services.catalog.domain.terms import (
    CERTIFICATES_MAX,
    DELIVERY_AREAS_MAX,
    LEAD_DAYS_MAX,
    ORIGIN_SHARES_MAX,
    SHELF_LIFE_DAYS_MAX,
    TIERS_MAX,
    Storage,
    area_problems,
    certificate_problems,
    listed_item_problems,
    share_problems,
    tier_problems,
)
from services.catalog.store import certificates, listings, suppliers
from services.catalog.store.listings import Listing, Version
from services.catalog.store.suppliers import Supplier
from services.catalog.usecases.acts import log_act
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.listing_shapes import full_listing
from services.catalog.usecases.texts import COMMAND, CodeOfSix, Name, Paragraphs, Text200, Word
from shared.contracts.authority import Identity, Owned, require
from shared.contracts.words import Measure, SupplierState
from shared.db.unit_of_work import Tx
from shared.errors import InvalidFields
from shared.money import BP_WHOLE

Month = Annotated[int, Field(ge=1, le=12)]


class Tier(BaseModel):
    """From this quantity on, the price of a unit for the whole line."""

    model_config = COMMAND

    from_quantity: int = Field(ge=1, le=1_000_000_000, description="grams, or pieces")
    price_fen: int = Field(ge=1, le=100_000_000)


class OriginShare(BaseModel):
    """How much of the main ingredient comes from a county, by weight."""

    model_config = COMMAND

    county_code: CodeOfSix
    share_bp: int = Field(ge=1, le=BP_WHOLE, description="of the weight of the main ingredient, in basis points")


class PutListing(BaseModel):
    """What is offered, at which terms."""

    model_config = COMMAND | {
        "json_schema_extra": {
            "examples": [
                {
                    "supplier_id": "019a0000-0000-7000-8000-000000000001",
                    "name": "茶陵生姜",
                    "category": "vegetables",
                    "description": "当年新姜，带泥装袋",
                    "measure": "weight",
                    "unit_name": "斤",
                    "unit_quantity": 500,
                    "price_fen": 650,
                    "minimum_quantity": 5000,
                    "step_quantity": 500,
                    "origin_county_code": "430224",
                    "harvest_months": [9, 10, 11],
                    "first_stock_quantity": 2000000,
                    "item_code": "ginger",
                    "specification": "每块100克以上，10斤一袋",
                    "price_tiers": [{"from_quantity": 50000, "price_fen": 600}],
                    "shelf_life_days": 30,
                    "storage": "cool",
                    "delivery_areas": ["430200"],
                    "lead_days": 2,
                }
            ]
        }
    }

    supplier_id: UUID
    name: Name
    category: Annotated[str, Field(max_length=40)] = Field(description="a code of the categories, e.g. vegetables")
    description: Paragraphs = ""
    measure: Measure
    unit_name: Word = Field(description="what a price is for: 斤, kg, 盒")
    unit_quantity: int = Field(ge=1, le=1_000_000, description="grams in one price unit; 1 for goods by piece")
    piece_grams: int | None = Field(
        default=None, ge=1, le=1_000_000, description="net grams of a piece, for goods by piece"
    )
    price_fen: int = Field(ge=1, le=100_000_000, description="price of one unit, tax included")
    minimum_quantity: int = Field(ge=1, le=1_000_000_000, description="grams, or pieces")
    step_quantity: int = Field(ge=1, le=1_000_000_000, description="grams, or pieces")
    origin_county_code: Annotated[str, Field(pattern=r"^([0-9]{6})?$", max_length=6)] = Field(
        default="",
        description="where it was grown, raised or caught: GB/T 2260; of processed goods, where over half of the main"
        " ingredient was, which wants a paper, or empty",
    )
    harvest_months: Annotated[tuple[Month, ...], Field(max_length=12)] | None = None
    first_stock_quantity: int | None = Field(
        default=None, ge=0, le=1_000_000_000_000, description="grams or pieces at hand at the first publication"
    )
    item_code: Annotated[str, Field(max_length=40)] = Field(
        default="", description="what it is, of the categories' items, e.g. ginger; of the listing's category"
    )
    specification: Text200 = Field(default="", description="size, grade, packing")
    price_tiers: Annotated[tuple[Tier, ...], Field(max_length=TIERS_MAX)] = Field(
        default=(), description="by rising quantity and falling price"
    )
    shelf_life_days: int | None = Field(default=None, ge=1, le=SHELF_LIFE_DAYS_MAX)
    storage: Storage | None = None
    delivery_areas: Annotated[tuple[CodeOfSix, ...], Field(max_length=DELIVERY_AREAS_MAX)] = Field(
        default=(), description="divisions of GB/T 2260 at any level; empty is everywhere"
    )
    lead_days: int | None = Field(
        default=None, ge=0, le=LEAD_DAYS_MAX, description="days from an order to its delivery"
    )
    main_ingredient: Text200 = Field(default="", description="of processed goods")
    origin_shares: Annotated[tuple[OriginShare, ...], Field(max_length=ORIGIN_SHARES_MAX)] = Field(
        default=(), description="where the main ingredient comes from, by weight"
    )
    certificate_ids: Annotated[tuple[UUID, ...], Field(max_length=CERTIFICATES_MAX)] = Field(
        default=(), description="the supplier's certificates that these goods have"
    )
    explanation: Paragraphs = Field(default="", description="of the price, for officers; buyers do not see it")

    def columns(self) -> dict[str, Any]:
        """Give the terms as columns of the table."""
        written = self.model_dump(mode="json", exclude={"supplier_id"})
        return written | {
            "origin_county_code": origin_of(self.origin_county_code, written["origin_shares"]),
            "harvest_months": None if self.harvest_months is None else sorted(self.harvest_months),
            "delivery_areas": sorted(self.delivery_areas),
            "certificate_ids": sorted(self.certificate_ids),
        }


async def put_listing(desk: Desk, identity: Identity, listing_id: UUID, command: PutListing) -> dict[str, Any]:
    """Write a listing as a draft; the same content again changes nothing.

    A supplier may write while its admission is under way; only an admitted one may submit.
    """
    async with desk.uow.begin() as tx:
        supplier = await suppliers.find(tx, command.supplier_id)
        known = await listings.find(tx, listing_id)
        if supplier is None:
            raise SupplierNotFound(supplier_id=command.supplier_id)
        require(identity, "put_listing", Owned(supplier_id=supplier.supplier_id))
        if known is not None and known.supplier_id != supplier.supplier_id:
            require(identity, "put_listing", Owned(supplier_id=known.supplier_id))
            raise AnotherSuppliersListing(listing_id=listing_id)
        _check(command, await certificates.known(tx, supplier.supplier_id, command.certificate_ids))
        if known is None:
            known, version = await _begin(tx, identity, listing_id, supplier, command)
        else:
            version = await _newest(tx, known)
        if _terms(version) != command.columns():
            known, version = await _write_next(tx, identity, known, supplier, command)
        return await full_listing(tx, known, version, supplier, identity)


def _check(command: PutListing, own_certificates: set[UUID]) -> None:
    problems = terms_problems(
        category=command.category,
        measure=command.measure,
        unit_quantity=command.unit_quantity,
        piece_grams=command.piece_grams,
        minimum_quantity=command.minimum_quantity,
        step_quantity=command.step_quantity,
        harvest_months=command.harvest_months,
    )
    shares = [share.model_dump() for share in command.origin_shares]
    processed = is_processed(command.item_code, command.category)
    problems += origin_problems(command.origin_county_code, shares, processed=processed)
    tiers = [tier.model_dump() for tier in command.price_tiers]
    problems += listed_item_problems(command.item_code, command.category)
    problems += tier_problems(
        tiers,
        price_fen=command.price_fen,
        minimum_quantity=command.minimum_quantity,
        step_quantity=command.step_quantity,
    )
    problems += area_problems(command.delivery_areas)
    problems += share_problems(shares)
    problems += certificate_problems(command.certificate_ids, own_certificates)
    if problems:
        raise InvalidFields(*problems)


def _terms(version: Version) -> dict[str, Any]:
    names = PutListing.model_fields.keys() - {"supplier_id"}
    return {name: getattr(version, name) for name in names}


async def _begin(
    tx: Tx, identity: Identity, listing_id: UUID, supplier: Supplier, command: PutListing
) -> tuple[Listing, Version]:
    """Write a new listing with its first version; whoever comes second finds the first one's."""
    if supplier.state is SupplierState.REVOKED:
        raise RevokedSupplier(supplier_id=supplier.supplier_id)
    if await listings.count_of_supplier(tx, supplier.supplier_id) >= LISTINGS_OF_A_SUPPLIER_MAX:
        raise TooManyListings(listings_max=LISTINGS_OF_A_SUPPLIER_MAX)
    listing = await listings.insert(
        tx,
        {
            "listing_id": listing_id,
            "supplier_id": supplier.supplier_id,
            "state": ListingState.DRAFT.value,
            "version": 1,
            "revision": 1,
            "written_at": tx.now,
            "changed_at": tx.now,
        },
    )
    if listing is not None:
        await log_act(tx, identity, supplier.supplier_id, "put_listing", listing_id, 1)
        return listing, await _insert_version(tx, identity, listing_id, 1, command)
    first = await listings.find(tx, listing_id)
    if first is None or first.supplier_id != supplier.supplier_id:
        raise AnotherSuppliersListing(listing_id=listing_id)
    return first, await _newest(tx, first)


async def _newest(tx: Tx, listing: Listing) -> Version:
    version = await listings.find_version(tx, listing.listing_id, listing.version)
    assert version is not None
    return version


async def _write_next(
    tx: Tx, identity: Identity, known: Listing, supplier: Supplier, command: PutListing
) -> tuple[Listing, Version]:
    if supplier.state is SupplierState.REVOKED:
        raise RevokedSupplier(supplier_id=supplier.supplier_id)
    state = LISTING.check(known.state, "write")
    listing = await listings.change(tx, known, {"state": state.value, "version": known.version + 1})
    if listing is None:
        raise ChangedMeanwhile(listing_id=known.listing_id)
    await log_act(tx, identity, known.supplier_id, "put_listing", known.listing_id, listing.version)
    return listing, await _insert_version(tx, identity, known.listing_id, listing.version, command)


async def _insert_version(tx: Tx, identity: Identity, listing_id: UUID, version: int, command: PutListing) -> Version:
    return await listings.insert_version(
        tx,
        {
            **command.columns(),
            "listing_id": listing_id,
            "version": version,
            "written_by": identity.account_id,
            "written_at": tx.now,
        },
    )

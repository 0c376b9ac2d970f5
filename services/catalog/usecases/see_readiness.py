"""A base and its officers see, line by line, what the government's 832 platform asks and what of it is there."""

from datetime import date
from typing import Any
from uuid import UUID

from services.catalog.domain.filings import FilingState, FilingSubject, holds_until
from services.catalog.domain.readiness import (
    Base,
    Finding,
    Offered,
    Paper,
    Requirement,
    RequirementList,
    asked_on,
    is_ready,
    readiness,
)
from services.catalog.store import filings
from services.catalog.store import readiness as store
from services.catalog.store.filings import Filing
from services.catalog.store.suppliers import Supplier
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.reach import reached
from shared.clock import today
from shared.contracts.authority import Identity
from shared.contracts.words import SupplierState
from shared.db.unit_of_work import ReadTx
from shared.reference.items import items

LISTED = "national-832"
LISTINGS_NAMED_MAX = 200
"""Of very many goods that lack something, how many are named."""
_PAPER_STATES = (FilingState.FILED, FilingState.RETURNED, FilingState.CONFIRMED)


async def see_readiness(desk: Desk, identity: Identity, supplier_id: UUID) -> dict[str, Any]:
    """Show how every line of the list of today stands. Raises SupplierNotFound, NotAllowed."""
    day = today(desk.clock)
    async with desk.uow.read() as tx:
        supplier = await reached(tx, identity, "see_readiness", supplier_id)
        base = await base_of(tx, supplier, day)
    asked = asked_on(day)
    return readiness_view(supplier_id, asked, readiness(base, asked, day), day)


def readiness_view(
    supplier_id: UUID, asked: RequirementList, found: list[tuple[Requirement, Finding]], day: date
) -> dict[str, Any]:
    """Show a list and how each of its lines stands."""
    return {
        "supplier_id": str(supplier_id),
        "as_of": day.isoformat(),
        "list_code": asked.code,
        "list_valid_from": asked.valid_from.isoformat(),
        "sources": list(asked.sources),
        "ready": is_ready(found),
        "requirements": [
            {
                "code": requirement.code,
                "title": {"zh": requirement.zh, "en": requirement.en},
                "needed": requirement.needed,
                "status": finding.status.value,
                "paper_ids": [str(one) for one in finding.paper_ids],
                "listing_count": len(finding.listing_ids),
                "listing_ids": [str(one) for one in finding.listing_ids[:LISTINGS_NAMED_MAX]],
            }
            for requirement, finding in found
        ],
    }


async def base_of(tx: ReadTx, supplier: Supplier, day: date) -> Base:
    """Gather what is known of a supplier."""
    listed = await store.listed_counties(tx, LISTED, day)
    return Base(
        credit_code=supplier.credit_code,
        name=supplier.name,
        bank_account_name=supplier.bank_account_name,
        admitted=supplier.state is SupplierState.ADMITTED,
        county_listed=supplier.county_code in listed,
        certificates=await _papers(tx, FilingSubject.CERTIFICATE, supplier.supplier_id),
        recognitions=await _papers(tx, FilingSubject.RECOGNITION, supplier.supplier_id),
        capacities=await _capacities(tx, supplier.supplier_id, day),
        offered=await _offered(tx, supplier.supplier_id, listed),
    )


async def _papers(tx: ReadTx, subject: FilingSubject, supplier_id: UUID) -> tuple[Paper, ...]:
    return tuple(_paper(one) for one in await filings.of_supplier(tx, subject, supplier_id, _PAPER_STATES))


def _paper(one: Filing) -> Paper:
    said = one.says
    return Paper(
        one.filing_id,
        said.get("kind", said.get("level", "")),
        one.state,
        said["valid_from"],
        holds_until(said["valid_to"], one.cut_on),
        tuple(said.get("item_codes", ())),
    )


async def _capacities(tx: ReadTx, supplier_id: UUID, day: date) -> tuple[Paper, ...]:
    """Give what was declared for this year and the last one, each good until the end of the year after its own."""
    rows = await store.lately_declared(tx, supplier_id, day.year - 1)
    states = {state.value for state in _PAPER_STATES}
    return tuple(
        Paper(
            row.capacity_id,
            "capacity",
            FilingState(row.state),
            date(row.year, 1, 1),
            date(row.year + 2, 1, 1),
            (row.item_code,),
        )
        for row in rows
        if row.state in states and row.year <= day.year
    )


async def _offered(tx: ReadTx, supplier_id: UUID, listed: set[str]) -> tuple[Offered, ...]:
    known = items()
    return tuple(
        Offered(
            listing_id=row.listing_id,
            item_code=row.item_code,
            category=row.category,
            processed=known[row.item_code].processed if row.item_code in known else row.category == "processed",
            origin_listed=row.origin_county_code in listed,
            price_proven=row.price_proven,
        )
        for row in await store.offered(tx, supplier_id)
    )

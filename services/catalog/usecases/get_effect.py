"""Whom a base employs and leads, its recognitions, what it was given and sold stand side by side, for anyone to read.

Nothing that nobody confirmed is public; a supplier's own people, officers and auditors also see what waits.
"""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.catalog.domain.filings import FilingState, FilingSubject
from services.catalog.domain.recognition import FigureKind, Recognised, RecognitionLevel
from services.catalog.domain.suppliers import SupplierNotFound
from services.catalog.store import filings, suppliers, supports
from services.catalog.store.filings import Filing
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.reach import may_see_all
from services.catalog.usecases.texts import COMMAND
from shared.clock import business_date
from shared.contracts.authority import Identity
from shared.contracts.words import SupplierState
from shared.db.unit_of_work import ReadTx
from shared.errors import InvalidFields, field_problem
from shared.reference import county_name

FIRST_YEAR = 2010
ENTRIES_SHOWN_MAX = 100


class GetEffect(BaseModel):
    """Of which year; without one, of this."""

    model_config = COMMAND

    year: Annotated[int, Field(ge=FIRST_YEAR, le=2100)] | None = None


async def get_effect(desk: Desk, identity: Identity | None, supplier_id: UUID, query: GetEffect) -> dict[str, Any]:
    """Give the effect of a supplier in a year, as of its last day, or of today.

    Raises SupplierNotFound, InvalidFields.
    """
    today = business_date(desk.clock.now())
    year = query.year or today.year
    if year > today.year:
        raise InvalidFields(field_problem("year", "has not begun", "该年度尚未开始"))
    as_of = min(today, date(year, 12, 31))
    async with desk.uow.read() as tx:
        supplier = await suppliers.find(tx, supplier_id)
        all_of_it = supplier is not None and await may_see_all(tx, identity, supplier)
        if supplier is None or not (all_of_it or supplier.state is SupplierState.ADMITTED):
            raise SupplierNotFound(supplier_id=supplier_id)
        view = {
            "supplier_id": str(supplier_id),
            "name": supplier.name,
            "kind": supplier.kind.value,
            "county_code": supplier.county_code,
            "county_name": county_name(supplier.county_code),
            "year": year,
            "as_of": as_of.isoformat(),
            "recognitions": await _recognitions(tx, supplier_id, as_of),
            **await _figures(tx, supplier_id, as_of),
            "supports": await _supports(tx, supplier_id, year, as_of),
            "sales": await _sales(tx, supplier_id, year, as_of),
        }
        if all_of_it:
            view["waiting"] = await _waiting(tx, supplier_id)
    return view


async def _recognitions(tx: ReadTx, supplier_id: UUID, as_of: date) -> list[dict[str, Any]]:
    """Show the recognitions that held on a day, which may have been replaced or ended since."""
    ever = (FilingState.CONFIRMED, FilingState.REPLACED, FilingState.ENDED)
    found = await filings.of_supplier(tx, FilingSubject.RECOGNITION, supplier_id, ever)
    return [
        {
            "recognition_id": str(one.filing_id),
            **{name: one.says[name] for name in ("level", "title", "modes", "issuer", "number")},
            "valid_from": one.says["valid_from"].isoformat(),
            "valid_to": one.says["valid_to"].isoformat() if one.says["valid_to"] else None,
        }
        for one in found
        if _recognised(one).holds_on(as_of)
    ]


def _recognised(one: Filing) -> Recognised:
    said = one.says
    level = RecognitionLevel(said["level"])
    return Recognised(one.filing_id, level, said["valid_from"], said["valid_to"], one.cut_on)


async def _figures(tx: ReadTx, supplier_id: UUID, as_of: date) -> dict[str, Any]:
    """Show of each kind the newest confirmed figure of that day or before; None where there is none."""
    found = await filings.of_supplier(tx, FilingSubject.FIGURE, supplier_id, (FilingState.CONFIRMED,))
    newest: dict[str, Any] = {kind.value: None for kind in FigureKind}
    for one in sorted(found, key=lambda one: one.says["as_of"]):
        said = one.says
        if said["as_of"] <= as_of:
            newest[said["kind"]] = {
                "figure_id": str(one.filing_id),
                "count": said["count"],
                "as_of": said["as_of"].isoformat(),
                "evidence": said["evidence"],
            }
    return newest


async def _supports(tx: ReadTx, supplier_id: UUID, year: int, as_of: date) -> dict[str, Any]:
    """Show what was given in a year, and all that was given until its end, reversals taken off."""
    given = await supports.given(tx, supplier_id, date(year, 1, 1), as_of)
    in_year: dict[str, int] = {}
    for row in given:
        in_year[row.kind] = in_year.get(row.kind, 0) + row.amount_fen
    ever = await supports.sums(tx, supplier_id, as_of)
    return {
        "in_year": [{"kind": kind, "amount_fen": in_year[kind]} for kind in sorted(in_year)],
        "ever": [{"kind": kind, "amount_fen": amount} for kind, amount in ever.items()],
        "entries_in_year": len(given),
        "entries": [
            {
                "support_id": str(row.support_id),
                "kind": row.kind,
                "amount_fen": row.amount_fen,
                "given_on": row.given_on.isoformat(),
                "giver": row.giver,
                "reverses": str(row.reverses) if row.reverses else None,
            }
            for row in given[-ENTRIES_SHOWN_MAX:]
        ],
    }


async def _sales(tx: ReadTx, supplier_id: UUID, year: int, as_of: date) -> dict[str, Any]:
    """Show what canteens accepted here and kept in a year, at the price agreed."""
    lines, net_fen = await supports.sold(tx, supplier_id, date(year, 1, 1), as_of)
    return {"lines": lines, "net_fen": net_fen}


async def _waiting(tx: ReadTx, supplier_id: UUID) -> list[dict[str, Any]]:
    """Show the figures that nobody has confirmed yet."""
    found = await filings.of_supplier(tx, FilingSubject.FIGURE, supplier_id, (FilingState.FILED, FilingState.RETURNED))
    return [
        {
            "figure_id": str(one.filing_id),
            "kind": one.says["kind"],
            "count": one.says["count"],
            "as_of": one.says["as_of"].isoformat(),
            "state": one.state.value,
        }
        for one in found
    ]

"""A supplier declares a parcel by its certificate; one parcel has one declarant at a time."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from services.catalog.domain.capacity import (
    AREA_M2_MAX,
    PLOTS_MAX,
    PlotDeclared,
    PlotFixed,
    PlotKind,
    PlotNotFound,
    TooManyPlots,
)
from services.catalog.domain.contacts import written_alike
from services.catalog.domain.spans import common
from services.catalog.domain.suppliers import RevokedSupplier, county_problems
from services.catalog.store import plots, suppliers
from services.catalog.store.plots import Plot
from services.catalog.usecases.acts import log_act
from services.catalog.usecases.capacity_shapes import plot_view
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.judge_sales import judge_sales
from services.catalog.usecases.reach import reached
from services.catalog.usecases.texts import COMMAND, CodeOfSix
from shared.contracts.authority import Identity
from shared.contracts.words import SupplierState
from shared.db.unit_of_work import Tx
from shared.errors import InvalidFields, field_problem
from shared.texts import LINE

EARLIEST = date(1950, 1, 1)
LATEST = date(2100, 1, 1)


class PutPlot(BaseModel):
    """A parcel: what it is, by which certificate (权属证书、承包合同编号), where, and how large."""

    model_config = COMMAND | {
        "json_schema_extra": {
            "examples": [
                {
                    "kind": "field",
                    "certificate_number": "湘(2021)茶陵县农村土地承包经营权第000123号",
                    "county_code": "430224",
                    "area_m2": 13333,
                    "declared_from": "2026-01-01",
                }
            ]
        }
    }

    kind: PlotKind
    certificate_number: Annotated[str, StringConstraints(min_length=4, max_length=60, pattern=LINE)]
    county_code: CodeOfSix
    area_m2: int = Field(ge=1, le=AREA_M2_MAX, description="whole square metres; 1 mu is 666.67")
    declared_from: date
    declared_to: date | None = Field(default=None, description="the first day on which it is no longer declared")


async def put_plot(
    desk: Desk, identity: Identity, supplier_id: UUID, plot_id: UUID, command: PutPlot
) -> dict[str, Any]:
    """Declare a parcel, or end its declaration; nothing else of it changes.

    What was sold is held anew against the confirmed capacities that stand on one that ends. Raises PlotDeclared where
    somebody declared its certificate for any of the same days; whose it is, is not told.
    """
    async with desk.uow.begin() as tx:
        await reached(tx, identity, "put_plot", supplier_id)
        _check(command)
        key = written_alike(command.certificate_number)
        supplier = await suppliers.lock_and_find(tx, supplier_id)
        await plots.alone_with_certificate(tx, key)
        known = await plots.find_plot(tx, plot_id)
        if known is not None:
            ended = await _ended(tx, known, supplier_id, command)
            if ended is not known:
                await log_act(tx, identity, supplier_id, "put_plot", plot_id)
            return plot_view(ended)
        if supplier.state is SupplierState.REVOKED:
            raise RevokedSupplier(supplier_id=supplier_id)
        if len(await plots.plots_of(tx, supplier_id)) >= PLOTS_MAX:
            raise TooManyPlots(plots_max=PLOTS_MAX)
        others = await plots.of_certificate(tx, key)
        span = command.declared_from, command.declared_to
        if any(common(one.declared, span) for one in others):
            raise PlotDeclared()
        values = {
            **command.model_dump(),
            "kind": command.kind.value,
            "plot_id": plot_id,
            "supplier_id": supplier_id,
            "certificate_key": key,
            "put_by": identity.account_id,
            "put_at": tx.now,
        }
        plot = await plots.insert_plot(tx, values)
        await log_act(tx, identity, supplier_id, "put_plot", plot_id)
        return plot_view(plot)


def _check(command: PutPlot) -> None:
    problems = county_problems("county_code", command.county_code)
    if len(written_alike(command.certificate_number)) < 4:
        says, zh = "has at least four letters or digits", "至少包含四个文字或数字"
        problems.append(field_problem("certificate_number", says, zh))
    for name, day in (("declared_from", command.declared_from), ("declared_to", command.declared_to)):
        if day is not None and not EARLIEST <= day < LATEST:
            problems.append(field_problem(name, "is not between 1950 and 2100", "应在1950年至2100年之间"))
    if command.declared_to is not None and command.declared_to < command.declared_from:
        problems.append(field_problem("declared_to", "is before it is declared", "早于申报日期"))
    if problems:
        raise InvalidFields(*problems)


async def _ended(tx: Tx, known: Plot, supplier_id: UUID, command: PutPlot) -> Plot:
    """Give the parcel as it stands, ended if that is what is new. Raises PlotFixed, PlotNotFound."""
    if known.supplier_id != supplier_id:
        raise PlotNotFound(plot_id=str(known.plot_id))
    facts = ("kind", "certificate_number", "county_code", "area_m2", "declared_from")
    if any(getattr(known, name) != getattr(command, name) for name in facts):
        raise PlotFixed(plot_id=str(known.plot_id))
    if known.declared_to == command.declared_to:
        return known
    if known.declared_to is not None or command.declared_to is None:
        raise PlotFixed(plot_id=str(known.plot_id))
    ended = await plots.end_plot(tx, known.plot_id, command.declared_to)
    standing = await plots.confirmed_on(tx, known.plot_id)
    await judge_sales(tx, [(supplier_id, one.item_code, one.year) for one in standing])
    return ended

"""Parcels, capacities and sales elsewhere by HTTP: declare, confirm, and see beside what was sold."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from services.catalog.api.parse import desk_of, parameters_of, query_of
from services.catalog.api.plausible_answers import (
    Capacities,
    CapacityAnswer,
    OutsideSaleAnswer,
    PlotAnswer,
    SupplierCapacityAnswer,
)
from services.catalog.domain.capacity import (
    CapacityNotFound,
    CapacityOfAnother,
    OutsideSaleFixed,
    OutsideSaleNotFound,
    OutsideSaleReversed,
    PlotDeclared,
    PlotFixed,
    PlotNotFound,
    PlotsOverused,
    PlotsUndeclared,
    TooManyCapacities,
    TooManyPlots,
)
from services.catalog.domain.members import HelpEnded
from services.catalog.domain.suppliers import ChangedMeanwhile, RevokedSupplier, SupplierNotFound
from services.catalog.usecases.get_capacity import ListCapacities, get_capacity, get_plot, list_capacities
from services.catalog.usecases.put_capacity import YEAR_MAX, YEAR_MIN, PutCapacity, put_capacity
from services.catalog.usecases.put_outside_sale import PutOutsideSale, put_outside_sale
from services.catalog.usecases.put_plot import PutPlot, put_plot
from services.catalog.usecases.review_capacity import ReviewCapacity, review_capacity
from services.catalog.usecases.see_capacity import see_capacity
from shared.contracts.authority import NotAllowed, OwnRequest
from shared.db.unit_of_work import KeyReused
from shared.errors import NotSignedIn
from shared.http.answers import json_answer
from shared.http.identity import SignedIn
from shared.http.once import Once
from shared.http.problems import refusals
from shared.states import WrongState

router = APIRouter(tags=["plausible"])
ASKED = (NotSignedIn, NotAllowed, SupplierNotFound)
YearAsked = Annotated[int | None, Query(ge=YEAR_MIN, le=YEAR_MAX, description="this year where it is left out")]


@router.put(
    "/suppliers/{supplier_id}/plots/{plot_id}",
    operation_id="put_plot",
    summary="Declare a parcel by its certificate, or end its declaration",
    description="One parcel has one declarant: a certificate that is declared for any of the same days is refused.",
    responses={
        200: {"model": PlotAnswer},
        **refusals(*ASKED, HelpEnded, PlotDeclared, PlotFixed, PlotNotFound, TooManyPlots, RevokedSupplier),
    },
)
async def declare(request: Request, supplier_id: UUID, plot_id: UUID, command: PutPlot, identity: SignedIn) -> Response:
    return json_answer(await put_plot(desk_of(request), identity, supplier_id, plot_id, command))


@router.get(
    "/suppliers/{supplier_id}/plots/{plot_id}",
    operation_id="get_plot",
    summary="A parcel as declared",
    responses={200: {"model": PlotAnswer}, **refusals(*ASKED, PlotNotFound)},
)
async def plot(request: Request, supplier_id: UUID, plot_id: UUID, identity: SignedIn) -> Response:
    return json_answer(await get_plot(desk_of(request), identity, supplier_id, plot_id))


@router.put(
    "/suppliers/{supplier_id}/capacities/{capacity_id}",
    operation_id="put_capacity",
    summary="Declare what can be brought of an item in a year, from what grows on which parcels",
    responses={
        200: {"model": CapacityAnswer},
        **refusals(
            *ASKED,
            HelpEnded,
            CapacityOfAnother,
            PlotsOverused,
            TooManyCapacities,
            RevokedSupplier,
            ChangedMeanwhile,
            WrongState,
        ),
    },
)
async def put(
    request: Request, supplier_id: UUID, capacity_id: UUID, command: PutCapacity, identity: SignedIn
) -> Response:
    return json_answer(await put_capacity(desk_of(request), identity, supplier_id, capacity_id, command))


@router.get(
    "/suppliers/{supplier_id}/capacities/{capacity_id}",
    operation_id="get_capacity",
    summary="A declared capacity, with the quantities by month that follow from it",
    responses={200: {"model": CapacityAnswer}, **refusals(*ASKED, CapacityNotFound)},
)
async def get(request: Request, supplier_id: UUID, capacity_id: UUID, identity: SignedIn) -> Response:
    return json_answer(await get_capacity(desk_of(request), identity, supplier_id, capacity_id))


@router.post(
    "/suppliers/{supplier_id}/capacities/{capacity_id}/reviews",
    operation_id="review_capacity",
    summary="Confirm a declared capacity, or return it with a reason",
    responses={
        200: {"model": CapacityAnswer},
        **refusals(
            *ASKED,
            OwnRequest,
            CapacityNotFound,
            PlotsOverused,
            PlotsUndeclared,
            ChangedMeanwhile,
            WrongState,
            KeyReused,
        ),
    },
)
async def review(
    request: Request,
    supplier_id: UUID,
    capacity_id: UUID,
    command: ReviewCapacity,
    identity: SignedIn,
    once: Once,
) -> Response:
    return json_answer(await review_capacity(desk_of(request), identity, supplier_id, capacity_id, command, once=once))


@router.get(
    "/capacities",
    operation_id="list_capacities",
    summary="What suppliers in reach declared, by its state, the oldest first: an officer's queue",
    responses={200: {"model": Capacities}, **refusals(NotSignedIn)},
    openapi_extra=parameters_of(ListCapacities),
)
async def page(request: Request, identity: SignedIn) -> Response:
    return json_answer(await list_capacities(desk_of(request), identity, query_of(ListCapacities, request)))


@router.get(
    "/suppliers/{supplier_id}/capacity",
    operation_id="see_capacity",
    summary="By item: what can plausibly be brought in a year, and what was sold here and elsewhere",
    responses={200: {"model": SupplierCapacityAnswer}, **refusals(*ASKED)},
)
async def see(request: Request, supplier_id: UUID, identity: SignedIn, year: YearAsked = None) -> Response:
    return json_answer(await see_capacity(desk_of(request), identity, supplier_id, year))


@router.put(
    "/suppliers/{supplier_id}/outside-sales/{sale_id}",
    operation_id="put_outside_sale",
    summary="Enter what was sold beside this platform within a month, or take such an entry back",
    responses={
        200: {"model": OutsideSaleAnswer},
        **refusals(*ASKED, HelpEnded, OutsideSaleFixed, OutsideSaleNotFound, OutsideSaleReversed),
    },
)
async def enter(
    request: Request, supplier_id: UUID, sale_id: UUID, command: PutOutsideSale, identity: SignedIn
) -> Response:
    return json_answer(await put_outside_sale(desk_of(request), identity, supplier_id, sale_id, command))

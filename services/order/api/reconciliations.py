"""What the card vendor says against what we say, day by day."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel
from starlette.responses import Response

from services.order.api.asking import Asking, AtDesk
from services.order.domain.reconciling import DifferenceKind
from services.order.usecases.list_reconciliations import list_reconciliations
from shared.contracts.authority import NotAllowed
from shared.errors import NotSignedIn
from shared.http.answers import bytes_answer
from shared.http.paging import LIMIT_DEFAULT, LIMIT_MAX
from shared.http.problems import refusals

router = APIRouter(tags=["payments"])


class DifferenceView(BaseModel):
    """One difference; `ours` and `theirs` are a state, or whole fen."""

    kind: DifferenceKind
    intent_id: str
    payment_id: UUID | None
    refund_id: str
    ours: str
    theirs: str


class ReconciliationView(BaseModel):
    """A day's payments by card and wallet: those that moved last on it."""

    day: date
    made_at: datetime
    payments: int
    complete: bool
    """False where there were more payments than are looked at."""
    paid_fen: int
    captured_fen: int
    """What the vendor says of the same."""
    refunded_fen: int
    vendor_refunded_fen: int
    differing: int
    differences: list[DifferenceView]
    """The first hundred."""


class ReconciliationPage(BaseModel):
    items: list[ReconciliationView]
    next: str | None


@router.get(
    "/reconciliations",
    operation_id="list_reconciliations",
    summary="Read what the card vendor says against what we say, newest day first",
    responses={200: {"model": ReconciliationPage}, **refusals(NotSignedIn, NotAllowed)},
)
async def on_list_reconciliations(
    desk: AtDesk,
    identity: Asking,
    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX)] = LIMIT_DEFAULT,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
) -> Response:
    return bytes_answer(await list_reconciliations(desk, identity, limit, cursor))

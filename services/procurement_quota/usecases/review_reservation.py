"""The level above accepts what was submitted, or returns it with a reason; whoever filed any of it never does."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.procurement_quota.domain.reservations import RESERVATION, ReviewOutcome, state_of
from services.procurement_quota.store.filings import lock_name
from services.procurement_quota.store.reservations import reservation_versions, write_review
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.gather_basis import canteen_of
from services.procurement_quota.usecases.put_reservation import VERSIONS_MAX
from services.procurement_quota.usecases.reservation_view import ReservationUnknown, reservation_name, reservation_view
from services.procurement_quota.usecases.texts import Explained
from shared.contracts.authority import Identity, Owned, OwnRequest, require
from shared.db.unit_of_work import Stamp
from shared.errors import Conflict, InvalidFields, field_problem


class NewerReservation(Conflict):
    """There is a newer version of this reservation than the one that you read.

    zh: 该预留已有更新的版本。
    """


class ReviewReservation(BaseModel):
    """What is said of one version, which is the newest that was submitted."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={"examples": [{"version": 1, "outcome": "return", "reason": "预计采购额与就餐人数不符"}]},
    )

    version: int = Field(ge=1, le=VERSIONS_MAX)
    outcome: ReviewOutcome
    reason: Explained = ""
    """Needed when it is returned."""


async def review_reservation(
    desk: Desk,
    identity: Identity,
    reservation_id: UUID,
    command: ReviewReservation,
    *,
    once: Stamp | None = None,
) -> dict[str, Any]:
    """Accept or return a version.

    Raises ReservationUnknown, NewerReservation, WrongState, OwnRequest, InvalidFields.
    """
    async with desk.uow.read() as reading:
        versions = await reservation_versions(reading, reservation_id)
        if not versions:
            raise ReservationUnknown(reservation_id=str(reservation_id))
        canteen = await canteen_of(reading, versions[0]["canteen_id"])
    owned = Owned(canteen_id=canteen.id, unit_path=canteen.unit_path, asked_by=versions[-1]["filed_by"])
    require(identity, "review_reservation", owned)
    if command.outcome is ReviewOutcome.RETURN and not command.reason.strip():
        raise InvalidFields(field_problem("reason", "says why it is returned", "退回须说明原因"))
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        await lock_name(tx, reservation_name(canteen.id, versions[0]["year"]))
        versions = await reservation_versions(tx, reservation_id)
        if any(one["filed_by"] == identity.account_id for one in versions):
            raise OwnRequest(operation="review_reservation")
        submitted = [one for one in versions if not one["draft"]]
        newest = submitted[-1] if submitted else versions[-1]
        if newest["version"] != command.version:
            raise NewerReservation(version=newest["version"])
        RESERVATION.check(state_of(draft=newest["draft"], outcome=newest["outcome"]), command.outcome.value)
        await write_review(
            tx,
            {
                "reservation_id": reservation_id,
                "version": command.version,
                "outcome": command.outcome.value,
                "reason": command.reason,
                "reviewed_by": identity.account_id,
                "recorded_at": tx.now,
            },
        )
        answer = await reservation_view(desk, tx, canteen, reservation_id)
        await tx.answer(answer)
        return answer

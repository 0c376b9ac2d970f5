"""A unit sets within how many days it pays, for what is ordered from a day to come; what was ordered keeps its term."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from services.order.domain.accounts import TERM_DAYS
from services.order.domain.refusals import NoSuchUnit, TermsDiffer
from services.order.store.accounts import add_terms, terms_of, unit_path
from services.order.usecases.account_commands import PutPaymentTerms
from services.order.usecases.desk import Desk
from shared.clock import business_date
from shared.contracts.authority import Identity, Owned, require
from shared.db.unit_of_work import ReadTx
from shared.errors import InvalidFields, field_problem

AHEAD_DAYS_MAX = 366


async def put_payment_terms(
    desk: Desk, identity: Identity, unit_id: UUID, terms_id: UUID, command: PutPaymentTerms
) -> dict[str, Any]:
    """Write terms; the same again answers the same. Raises NoSuchUnit, TermsDiffer."""
    async with desk.uow.begin() as tx:
        path = await unit_path(tx, unit_id)
        if path is None:
            raise NoSuchUnit(unit_id=str(unit_id))
        require(identity, "put_payment_terms", Owned(unit_path=path))
        said = (terms_id, command.days, command.valid_from)
        if said in {(one.terms_id, one.days, one.valid_from) for one in await terms_of(tx, unit_id)}:
            return await _view(tx, unit_id)
        first, last = (business_date(tx.now) + timedelta(days=days) for days in (1, AHEAD_DAYS_MAX))
        if not first <= command.valid_from <= last:
            raise InvalidFields(
                field_problem("valid_from", f"should be from {first} to {last}", f"应在 {first} 至 {last} 之间")
            )
        written = await add_terms(
            tx,
            {
                "terms_id": terms_id,
                "unit_id": unit_id,
                "days": command.days,
                "valid_from": command.valid_from,
                "put_by": identity.account_id,
                "put_by_name": identity.name,
                "put_at": tx.now,
            },
        )
        if not written:
            raise TermsDiffer(terms_id=str(terms_id))
        return await _view(tx, unit_id)


async def get_payment_terms(desk: Desk, unit_id: UUID) -> dict[str, Any]:
    """Give a unit's terms, the newest first, for everybody."""
    async with desk.uow.read() as tx:
        if await unit_path(tx, unit_id) is None:
            raise NoSuchUnit(unit_id=str(unit_id))
        return await _view(tx, unit_id)


async def _view(tx: ReadTx, unit_id: UUID) -> dict[str, Any]:
    return {
        "unit_id": str(unit_id),
        "usual_days": TERM_DAYS,
        "terms": [
            {"terms_id": str(one.terms_id), "days": one.days, "valid_from": one.valid_from, "put_at": one.put_at}
            for one in await terms_of(tx, unit_id)
        ],
    }

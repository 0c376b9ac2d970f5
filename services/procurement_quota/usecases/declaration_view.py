"""A declaration is shown with what it says, who signed it, and what may be done next."""

import base64
from typing import Any

import orjson

from services.procurement_quota.domain.chain import moment_text
from services.procurement_quota.domain.declaring import DECLARATION, DeclarationState, Step
from services.procurement_quota.domain.published import sha256
from services.procurement_quota.store.declarations import Declaration, Signed, steps_of
from shared.db.unit_of_work import ReadTx


async def declaration_written(tx: ReadTx, one: Declaration) -> dict[str, Any]:
    """Write a declaration whole, but for its extract."""
    return {
        **declaration_listed(one, await steps_of(tx, one.id)),
        "said": orjson.loads(one.payload),
        "open_steps": DECLARATION.open_verbs(one.state),
    }


def declaration_listed(one: Declaration, steps: list[Signed]) -> dict[str, Any]:
    """Write a declaration as a list shows it."""
    said = orjson.loads(one.payload)
    return {
        "id": str(one.id),
        "canteen_id": str(one.canteen_id),
        "name": one.name,
        "unit_id": str(one.unit_id),
        "unit_name": one.unit_name,
        "unit_path": one.unit_path,
        "year": one.year,
        "number": one.number,
        "restatement": one.restatement,
        "restates": None if one.restates is None else str(one.restates),
        "state": one.state.value,
        "code": one.code,
        "payload_sha256": sha256(one.payload),
        "root": said["extract"]["root"],
        "prepared_by": said["prepared"]["name"],
        "prepared_at": moment_text(one.recorded_at),
        "published_at": _published_at(one, steps),
        "rules": [
            {"rule": rule["rule"], "name": rule["name"], "name_en": rule["name_en"], **rule["declared"]}
            for rule in said["rules"]
        ],
        "steps": [step_written(step) for step in steps],
    }


def _published_at(one: Declaration, steps: list[Signed]) -> str | None:
    if one.state is not DeclarationState.PUBLISHED:
        return None
    return next(moment_text(step.recorded_at) for step in steps if step.step is Step.COUNTERSIGN)


def step_written(step: Signed) -> dict[str, Any]:
    """Write who did what, in which capacity, and the signature over it."""
    said = orjson.loads(step.statement)
    return {
        "step": said["step"],
        "account_id": said["account_id"],
        "name": said["name"],
        "capacity": said["capacity"],
        "reason": said["reason"],
        "at": said["at"],
        "statement": step.statement,
        "signature": base64.b64encode(step.signature).decode(),
        "public_key": base64.b64encode(step.public_key).decode(),
    }

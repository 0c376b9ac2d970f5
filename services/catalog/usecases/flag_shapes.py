"""Flags as they are shown, and as they are said."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from services.catalog.domain.flags import FLAG, FlagStep, may_appeal_until, reason_in_english
from services.catalog.store import flags
from services.catalog.store.flags import Flag, Pair
from shared.contracts.authority import Identity
from shared.contracts.catalog import FlaggedLot, SupplierFlagged
from shared.db.unit_of_work import ReadTx, Tx
from shared.ids import new_id
from shared.reference.items import item_name

FOUND = frozenset({FlagStep.RAISE.value, FlagStep.GROW.value})
"""The steps that what was sold made, in words of ours."""


async def say_flag(tx: Tx, flag: Flag) -> None:
    """Say how a flag now stands, with every lot that it is about."""
    lots = await flags.lots_of(tx, flag.flag_id)
    await tx.publish(
        SupplierFlagged(
            flag_id=flag.flag_id,
            version=flag.version,
            kind=flag.kind,
            state=flag.state,
            supplier_id=flag.supplier_id,
            item_code=flag.item_code,
            year=flag.year,
            reason=flag.reason,
            lots=tuple(FlaggedLot(acceptance_id=acceptance, line_id=line) for acceptance, line in lots),
        )
    )


def flag_line(flag: Flag) -> dict[str, Any]:
    """Show a flag as a line of a list."""
    return {
        "flag_id": str(flag.flag_id),
        "version": flag.version,
        "kind": flag.kind.value,
        "state": flag.state.value,
        "supplier_id": str(flag.supplier_id),
        "item_code": flag.item_code,
        "item_name": item_name(flag.item_code),
        "item_name_en": item_name(flag.item_code, "en"),
        "year": flag.year,
        "reason": flag.reason,
        "reason_en": _in_english(flag, flag.evidence),
        "evidence": flag.evidence,
        "raised_at": flag.raised_at.isoformat(),
        "changed_at": flag.changed_at.isoformat(),
        "appeal_until": may_appeal_until(flag.upheld_on).isoformat() if flag.upheld_on else None,
        "open_steps": [verb for verb in FLAG.open_verbs(flag.state) if verb != "raise"],
    }


def _in_english(flag: Flag, evidence: Mapping[str, Any]) -> str:
    return reason_in_english(flag.kind, item_name(flag.item_code, "en"), flag.year, evidence)


async def flag_view(tx: ReadTx, flag: Flag) -> dict[str, Any]:
    """Show a flag with its lots and all that happened to it."""
    lots: Sequence[Pair] = await flags.lots_of(tx, flag.flag_id)
    return flag_line(flag) | {
        "lots": [{"acceptance_id": str(acceptance), "line_id": str(line)} for acceptance, line in lots],
        "steps": [
            {
                "step_id": str(row.step_id),
                "version": row.flag_version,
                "step": row.step,
                "text": row.text,
                "text_en": _in_english(flag, row.evidence) if row.step in FOUND else None,
                "document_ids": [str(one) for one in row.document_ids],
                "evidence": row.evidence,
                "by_name": row.by_name,
                "at": row.at.isoformat(),
            }
            for row in await flags.steps_of(tx, flag.flag_id)
        ],
    }


async def note_step(
    tx: Tx,
    flag: Flag,
    step: FlagStep,
    text: str,
    *,
    by: Identity | None,
    step_id: UUID | None = None,
    document_ids: Sequence[UUID] = (),
) -> None:
    """Keep what has just brought a flag to its version, with its evidence then; by nobody where sales did."""
    values = {
        "step_id": step_id or new_id(),
        "flag_id": flag.flag_id,
        "flag_version": flag.version,
        "step": step.value,
        "text": text,
        "document_ids": list(document_ids),
        "evidence": flag.evidence,
        "by_id": None if by is None else by.account_id,
        "by_name": "" if by is None else by.name,
        "at": tx.now,
    }
    await flags.note(tx, values)

"""An import is reached by the same rule and written the same way: how far it is, and what is wrong with which row."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.procurement_quota.domain.chain import moment_text
from services.procurement_quota.store import imports
from shared.contracts.authority import Identity, Owned, require
from shared.db.unit_of_work import ReadTx
from shared.errors import NotFound


class ImportUnknown(NotFound):
    """There is no such import.

    zh: 没有这次导入。
    """


async def reach_import(tx: ReadTx, identity: Identity, operation: str, import_id: UUID) -> dict[str, Any]:
    """Give an import to someone who may do this with it. Raises ImportUnknown, NotAllowed."""
    row = await imports.import_by_id(tx, import_id)
    if row is None:
        raise ImportUnknown(import_id=str(import_id))
    require(identity, operation, Owned(canteen_id=row["canteen_id"], unit_path=row["unit_path"]))
    return row


async def answer_import(tx: ReadTx, import_id: UUID) -> dict[str, Any]:
    """Write an import that is there as it stands now."""
    written = await imports.import_by_id(tx, import_id)
    assert written is not None
    return await import_written(tx, written)


async def import_written(
    tx: ReadTx, row: dict[str, Any], rows: Sequence[dict[str, Any]] = (), more: str | None = None
) -> dict[str, Any]:
    """Write an import with a page of its rows."""
    by_state = await imports.STORE.counts(tx, row["id"])
    return {
        "id": str(row["id"]),
        "unit_id": str(row["unit_id"]),
        "canteen_id": row["canteen_id"] and str(row["canteen_id"]),
        "name": row["name"],
        "format": "csv" if row["media_type"] == "text/csv" else "xlsx",
        "encoding": row["encoding"] or None,
        "separator": row["separator"] or None,
        "sheet": row["sheet"] or None,
        "sha256": row["sha256"],
        "size_bytes": row["size_bytes"],
        "state": row["state"],
        "progress": {
            "rows": row["rows"],
            "checked": sum(by_state.values()),
            **{state: by_state.get(state, 0) for state in ("good", "bad", "posted", "refused", "undone")},
        },
        "problems": row["problems"],
        "notes": row["notes"],
        "put_by": str(row["put_by"]),
        "put_at": moment_text(row["put_at"]),
        "accepted_by": row["accepted_by"] and str(row["accepted_by"]),
        "accepted_at": row["accepted_at"] and moment_text(row["accepted_at"]),
        "undone_by": row["undone_by"] and str(row["undone_by"]),
        "undone_at": row["undone_at"] and moment_text(row["undone_at"]),
        "rows": {"items": [_row(one) for one in rows], "next": more},
    }


def _row(one: dict[str, Any]) -> dict[str, Any]:
    entered = one["state"] in ("posted", "undone")
    return {
        "row": one["row"],
        "state": one["state"],
        "purchase_id": str(one["purchase_id"]) if entered else None,
        "errors": one["errors"],
        "notes": one["notes"],
    }

"""A filing to a level above is ruled on by somebody of that level, and its ruling and papers are written one way."""

from collections.abc import Callable, Sequence
from typing import Any

from services.procurement_quota.domain.chain import moment_text
from services.procurement_quota.store.canteen_filings import papers_of_filings
from services.procurement_quota.store.units import unit_by_path
from shared.contracts.authority import POLICY, Identity, Reach, Seat, is_topmost
from shared.db.unit_of_work import ReadTx
from shared.errors import Conflict, Forbidden, InvalidFields, field_problem
from shared.http.paging import encode_cursor


class FilingRuled(Conflict):
    """A level above has ruled on this filing already.

    zh: 上级已对该申报作出审批。
    """


class HolderRules(Forbidden):
    """No unit that shares the canteen rules on its weights; a level above every one of them does.

    zh: 参与分摊的单位不能审批分摊比例，须由各分摊单位的共同上级审批。
    """


def ruling_seat(identity: Identity, operation: str, path: str, holders: Sequence[str] = ()) -> Seat:
    """Choose the seat, the nearest above all of them, by which somebody who may rule does so. Raises HolderRules.

    It is no holder's own; but the topmost unit has nobody above it: there it is its own.
    """
    roles = {grant.role for grant in POLICY[operation].grants if grant.reach is Reach.ABOVE}
    parties = (path, *holders)
    above = [
        seat
        for seat in identity.seats
        if seat.role in roles
        and seat.path
        and all(party.startswith(seat.path) for party in parties)
        and (seat.path not in parties or is_topmost(seat.path))
    ]
    if not above:
        raise HolderRules(operation=operation)
    return max(above, key=lambda seat: len(seat.path))


async def ruling_unit(tx: ReadTx, seat: Seat) -> tuple[str, str]:
    """Give the path and the name of the unit for which somebody rules."""
    unit = await unit_by_path(tx, seat.path)
    return seat.path, unit.name if unit else seat.path


def check_reason(reason: str, *, returned: bool) -> None:
    """Whoever returns a filing says why. Raises InvalidFields."""
    if returned and not reason.strip():
        raise InvalidFields(field_problem("reason", "is needed to return a filing", "退回须说明理由"))


def ruling_written(row: dict[str, Any]) -> dict[str, Any] | None:
    """Write what was said to a filing, or nothing."""
    if row["outcome"] is None:
        return None
    return {
        "outcome": row["outcome"],
        "reason": row["reason"],
        "unit_path": row["ruled_path"],
        "unit_name": row["ruled_unit"],
        "papers": list(row["papers"]),
        "ruled_by": str(row["ruled_by"]),
        "ruled_at": moment_text(row["ruled_at"]),
    }


async def filings_page(
    tx: ReadTx,
    rows: Sequence[dict[str, Any]],
    limit: int,
    written: Callable[[dict[str, Any], list[dict[str, Any]]], dict[str, Any]],
) -> dict[str, Any]:
    """Write a page of filings, read one beyond `limit`, each with its papers."""
    page = rows[:limit]
    papers = await papers_of_filings(tx, [row["id"] for row in page])
    return {
        "items": [written(row, papers.get(row["id"], [])) for row in page],
        "next": encode_cursor([str(page[-1]["id"])]) if len(rows) > limit else None,
    }


def papers_written(papers: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Write the papers of a filing."""
    return [
        {
            "document_id": str(one["document_id"]),
            "name": one["name"],
            "media_type": one["media_type"],
            "sha256": one["sha256"],
            "size_bytes": one["size_bytes"],
            "put_by": str(one["put_by"]),
            "put_at": moment_text(one["put_at"]),
        }
        for one in papers
    ]

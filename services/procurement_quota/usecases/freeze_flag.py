"""A flag is frozen as it was when a case was made of it: its facts, and the digests of the files behind it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field

from services.procurement_quota.domain.alerts import Alert
from services.procurement_quota.domain.chain import moment_text
from services.procurement_quota.domain.registers import FlagKind, FlagUnknown, wrong_fields
from services.procurement_quota.store import imports, samples
from services.procurement_quota.store.filings import attestation_versions
from services.procurement_quota.store.purchases import purchase_by_id
from services.procurement_quota.store.restating import restatements
from services.procurement_quota.store.tables import revocation, supplier
from services.procurement_quota.store.units import Unit, unit_by_id
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.gather_basis import YEAR_MAX, YEAR_MIN, canteen_of
from services.procurement_quota.usecases.get_statement import AskStatement
from services.procurement_quota.usecases.list_alerts import list_alerts
from services.procurement_quota.usecases.purchase_view import purchase_written
from services.procurement_quota.usecases.put_conflict import conflict_written
from services.procurement_quota.usecases.read_sample_draws import sampled_line
from services.procurement_quota.usecases.register_view import unit_of_county
from services.procurement_quota.usecases.review_conflict import reach_conflict
from services.procurement_quota.usecases.visit_view import reach_visit, visit_written
from shared.contracts.authority import Identity
from shared.contracts.words import Fund
from shared.db.unit_of_work import ReadTx
from shared.errors import InvalidFields, field_problem

ALERTS_MAX = 10_000
FILE = ("document_id", "name", "media_type", "sha256", "size_bytes")


class Flag(BaseModel):
    """Which flag; each kind is named by fields of its own.

    alert: canteen_id, rule, year, alert. restatement: canteen_id, year, number. revocation: supplier_id, number (of its
    version). attestation: canteen_id, year, month, fund. sampled_line: draw_id, number (its place). import_row:
    import_id, number (of the row in the sheet). visit: visit_id. conflict: conflict_id.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: FlagKind
    canteen_id: UUID | None = None
    supplier_id: UUID | None = None
    draw_id: UUID | None = None
    import_id: UUID | None = None
    visit_id: UUID | None = None
    conflict_id: UUID | None = None
    rule: str | None = Field(default=None, pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")
    alert: Alert | None = None
    fund: Fund | None = None
    year: int | None = Field(default=None, ge=YEAR_MIN, le=YEAR_MAX)
    month: int | None = Field(default=None, ge=1, le=12)
    number: int | None = Field(default=None, ge=1, le=10_000_000)

    def written(self) -> dict[str, Any]:
        """Write what names it."""
        return self.model_dump(mode="json", exclude_none=True)


@dataclass(frozen=True, slots=True)
class Frozen:
    """Whose matter a flag is, its facts, and its files."""

    unit_id: UUID
    facts: Mapping[str, Any]
    files: list[dict[str, Any]] = field(default_factory=list)
    canteen_id: UUID | None = None
    supplier_id: UUID | None = None


def check_flag(flag: Flag) -> None:
    """Refuse a flag that is not named by its own fields. Raises InvalidFields."""
    if wrong := wrong_fields(flag.kind, flag.model_dump()):
        told = [
            field_problem(f"flag.{name}", "is not as this kind of flag needs it", "与该类线索所需的内容不符")
            for name in wrong
        ]
        raise InvalidFields(*told)


async def unit_of_flag(tx: ReadTx, identity: Identity, flag: Flag) -> Unit:
    """Give the unit whose matter a flag is. Raises FlagUnknown, CanteenUnknown, VisitUnknown,
    ConflictUnknown.
    """
    found: Unit | None = None
    if flag.canteen_id is not None:
        found = await unit_by_id(tx, (await canteen_of(tx, flag.canteen_id)).unit_id)
    elif flag.draw_id is not None and flag.number is not None:
        lines = await samples.sampled_lines(tx, flag.draw_id, after=flag.number - 1, limit=1)
        found = await unit_by_id(tx, lines[0].unit_id) if lines else None
    elif flag.import_id is not None:
        row = await imports.import_by_id(tx, flag.import_id)
        found = await unit_by_id(tx, row["unit_id"]) if row else None
    elif flag.visit_id is not None:
        visited = await reach_visit(tx, identity, "get_visit", flag.visit_id)
        found = await unit_by_id(tx, visited[-1].unit_id)
    elif flag.conflict_id is not None:
        declared = await reach_conflict(tx, identity, "list_conflict_decisions", flag.conflict_id)
        found = await unit_by_id(tx, declared[-1].unit_id)
    elif flag.supplier_id is not None:
        county: str | None = await tx.value(sa.select(supplier.c.county_code).where(supplier.c.id == flag.supplier_id))
        found = await unit_of_county(tx, county) if county else None
    if found is None:
        raise FlagUnknown(flag=flag.kind.value)
    return found


async def freeze(desk: Desk, tx: ReadTx, identity: Identity, flag: Flag, unit: Unit) -> Frozen:
    """Read a flag as it is now. Raises FlagUnknown, and what asking for alerts refuses."""
    match flag.kind:
        case FlagKind.ALERT:
            found = await _alert(desk, identity, flag, unit)
        case FlagKind.RESTATEMENT:
            found = await _restatement(tx, flag, unit)
        case FlagKind.REVOCATION:
            found = await _revocation(tx, flag, unit)
        case FlagKind.ATTESTATION:
            found = await _attestation(tx, flag, unit)
        case FlagKind.SAMPLED_LINE:
            found = await _sampled_line(desk, tx, flag, unit)
        case FlagKind.IMPORT_ROW:
            found = await _import_row(tx, flag, unit)
        case FlagKind.VISIT:
            found = await _visit(tx, identity, flag, unit)
        case FlagKind.CONFLICT:
            found = await _conflict(desk, tx, identity, flag, unit)
    if found is None:
        raise FlagUnknown(flag=flag.kind.value)
    return found


async def _alert(desk: Desk, identity: Identity, flag: Flag, unit: Unit) -> Frozen | None:
    ask = AskStatement(flag.rule, flag.year)
    told = await list_alerts(desk, identity, unit.id, ask, limit=ALERTS_MAX, cursor=None)
    mine = [one for one in told["items"] if (one["canteen_id"], one["alert"]) == (str(flag.canteen_id), flag.alert)]
    if not mine:
        return None
    when = {name: told[name] for name in ("rule", "year", "happened_by", "known_by", "thresholds")}
    return Frozen(unit.id, {**mine[0], **when}, canteen_id=flag.canteen_id)


async def _restatement(tx: ReadTx, flag: Flag, unit: Unit) -> Frozen | None:
    assert flag.canteen_id is not None and flag.year is not None  # noqa: PT018 - `check_flag` saw to it
    filed = (await restatements(tx, [flag.canteen_id], flag.year, None)).get(flag.canteen_id, [])
    for one in filed:
        if one.number == flag.number:
            facts = {
                "number": one.number,
                "reason": one.reason,
                "filed": one.filed,
                "filed_at": moment_text(one.recorded_at),
                "entry": {"unit_id": str(one.unit_id), "seq": one.seq},
            }
            return Frozen(unit.id, facts, canteen_id=flag.canteen_id)
    return None


async def _revocation(tx: ReadTx, flag: Flag, unit: Unit) -> Frozen | None:
    asked = sa.select(revocation, supplier.c.name).join(supplier, supplier.c.id == revocation.c.supplier_id)
    row = await tx.first(asked.where(revocation.c.supplier_id == flag.supplier_id, revocation.c.version == flag.number))
    if row is None:
        return None
    facts = {
        "supplier_id": str(row.supplier_id),
        "name": row.name,
        "ground": row.ground,
        "reason": row.reason,
        "effective_from": row.effective_from.isoformat(),
        "listing_ids": sorted(str(one) for one in row.listing_ids),
        "heard_at": moment_text(row.recorded_at),
    }
    return Frozen(unit.id, facts, supplier_id=flag.supplier_id)


async def _attestation(tx: ReadTx, flag: Flag, unit: Unit) -> Frozen | None:
    assert flag.canteen_id is not None and flag.fund is not None  # noqa: PT018 - `check_flag` saw to it
    assert flag.year is not None and flag.month is not None  # noqa: PT018
    versions = await attestation_versions(tx, flag.canteen_id, flag.fund, flag.year, flag.month)
    written = [
        {
            **{
                name: one[name] for name in ("version", "farm_produce_fen", "timing_fen", "freight_fen", "not_food_fen")
            },
            "explanation": one["explanation"],
            "attested_by": str(one["attested_by"]),
            "attested_at": moment_text(one["recorded_at"]),
        }
        for one in versions
    ]
    return Frozen(unit.id, {"versions": written}, canteen_id=flag.canteen_id) if written else None


async def _sampled_line(desk: Desk, tx: ReadTx, flag: Flag, unit: Unit) -> Frozen | None:
    assert flag.draw_id is not None and flag.number is not None  # noqa: PT018 - `check_flag` saw to it
    rows = await samples.sampled_lines(tx, flag.draw_id, after=flag.number - 1, limit=1)
    if not rows or rows[0].place != flag.number:
        return None
    facts = {"line": await sampled_line(desk, tx, rows[0])}
    purchase = await purchase_by_id(tx, rows[0].lot_id)
    files = []
    if purchase is not None:
        facts["purchase"] = purchase_written(purchase)
        files = [{name: one[name] for name in FILE} for one in purchase["evidence"]]
    return Frozen(unit.id, facts, files, canteen_id=rows[0].canteen_id)


async def _import_row(tx: ReadTx, flag: Flag, unit: Unit) -> Frozen | None:
    assert flag.import_id is not None and flag.number is not None  # noqa: PT018 - `check_flag` saw to it
    whole = await imports.import_by_id(tx, flag.import_id)
    rows = await imports.STORE.report(tx, flag.import_id, state=None, after=flag.number - 1, limit=1)
    if whole is None or not rows or rows[0]["row"] != flag.number:
        return None
    row = rows[0]
    facts = {
        "row": row["row"],
        "state": row["state"],
        "given": row["given"],
        "errors": row["errors"],
        "notes": row["notes"],
        "put_by": str(whole["put_by"]),
        "put_at": moment_text(whole["put_at"]),
    }
    file = {"document_id": str(whole["id"]), **{name: whole[name] for name in FILE[1:]}}
    return Frozen(unit.id, facts, [file], canteen_id=whole["canteen_id"])


async def _visit(tx: ReadTx, identity: Identity, flag: Flag, unit: Unit) -> Frozen:
    assert flag.visit_id is not None  # `check_flag` saw to it
    versions = await reach_visit(tx, identity, "get_visit", flag.visit_id)
    last = versions[-1]
    facts = await visit_written(tx, last, versions)
    files = [{name: one[name] for name in FILE} for one in facts["papers"]]
    return Frozen(unit.id, facts, files, canteen_id=last.canteen_id, supplier_id=last.supplier_id)


async def _conflict(desk: Desk, tx: ReadTx, identity: Identity, flag: Flag, unit: Unit) -> Frozen:
    assert flag.conflict_id is not None  # `check_flag` saw to it
    versions = await reach_conflict(tx, identity, "list_conflict_decisions", flag.conflict_id)
    facts = conflict_written(desk.clock, versions[-1], versions)
    return Frozen(unit.id, facts, supplier_id=versions[-1].supplier_id)

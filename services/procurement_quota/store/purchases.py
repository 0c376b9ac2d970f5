"""Off-platform purchases as they were entered, with what followed: findings, claims anew, reversals, evidence."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by, insert

from services.procurement_quota.domain.invoices import Invoice, Papers, Part, PlatformOrder, Receipt, RedLetter
from services.procurement_quota.domain.words import PurchaseState
from services.procurement_quota.store.purchase_tables import origin_claim, purchase_evidence, purchase_reversal
from services.procurement_quota.store.tables import canteen, off_platform_purchase, unit, verification
from services.procurement_quota.store.transfer_tables import transfer, transfer_decision
from shared.contracts.words import Channel
from shared.db.unit_of_work import ReadTx, Tx

LOCK_PAPERS = sa.text("SELECT pg_advisory_xact_lock(key) FROM unnest(CAST(:keys AS bigint[])) AS one (key)")

_round = (
    sa.select(sa.func.coalesce(sa.func.max(origin_claim.c.round), 1))
    .where(origin_claim.c.purchase_id == off_platform_purchase.c.id)
    .correlate(off_platform_purchase)
    .scalar_subquery()
)
_undone = (
    sa.exists()
    .where(purchase_reversal.c.purchase_id == off_platform_purchase.c.id, purchase_reversal.c.kind == "undo")
    .correlate(off_platform_purchase)
)
_finding = verification.alias("finding")
state_of = sa.case(
    (_undone, PurchaseState.UNDONE.value),
    (verification.c.outcome == "accept", PurchaseState.ACCEPTED.value),
    (verification.c.outcome == "reject", PurchaseState.REJECTED.value),
    (off_platform_purchase.c.origin_county.is_(None), PurchaseState.RECORDED.value),
    else_=PurchaseState.CLAIMED.value,
)


def _listed(table: sa.FromClause, order: str, *names: str) -> sa.ColumnElement[Any]:
    """Write what hangs on a purchase as a JSON list in a column of its own."""
    pairs: list[Any] = [part for name in names for part in (sa.literal_column(f"'{name}'"), table.c[name])]
    rows = sa.func.jsonb_agg(aggregate_order_by(sa.func.jsonb_build_object(*pairs), table.c[order]))
    return sa.func.coalesce(
        sa.select(rows)
        .where(table.c.purchase_id == off_platform_purchase.c.id)
        .correlate(off_platform_purchase)
        .scalar_subquery(),
        sa.literal_column("'[]'::jsonb"),
    )


_true_unit = unit.alias("true_unit")
_MOVED = (
    sa.select(canteen.c.id.label("canteen_id"), canteen.c.unit_id, _true_unit.c.path.label("unit_path"))
    .join(transfer, transfer.c.to_canteen_id == canteen.c.id)
    .join(transfer_decision, transfer_decision.c.transfer_id == transfer.c.id)
    .join(_true_unit, _true_unit.c.id == canteen.c.unit_id)
    .where(transfer.c.purchase_id == off_platform_purchase.c.id, transfer_decision.c.outcome == "approve")
    .order_by(transfer_decision.c.recorded_at.desc())
    .limit(1)
    .lateral("moved")
)
"""Where a purchase belongs since it was transferred last."""


def _place(name: str, entered: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    return sa.func.coalesce(_MOVED.c[name], entered).label(name)


_PURCHASES = (
    sa.select(
        *(one for one in off_platform_purchase.c if one.name not in ("canteen_id", "unit_id")),
        _place("canteen_id", off_platform_purchase.c.canteen_id),
        _place("unit_id", off_platform_purchase.c.unit_id),
        _place("unit_path", unit.c.path),
        verification.c.outcome,
        verification.c.reason,
        verification.c.verified_by,
        verification.c.verified_at,
        _round.label("round"),
        state_of.label("state"),
        sa.select(origin_claim.c.claimed_by)
        .where(origin_claim.c.purchase_id == off_platform_purchase.c.id)
        .order_by(origin_claim.c.round.desc())
        .limit(1)
        .correlate(off_platform_purchase)
        .scalar_subquery()
        .label("claimed_by"),
        _listed(
            purchase_reversal,
            "reversed_at",
            "id",
            "kind",
            "amount_fen",
            "happened_on",
            "invoice_number",
            "invoice_code",
            "reason",
            "reversed_by",
            "reversed_at",
        ).label("reversals"),
        _listed(
            purchase_evidence,
            "put_at",
            "document_id",
            "name",
            "media_type",
            "sha256",
            "size_bytes",
            "put_by",
            "put_at",
        ).label("evidence"),
        _listed(
            _finding,
            "round",
            "round",
            "outcome",
            "reason",
            "verified_by",
            "verified_at",
        ).label("findings"),
    )
    .join(unit, unit.c.id == off_platform_purchase.c.unit_id)
    .outerjoin(_MOVED, sa.true())
    .outerjoin(
        verification,
        sa.and_(verification.c.purchase_id == off_platform_purchase.c.id, verification.c.round == _round),
    )
)


async def purchase_by_id(tx: ReadTx, purchase_id: UUID) -> dict[str, Any] | None:
    """Give a purchase, of the canteen and unit to which it was transferred."""
    row = await tx.first(_PURCHASES.where(off_platform_purchase.c.id == purchase_id))
    return None if row is None else dict(row._mapping)


async def list_purchases(
    tx: ReadTx,
    *,
    canteen_ids: Sequence[UUID],
    paths: Sequence[str],
    canteen_id: UUID | None,
    state: str | None,
    after: UUID | None,
    limit: int,
) -> list[dict[str, Any]]:
    """List, newest id first, the purchases of some canteens or of the units below some paths, where they belong."""
    entered_here: list[sa.ColumnElement[bool]] = [off_platform_purchase.c.canteen_id.in_(list(canteen_ids))]
    entered_here += [unit.c.path.startswith(path, autoescape=True) for path in paths]
    moved_here: list[sa.ColumnElement[bool]] = [_MOVED.c.canteen_id.in_(list(canteen_ids))]
    moved_here += [_MOVED.c.unit_path.startswith(path, autoescape=True) for path in paths]
    asked = _PURCHASES.where(_belongs(sa.or_(*entered_here), sa.or_(*moved_here)))
    asked = asked.order_by(off_platform_purchase.c.id.desc()).limit(limit)
    if canteen_id is not None:
        here = _belongs(off_platform_purchase.c.canteen_id == canteen_id, _MOVED.c.canteen_id == canteen_id)
        asked = asked.where(here)
    if state is not None:
        asked = asked.where(state_of == state)
    if after is not None:
        asked = asked.where(off_platform_purchase.c.id < after)
    return [dict(row._mapping) for row in await tx.rows(asked)]


def _belongs(entered: sa.ColumnElement[bool], moved: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Say that a purchase belongs somewhere: it was moved there, or entered there and never moved."""
    return sa.or_(sa.and_(_MOVED.c.canteen_id.is_(None), entered), moved)


async def entered(tx: ReadTx, ids: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """Give purchases as they were entered, by id."""
    rows = await tx.rows(sa.select(off_platform_purchase).where(off_platform_purchase.c.id == _any(list(ids), sa.Uuid)))
    return {row.id: dict(row._mapping) for row in rows}


async def lock_papers(tx: Tx, parts: Iterable[Part], *numbers: str) -> None:
    """Wait for whoever enters the same papers; one order of locks for everybody, until the transaction ends."""
    names = {f"invoice {number}" for number in numbers}
    for part in parts:
        if part.invoice is not None:
            names.add(f"invoice {part.invoice.number}")
        if part.receipt is not None:
            names.add(f"payee {part.receipt.payee_id}")
        if part.order is not None:
            names.add(f"832 {part.order.number}")
    keys = sorted(int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True) for name in names)
    if keys:
        await tx.execute(LOCK_PAPERS, {"keys": keys})


async def papers_like(tx: ReadTx, parts: Sequence[Part], receipt_fen_max: int) -> Papers:
    """Read what was entered from the papers of these parts; what was undone is entered no more."""
    papers = Papers(receipt_fen_max)
    numbers = [part.invoice.number for part in parts if part.invoice is not None]
    payees = [part.receipt.payee_id for part in parts if part.receipt is not None]
    orders = [part.order.number for part in parts if part.order is not None]
    bought = off_platform_purchase.c
    rows = await tx.rows(
        sa.select(off_platform_purchase).where(
            sa.or_(
                bought.invoice_number == _any(numbers, sa.Text),
                bought.payee_id == _any(payees, sa.Text),
                sa.and_(bought.order_number == _any(orders, sa.Text), bought.channel == Channel.PLATFORM_832.value),
            ),
            ~_undone,
        )
    )
    for row in rows:
        papers.add(part_of(dict(row._mapping)))
    papers.red_letters = await red_letters(tx, numbers)
    return papers


async def red_letters(tx: ReadTx, numbers: Sequence[str]) -> set[RedLetter]:
    """Give the red-letter invoices of these numbers that were entered."""
    found = await tx.rows(
        sa.select(purchase_reversal.c.invoice_number, purchase_reversal.c.invoice_code).where(
            purchase_reversal.c.invoice_number == _any(list(numbers), sa.Text)
        )
    )
    return {RedLetter(row.invoice_number, row.invoice_code) for row in found}


async def of_red_letter(tx: ReadTx, number: str) -> list[sa.Row[Any]]:
    """List what a red-letter invoice of this number took back, with the invoices that it reversed."""
    return list(
        await tx.rows(
            sa.select(
                purchase_reversal.c.id,
                purchase_reversal.c.purchase_id,
                purchase_reversal.c.invoice_code,
                off_platform_purchase.c.invoice_number.label("reverses"),
            )
            .join(off_platform_purchase, off_platform_purchase.c.id == purchase_reversal.c.purchase_id)
            .where(purchase_reversal.c.invoice_number == number)
        )
    )


def part_of(row: dict[str, Any]) -> Part:
    """Read the papers of a purchase from its columns."""
    line = (str(row["canteen_id"]), row["fund"], row["category"], row["origin_county"] or "")
    invoice = receipt = order = None
    if row["invoice_number"] is not None:
        total_fen = row["invoice_total_fen"]
        invoice = Invoice(row["invoice_number"], row["invoice_code"], total_fen, row["amount_fen"], line)
    else:
        receipt = Receipt(row["payee_id"], row["receipt_number"], row["bought_on"], row["amount_fen"])
    if row["order_number"] is not None and row["channel"] == Channel.PLATFORM_832:
        order = PlatformOrder(row["order_number"], str(row["unit_id"]), row["seller"], line)
    return Part(invoice, receipt, order)


async def write_purchases(tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        await tx.execute(sa.insert(off_platform_purchase), list(rows))


async def write_verification(tx: Tx, values: dict[str, Any]) -> None:
    await tx.execute(sa.insert(verification), values)


async def write_claim(tx: Tx, values: dict[str, Any]) -> None:
    await tx.execute(sa.insert(origin_claim), values)


async def write_red_letter(tx: Tx, values: dict[str, Any]) -> bool:
    """Keep a red-letter invoice; tells whether its id was free, whatever purchase took it."""
    kept = insert(purchase_reversal).values(values).on_conflict_do_nothing(index_elements=[purchase_reversal.c.id])
    return bool(await tx.rows(kept.returning(purchase_reversal.c.id)))


async def write_reversals(tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        await tx.execute(sa.insert(purchase_reversal), list(rows))


async def evidence_by_id(tx: ReadTx, purchase_id: UUID, document_id: UUID) -> sa.Row[Any] | None:
    return await tx.first(
        sa.select(purchase_evidence).where(
            purchase_evidence.c.purchase_id == purchase_id, purchase_evidence.c.document_id == document_id
        )
    )


async def write_evidence(tx: Tx, values: dict[str, Any]) -> None:
    await tx.execute(sa.insert(purchase_evidence), values)


def _any(values: list[Any], kind: Any) -> sa.ColumnElement[Any]:
    return sa.any_(sa.cast(values, ARRAY(kind)))

"""Substitutes are written with the confirmation that offers them, and answered under their order's lock."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from services.order.domain.actors import Actor
from services.order.domain.goods import Goods
from services.order.domain.states import SUBSTITUTE, SubstituteState
from services.order.domain.weights import packed_max
from services.order.store.substitute_tables import substitutes
from services.order.store.tables import listings, order_lines, suppliers
from shared.contracts.words import Measure
from shared.db.unit_of_work import ReadTx, Tx
from shared.money import line_amount_fen


@dataclass(frozen=True, slots=True)
class Substitute:
    """Goods that are offered in a line's place, as agreed to when they are accepted."""

    substitute_id: UUID
    order_id: UUID
    line_id: UUID
    state: SubstituteState
    listing_id: UUID
    listing_version: int
    name: str
    category: str
    measure: Measure
    unit_name: str
    unit_quantity: int
    piece_grams: int | None
    price_fen: int
    origin_county_code: str
    quantity: int
    tolerance_bp: int
    offered_at: datetime
    due_at: datetime

    @property
    def amount_fen(self) -> int:
        return line_amount_fen(self.quantity, self.price_fen, self.unit_quantity)

    @property
    def most_fen(self) -> int:
        """What it may come to when as much is packed as its tolerance allows."""
        most = packed_max(self.quantity, self.measure, self.tolerance_bp)
        return line_amount_fen(most, self.price_fen, self.unit_quantity)


_ONE = sa.select(*(substitutes.c[name] for name in Substitute.__dataclass_fields__))


async def find_substitute(tx: ReadTx, substitute_id: UUID) -> Substitute | None:
    """Read a substitute; None for one that is not there."""
    found = await _read(tx, _ONE.where(substitutes.c.substitute_id == substitute_id))
    return found[0] if found else None


async def offered_of(tx: ReadTx, order_id: UUID) -> list[Substitute]:
    """Read those of an order that wait for an answer, in the order of their ids."""
    chosen = _ONE.where(substitutes.c.order_id == order_id, substitutes.c.state == SubstituteState.OFFERED.value)
    return await _read(tx, chosen.order_by(substitutes.c.substitute_id))


async def due_substitutes(tx: ReadTx, now: datetime, limit: int) -> list[UUID]:
    """List the orders of which a substitute was not answered in time."""
    rows = await tx.rows(
        sa.select(substitutes.c.order_id)
        .where(substitutes.c.state == SubstituteState.OFFERED.value, substitutes.c.due_at <= now)
        .group_by(substitutes.c.order_id)
        .order_by(sa.func.min(substitutes.c.due_at))
        .limit(limit)
    )
    return [row.order_id for row in rows]


async def _read(tx: ReadTx, chosen: sa.Select[tuple[object, ...]]) -> list[Substitute]:
    rows = await tx.rows(chosen)
    words = [{"measure": Measure(row.measure), "state": SubstituteState(row.state)} for row in rows]
    return [Substitute(**{**row._mapping, **word}) for row, word in zip(rows, words, strict=True)]


async def goods_on_sale(tx: Tx, supplier_id: UUID, listing_ids: Collection[UUID]) -> dict[UUID, Goods]:
    """Read those of these listings that a supplier sells now, and have them stay as they are until this commits."""
    rows = await tx.rows(
        sa.select(*(listings.c[name] for name in Goods._fields))
        .outerjoin(suppliers, suppliers.c.supplier_id == listings.c.supplier_id)
        .where(
            listings.c.listing_id.in_(list(listing_ids)),
            listings.c.supplier_id == supplier_id,
            listings.c.on_sale,
            sa.func.coalesce(suppliers.c.state == "admitted", True),
        )
        .order_by(listings.c.listing_id)
        .with_for_update(read=True, of=listings)
    )
    return {row.listing_id: Goods(**{**row._mapping, "measure": Measure(row.measure)}) for row in rows}


async def add_substitutes(tx: Tx, offers: Sequence[Substitute]) -> None:
    """Write what is offered."""
    for offer in offers:
        told = {**asdict(offer), "state": offer.state.value, "measure": offer.measure.value}
        await tx.execute(sa.insert(substitutes).values(told))


async def end_substitute(tx: Tx, offer: Substitute, verb: str, *, by: Actor | None, reason: str = "") -> None:
    """Move a substitute of a locked order on by a verb. Raises WrongState."""
    to = SUBSTITUTE.check(offer.state, verb)
    await tx.execute(
        sa.update(substitutes)
        .where(
            substitutes.c.substitute_id == offer.substitute_id,
            substitutes.c.state.in_(SUBSTITUTE.open_from(verb)),
        )
        .values(
            state=to.value,
            answered_at=tx.now,
            answered_by=None if by is None else by.account_id,
            answered_by_name="" if by is None else by.name,
            reason=reason,
        )
    )


async def add_line(tx: Tx, offer: Substitute) -> None:
    """Write an accepted substitute as the order's last line; it holds from now on what was promised for it."""
    last = sa.select(sa.func.max(order_lines.c.position)).where(order_lines.c.order_id == offer.order_id)
    await tx.execute(
        sa.insert(order_lines).values(
            order_id=offer.order_id,
            line_id=offer.substitute_id,
            replaces_line_id=offer.line_id,
            position=last.scalar_subquery() + 1,
            listing_id=offer.listing_id,
            listing_version=offer.listing_version,
            name=offer.name,
            category=offer.category,
            measure=offer.measure.value,
            unit_name=offer.unit_name,
            unit_quantity=offer.unit_quantity,
            piece_grams=offer.piece_grams,
            price_fen=offer.price_fen,
            origin_county_code=offer.origin_county_code,
            quantity=offer.quantity,
            tolerance_bp=offer.tolerance_bp,
            promised_quantity=offer.quantity,
        )
    )

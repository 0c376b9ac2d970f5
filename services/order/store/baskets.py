"""A basket is one row, overwritten whole, and read beside the listings as they are now in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from services.order.domain.goods import AskedLine, Goods
from shared.contracts.words import Fund, Measure
from shared.db.together import Together
from shared.db.unit_of_work import UnitOfWork

LINE_COLUMNS = f"""a.version AS asked_version, a.quantity, a.tolerance_bp, l.on_sale,
  coalesce(s.state = 'admitted', true) AS selling, %s AS available, s.recognised, a.listing_id,
  {", ".join(f"l.{name}" for name in Goods._fields[1:])}"""
"""What ends each row, in the order of what is made of it: `_line` takes it by its place, for the hot route."""
BESIDE_GOODS = 7
LINE_WIDTH = BESIDE_GOODS + len(Goods._fields)
MEASURE = Goods._fields.index("measure")
MEASURES = {measure.value: measure for measure in Measure}

READ_LINES = f"""
SELECT {LINE_COLUMNS % "k.on_hand - k.promised"}
FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::int[])
  WITH ORDINALITY AS a(listing_id, version, quantity, tolerance_bp, position)
LEFT JOIN listings l ON l.listing_id = a.listing_id
LEFT JOIN suppliers s ON s.supplier_id = l.supplier_id
LEFT JOIN stock k ON k.listing_id = a.listing_id
ORDER BY a.position"""  # noqa: S608 - composed of constants

READ_HEAD = """
SELECT c.canteen_id, c.name AS canteen_name, c.active, u.unit_id, u.name AS unit_name, u.path AS unit_path,
  u.approval_limit_fen, b.canteen_id AS basket_canteen_id,
  EXISTS (SELECT FROM budget_gates g WHERE g.canteen_id = c.canteen_id) AS budgeted,
  (SELECT q.requisition_id FROM requisitions q WHERE q.basket_id = $2) AS used_by
FROM canteens c
JOIN units u ON u.unit_id = c.unit_id
LEFT JOIN baskets b ON b.basket_id = $2
WHERE c.canteen_id = $1"""

READ_BASKETS = f"""
SELECT w.place, b.canteen_id, b.fund, b.filled_at, b.fair_id, c.name AS canteen_name, c.active, u.unit_id,
  u.name AS unit_name, u.path AS unit_path, u.approval_limit_fen,
  (SELECT q.requisition_id FROM requisitions q WHERE q.basket_id = w.basket_id) AS used_by,
  (SELECT true FROM budget_gates g WHERE g.canteen_id = b.canteen_id AND g.fund = b.fund) IS NOT NULL AS budgeted, %s,
  {LINE_COLUMNS}
FROM %s
JOIN baskets b ON b.basket_id = w.basket_id
JOIN canteens c ON c.canteen_id = b.canteen_id
JOIN units u ON u.unit_id = c.unit_id
CROSS JOIN LATERAL unnest(b.listing_ids, b.listing_versions, b.quantities, b.tolerances)
  WITH ORDINALITY AS a(listing_id, version, quantity, tolerance_bp, position)
JOIN listings l ON l.listing_id = a.listing_id
LEFT JOIN suppliers s ON s.supplier_id = l.supplier_id
%s
ORDER BY w.place, a.position"""  # noqa: S608 - composed of constants

READ_WITH_STOCK = READ_BASKETS % (
    "false AS asked_before",
    "k.on_hand - k.promised",
    "(VALUES (1, $1::uuid)) AS w(place, basket_id)",
    "LEFT JOIN stock k ON k.listing_id = a.listing_id",
)
READ_TO_PLACE = READ_BASKETS % (
    # Not EXISTS: with many baskets its plan hashes every requisition there is.
    "(SELECT true FROM requisitions q WHERE q.requisition_id = w.requisition_id) IS NOT NULL AS asked_before",
    "NULL::bigint",
    "unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS w(basket_id, requisition_id, place)",
    "",
)

WRITE = """
INSERT INTO baskets (basket_id, canteen_id, fund, account_id, filled_at, listing_ids, listing_versions, quantities,
  fair_id, tolerances)
SELECT $1, $2, $3, $4, $5, $6::uuid[], $7::bigint[], $8::bigint[], $9::uuid, $10::int[]
WHERE NOT EXISTS (SELECT FROM requisitions q WHERE q.basket_id = $1)
ON CONFLICT (basket_id) DO UPDATE SET fund = excluded.fund, account_id = excluded.account_id,
  filled_at = excluded.filled_at, listing_ids = excluded.listing_ids,
  listing_versions = excluded.listing_versions, quantities = excluded.quantities, fair_id = excluded.fair_id,
  tolerances = excluded.tolerances
  WHERE baskets.canteen_id = excluded.canteen_id
RETURNING basket_id"""


class Kitchen(NamedTuple):
    """The canteen that a basket is for, and its unit."""

    canteen_id: UUID
    canteen_name: str
    active: bool
    unit_id: UUID
    unit_name: str
    unit_path: str
    approval_limit_fen: int
    budgeted: bool
    """Whether it ever had a budget, for the basket's fund where there is one."""


class Basket(NamedTuple):
    """A basket beside the listings as they are now."""

    basket_id: UUID
    kitchen: Kitchen
    fund: Fund
    filled_at: datetime
    used_by: UUID | None
    asked_before: bool
    """Whether the requisition that asks for it exists already."""
    fair_id: UUID | None
    lines: tuple[AskedLine, ...]


@dataclass(frozen=True, slots=True)
class BasketHead:
    """Whose basket it is, or would be."""

    kitchen: Kitchen
    basket_canteen_id: UUID | None
    used_by: UUID | None


async def read_head(uow: UnitOfWork, canteen_id: UUID, basket_id: UUID) -> BasketHead | None:
    """Read a canteen and the basket of this id; None for a canteen that is not known."""
    rows = await uow.statement(READ_HEAD, canteen_id, basket_id)
    if not rows:
        return None
    return BasketHead(_kitchen(rows[0]), rows[0]["basket_canteen_id"], rows[0]["used_by"])


class AskedFor(NamedTuple):
    """One line as it is asked for; `tolerance_bp` None is what holds where nothing is told."""

    listing_id: UUID
    version: int
    quantity: int
    tolerance_bp: int | None


async def read_lines(uow: UnitOfWork, lines: Sequence[AskedFor], usual_bp: int) -> list[AskedLine | None]:
    """Read the listings as they are now, with what is left; None for a listing that is not known."""
    rows = await uow.statement(READ_LINES, *_columns(lines))
    return [None if row["version"] is None else _line(row, usual_bp) for row in rows]


def _columns(lines: Sequence[AskedFor]) -> list[list[Any]]:
    return [list(column) for column in zip(*lines, strict=True)] if lines else [[], [], [], []]


async def read_basket(uow: UnitOfWork, basket_id: UUID, usual_bp: int) -> Basket | None:
    """Read a basket with what is left of each listing."""
    rows = await uow.statement(READ_WITH_STOCK, basket_id)
    return _basket(basket_id, rows, usual_bp) if rows else None


def reading_line(uow: UnitOfWork, usual_bp: int) -> Together[tuple[UUID, UUID], Basket | None]:
    """Make the line at which baskets are read to be placed, each by its own id and the requisition's.

    `usual_bp` is the tolerance of lines that tell none.
    """

    async def serve(asked: Sequence[tuple[UUID, UUID]]) -> list[Basket | None]:
        basket_ids, requisition_ids = [one[0] for one in asked], [one[1] for one in asked]
        by_place: dict[int, list[Any]] = {}
        for row in await uow.statement(READ_TO_PLACE, basket_ids, requisition_ids):
            by_place.setdefault(row["place"], []).append(row)
        return [
            _basket(basket_id, by_place[place], usual_bp) if place in by_place else None
            for place, basket_id in enumerate(basket_ids, 1)
        ]

    return Together(serve)


async def write_basket(
    uow: UnitOfWork,
    *,
    basket_id: UUID,
    canteen_id: UUID,
    fund: Fund,
    account_id: UUID,
    filled_at: datetime,
    lines: Sequence[AskedFor],
    fair_id: UUID | None,
) -> bool:
    """Write a basket whole; tells whether it was still open and this canteen's."""
    listing_ids, versions, quantities, tolerances = _columns(lines)
    rows = await uow.statement(
        WRITE,
        basket_id,
        canteen_id,
        fund.value,
        account_id,
        filled_at,
        listing_ids,
        versions,
        quantities,
        fair_id,
        tolerances,
    )
    return bool(rows)


def _basket(basket_id: UUID, rows: Sequence[Any], usual_bp: int) -> Basket:
    head = rows[0]
    return Basket(
        basket_id=basket_id,
        kitchen=_kitchen(head),
        fund=Fund(head["fund"]),
        filled_at=head["filled_at"],
        used_by=head["used_by"],
        asked_before=head["asked_before"],
        fair_id=head["fair_id"],
        lines=tuple(_line(row, usual_bp) for row in rows),
    )


def _kitchen(row: Any) -> Kitchen:
    return Kitchen(
        row["canteen_id"],
        row["canteen_name"],
        row["active"],
        row["unit_id"],
        row["unit_name"],
        row["unit_path"],
        row["approval_limit_fen"],
        row["budgeted"],
    )


def _line(row: Any, usual_bp: int) -> AskedLine:
    known = row[-LINE_WIDTH:]
    asked_version, quantity, tolerance_bp, on_sale, selling, available, recognised = known[:BESIDE_GOODS]
    terms = known[BESIDE_GOODS:]
    measure = MEASURES[terms[MEASURE]]
    goods = Goods._make((*terms[:MEASURE], measure, *terms[MEASURE + 1 :]))
    if measure is Measure.PIECE:
        tolerance_bp = 0
    elif tolerance_bp is None:
        tolerance_bp = usual_bp
    amount_fen = goods.amount_fen(quantity)
    return AskedLine(asked_version, quantity, goods, on_sale, selling, amount_fen, tolerance_bp, available, recognised)

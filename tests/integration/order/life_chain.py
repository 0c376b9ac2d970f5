"""What holds of stock, of an order and of all that was said of it, whatever was done before."""

import itertools
from collections import Counter, defaultdict
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa

from services.order.api.open_contracting import written
from services.order.domain.states import AS_ORDERED, ORDER, PAID_UP
from services.order.store.seasons import count_promised
from services.order.store.stock import find_stock
from services.order.usecases.desk import Desk
from services.order.usecases.get_order import get_order
from services.order.usecases.tell_releases import tell_release
from shared.contracts.words import ENDED, KEEPING, OrderState
from shared.money import line_amount_fen
from tests.build.ocds import faults
from tests.build.order import Walk, said

HOLDING = AS_ORDERED | {OrderState.PACKED}
ENDINGS = {verb for verb, (at, to) in ORDER.edges.items() if at <= HOLDING and to not in HOLDING}
"""By these a promise ends: fulfilled as the goods left, released by either side, or expired in silence."""
EDGES = {(one.value, to.value) for sources, to in ORDER.edges.values() for one in sources}

_STOCK = "SELECT on_hand, promised, window_promised FROM stock WHERE listing_id = :listing"
_HELD = """
SELECT coalesce(sum(promised_quantity), 0) AS held, coalesce(sum(packed_quantity) FILTER (WHERE o.state NOT IN
  ('packed', 'cancelled')), 0) AS gone, (SELECT coalesce(sum(b.quantity), 0) FROM substitutes b
    WHERE b.listing_id = :listing AND b.state = 'offered') AS offered
FROM order_lines l JOIN orders o USING (order_id) WHERE l.listing_id = :listing"""


async def hold_stock(desk: Desk, listing_id: UUID, first: int) -> None:
    """Hold the stock of goods, of which there were so many at first, to what orders and offers promise of it."""
    async with desk.uow.glance() as tx:
        found = await find_stock(tx, listing_id)
        assert found is not None
        windows = await count_promised(tx, found, found.season) if found.season else None
        stock: Any = await tx.first(sa.text(_STOCK), {"listing": listing_id})
        held: Any = await tx.first(sa.text(_HELD), {"listing": listing_id})
    assert 0 <= stock.promised <= stock.on_hand
    assert stock.promised == held.held + held.offered
    assert stock.on_hand + held.gone == first
    assert stock.window_promised == windows


async def hold_order(desk: Desk, walk: Walk) -> dict[str, Any]:
    """Hold an order, its lines and all that was said of it to one chain of weights and amounts; gives it as read."""
    walk.view = view = await get_order(desk, walk.seller, walk.order_id)
    state = OrderState(view["state"])
    _is_whole(view)
    _lines(view)
    assert view["kept_fen"] == sum(line["kept_fen"] for line in view["lines"])
    assert view["kept_fen"] == view["accepted_fen"] - view["returned_fen"] - view["credited_fen"]
    had = any((line["accepted_quantity"] or 0) > 0 for line in view["lines"])
    assert (state in KEEPING) == had
    assert not (state in ENDED and view["kept_fen"])
    assert state not in PAID_UP or view["paid_fen"] >= view["kept_fen"]
    ends = [step["step"] for step in view["steps"] if step["step"] in ENDINGS]
    assert len(ends) == (0 if state in HOLDING else 1), ends
    grams, fen = await _said_of(desk, walk)
    assert grams == {line["line_id"]: line["kept_quantity"] for line in view["lines"] if line["kept_quantity"]}
    assert fen == {line["line_id"]: line["kept_fen"] for line in view["lines"] if line["kept_fen"]}
    moved = await said(desk, walk.order_id, "order.moved")
    came = ["placed", *(event["state"] for event in moved)]
    assert came[-1] == state.value
    assert [event["version"] for event in moved] == sorted({event["version"] for event in moved})
    assert set(itertools.pairwise(came)) <= EDGES
    assert faults(orjson.loads(written(await tell_release(desk, walk.seller, walk.order_id)))) == []
    return view


async def _said_of(desk: Desk, walk: Walk) -> tuple[dict[str, int], dict[str, int]]:
    """Sum by line the grams and the fen of what was accepted, returned and credited, as it was said."""
    grams: dict[str, int] = defaultdict(int)
    fen: dict[str, int] = defaultdict(int)
    for event in await said(desk, walk.order_id, "acceptance.recorded", "return.recorded", "credit.recorded"):
        for one in event["lines"]:
            grams[one["line_id"]] += one["grams"]
            fen[one["line_id"]] += one["amount_fen"]
    return {line: sum_ for line, sum_ in grams.items() if sum_}, {line: sum_ for line, sum_ in fen.items() if sum_}


def _lines(view: dict[str, Any]) -> None:
    back: Counter[str] = Counter()
    for one in view["returns"]:
        for line in one["lines"] if one["state"] == "agreed" else ():
            back[line["line_id"]] += line["quantity"]
    credited = {line["line_id"] for one in view["credits"] for line in one["lines"]}
    for line in view["lines"]:
        accepted, kept = line["accepted_quantity"] or 0, line["kept_quantity"] or 0
        assert 0 <= line["returned_quantity"] == back[line["line_id"]] <= accepted
        assert kept == accepted - line["returned_quantity"]
        gross_fen = line_amount_fen(kept, line["price_fen"], line["unit_quantity"])
        assert line["kept_fen"] == gross_fen - line["credited_fen"] >= 0
        assert line["line_id"] in credited or line["credited_fen"] == 0
        assert kept or not line["kept_fen"]
        if line["gross_grams"] is not None:
            assert line["gross_grams"] - line["tare_grams"] == line["accepted_quantity"]


def _is_whole(told: Any, name: str = "") -> None:
    """Money is whole fen and weight whole grams, wherever it stands."""
    if isinstance(told, dict):
        for key, value in told.items():
            _is_whole(value, key)
    elif isinstance(told, list):
        for one in told:
            _is_whole(one, name)
    elif name.endswith(("_fen", "_grams", "_quantity", "_bp")):
        assert told is None or type(told) is int, (name, told)

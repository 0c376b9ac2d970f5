"""What was sold is held against the confirmed capacity whenever either changes, and an excess raises a flag.

Decision: it is judged in the transaction that changes either, under a lock of the supplier. Why: a flag that comes with
the sale cannot be forgotten, and a round that looks again tomorrow would hold credit late. Price: one sum over a
supplier's year for each item of a batch, some milliseconds apart from whoever waits.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from services.catalog.domain.capacity import Excess, greatest_excess, lots_of_excess
from services.catalog.domain.flags import FLAG, LOTS_MAX, FlagStep, flag_id_of, grows, reason_of
from services.catalog.store import flags, plots, sales, suppliers
from services.catalog.store.flags import Flag, Pair
from services.catalog.usecases.capacity_shapes import harvest_left
from services.catalog.usecases.flag_shapes import note_step, say_flag
from services.catalog.usecases.see_capacity import months_of
from shared.contracts.words import FlagKind, FlagState
from shared.db.unit_of_work import Tx
from shared.reference.items import item_name

Judged = tuple[UUID, str, int]
"""A supplier's goods of an item in a year."""


async def judge_sales(tx: Tx, whose: Iterable[Judged]) -> None:
    """Hold what was sold against what is plausible, and raise or enlarge the flags that follow."""
    wanted = sorted({one for one in whose if one[1]})
    await flags.alone(tx, (supplier_id for supplier_id, _, _ in wanted))
    for supplier_id, item_code, year in wanted:
        capacity = await plots.confirmed(tx, supplier_id, item_code, year)
        if capacity is None or await suppliers.find(tx, supplier_id) is None:
            continue
        here, elsewhere = months_of(item_code, await sales.sold_by_month(tx, supplier_id, year, item_code))
        sold = [one + other for one, other in zip(here, elsewhere, strict=True)]
        parts = await plots.parts_of(tx, [capacity.capacity_id])
        excess = greatest_excess(harvest_left(capacity, parts[capacity.capacity_id]), sold)
        if excess is not None:
            await _flag(tx, (supplier_id, item_code, year), capacity.capacity_id, excess, sum(elsewhere))


async def _flag(tx: Tx, whose: Judged, capacity_id: UUID, excess: Excess, elsewhere_grams: int) -> None:
    """Raise the flag of these goods, or enlarge it where this is news."""
    flag_id = flag_id_of(FlagKind.CAPACITY, *whose)
    known = await flags.find(tx, flag_id)
    if known is not None and not grows(excess, _known_grams(known), known.cleared_grams):
        return
    lots = lots_of_excess(excess, await sales.lots(tx, *whose, excess.first, excess.last))
    evidence = {
        "capacity_id": str(capacity_id),
        "from_month": excess.first,
        "to_month": excess.last,
        "expected_grams": excess.expected_grams,
        "found_grams": excess.found_grams,
        "elsewhere_grams": elsewhere_grams,
        "lots_of_excess": len(lots),
    }
    found = {"evidence": evidence, "reason": reason_of(item_name(whose[1]), whose[2], excess)}
    await keep_flag(
        tx, FlagKind.CAPACITY, whose, known, found, [(lot.acceptance_id, lot.line_id) for lot in lots[:LOTS_MAX]]
    )


async def keep_flag(
    tx: Tx, kind: FlagKind, whose: Judged, known: Flag | None, found: dict[str, Any], lots: list[Pair]
) -> None:
    """Keep what was found as a new flag or a new version of it, with its lots, and say it."""
    supplier_id, item_code, year = whose
    if known is None:
        flag = await flags.insert(
            tx,
            {
                **found,
                "flag_id": flag_id_of(kind, *whose),
                "version": 1,
                "kind": kind.value,
                "state": FlagState.OPEN.value,
                "supplier_id": supplier_id,
                "item_code": item_code,
                "year": year,
                "raised_at": tx.now,
                "changed_at": tx.now,
            },
        )
    else:
        again = known.state is FlagState.CLEARED
        state = FLAG.check(known.state, "raise") if again else known.state
        changed = await flags.change(tx, known, {**found, "state": state.value, "cleared_grams": None})
        assert changed is not None, "the supplier is judged alone"
        flag = changed
    await flags.replace_lots(tx, flag.flag_id, lots)
    step = FlagStep.RAISE if known is None or known.state is FlagState.CLEARED else FlagStep.GROW
    await note_step(tx, flag, step, flag.reason, by=None)
    await say_flag(tx, flag)


def _known_grams(known: Flag) -> int:
    return int(known.evidence["found_grams"]) - int(known.evidence["expected_grams"])

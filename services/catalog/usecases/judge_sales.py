"""What was sold is held against the confirmed capacity whenever either changes, and an excess raises a flag.

Decision: it is judged in the transaction that changes either, under a lock of the supplier. Why: a flag that comes with
the sale cannot be forgotten, and a round that looks again tomorrow would hold credit late. Price: one sum over a
supplier's year for each item of a batch that has a capacity, some milliseconds apart from whoever waits.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.catalog.domain.capacity import Excess, greatest_excess, lots_of_excess
from services.catalog.domain.flags import FLAG, GROWING, LOTS_MAX, FlagStep, flag_id_of, grows, reason_of
from services.catalog.store import flags, plots, sales, suppliers
from services.catalog.store.flags import Flag, Pair
from services.catalog.store.plots import Goods
from services.catalog.usecases.capacity_shapes import harvest_left
from services.catalog.usecases.flag_shapes import note_step, say_flag
from services.catalog.usecases.see_capacity import months_of
from shared.contracts.words import FlagKind, FlagState
from shared.db.unit_of_work import Tx
from shared.reference.items import item_name


async def judge_sales(tx: Tx, whose: Iterable[Goods]) -> None:
    """Hold what was sold against what is plausible, and raise or enlarge the flags that follow."""
    wanted = sorted({one for one in whose if one[1]})
    await flags.alone(tx, (supplier_id for supplier_id, _, _ in wanted))
    capacities = await plots.confirmed_of(tx, wanted) if wanted else {}
    if not capacities:
        return
    known = await suppliers.find_all(tx, {supplier_id for supplier_id, _, _ in capacities})
    judged = [one for one in wanted if one in capacities and one[0] in known]
    sold = await sales.sold_of(tx, judged)
    parts = await plots.parts_of(tx, [capacities[one].capacity_id for one in judged])
    for one in judged:
        capacity = capacities[one]
        here, elsewhere = months_of(one[1], sold[one])
        both = [grams + other for grams, other in zip(here, elsewhere, strict=True)]
        excess = greatest_excess(harvest_left(capacity, parts[capacity.capacity_id]), both)
        if excess is not None:
            await _flag(tx, one, capacity.capacity_id, excess, sum(elsewhere))


async def _flag(tx: Tx, whose: Goods, capacity_id: UUID, excess: Excess, elsewhere_grams: int) -> None:
    """Raise a flag of these goods, or enlarge one, where this is news."""
    known = await flags.on_goods(tx, FlagKind.CAPACITY, *whose)
    if not all(grows(excess, _known_grams(one), one.cleared_grams) for one in known):
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
    found = Found(FlagKind.CAPACITY, whose, evidence, reason_of(item_name(whose[1]), whose[2], excess))
    await keep_found(tx, found, known, [(lot.acceptance_id, lot.line_id) for lot in lots])


@dataclass(frozen=True, slots=True)
class Found:
    """What does not fit about a supplier's goods of an item in a year."""

    kind: FlagKind
    whose: Goods
    evidence: dict[str, Any]
    reason: str


async def keep_found(tx: Tx, found: Found, known: Sequence[Flag], lots: Sequence[Pair]) -> None:
    """Keep what was found on lots, and say it: in the flag that is undecided, or was cleared, else in a further one.

    `known` are all flags of this kind on these goods. What stands in one of them stays in it, for only who decides
    frees a lot; and lots that one flag has no room for open further ones.
    """
    named = {one.flag_id: await flags.lots_of(tx, one.flag_id) for one in known}
    taken = {lot for one in known if one.state is not FlagState.CLEARED for lot in named[one.flag_id]}
    new = [lot for lot in lots if lot not in taken]
    growing = sorted((one for one in known if one.state in GROWING), key=lambda one: len(named[one.flag_id]))
    cleared = [one for one in known if one.state is FlagState.CLEARED]
    open_to = [*growing, *cleared, *(() if new else known)]
    into, held = (open_to[0], named[open_to[0].flag_id]) if open_to else (None, [])
    if into is not None and into.state is FlagState.CLEARED:
        held = []
    room = LOTS_MAX - len(held)
    await _keep(tx, found, into, len(known), [*held, *new[:room]])
    for more, start in enumerate(range(room, len(new), LOTS_MAX), start=len(known) + (into is None)):
        await _keep(tx, found, None, more, new[start : start + LOTS_MAX])


async def _keep(tx: Tx, found: Found, known: Flag | None, others: int, lots: Sequence[Pair]) -> None:
    """Keep a new flag beside others, or a new version of one, with its lots, and say it."""
    evidence = found.evidence | ({"lines": len(lots)} if found.kind is FlagKind.PRICE else {})
    says: dict[str, Any] = {"evidence": evidence, "reason": found.reason}
    if known is None:
        supplier_id, item_code, year = found.whose
        flag = await flags.insert(
            tx,
            {
                **says,
                "flag_id": flag_id_of(found.kind, *found.whose, nth=others + 1),
                "version": 1,
                "kind": found.kind.value,
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
        changed = await flags.change(tx, known, {**says, "state": state.value, "cleared_grams": None})
        assert changed is not None, "the supplier is judged alone"
        flag = changed
    await flags.replace_lots(tx, flag.flag_id, lots)
    step = FlagStep.RAISE if known is None or known.state is FlagState.CLEARED else FlagStep.GROW
    await note_step(tx, flag, step, flag.reason, by=None)
    await say_flag(tx, flag)


def _known_grams(known: Flag) -> int:
    return int(known.evidence["found_grams"]) - int(known.evidence["expected_grams"])

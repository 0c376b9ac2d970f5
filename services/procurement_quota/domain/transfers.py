"""A purchase booked to the wrong canteen moves to the right one: it is undone here and told again there, by entries.

Decision: each entry of a lot that moved money or a figure is undone by one with the opposite sum, and each that moved
money is told again at the right canteen, both on the first one's own day and of its year; a purchase that nothing
followed so moves by two entries. Why: what was booked by mistake had not happened here on any day, and had happened
there on just that day; months that were attested hold it where it belongs, and returns keep their own month. Price: a
lot that was returned in part moves by more entries than two.

What is told again is judged by the rules that bind the right canteen on the purchase's own day, by the lists as known
now, and by what is known of its origin, its supplier and its flags; each entry points at the one that it corrects.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from services.procurement_quota.domain.chain import Draft, Lot
from services.procurement_quota.domain.counting import Place
from services.procurement_quota.domain.flags import NONE, Flagged
from services.procurement_quota.domain.judging import Bought, Judgement, flags_that_matter, follow, judge, opposite
from services.procurement_quota.domain.lots import MOVABLE, Revocation, Standing, found_now, standings, told_here
from services.procurement_quota.domain.rules import Reference
from services.procurement_quota.domain.words import EntryKind
from shared.contracts.words import Fund
from shared.ids import derived_id

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Move:
    """An approved transfer: where a purchase belongs, and the true payer, receiver and delivery address."""

    transfer_id: UUID
    to: Place
    payer: str
    receiver: str
    delivery_address: str
    reason: str


def transferred(
    rows: Sequence[Row],
    move: Move,
    reference: Reference,
    flags: Flagged,
    revocations: Mapping[UUID, Sequence[Revocation]],
) -> list[Draft]:
    """Draft the entries that move lots, given by all their entries, each chain's in its order.

    Flags and revocations are all that were heard: under the rules of here one may change nothing that there counts.
    """
    standing = standings(rows)
    drafts: list[Draft] = []
    for lot, held in told_here(rows).items():
        facts = {
            "id": str(move.transfer_id),
            "turn": standing[lot].turn + 1,
            "from_canteen": str(standing[lot].canteen_id),
            "to_canteen": str(move.to.canteen_id),
            "payer": move.payer,
            "receiver": move.receiver,
            "delivery_address": move.delivery_address,
            "why": move.reason,
        }
        drafts += _undone(held, lot, move, facts)
        known = replace(_bought(standing[lot], revocations), flags=flags.get(lot, NONE))
        drafts += _told_again(held, lot, move, facts, known, reference)
    return drafts


def _bought(standing: Standing, revocations: Mapping[UUID, Sequence[Revocation]]) -> Bought:
    heard = revocations.get(standing.supplier_id, ()) if standing.supplier_id else ()
    return Bought.of_facts({**standing.facts, **((found_now(standing, heard) if heard else None) or {})})


def _undone(held: Sequence[Row], lot: Lot, move: Move, facts: Mapping[str, Any]) -> Iterator[Draft]:
    for row in held:
        judged = [Judgement.read(code, one) for code, one in row["judgements"].items()]
        if row["amount_fen"] or any(one.base_fen or one.counted_fen or one.held_fen for one in judged):
            draft = _entry(row, lot, move, "out", tuple(opposite(one) for one in judged))
            yield replace(draft, amount_fen=-row["amount_fen"], facts={**row["facts"], "transfer": _side(facts, "out")})


def _told_again(
    held: Sequence[Row], lot: Lot, move: Move, facts: Mapping[str, Any], bought: Bought, reference: Reference
) -> Iterator[Draft]:
    rules = reference.judging(Fund(held[0]["fund"]), move.to.path, held[0]["happened_on"])
    stands = [judge(rule, bought, 0, reference) for rule in rules]
    known = flags_that_matter(bought, stands).facts()
    for row in held:
        if row["amount_fen"]:
            judged = tuple(follow(one, row["amount_fen"]) for one in stands)
            own = {name: fact for name, fact in row["facts"].items() if name not in MOVABLE}
            told = {**own, **known, "transfer": _side(facts, "in")}
            draft = _entry(row, lot, move, "in", judged)
            yield replace(draft, unit_id=move.to.unit_id, canteen_id=move.to.canteen_id, facts=told)


def _side(facts: Mapping[str, Any], side: str) -> dict[str, Any]:
    return {**facts, "side": side}


def _entry(row: Row, lot: Lot, move: Move, side: str, judgements: tuple[Judgement, ...]) -> Draft:
    return Draft(
        unit_id=row["unit_id"],
        kind=EntryKind.TRANSFER,
        canteen_id=row["canteen_id"],
        fund=Fund(row["fund"]),
        year=row["year"],
        happened_on=row["happened_on"],
        amount_fen=row["amount_fen"],
        source_id=move.transfer_id,
        source_line=derived_id(move.transfer_id, side, row["unit_id"], row["seq"]),
        lot_id=lot[0],
        lot_line=lot[1],
        order_id=row["order_id"],
        supplier_id=row["supplier_id"],
        listing_id=row["listing_id"],
        facts={},
        judgements=judgements,
        corrects=(row["unit_id"], row["seq"]),
    )

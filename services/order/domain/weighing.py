"""What a scale shows on arrival is gross; less its tare it is what is accepted, beside what was refused at the door.

    found = accepted + refused        difference = packed - found

Decision: what is refused at the door is told apart from what is missing. Why: a canteen may refuse on its own, but
that less, or more, came than the delivery note says is a matter of two: off the tolerance agreed, both must say yes.
Price: whoever writes a line at less than was packed, and not what of it was refused, says that it is missing; a line
of which nothing is accepted was refused whole.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from services.order.domain.weights import Kept, accepted_max, is_off
from shared.contracts.words import Measure
from shared.errors import InvalidFields, field_problem


class Told(Protocol):
    """One line as whoever accepts it told it: grams for goods by weight, else pieces."""

    @property
    def line_id(self) -> UUID: ...
    @property
    def accepted_quantity(self) -> int | None: ...
    @property
    def refused_quantity(self) -> int | None: ...
    @property
    def gross_grams(self) -> int | None: ...
    @property
    def tare_grams(self) -> int | None: ...
    @property
    def lot_number(self) -> str: ...
    @property
    def reason(self) -> str: ...


class Packed(Protocol):
    """One line as it was packed."""

    @property
    def line_id(self) -> UUID: ...
    @property
    def measure(self) -> Measure: ...
    @property
    def agreed_quantity(self) -> int: ...
    @property
    def packed_quantity(self) -> int | None: ...
    @property
    def price_fen(self) -> int: ...
    @property
    def unit_quantity(self) -> int: ...
    @property
    def lot_number(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Weighed:
    """One line as it stands on the scale; `off` is how far packed and found differ beyond what was agreed, or not."""

    line_id: UUID
    accepted: int
    refused: int
    gross_grams: int | None
    tare_grams: int | None
    lot_number: str
    reason: str
    off: bool
    kept: Kept


def weighed(
    told: Sequence[Told], lines: Mapping[UUID, Packed], tolerances_bp: Mapping[UUID, int]
) -> dict[UUID, Weighed]:
    """Reckon each line of an acceptance that names every line once. Raises InvalidFields naming the fields."""
    problems: list[dict[str, object]] = []
    found = {}
    for place, one in enumerate(told):
        line = lines[one.line_id]
        packed = line.packed_quantity or 0
        accepted = _accepted(one, line, f"lines.{place}", problems)
        refused = one.refused_quantity if one.refused_quantity is not None else (packed if accepted == 0 else 0)
        most = accepted_max(packed, line.agreed_quantity, line.measure, tolerances_bp[one.line_id])
        if accepted > most:
            problems.append(_at_most(f"lines.{place}.accepted_quantity", most))
        elif accepted + refused > most:
            problems.append(_at_most(f"lines.{place}.refused_quantity", most - accepted))
        found[one.line_id] = Weighed(
            line_id=one.line_id,
            accepted=accepted,
            refused=refused,
            gross_grams=one.gross_grams,
            tare_grams=None if one.gross_grams is None else one.tare_grams or 0,
            lot_number=one.lot_number or line.lot_number,
            reason=one.reason,
            off=is_off(packed, accepted + refused, line.measure, tolerances_bp[one.line_id]),
            kept=Kept(accepted, line.price_fen, line.unit_quantity),
        )
    if problems:
        raise InvalidFields(*problems)
    return found


def verb_of(found: Iterable[Weighed]) -> str:
    """Tell what an acceptance of these lines does: `accept`, `accept_partly` where some was refused, or `refuse`."""
    lines = list(found)
    if not any(one.accepted for one in lines):
        return "refuse"
    return "accept_partly" if any(one.refused for one in lines) else "accept"


def reason_of(found: Iterable[Weighed]) -> str:
    """Put the reasons of lines together."""
    return "；".join(dict.fromkeys(one.reason for one in found if one.reason))[:500]


def _accepted(one: Told, line: Packed, place: str, problems: list[dict[str, object]]) -> int:
    """Give what is accepted of a line, and note what is wrong with how it was told."""
    if one.gross_grams is None:
        if one.tare_grams is not None:
            problems.append(field_problem(f"{place}.gross_grams", "is missing beside the tare", "有皮重时应填毛重"))
        if one.accepted_quantity is None:
            problems.append(
                field_problem(
                    f"{place}.accepted_quantity",
                    "is missing: give it, or the gross weight and the tare",
                    "应填验收数量，或填毛重和皮重",
                )
            )
        return one.accepted_quantity or 0
    if line.measure is not Measure.WEIGHT:
        problems.append(
            field_problem(f"{place}.gross_grams", "is for goods by weight; pieces are counted", "按件的商品只计件数")
        )
        return 0
    net = one.gross_grams - (one.tare_grams or 0)
    if net < 0:
        problems.append(_at_most(f"{place}.tare_grams", one.gross_grams))
        return 0
    if one.accepted_quantity is not None and one.accepted_quantity != net:
        problems.append(
            field_problem(
                f"{place}.accepted_quantity",
                f"should be gross less tare, {net}",
                f"应等于毛重减皮重，即 {net}",
                net_grams=net,
            )
        )
    return net


def _at_most(field: str, most: int) -> dict[str, object]:
    return field_problem(field, f"should be at most {most}", f"不能超过 {most}", most=most)

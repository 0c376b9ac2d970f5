"""A seller tells what was sold to a canteen at a fair, on the spot or later from a phone that had no network.

Decision: it is told from the first day of the fair until some days after its last, and never for a day to come. Why:
stalls have no network, and what is told much later nobody remembers. Price: whoever forgets it sells it online.

Decision: nothing of it is promised while it waits. Why: a seller could hold goods from others by telling sales that no
buyer knows of. Price: where others have bought the goods meanwhile, its confirmation is refused with what is short.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from services.order.domain.actors import Actor
from services.order.domain.goods import AskedLine, terms_of, what_changed
from services.order.domain.on_site import (
    REVISIONS_MAX,
    WAITING_MAX,
    SoldLine,
    fair_problem,
    is_judged_the_same,
    sold_lines,
)
from services.order.domain.on_site_refusals import SaleDiffers, TooManySales
from services.order.domain.refusals import (
    AmountTooLarge,
    CanteenClosed,
    ListingChanged,
    NoSuchCanteen,
    SupplierNotSelling,
)
from services.order.domain.states import ON_SITE, OnSiteState
from services.order.store.baskets import AskedFor, Kitchen, read_head, read_lines
from services.order.store.fairs import read_fair
from services.order.store.on_site import Sale, add_step, count_waiting, find_sale, put_sale
from services.order.store.terms import Versions, read_terms
from services.order.usecases.desk import Desk
from services.order.usecases.notices import raise_notice
from services.order.usecases.on_site_commands import PutOnSiteSale
from services.order.usecases.on_site_view import answered_view
from shared.clock import business_date
from shared.contracts.authority import Identity, Owned, Role, require
from shared.contracts.order import Audience
from shared.contracts.words import NoticeKind
from shared.db.unit_of_work import Tx
from shared.errors import InvalidFields
from shared.money import AMOUNT_FEN_MAX

OPERATION = "put_on_site_sale"


async def put_on_site_sale(desk: Desk, identity: Identity, sale_id: UUID, command: PutOnSiteSale) -> dict[str, Any]:
    """Tell a sale, or tell it anew while nobody has said yes; the same content again changes nothing.

    Raises InvalidFields naming the field, NoSuchCanteen, CanteenClosed, SupplierNotSelling, ListingChanged,
    AmountTooLarge, SaleDiffers, TooManySales.
    """
    role = require(identity, OPERATION, Owned(supplier_id=command.supplier_id))
    content = command.model_dump(mode="json")
    async with desk.uow.read() as read:
        if await _is_there(await find_sale(read, sale_id), identity, content):
            return await answered_view(read, sale_id)
    head = await read_head(desk.uow, command.canteen_id, sale_id)
    if head is None:
        raise NoSuchCanteen(canteen_id=str(command.canteen_id))
    lines = await _lines(desk, command)
    amount_fen = sum(line.amount_fen for line, _ in lines)
    if amount_fen > AMOUNT_FEN_MAX:
        raise AmountTooLarge(amount_fen=amount_fen, amount_fen_max=AMOUNT_FEN_MAX)
    if not head.kitchen.active:
        raise CanteenClosed(canteen_id=str(command.canteen_id))
    by = Actor.of(identity, role)
    async with desk.uow.begin() as tx:
        before = await find_sale(tx, sale_id, lock=True)
        if await _is_there(before, identity, content):
            return await answered_view(tx, sale_id)
        if before is None and await count_waiting(tx, command.supplier_id) >= WAITING_MAX:
            raise TooManySales(waiting_max=WAITING_MAX)
        told = _told(desk, tx, sale_id, command, content, head.kitchen, lines, by)
        if not await put_sale(tx, told, before):
            now = await find_sale(tx, sale_id, lock=True)
            assert now is not None
            if not await _is_there(now, identity, content):
                raise SaleDiffers(on_site_sale_id=str(sale_id), state=now.state.value)
            return await answered_view(tx, sale_id)
        revision = 1 if before is None else before.revision + 1
        await add_step(tx, sale_id, "enter", OnSiteState.WAITING, revision, by, content=content)
        await _tell(tx, sale_id, command, lines[0][1].goods.supplier_name, amount_fen, told["due_at"], by)
        return await answered_view(tx, sale_id)


async def _is_there(before: Sale | None, identity: Identity, content: dict[str, Any]) -> bool:
    """Tell whether this very sale was told before; else hold it to what may be told anew. Raises SaleDiffers."""
    if before is None:
        return False
    if str(before.supplier_id) != content["supplier_id"]:
        require(identity, OPERATION, before.owned)
        raise SaleDiffers(on_site_sale_id=str(before.sale_id), state=before.state.value)
    if before.content == content:
        return True
    moved = str(before.canteen_id) != content["canteen_id"]  # Another canteen would read what the first one answered.
    if moved or not ON_SITE.allows(before.state, "enter"):
        raise SaleDiffers(on_site_sale_id=str(before.sale_id), state=before.state.value)
    if before.revision >= REVISIONS_MAX:
        raise TooManySales(revisions_max=REVISIONS_MAX)
    return False


async def _lines(desk: Desk, command: PutOnSiteSale) -> list[tuple[SoldLine, AskedLine]]:
    """Reckon what was sold, each line beside its listing as it is now."""
    asked = [AskedFor(one.listing_id, one.listing_version, one.quantity or 1, None) for one in command.lines]
    known = await read_lines(desk.uow, asked, desk.tolerance_bp)
    mine = [line if line is not None and line.goods.supplier_id == command.supplier_id else None for line in known]
    terms = await read_terms(desk.uow, [(one.listing_id, one.listing_version) for one in command.lines])
    lines, problems = sold_lines(command.lines, mine, terms)
    today = business_date(desk.clock.now())
    fair = await read_fair(desk.uow, command.fair_id)
    wrong = fair_problem(fair, command.supplier_id, command.sold_on, today, desk.on_site_entry_days)
    if wrong or problems:
        raise InvalidFields(*([wrong] if wrong else []), *problems)
    found = [line for line in mine if line is not None]
    _check_sellable(found, terms)
    return list(zip(lines, found, strict=True))


def _check_sellable(lines: Sequence[AskedLine], terms: Versions) -> None:
    """Refuse what may not be sold now, or is judged otherwise by now: SupplierNotSelling, ListingChanged."""
    closed = [line.goods for line in lines if not line.selling]
    if closed:
        names = [{"supplier_id": str(closed[0].supplier_id), "name": closed[0].supplier_name}]
        raise SupplierNotSelling(suppliers=names)
    named = [(line, terms[line.goods.listing_id, line.version]) for line in lines]
    changed = [(line, seen) for line, seen in named if not line.on_sale or not is_judged_the_same(seen, line)]
    if changed:
        raise ListingChanged(
            listings=[
                {
                    "listing_id": str(line.goods.listing_id),
                    "name": line.goods.name,
                    "asked_version": line.version,
                    "current_version": line.goods.version,
                    "warnings": [] if line.on_sale else ["off_sale"],
                    "changed": what_changed(seen, terms_of(line.goods)),
                }
                for line, seen in changed
            ]
        )


def _told(
    desk: Desk,
    tx: Tx,
    sale_id: UUID,
    command: PutOnSiteSale,
    content: dict[str, Any],
    kitchen: Kitchen,
    lines: Sequence[tuple[SoldLine, AskedLine]],
    by: Actor,
) -> dict[str, Any]:
    """Write a sale as it is kept."""
    goods = lines[0][1].goods
    return {
        "sale_id": sale_id,
        "state": OnSiteState.WAITING.value,
        "fair_id": command.fair_id,
        "supplier_id": command.supplier_id,
        "supplier_name": goods.supplier_name,
        "supplier_kind": goods.supplier_kind,
        "canteen_id": command.canteen_id,
        "unit_id": kitchen.unit_id,
        "fund": command.fund.value,
        "sold_on": command.sold_on,
        "amount_fen": sum(line.amount_fen for line, _ in lines),
        "note": command.note,
        "content": content,
        "lines": [line.kept() for line, _ in lines],
        "entered_by": by.account_id,
        "entered_by_name": by.name,
        "entered_as": by.acted_as.value if by.acted_as else None,
        "changed_at": tx.now,
        "due_at": tx.now + timedelta(days=desk.on_site_answer_days),
    }


async def _tell(
    tx: Tx, sale_id: UUID, command: PutOnSiteSale, supplier: str, amount_fen: int, due_at: Any, by: Actor
) -> None:
    facts = {
        "supplier": supplier,
        "amount_fen": amount_fen,
        "day": command.sold_on,
        "lines": len(command.lines),
        "fund": command.fund.value,
    }
    buyers = Audience(organisation_id=command.canteen_id, roles=(Role.BUYER,))
    await raise_notice(tx, NoticeKind.ON_SITE_WAITS, sale_id, [buyers], facts, due_at, by=by.account_id)

"""A seller records an invoice over one or several orders of a canteen, or a red-letter one, with its file."""

import asyncio
import unicodedata
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from starlette.responses import Response

from gateway.pages.invoices.invoice import FILE_MEDIA, KINDS, invoiced_of, put_file, read_invoices, read_orders
from gateway.pages.kit import write
from gateway.pages.kit.asking import Refused
from gateway.pages.kit.language import N_
from gateway.pages.kit.page import Page, today
from gateway.pages.kit.words import say
from shared.contracts.authority import Role
from shared.contracts.words import KEEPING
from shared.ids import new_id
from shared.money import BP_WHOLE

ORDERS_MAX = 50
LINES_MAX = 200
SHOWN_MAX = 50
"""Of how many orders of each state one may choose: those that were placed last."""
TYPED_MAX = 40
"""Twenty digits, as they are typed with blanks between them."""
RATES = (0, 100, 300, 600, 900, 1300)
"""The rates of VAT that are in force, in basis points."""


@dataclass(frozen=True, slots=True)
class OrderChoice:
    id: str
    title: str
    accepted: str
    kept: str
    left: str


@dataclass(frozen=True, slots=True)
class OfCanteen:
    name: str
    orders: tuple[OrderChoice, ...]


@dataclass(frozen=True, slots=True)
class ChooseView:
    canteens: tuple[OfCanteen, ...]
    wrong: str


@dataclass(frozen=True, slots=True)
class AskedLine:
    at: str
    name: str
    order: str
    field: str
    kept: str
    amount: str


@dataclass(frozen=True, slots=True)
class RecordView:
    id: str
    title: str
    red: bool
    reverses: str
    reverses_number: str
    sides: str
    kinds: list[tuple[str, str]]
    rates: list[tuple[str, str]]
    rate: str
    tax: str
    today: str
    orders: tuple[str, ...]
    lines: tuple[AskedLine, ...]
    back_url: str


async def choose_orders(page: Page) -> Response:
    """Ask which orders an invoice is for: those that were accepted and are not invoiced in full."""
    return await _choose(page)


async def _choose(page: Page, wrong: str = "") -> Response:
    suppliers = [str(seat.organisation_id) for seat in page.seats(Role.SUPPLIER)]
    if not suppliers:
        raise Refused(403, page.speech(N_("Only the owner of a supplier records invoices.")))
    by_canteen: dict[str, list[OrderChoice]] = {}
    for supplier_id in suppliers:
        pages: list[dict[str, str | int | None]] = [
            {"supplier": supplier_id, "state": state, "limit": SHOWN_MAX} for state in sorted(KEEPING)
        ]
        listed, (told, _) = await asyncio.gather(
            asyncio.gather(*(page.ask("list_orders", query=query) for query in pages)),
            read_invoices(page, {"supplier": supplier_id}),
        )
        summed: dict[str, int] = {}
        for (order_id, _line), fen in invoiced_of(told).items():
            summed[order_id] = summed.get(order_id, 0) + fen
        for one in sorted((one for found in listed for one in found["items"]), key=lambda one: one["accepted_on"]):
            left = one["kept_fen"] - summed.get(one["order_id"], 0)
            if left > 0:
                by_canteen.setdefault(one["canteen"]["name"], []).append(_choice(page, one, left))
    view = ChooseView(tuple(OfCanteen(name, tuple(orders)) for name, orders in by_canteen.items()), wrong)
    if wrong:
        page.form.wrong("orders", wrong)
    return page.show("invoices/choose.html", view, crumbs=_crumbs(page))


def _choice(page: Page, one: dict[str, Any], left: int) -> OrderChoice:
    goods = one["first_name"]
    if one["line_count"] > 1:
        goods += page.speech(N_(" and %(more)s more"), more=one["line_count"] - 1)
    return OrderChoice(
        id=one["order_id"],
        title=f"{goods} · {one['order_id'][-8:].upper()}",
        accepted=write.day(one["accepted_on"], page.language),
        kept=write.money(one["kept_fen"]),
        left=write.money(left),
    )


def _crumbs(page: Page) -> tuple[tuple[str, str], ...]:
    return (("/invoices", page.speech(N_("Invoices"))),)


async def new_invoice(page: Page) -> Response:
    """Ask what stands on the invoice, once it is known which orders it is for."""
    asked = [one for one in page.request.query_params.getlist("order") if _is_id(one)][:ORDERS_MAX]
    if not asked:
        return await _choose(page, page.speech(N_("Choose at least one order.")))
    orders = await read_orders(page, set(asked))
    if len({(one["supplier"]["id"], one["canteen"]["id"]) for one in orders}) > 1:
        return await _choose(page, page.speech(N_("One invoice is for one canteen: choose orders of the same one.")))
    return await _show(page, orders)


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


async def _show(page: Page, orders: list[dict[str, Any]]) -> Response:
    first = orders[0]
    if not page.is_seated(first["supplier"]["id"], Role.SUPPLIER):
        raise Refused(403, page.speech(N_("Only the owner of a supplier records invoices.")))
    of = {"supplier": first["supplier"]["id"], "canteen": first["canteen"]["id"]}
    summed = invoiced_of((await read_invoices(page, of))[0])
    left = {}
    for order in orders:
        for line in order["lines"]:
            fen = line["kept_fen"] - summed.get((order["order_id"], line["line_id"]), 0)
            told = (order["order_id"], line["line_id"], line["name"], line["kept_fen"], max(0, fen))
            left[f"{order['order_id']}.{line['line_id']}"] = told
    typed = [page.form.value(f"line-{place}") for place in range(LINES_MAX)]
    asked = [left[at] for at in typed if at in left] or [told for told in left.values() if told[4] > 0]
    if not asked:
        return await _choose(page, page.speech(N_("These orders are invoiced in full.")))
    return _ask(page, first, [one["order_id"] for one in orders], asked)


def _ask(
    page: Page,
    sides: dict[str, Any],
    orders: list[str],
    asked: list[tuple[str, str, str, int, int]],
    red: dict[str, Any] | None = None,
) -> Response:
    speech = page.speech
    lines = tuple(
        AskedLine(
            at=f"{order_id}.{line_id}",
            name=name,
            order=order_id[-8:].upper(),
            field=f"amount-{place}",
            kept=write.money(kept),
            amount=write.plain_money(amount),
        )
        for place, (order_id, line_id, name, kept, amount) in enumerate(asked[:LINES_MAX])
    )
    rates = sorted({*RATES, *([red["tax_rate_bp"]] if red else [])})
    view = RecordView(
        id=page.form.value("id") or str(new_id()),
        title=speech(N_("Record a red-letter invoice")) if red else speech(N_("Record an invoice")),
        red=red is not None,
        reverses=red["invoice_id"] if red else "",
        reverses_number=red["number"] if red else "",
        sides=f"{sides['supplier']['name']} → {sides['canteen']['name']}",
        kinds=[(kind, say(KINDS, kind, speech)) for kind in KINDS if kind != "red"],
        rates=[(str(rate), write.rate(rate)) for rate in rates],
        rate=str(red["tax_rate_bp"]) if red else "0",
        tax=write.plain_money(abs(red["tax_fen"])) if red else "",
        today=today(page).isoformat(),
        orders=tuple(orders),
        lines=lines,
        back_url=f"/invoices/{red['invoice_id']}" if red else "/invoices/orders",
    )
    return page.show("invoices/record.html", view, crumbs=_crumbs(page))


async def new_red_letter(page: Page) -> Response:
    """Ask what a red-letter invoice takes back."""
    found = await page.ask("get_invoice", invoice_id=page.part("invoice_id"))
    return await _show_red(page, found)


async def _show_red(page: Page, found: dict[str, Any]) -> Response:
    if not page.is_seated(found["supplier"]["id"], Role.SUPPLIER) or found["kind"] == "red":
        raise Refused(403, page.speech(N_("Only the owner of a supplier records invoices.")))
    orders = await read_orders(page, {line["order_id"] for line in found["lines"]})
    names = {(one["order_id"], line["line_id"]): line for one in orders for line in one["lines"]}
    asked = []
    for line in found["lines"]:
        known = names[line["order_id"], line["line_id"]]
        asked.append((line["order_id"], line["line_id"], known["name"], known["kept_fen"], line["gross_fen"]))
    return _ask(page, found, [one["order_id"] for one in orders], asked, found)


async def record(page: Page) -> Response:
    """Record it, with its file where one was chosen; said twice, it is one."""
    form = page.form
    invoice_id, reverses = form.id("id"), form.value("reverses")
    red = await page.ask("get_invoice", invoice_id=reverses) if _is_id(reverses) else None
    content = _read(page, red)
    upload = await form.upload("file", kinds=FILE_MEDIA, needed=False)
    if form.ok:
        try:
            sent = [{name: line[name] for name in line if name != "place"} for line in content["lines"]]
            await page.ask("put_invoice", json=content | {"lines": sent}, invoice_id=invoice_id)
        except Refused as refused:
            if not refused.mendable:
                raise
            _take(page, refused, content)
        else:
            if upload is None or await put_file(page, str(invoice_id), upload):
                return page.go(f"/invoices/{invoice_id}", "invoiced")
            return page.go(f"/invoices/{invoice_id}", "file_refused")
    if red is not None:
        return await _show_red(page, red)
    known = [form.value(f"order-{place}") for place in range(ORDERS_MAX) if _is_id(form.value(f"order-{place}"))]
    if not known:
        return await _choose(page, page.speech(N_("Choose at least one order.")))
    return await _show(page, await read_orders(page, set(known)))


def _read(page: Page, red: dict[str, Any] | None) -> dict[str, Any]:
    """Read what stands on the paper; the amounts of a red-letter one are typed without their minus."""
    form, sign = page.form, -1 if red else 1
    number, code = form.text("number", most=TYPED_MAX), form.text("code", most=TYPED_MAX, needed=False)
    kind = "red" if red else form.choice("kind", [kind for kind in KINDS if kind != "red"])
    rate = form.choice("rate", [str(rate) for rate in {*RATES, *([red["tax_rate_bp"]] if red else [])}])
    issued = form.day("issued_on")
    lines: list[dict[str, Any]] = []
    for place in range(LINES_MAX):
        order_id, _, line_id = form.value(f"line-{place}").partition(".")
        if not _is_id(order_id) or not _is_id(line_id):
            break
        fen = form.fen(f"amount-{place}", needed=False)
        if fen:
            lines.append({"order_id": order_id, "line_id": line_id, "gross_fen": sign * fen, "place": place})
    gross = sum(line["gross_fen"] for line in lines)
    tax = form.fen("tax", needed=False)
    if tax is None:
        tax = _tax_in(abs(gross), int(rate or 0))
    if not lines and form.ok:
        form.wrong("amount-0", page.speech(N_("Write the amount of at least one line.")))
    return {
        "number": _digits(number),
        "code": _digits(code),
        "kind": kind or "",
        "net_fen": gross - sign * tax,
        "tax_fen": sign * tax,
        "gross_fen": gross,
        "tax_rate_bp": int(rate or 0),
        "issued_on": issued.isoformat() if issued else "",
        "reverses_id": red["invoice_id"] if red else None,
        "lines": lines,
    }


def _digits(text: str) -> str:
    """Take blanks out, and full-width digits as the plain ones."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _tax_in(gross_fen: int, rate_bp: int) -> int:
    """Tell the tax in an amount that includes it, rounded half up to a fen."""
    return (gross_fen * rate_bp * 2 + BP_WHOLE + rate_bp) // (2 * (BP_WHOLE + rate_bp))


def _take(page: Page, refused: Refused, content: dict[str, Any]) -> None:
    """Note a refusal beside the fields, whose sums are not typed but told."""
    names = {"tax_fen": "tax", "gross_fen": "amount-0", "lines": "amount-0", "tax_rate_bp": "rate"}
    for place, line in enumerate(content["lines"]):
        names |= {f"lines.{place}.{part}": f"amount-{line['place']}" for part in ("line_id", "order_id", "gross_fen")}
    if refused.slug == "invoice-twice":
        page.form.wrong("number", refused.sentence(page.speech))
    elif refused.slug == "invoice-exceeded":
        left = write.money(refused.facts.get("left_fen"))
        page.form.wrong("amount-0", f"{refused.sentence(page.speech)} {left}")
    else:
        page.form.take(refused, names)

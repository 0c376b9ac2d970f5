"""Finance reserves for a canteen's year, keeps a draft while unsure, and the level above accepts or returns it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from gateway.pages.finance.statements import spoken
from gateway.pages.finance.year import (
    RESERVATION_STATES,
    TONES,
    CanteenYear,
    check_finance,
    is_above,
    read_year,
    reservation_of,
)
from gateway.pages.kit import write
from gateway.pages.kit.asking import Refused
from gateway.pages.kit.form import Form
from gateway.pages.kit.frame import Mark
from gateway.pages.kit.language import N_, Speech
from gateway.pages.kit.page import Page
from gateway.pages.kit.words import options
from shared.contracts.authority import Role
from shared.ids import new_id

TEXT_MAX = 1_000
OUTCOMES: Mapping[str, str] = {"accept": N_("Accept it"), "return": N_("Return it with a reason")}


@dataclass(frozen=True, slots=True)
class RuleField:
    """What is reserved under one rule: the field, and what the rule asks for."""

    code: str
    field: str
    label: str
    hint: str
    value: str


@dataclass(frozen=True, slots=True)
class Version:
    title: str
    state: Mark
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ReservationView:
    """A reservation: its form, for finance of the canteen's unit, or its review, for the level above."""

    canteen: str
    year: str
    back: str
    url: str
    id: str
    files: bool
    amended: bool
    expected: str
    rules: tuple[RuleField, ...]
    explanation: str
    due: str
    last_year: tuple[tuple[str, str], ...]
    versions: tuple[Version, ...]
    review_url: str
    version: str
    once: str
    outcomes: list[tuple[str, str]]


async def show_reservation(page: Page) -> Response:
    """Show the reservation of a canteen's year."""
    its = await read_year(page)
    return page.show("finance/reservation.html", await _view(page, its))


async def _view(page: Page, its: CanteenYear) -> ReservationView:
    speech, listed = page.speech, await reservation_of(page, its)
    found = await page.ask("get_reservation", reservation_id=listed["id"]) if listed else None
    rules = await _rules(page, its)
    known = {one["rule"]: one["amount_fen"] for one in found["reserved"]} if found else {}
    names = {rule["code"]: spoken(rule, "name", speech.language) for rule in rules}
    reviews = found is not None and listed is not None and listed["state"] == "submitted" and is_above(page, its)
    return ReservationView(
        canteen=its.name,
        year=str(its.year),
        back=its.url,
        url=f"{its.url}/reservation",
        id=found["id"] if found else page.form.value("reservation_id") or str(new_id()),
        files=page.is_seated(its.unit_id, Role.FINANCE) and not its.closed_on,
        amended=any(one["state"] != "draft" for one in found["versions"]) if found else False,
        expected=write.plain_money(found["expected_base_fen"]) if found else "",
        rules=tuple(
            RuleField(
                code=rule["code"],
                field=f"reserved_{place}",
                label=names[rule["code"]],
                hint=speech(N_("At least %(rate)s of what is expected."), rate=write.rate(rule["rate_bp"])),
                value=write.plain_money(known[rule["code"]]) if rule["code"] in known else "",
            )
            for place, rule in enumerate(rules)
        ),
        explanation=found["explanation"] if found else "",
        due=write.day(found["required"][0]["due_on"], speech.language) if found and found["required"] else "",
        last_year=_amounts(speech, found["last_year"], names) if found and found["last_year"] else (),
        versions=tuple(_version(speech, one, names) for one in reversed(found["versions"])) if found else (),
        review_url=f"{its.url}/reservation/reviews" if reviews else "",
        version=str(listed["version"]) if listed else "",
        once=page.form.value("once") or str(new_id()),
        outcomes=options(OUTCOMES, speech),
    )


async def _rules(page: Page, its: CanteenYear) -> list[dict[str, Any]]:
    """Give the rules that ask for a percentage of this canteen in this year, each with its own rate."""
    rules = []
    for one in its.statement["rules"]:
        found = its.statement
        if one["code"] != found["rule"]["code"]:
            query = {"rule": one["code"], "year": its.year}
            found = await page.ask("get_statement", query=query, subject_id=its.canteen_id)
        if found["rule"]["rate_bp"] is not None:
            rules.append(found["rule"])
    return rules


def _amounts(speech: Speech, one: dict[str, Any], names: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    rows = [(speech(N_("Expected to be bought")), write.money(one["expected_base_fen"]))]
    rows += [(names.get(part["rule"], part["rule"]), write.money(part["amount_fen"])) for part in one["reserved"]]
    return tuple(rows)


def _version(speech: Speech, one: dict[str, Any], names: Mapping[str, str]) -> Version:
    facts = list(_amounts(speech, one, names))
    for name, label in (("reason", N_("Reason")), ("explanation", N_("Explanation"))):
        if one[name]:
            facts.append((speech(label), one[name]))
    if (review := one["review"]) and review["reason"]:
        facts.append((speech(N_("The level above says")), review["reason"]))
    when = write.moment(one["filed_at"], speech.language)
    return Version(
        title=speech(N_("Version %(number)s of %(when)s"), number=one["version"], when=when),
        state=Mark(speech(RESERVATION_STATES[one["state"]]), TONES[one["state"]]),
        facts=tuple(facts),
    )


async def file_reservation(page: Page) -> Response:
    """File a reservation, or keep it as a draft."""
    form, its = page.form, await read_year(page)
    check_finance(page, its)
    rules = await _rules(page, its)
    draft = form.value("act") == "draft"
    reserved, names = _read_reserved(form, [rule["code"] for rule in rules])
    content: dict[str, Any] = {
        "canteen_id": its.canteen_id,
        "year": its.year,
        "expected_base_fen": form.fen("expected"),
        "reserved": reserved,
        "draft": draft,
        "reason": form.text("reason", most=TEXT_MAX, needed=False),
        "explanation": form.text("explanation", most=TEXT_MAX, needed=False),
    }
    reservation_id = form.id("reservation_id")
    if form.ok:
        try:
            await page.ask("put_reservation", json=content, reservation_id=reservation_id)
        except Refused as refused:
            if not refused.mendable:
                raise
            _take(page, refused, names)
        else:
            return page.go(its.url if not draft else f"{its.url}/reservation", "draft" if draft else "reserved")
    return page.show("finance/reservation.html", await _view(page, its))


def _read_reserved(form: Form, rules: list[str]) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Read what is reserved under each rule, and by which names a refusal calls the fields."""
    reserved: list[dict[str, Any]] = []
    names = {"expected_base_fen": "expected"}
    for place, code in enumerate(rules):
        field = f"reserved_{place}"
        amount = form.fen(field, needed=not reserved and place == len(rules) - 1)
        if amount is not None:
            names[f"reserved.{len(reserved)}.amount_fen"] = names[f"reserved.{len(reserved)}.rule"] = field
            reserved.append({"rule": code, "amount_fen": amount})
    return reserved, names


def _take(page: Page, refused: Refused, names: Mapping[str, str]) -> None:
    """Note a refusal beside its fields, with the least amount where one is asked for."""
    for error in refused.errors:
        if isinstance(error.get("required_fen"), int):
            least = page.speech(N_("at least %(amount)s"), amount=write.money(error["required_fen"]))
            error["says"] = (
                f"{error.get('says', '')} ({least})" if page.language == "en" else f"{error.get('says', '')}（{least}）"
            )
    page.form.take(refused, names)


async def review_reservation(page: Page) -> Response:
    """Record what the level above says of what was submitted."""
    form, its = page.form, await read_year(page)
    listed = await reservation_of(page, its)
    if listed is None:
        raise Refused(404, page.speech(N_("Nothing is reserved here yet.")))
    number = form.value("version")
    content = {
        "version": int(number) if number.isascii() and number.isdecimal() and len(number) < 4 else 0,
        "outcome": form.choice("outcome", OUTCOMES),
        "reason": form.text("why", most=TEXT_MAX, needed=form.value("outcome") == "return"),
    }
    if form.ok:
        try:
            await page.ask("review_reservation", json=content, once=form.value("once"), reservation_id=listed["id"])
        except Refused as refused:
            if not refused.mendable:
                raise
            form.take(refused, {"reason": "why"})
        else:
            return page.go(f"{its.url}/reservation", "reviewed")
    return page.show("finance/reservation.html", await _view(page, its))

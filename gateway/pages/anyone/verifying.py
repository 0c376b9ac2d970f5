"""A stranger finds a declaration or report by its code, or hands in a file, and is told whether a byte was changed."""

import re
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.responses import Response

from gateway.pages.kit import words, write
from gateway.pages.kit.frame import Link, Mark
from gateway.pages.kit.language import N_
from gateway.pages.kit.page import Page

CODE = re.compile(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){3}")
KINDS = ("application/json", "application/octet-stream", "text/plain")
NEWEST = 5
PUBLISHED = "/api/v1/published-declarations/"
CHECKPOINTS = "/api/v1/checkpoints/"
REPORTS = "/api/v1/issued-reports/"


@dataclass(frozen=True, slots=True)
class VerdictView:
    """What became of a file that was handed in."""

    tone: str
    title: str
    says: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DeclaredRow:
    """A published declaration, as a list shows it."""

    name: str
    year: str
    code: str
    mark: Mark
    file: Link


@dataclass(frozen=True, slots=True)
class ReportView:
    """An issued report that a code names."""

    tone: str
    title: str
    facts: tuple[tuple[str, str], ...]
    files: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class VerifyView:
    verdict: VerdictView | None
    sought: bool
    """Whether a code was asked for, so that `declared` is what was found by it."""
    declared: tuple[DeclaredRow, ...]
    report: ReportView | None
    checkpoints: tuple[Link, ...]


async def show_verify(page: Page) -> Response:
    """Show the way to verify, and what a code names."""
    code = page.asked("code").upper().replace(" ", "").replace("—", "-")
    page.form.values["code"] = code
    if code and not CODE.fullmatch(code):
        page.form.wrong(
            "code", page.speech(N_("A code has four groups of four letters or digits, like MFRG-GZDF-MZTW-Q2LK."))
        )
        code = ""
    return await _show(page, code=code, verdict=None)


async def verify(page: Page) -> Response:
    """Verify a file that was handed in; nothing of it is kept."""
    sent = await page.form.upload("file", kinds=KINDS)
    if sent is None:
        return await _show(page, code="", verdict=None)
    found = await page.ask("verify_published_file", body=sent[0], media_type="application/json")
    return await _show(page, code="", verdict=_verdict(page, found))


async def _show(page: Page, *, code: str, verdict: VerdictView | None) -> Response:
    nothing: dict[str, Any] = {"items": []}
    query = {"code": code, "limit": NEWEST}
    declared = await page.ask_or(nothing, "list_published_declarations", query=query)
    checkpoints = await page.ask_or(nothing, "list_checkpoints", query={"limit": NEWEST})
    report = await _issued(page, code) if code and not declared["items"] else None
    view = VerifyView(
        verdict=verdict,
        sought=bool(code),
        declared=tuple(declared_row(page, one) for one in declared["items"]),
        report=report,
        checkpoints=tuple(
            Link(f"{CHECKPOINTS}{one['id']}", write.day(one["day"], page.language)) for one in checkpoints["items"]
        ),
    )
    known_as = "/verify" if page.request.method == "GET" and not code else ""
    return page.show("anyone/verify.html", view, known_as=known_as)


def declared_row(page: Page, one: dict[str, Any]) -> DeclaredRow:
    """Show a published declaration as a row."""
    year = str(one["year"])
    if one["restatement"]:
        year = page.speech(N_("%(year)s, restatement %(number)s"), year=one["year"], number=one["restatement"])
    status = one["rules"][0]["status"] if one["rules"] else "no_duty"
    return DeclaredRow(
        name=f"{one['unit_name']} · {one['name']}",
        year=year,
        code=one["code"],
        mark=Mark(words.say(words.STATUSES, status, page.speech), words.tone(status)),
        file=Link(f"{PUBLISHED}{one['id']}", page.speech(N_("The signed file"))),
    )


def _verdict(page: Page, found: dict[str, Any]) -> VerdictView:
    speech = page.speech
    key = (speech(N_("The platform's public key")), found["platform_public_key"])
    reason = found["reason"] if page.language == "zh" else found["reason_en"]
    if not found["as_signed"]:
        return VerdictView("bad", speech(N_("This file was changed, or was never published here")), reason, ())
    if not found["by_platform"]:
        own = (speech(N_("The file's public key")), found["public_key"])
        return VerdictView("bad", speech(N_("This file was not signed by this platform")), reason, (own, key))
    says = speech(N_("Not one byte of it was changed since it was signed with this platform's key."))
    facts = _of_declaration(page, found["declaration"]) if found["declaration"] else ()
    facts = facts or (_of_report(page, found["report"]) if found["report"] else ())
    facts = facts or _of_checkpoint(page, found["checkpoint"])
    return VerdictView("", speech(N_("This file is as it was signed")), says, (*facts, key))


async def _issued(page: Page, code: str) -> ReportView | None:
    """Tell of the report under a code what its signed file says when it is handed in; of a changed one, nothing."""
    speech, issued = page.speech, await page.ask_or(None, "get_issued_report", code=code)
    if issued is None:
        return None
    found = await page.ask("verify_published_file", body=orjson.dumps(issued), media_type="application/json")
    facts = _of_report(page, found["report"]) if found["report"] else ()
    at, language = f"{REPORTS}{issued['code']}", page.language
    return ReportView(
        tone="" if facts else "bad",
        title=speech(
            N_("This report is kept as it was signed: compare it with your paper")
            if facts
            else N_("The report that is kept under this code is not as it was signed")
        ),
        facts=facts,
        files=(
            Link(f"{at}?format=pdf&lang={language}", speech(N_("The report on paper (PDF)"))),
            Link(f"{at}?format=xlsx&lang={language}", speech(N_("The report as a workbook (xlsx)"))),
            Link(at, speech(N_("The signed file"))),
        ),
    )


def _of_report(page: Page, one: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    speech = page.speech
    return (
        (speech(N_("Report of")), one["unit_name"]),
        (speech(N_("Rule")), one["name"] if page.language == "zh" else one["name_en"]),
        (speech(N_("Year")), str(one["year"])),
        (speech(N_("What had happened by")), write.day(one["happened_by"], page.language)),
        (speech(N_("What was known by")), write.moment(one["known_by"], page.language)),
        (speech(N_("Rows")), f"{one['rows']:,}"),
        (speech(N_("Verification code")), one["code"]),
    )


def _of_checkpoint(page: Page, one: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return (
        (page.speech(N_("Checkpoint of")), write.day(one["date"], page.language)),
        (page.speech(N_("Chains")), f"{one['chains']:,}"),
        (page.speech(N_("Entries")), f"{one['entries']:,}"),
    )


def _of_declaration(page: Page, one: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    speech = page.speech
    rules = tuple(
        (
            rule["name"] if page.language == "zh" else rule["name_en"],
            speech(
                N_("%(counted)s of %(base)s, %(share)s: %(status)s"),
                counted=write.money(rule["counted_fen"]),
                base=write.money(rule["base_fen"]),
                share=write.share(rule["share_bp"]),
                status=words.say(words.STATUSES, rule["status"], speech),
            ),
        )
        for rule in one["rules"]
    )
    signers = tuple(
        (
            speech(N_("Countersigned by") if signer["step"] == "countersign" else N_("Signed by")),
            f"{signer['name']} ({signer['capacity']}) · {write.moment(signer['at'], page.language)}",
        )
        for signer in one["signers"]
    )
    return (
        (speech(N_("Declaration of")), f"{one['unit_name']} · {one['canteen_name']}"),
        (speech(N_("Year")), str(one["year"])),
        (speech(N_("Verification code")), one["code"]),
        *rules,
        (speech(N_("Ledger entries")), f"{one['entries']:,}"),
        *signers,
    )

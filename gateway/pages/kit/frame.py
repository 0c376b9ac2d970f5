"""What stands around every page: the reader's name, the ways that their roles open, and the two preferences."""

import hashlib
from dataclasses import dataclass
from urllib.parse import urlencode

from gateway.pages.kit.language import ASKED, N_, Speech
from gateway.pages.kit.static import css_url, script_url
from shared.contracts.authority import SUPPLIER_ROLES, Identity, Role

MANY = 100
"""From how many on the header no longer counts."""
DONE: dict[str, str] = {
    "saved": N_("Saved."),
    "sent": N_("Sent."),
    "added": N_("Added to the basket."),
    "changed": N_("The basket is changed."),
    "ordered": N_("Ordered. The suppliers have been told."),
    "waiting": N_("Sent to the approver."),
    "approved": N_("Approved. The orders are placed."),
    "refused": N_("Refused. The buyer can read the reason."),
    "confirmed": N_("Confirmed."),
    "weighed": N_("Your answer to the weights is recorded."),
    "substitute": N_("Your answer to the substitute is recorded."),
    "declined": N_("Declined. The stock is free again."),
    "packed": N_("Packed. The weights are recorded."),
    "shipped": N_("Shipped."),
    "accepted": N_("Accepted. The ledger will count it in a moment."),
    "waits": N_("Weighed. It counts once another has said yes."),
    "returned": N_("The return is sent to the supplier."),
    "replaced": N_("Agreed. The goods come again by an order of its own."),
    "agreed": N_("Agreed. The ledger will count it in a moment."),
    "kept": N_("The canteen is told that you deliver."),
    "return_refused": N_("Refused. The canteen can read why, and may have the unit above decide."),
    "return_escalated": N_("The unit above is told, and decides."),
    "return_withdrawn": N_("The return is taken back."),
    "credited": N_("The credit is recorded."),
    "cancelled": N_("Cancelled. The stock is free again."),
    "paid": N_("The payment is recorded."),
    "payment_ended": N_("Recorded. The other side is told, and the amount can be paid anew."),
    "applied": N_("Your application is sent. Next: upload your documents."),
    "document": N_("The document is uploaded."),
    "photo": N_("The photo is uploaded."),
    "submitted": N_("Submitted for review."),
    "withdrawn": N_("Withdrawn from sale."),
    "stock": N_("The stock is set."),
    "repriced": N_("The new price holds at once."),
    "price_waits": N_("The new price is far from the last one: an officer looks at it first."),
    "repeated": N_("It is on sale again."),
    "told": N_("The canteen is asked to confirm the sale."),
    "sale_confirmed": N_("Your yes to the sale is recorded."),
    "sale_denied": N_("Your no is recorded, and the seller can read why."),
    "sale_withdrawn": N_("The sale is taken back."),
    "reviewed": N_("The review is recorded."),
    "issued": N_("Issued. By this code anybody can hold a paper against what was issued."),
    "closed": N_("Closed. The figures are frozen as they were filed."),
    "restated": N_("Filed again. The earlier figures stay beside it."),
    "prepared": N_("The declaration is prepared. Next: another of your unit signs it."),
    "signed": N_("Signed in your name. The level above is told."),
    "published": N_("Countersigned. Anybody can read and verify it now."),
    "sent_back": N_("Returned. Its unit can read the reason and prepares another."),
    "draft": N_("Kept as a draft. Nothing is submitted yet."),
    "reserved": N_("The reservation is submitted to the level above."),
    "attested": N_("The month is attested."),
    "recorded": N_("The purchase is recorded."),
    "verified": N_("The verification is recorded."),
    "fair_left": N_("You no longer take part."),
    "standing": N_("Kept. Its baskets are drafted by themselves; you are told each time."),
    "paused": N_("It pauses. Nothing more is drafted until you go on with it."),
    "resumed": N_("It goes on."),
    "ended": N_("It has ended. What was drafted stays."),
    "delegated": N_("Handed over. They are told of what waits in those days."),
    "delegation_ended": N_("Ended. You decide again yourself."),
    "case_moved": N_("Recorded. Whoever brought it up is told, as far as they can be reached."),
    "out": N_("You are signed out."),
    "objected": N_("The other side can read your objection. Nobody confirms until it is settled."),
    "settled": N_("Settled. Both sides confirm anew."),
    "read": N_("All read."),
    "invoiced": N_("The invoice is recorded. Finance sees it at once."),
    "file_refused": N_("The invoice is recorded, but its file was not taken. Upload another one here."),
    "resolved": N_("Recorded. It no longer waits."),
    "link": N_("The link is made."),
    "link_ended": N_("The link is ended. It shows nothing any more."),
    "code_ended": N_("The code opens nothing any more."),
    "member_ended": N_("They can do nothing more for this business."),
    "came_in": N_("You are in. In a moment what you may do stands here: open this page again."),
    "code": N_("A code is on its way to that address."),
    "up": N_("Your account is made. You are signed in."),
}


@dataclass(frozen=True, slots=True)
class Link:
    """A way to another page."""

    url: str
    text: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A tag: its text, and the family of its colour."""

    text: str
    tone: str = "calm"


@dataclass(frozen=True, slots=True)
class Known:
    """The addresses by which search engines know a page: its own, one in each language, and the one that chooses."""

    here: str
    languages: tuple[tuple[str, str], ...]


def known_at(url: str, asked: str) -> Known:
    """Tell by which addresses a page is known; the bare one speaks as the browser asks, Chinese where it does not."""
    spoken = {"zh": f"{url}?{ASKED}=zh", "en": f"{url}?{ASKED}=en"}
    languages = (("zh-CN", spoken["zh"]), ("en", spoken["en"]), ("x-default", url))
    return Known(spoken.get(asked, url), languages)


@dataclass(frozen=True, slots=True)
class Frame:
    """The surroundings of one page for one reader."""

    tag: str
    css: str
    script: str
    theme: str
    easy: bool
    """Whether plain words were asked for; letters are larger then too."""
    unread: str
    """How much of what the reader was told is unread; empty where nothing is."""
    csrf: str
    who: str
    """By which a browser tells whose the pages are that it keeps for want of a network; empty for who keeps none."""
    here: str
    name: str
    sign_in: str
    preferences: str
    links: tuple[Link, ...]
    other_language: str
    other_tag: str
    other_name: str
    other_weight: str
    other_weight_name: str
    demo: str = ""
    done: str = ""
    crumbs: tuple[Link, ...] = ()
    known: Known | None = None


WAYS: tuple[tuple[str, str, frozenset[Role]], ...] = (
    ("/catalogue", N_("Catalogue"), frozenset()),
    ("/fairs", N_("Fairs"), frozenset()),
    ("/basket", N_("Basket"), frozenset({Role.BUYER})),
    ("/supplier", N_("My business"), frozenset(SUPPLIER_ROLES)),
    ("/requisitions", N_("Requisitions"), frozenset({Role.BUYER, Role.APPROVER, Role.FINANCE, Role.OFFICER})),
    (
        "/orders",
        N_("Orders"),
        frozenset({Role.BUYER, *SUPPLIER_ROLES, Role.APPROVER, Role.FINANCE, Role.AUDITOR}),
    ),
    (
        "/accounts",
        N_("Monthly statements"),
        frozenset({Role.BUYER, *SUPPLIER_ROLES, Role.APPROVER, Role.FINANCE, Role.OFFICER, Role.AUDITOR}),
    ),
    ("/board", N_("Board"), frozenset({Role.FINANCE, Role.OFFICER, Role.AUDITOR})),
    (
        "/statements",
        N_("Statements"),
        frozenset({Role.BUYER, Role.APPROVER, Role.FINANCE, Role.OFFICER, Role.AUDITOR}),
    ),
    ("/filings", N_("Filings"), frozenset({Role.FINANCE, Role.OFFICER, Role.APPROVER})),
    ("/off-platform", N_("Off-platform"), frozenset({Role.BUYER, Role.FINANCE, Role.AUDITOR})),
    ("/review", N_("Reviews"), frozenset({Role.OFFICER})),
    ("/drafts", N_("Rules and lists"), frozenset({Role.OFFICER, Role.AUDITOR})),
    ("/flags", N_("Red flags"), frozenset({Role.OFFICER, Role.AUDITOR})),
    ("/cases/queue", N_("Cases"), frozenset({Role.OFFICER, Role.AUDITOR})),
    ("/people", N_("People and their roles"), frozenset({Role.OFFICER, Role.AUDITOR})),
    ("/units", N_("Units and canteens"), frozenset({Role.OFFICER, Role.AUDITOR})),
)


def ways(identity: Identity | None, here: str, speech: Speech) -> tuple[Link, ...]:
    """List the ways that are open to a reader."""
    held = {seat.role for seat in identity.seats} if identity else set()
    path = here.partition("?")[0]
    return tuple(
        Link(url, speech(text), path == url or path.startswith(url + "/"))
        for url, text, roles in WAYS
        if not roles or roles & held
    )


def _unread(unread: int) -> str:
    if not unread:
        return ""
    return str(unread) if unread < MANY else f"{MANY - 1}+"


def _whose(identity: Identity | None) -> str:
    """Mark a buyer's kept pages, who weighs where there may be no network, without naming them."""
    if identity is None or all(seat.role is not Role.BUYER for seat in identity.seats):
        return ""
    return hashlib.sha256(b"kept pages of " + identity.account_id.bytes).hexdigest()[:16]


def make_frame(
    *,
    speech: Speech,
    identity: Identity | None,
    csrf: str,
    here: str,
    done: str,
    demo: bool,
    theme: str,
    unread: int,
    crumbs: tuple[Link, ...],
    known: Known | None = None,
) -> Frame:
    """Put the surroundings of a page together."""
    chinese, jin = speech.language == "zh", speech.weight_unit == "jin"
    return Frame(
        tag=speech.tag,
        css=css_url(),
        script=script_url(),
        theme=theme,
        easy=speech.easy,
        unread=_unread(unread),
        csrf=csrf,
        who=_whose(identity),
        here=here,
        name=identity.name if identity else "",
        sign_in=f"/sign-in?{urlencode({'next': here})}" if here not in ("/", "/sign-in") else "/sign-in",
        preferences=f"/preferences?{urlencode({'next': here})}",
        links=ways(identity, here, speech),
        other_language="en" if chinese else "zh",
        other_tag="en" if chinese else "zh-CN",
        other_name="English" if chinese else "中文",
        other_weight="kg" if jin else "jin",
        other_weight_name=speech(N_("Show weights in kilograms")) if jin else speech(N_("Show weights in jin")),
        demo=speech(N_("Demonstration data: no person, order or figure here is real.")) if demo else "",
        done=speech(DONE[done]) if done in DONE else "",
        crumbs=crumbs,
        known=known,
    )

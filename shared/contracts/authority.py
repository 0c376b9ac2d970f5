"""Who may ask for what: one table is the whole policy, and whatever it does not name is refused.

The gateway signs who is asking (`Identity`); the service that owns the thing looks up whose it is (`Owned`) and
asks `require(identity, "confirm_order", Owned(supplier_id=…))`. A route is known by its operation's name, which is
its `operation_id` in OpenAPI; tests compare this table with the routes of every program, both ways.

Nobody decides on their own request: operations with `not_own=True` refuse the account named in `Owned.asked_by`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from shared.errors import Forbidden, NotSignedIn


class Role(StrEnum):
    """What a person does in an organisation."""

    SUPPLIER = "supplier"  # 供应商, seated in a supplier
    BUYER = "buyer"  # 采购员, seated in a canteen
    APPROVER = "approver"  # 审批人, seated in a unit
    FINANCE = "finance"  # 财务, seated in a unit
    OFFICER = "officer"  # 残联工作人员, seated in a unit
    AUDITOR = "auditor"  # 审计, seated in a unit, usually the province


class Reach(StrEnum):
    """How far a seat reaches."""

    PUBLIC = "public"  # no sign-in asked
    SIGNED_IN = "signed_in"  # any account
    OWN_ACCOUNT = "own_account"  # what this account began
    OWN_SUPPLIER = "own_supplier"
    OWN_CANTEEN = "own_canteen"
    OWN_UNIT = "own_unit"
    SUBTREE = "subtree"  # the seat's unit and every unit below it
    ABOVE = "above"  # every unit below the seat's, not its own; the topmost has nobody above and reaches itself


@dataclass(frozen=True, slots=True)
class Seat:
    """A role in one organisation; `path` is its unit's path of codes (empty for a supplier)."""

    role: Role
    organisation_id: UUID
    path: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is asking, as the gateway signed it."""

    account_id: UUID
    session_id: UUID
    name: str
    seats: tuple[Seat, ...] = ()

    def seats_as(self, *roles: Role) -> list[Seat]:
        return [seat for seat in self.seats if seat.role in roles]


@dataclass(frozen=True, slots=True)
class Owned:
    """Whose a thing is, as its service knows it."""

    supplier_id: UUID | None = None
    canteen_id: UUID | None = None
    unit_path: str | None = None
    account_id: UUID | None = None
    asked_by: UUID | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """A role with a reach; `role` None is anyone."""

    role: Role | None
    reach: Reach


@dataclass(frozen=True, slots=True)
class Operation:
    """One row of the policy."""

    method: str
    path: str
    program: str
    grants: tuple[Grant, ...]
    not_own: bool = field(default=False)


class NotAllowed(Forbidden):
    """Your role does not reach this.

    zh: 您的角色无权进行此操作。
    """


class OwnRequest(Forbidden):
    """Nobody decides on their own request.

    zh: 不能审批自己提交的申请。
    """


QUOTA = "procurement_quota"
PUBLIC = (Grant(None, Reach.PUBLIC),)
SIGNED_IN = (Grant(None, Reach.SIGNED_IN),)
OWN_SUPPLIER = (Grant(Role.SUPPLIER, Reach.OWN_SUPPLIER),)
OWN_CANTEEN = (Grant(Role.BUYER, Reach.OWN_CANTEEN),)
OFFICERS = (Grant(Role.OFFICER, Reach.SUBTREE),)
READERS = tuple(Grant(role, Reach.SUBTREE) for role in (Role.APPROVER, Role.FINANCE, Role.OFFICER, Role.AUDITOR))
FINANCE = (Grant(Role.FINANCE, Reach.OWN_UNIT),)
AUDITORS = (Grant(Role.AUDITOR, Reach.SUBTREE),)
DECLARANTS = (
    *OWN_CANTEEN,
    *(Grant(role, Reach.OWN_UNIT) for role in (Role.APPROVER, Role.FINANCE, Role.OFFICER, Role.AUDITOR)),
    *AUDITORS,
)
"""Whoever has a seat declares for themselves, and an auditor records of others."""
VISITORS = (Grant(Role.OFFICER, Reach.ABOVE), Grant(Role.AUDITOR, Reach.ABOVE))
VISITED = (*OWN_CANTEEN, *OWN_SUPPLIER, *READERS)
INSPECTORS = (*AUDITORS, Grant(Role.OFFICER, Reach.ABOVE))
CONFLICT_READERS = (*INSPECTORS, Grant(None, Reach.OWN_ACCOUNT))
DRAFT_READERS = (*OFFICERS, Grant(Role.AUDITOR, Reach.SUBTREE))
"""A rule or a list is the matter of the province's federation, so these are the seats of the province."""

POLICY: dict[str, Operation] = {
    # ── the gateway itself ──
    "sign_up": Operation("POST", "/accounts", "gateway", PUBLIC),
    "sign_in": Operation("POST", "/sessions", "gateway", PUBLIC),
    "sign_out": Operation("DELETE", "/sessions/current", "gateway", SIGNED_IN),
    "who_am_i": Operation("GET", "/me", "gateway", SIGNED_IN),
    "preview_quota": Operation("GET", "/baskets/{basket_id}/quota-preview", "gateway", OWN_CANTEEN),
    "find_substitutes": Operation("GET", "/baskets/{basket_id}/substitutes", "gateway", OWN_CANTEEN),
    # ── catalog ──
    "put_supplier": Operation(
        "PUT", "/suppliers/{supplier_id}", "catalog", (*OWN_SUPPLIER, Grant(None, Reach.OWN_ACCOUNT))
    ),
    "get_supplier": Operation("GET", "/suppliers/{supplier_id}", "catalog", PUBLIC),
    "list_suppliers": Operation("GET", "/suppliers", "catalog", PUBLIC),
    "put_supplier_document": Operation(
        "PUT",
        "/suppliers/{supplier_id}/documents/{document_id}",
        "catalog",
        (*OWN_SUPPLIER, Grant(None, Reach.OWN_ACCOUNT)),
    ),
    "get_supplier_document": Operation(
        "GET",
        "/suppliers/{supplier_id}/documents/{document_id}",
        "catalog",
        (
            *OWN_SUPPLIER,
            Grant(None, Reach.OWN_ACCOUNT),
            Grant(Role.OFFICER, Reach.SUBTREE),
            Grant(Role.AUDITOR, Reach.SUBTREE),
        ),
    ),
    "review_supplier": Operation("POST", "/suppliers/{supplier_id}/reviews", "catalog", OFFICERS, not_own=True),
    "put_listing": Operation("PUT", "/listings/{listing_id}", "catalog", OWN_SUPPLIER),
    "get_listing": Operation("GET", "/listings/{listing_id}", "catalog", PUBLIC),
    "search_listings": Operation("GET", "/listings", "catalog", PUBLIC),
    "put_listing_photo": Operation("PUT", "/listings/{listing_id}/photos/{photo_id}", "catalog", OWN_SUPPLIER),
    "get_listing_photo": Operation("GET", "/listings/{listing_id}/photos/{photo_id}", "catalog", PUBLIC),
    "submit_listing": Operation("POST", "/listings/{listing_id}/submission", "catalog", OWN_SUPPLIER),
    "withdraw_listing": Operation("POST", "/listings/{listing_id}/withdrawal", "catalog", OWN_SUPPLIER),
    "review_listing": Operation("POST", "/listings/{listing_id}/reviews", "catalog", OFFICERS, not_own=True),
    # ── order ──
    "put_stock": Operation("PUT", "/stock/{listing_id}", "order", OWN_SUPPLIER),
    "get_stock": Operation("GET", "/stock/{listing_id}", "order", OWN_SUPPLIER),
    "put_basket": Operation("PUT", "/baskets/{basket_id}", "order", OWN_CANTEEN),
    "get_basket": Operation("GET", "/baskets/{basket_id}", "order", OWN_CANTEEN),
    "put_requisition": Operation("PUT", "/requisitions/{requisition_id}", "order", OWN_CANTEEN),
    "get_requisition": Operation("GET", "/requisitions/{requisition_id}", "order", (*OWN_CANTEEN, *READERS)),
    "list_requisitions": Operation("GET", "/requisitions", "order", (*OWN_CANTEEN, *READERS)),
    "decide_requisition": Operation(
        "POST",
        "/requisitions/{requisition_id}/decisions",
        "order",
        (Grant(Role.APPROVER, Reach.OWN_UNIT),),
        not_own=True,
    ),
    "list_orders": Operation("GET", "/orders", "order", (*OWN_CANTEEN, *OWN_SUPPLIER, *READERS)),
    "get_order": Operation("GET", "/orders/{order_id}", "order", (*OWN_CANTEEN, *OWN_SUPPLIER, *READERS)),
    "confirm_order": Operation("POST", "/orders/{order_id}/confirmation", "order", OWN_SUPPLIER),
    "decline_order": Operation("POST", "/orders/{order_id}/decline", "order", OWN_SUPPLIER),
    "pack_order": Operation("POST", "/orders/{order_id}/packing", "order", OWN_SUPPLIER),
    "ship_order": Operation("POST", "/orders/{order_id}/shipment", "order", OWN_SUPPLIER),
    "accept_order": Operation("POST", "/orders/{order_id}/acceptance", "order", OWN_CANTEEN),
    "cancel_order": Operation("POST", "/orders/{order_id}/cancellation", "order", OWN_CANTEEN),
    "return_goods": Operation("POST", "/orders/{order_id}/returns", "order", OWN_CANTEEN),
    "agree_return": Operation("POST", "/orders/{order_id}/returns/{return_id}/agreement", "order", OWN_SUPPLIER),
    "credit_order": Operation("POST", "/orders/{order_id}/credits", "order", OWN_SUPPLIER),
    "put_payment": Operation("PUT", "/orders/{order_id}/payments/{payment_id}", "order", (*OWN_CANTEEN, *FINANCE)),
    "put_voucher": Operation(
        "PUT", "/orders/{order_id}/payments/{payment_id}/voucher", "order", (*OWN_CANTEEN, *FINANCE)
    ),
    "get_voucher": Operation(
        "GET",
        "/orders/{order_id}/payments/{payment_id}/voucher",
        "order",
        (*OWN_CANTEEN, *OWN_SUPPLIER, *READERS),
    ),
    "confirm_payment": Operation(
        "POST", "/orders/{order_id}/payments/{payment_id}/confirmation", "order", OWN_SUPPLIER
    ),
    "hear_stripe": Operation("POST", "/webhooks/stripe", "order", PUBLIC),
    # ── procurement_quota ──
    "list_units": Operation("GET", "/units", "procurement_quota", PUBLIC),
    "list_canteens": Operation("GET", "/canteens", "procurement_quota", PUBLIC),
    "list_rules": Operation("GET", "/rules", "procurement_quota", PUBLIC),
    "list_designations": Operation("GET", "/designations", "procurement_quota", PUBLIC),
    "put_rule_draft": Operation("PUT", "/rule-drafts/{draft_id}", "procurement_quota", OFFICERS),
    "get_rule_draft": Operation("GET", "/rule-drafts/{draft_id}", "procurement_quota", DRAFT_READERS),
    "list_rule_drafts": Operation("GET", "/rule-drafts", "procurement_quota", DRAFT_READERS),
    "decide_rule_draft": Operation(
        "POST", "/rule-drafts/{draft_id}/decisions", "procurement_quota", OFFICERS, not_own=True
    ),
    "withdraw_rule_draft": Operation("POST", "/rule-drafts/{draft_id}/withdrawal", "procurement_quota", OFFICERS),
    "what_if_rule": Operation("GET", "/rule-drafts/{draft_id}/what-if", "procurement_quota", DRAFT_READERS),
    "put_designation_draft": Operation("PUT", "/designation-drafts/{draft_id}", "procurement_quota", OFFICERS),
    "get_designation_draft": Operation("GET", "/designation-drafts/{draft_id}", "procurement_quota", DRAFT_READERS),
    "list_designation_drafts": Operation("GET", "/designation-drafts", "procurement_quota", DRAFT_READERS),
    "decide_designation_draft": Operation(
        "POST", "/designation-drafts/{draft_id}/decisions", "procurement_quota", OFFICERS, not_own=True
    ),
    "withdraw_designation_draft": Operation(
        "POST", "/designation-drafts/{draft_id}/withdrawal", "procurement_quota", OFFICERS
    ),
    "put_unit_move": Operation(
        "PUT", "/units/{unit_id}/moves/{move_id}", "procurement_quota", (Grant(Role.OFFICER, Reach.OWN_UNIT),)
    ),  # of the province at the top of the unit's path
    "get_unit_history": Operation("GET", "/units/{unit_id}/history", "procurement_quota", PUBLIC),
    "put_meals": Operation("PUT", "/meals/{canteen_id}/{year}/{month}", "procurement_quota", (*OWN_CANTEEN, *FINANCE)),
    "get_meals": Operation("GET", "/meals/{canteen_id}/{year}/{month}", "procurement_quota", (*OWN_CANTEEN, *READERS)),
    "list_meal_costs": Operation(
        "GET",
        "/meal-costs",
        "procurement_quota",
        (Grant(Role.FINANCE, Reach.SUBTREE), Grant(Role.AUDITOR, Reach.SUBTREE)),
    ),
    "put_canteen_filing": Operation("PUT", "/canteen-filings/{filing_id}", "procurement_quota", FINANCE),
    "get_canteen_filing": Operation("GET", "/canteen-filings/{filing_id}", "procurement_quota", READERS),
    "list_canteen_filings": Operation("GET", "/canteen-filings", "procurement_quota", READERS),
    "decide_canteen_filing": Operation(
        "POST",
        "/canteen-filings/{filing_id}/decisions",
        "procurement_quota",
        (Grant(Role.FINANCE, Reach.ABOVE), Grant(Role.OFFICER, Reach.ABOVE)),
        not_own=True,
    ),
    "put_canteen_filing_evidence": Operation(
        "PUT", "/canteen-filings/{filing_id}/evidence/{document_id}", "procurement_quota", FINANCE
    ),
    "get_canteen_filing_evidence": Operation(
        "GET", "/canteen-filings/{filing_id}/evidence/{document_id}", "procurement_quota", READERS
    ),
    "put_opening_balance": Operation("PUT", "/opening-balances/{opening_id}", "procurement_quota", FINANCE),
    "get_opening_balance": Operation(
        "GET", "/opening-balances/{opening_id}", "procurement_quota", (*OWN_CANTEEN, *READERS)
    ),
    "list_opening_balances": Operation("GET", "/opening-balances", "procurement_quota", (*OWN_CANTEEN, *READERS)),
    "decide_opening_balance": Operation(
        "POST",
        "/opening-balances/{opening_id}/decisions",
        "procurement_quota",
        (Grant(Role.FINANCE, Reach.ABOVE),),
        not_own=True,
    ),
    "put_opening_evidence": Operation(
        "PUT", "/opening-balances/{opening_id}/evidence/{document_id}", "procurement_quota", FINANCE
    ),
    "get_opening_evidence": Operation(
        "GET", "/opening-balances/{opening_id}/evidence/{document_id}", "procurement_quota", (*OWN_CANTEEN, *READERS)
    ),
    "put_reservation": Operation("PUT", "/reservations/{reservation_id}", "procurement_quota", FINANCE),
    "get_reservation": Operation(
        "GET", "/reservations/{reservation_id}", "procurement_quota", (*OWN_CANTEEN, *READERS)
    ),
    "list_reservations": Operation("GET", "/reservations", "procurement_quota", READERS),
    "review_reservation": Operation(
        "POST",
        "/reservations/{reservation_id}/reviews",
        "procurement_quota",
        (Grant(Role.FINANCE, Reach.ABOVE),),
        not_own=True,
    ),
    "put_attestation": Operation("PUT", "/attestations/{canteen_id}/{year}/{month}", "procurement_quota", FINANCE),
    "get_attestation": Operation("GET", "/attestations/{canteen_id}/{year}/{month}", "procurement_quota", READERS),
    "put_off_platform_purchase": Operation(
        "PUT", "/off-platform-purchases/{purchase_id}", "procurement_quota", (*OWN_CANTEEN, *FINANCE)
    ),
    "get_off_platform_purchase": Operation(
        "GET", "/off-platform-purchases/{purchase_id}", "procurement_quota", (*OWN_CANTEEN, *READERS)
    ),
    "list_off_platform_purchases": Operation(
        "GET", "/off-platform-purchases", "procurement_quota", (*OWN_CANTEEN, *READERS)
    ),
    "verify_off_platform_purchase": Operation(
        "POST",
        "/off-platform-purchases/{purchase_id}/verification",
        "procurement_quota",
        (Grant(Role.FINANCE, Reach.ABOVE),),
        not_own=True,
    ),
    "claim_origin_anew": Operation(
        "POST", "/off-platform-purchases/{purchase_id}/claims", "procurement_quota", (*OWN_CANTEEN, *FINANCE)
    ),
    "put_red_letter": Operation(
        "PUT",
        "/off-platform-purchases/{purchase_id}/red-letters/{red_letter_id}",
        "procurement_quota",
        (*OWN_CANTEEN, *FINANCE),
    ),
    "put_purchase_evidence": Operation(
        "PUT",
        "/off-platform-purchases/{purchase_id}/evidence/{document_id}",
        "procurement_quota",
        (*OWN_CANTEEN, *FINANCE),
    ),
    "get_purchase_evidence": Operation(
        "GET",
        "/off-platform-purchases/{purchase_id}/evidence/{document_id}",
        "procurement_quota",
        (*OWN_CANTEEN, *READERS),
    ),
    "get_import_schema": Operation("GET", "/imports/schema", "procurement_quota", PUBLIC),
    "get_import_template": Operation("GET", "/imports/template", "procurement_quota", PUBLIC),
    "put_import": Operation("PUT", "/imports/{import_id}", "procurement_quota", (*OWN_CANTEEN, *FINANCE)),
    "get_import": Operation("GET", "/imports/{import_id}", "procurement_quota", (*OWN_CANTEEN, *READERS)),
    "accept_import": Operation(
        "POST", "/imports/{import_id}/acceptance", "procurement_quota", (*OWN_CANTEEN, *FINANCE)
    ),
    "undo_import": Operation("POST", "/imports/{import_id}/undo", "procurement_quota", (*OWN_CANTEEN, *FINANCE)),
    "close_month": Operation("POST", "/canteens/{canteen_id}/month-closings", "procurement_quota", FINANCE),
    "close_year": Operation("POST", "/canteens/{canteen_id}/closings", "procurement_quota", FINANCE),
    "restate_year": Operation("POST", "/canteens/{canteen_id}/restatements", "procurement_quota", FINANCE),
    "list_restatements": Operation("GET", "/restatements", "procurement_quota", READERS),
    "put_declaration": Operation("PUT", "/declarations/{declaration_id}", "procurement_quota", FINANCE),
    "get_declaration": Operation("GET", "/declarations/{declaration_id}", "procurement_quota", READERS),
    "list_declarations": Operation("GET", "/declarations", "procurement_quota", READERS),
    "sign_declaration": Operation(
        "POST",
        "/declarations/{declaration_id}/signatures",
        "procurement_quota",
        (Grant(Role.APPROVER, Reach.OWN_UNIT), Grant(Role.OFFICER, Reach.OWN_UNIT)),
        not_own=True,
    ),
    "decide_declaration": Operation(
        "POST",
        "/declarations/{declaration_id}/decisions",
        "procurement_quota",
        (Grant(Role.FINANCE, Reach.ABOVE), Grant(Role.OFFICER, Reach.ABOVE)),
        not_own=True,
    ),
    "put_transfer": Operation("PUT", "/transfers/{transfer_id}", "procurement_quota", FINANCE),
    "get_transfer": Operation("GET", "/transfers/{transfer_id}", "procurement_quota", READERS),
    "list_transfers": Operation("GET", "/transfers", "procurement_quota", READERS),
    "decide_transfer": Operation(
        "POST",
        "/transfers/{transfer_id}/decisions",
        "procurement_quota",
        (Grant(Role.FINANCE, Reach.ABOVE),),
        not_own=True,
    ),
    "list_published_declarations": Operation("GET", "/published-declarations", "procurement_quota", PUBLIC),
    "get_published_declaration": Operation(
        "GET", "/published-declarations/{declaration_id}", "procurement_quota", PUBLIC
    ),
    "get_statement": Operation("GET", "/statements/{subject_id}", "procurement_quota", (*OWN_CANTEEN, *READERS)),
    "get_statement_lines": Operation(
        "GET", "/statements/{subject_id}/lines", "procurement_quota", (*OWN_CANTEEN, *READERS)
    ),
    "get_movements": Operation(
        "GET", "/statements/{subject_id}/movements", "procurement_quota", (*OWN_CANTEEN, *READERS)
    ),
    "get_pace": Operation("GET", "/statements/{subject_id}/pace", "procurement_quota", (*OWN_CANTEEN, *READERS)),
    "list_report_presets": Operation("GET", "/report-presets", "procurement_quota", PUBLIC),
    "get_report": Operation("GET", "/units/{unit_id}/report", "procurement_quota", READERS),
    "issue_report": Operation(
        "POST",
        "/units/{unit_id}/issued-reports",
        "procurement_quota",
        (Grant(Role.FINANCE, Reach.OWN_UNIT), Grant(Role.OFFICER, Reach.OWN_UNIT)),
    ),  # in the unit's own name
    "get_issued_report": Operation("GET", "/issued-reports/{code}", "procurement_quota", PUBLIC),
    "put_alert_thresholds": Operation("PUT", "/units/{unit_id}/alert-thresholds", "procurement_quota", FINANCE),
    "get_alert_thresholds": Operation("GET", "/units/{unit_id}/alert-thresholds", "procurement_quota", READERS),
    "list_alerts": Operation("GET", "/alerts", "procurement_quota", READERS),
    "put_heads": Operation("PUT", "/units/{unit_id}/heads/{year}", "procurement_quota", FINANCE),
    "get_heads": Operation("GET", "/units/{unit_id}/heads/{year}", "procurement_quota", READERS),
    "get_union_fund": Operation("GET", "/units/{unit_id}/union-fund", "procurement_quota", READERS),
    "list_checkpoints": Operation("GET", "/checkpoints", "procurement_quota", PUBLIC),
    "get_checkpoint": Operation("GET", "/checkpoints/{checkpoint_id}", "procurement_quota", PUBLIC),
    "get_open_data_schema": Operation("GET", "/open-data/schema", "procurement_quota", PUBLIC),
    "get_method": Operation("GET", "/open-data/method", "procurement_quota", PUBLIC),
    "verify_published_file": Operation("POST", "/verifications", "procurement_quota", PUBLIC),
    # ── procurement_quota: what auditors do, and the registers ──
    "put_sample_draw": Operation("PUT", "/sample-draws/{draw_id}", QUOTA, AUDITORS),
    "get_sample_draw": Operation("GET", "/sample-draws/{draw_id}", QUOTA, PUBLIC),
    "list_sample_draws": Operation("GET", "/sample-draws", QUOTA, PUBLIC),
    "enter_draw_result": Operation("POST", "/sample-draws/{draw_id}/result", QUOTA, AUDITORS),
    "confirm_draw_result": Operation("POST", "/sample-draws/{draw_id}/confirmation", QUOTA, INSPECTORS, not_own=True),
    "get_sample_lines": Operation("GET", "/sample-draws/{draw_id}/lines", QUOTA, AUDITORS),
    "get_sample_file": Operation("GET", "/sample-draws/{draw_id}/file", QUOTA, PUBLIC),
    "put_referral": Operation("PUT", "/referrals/{referral_id}", QUOTA, INSPECTORS),
    "get_referral": Operation("GET", "/referrals/{referral_id}", QUOTA, INSPECTORS),
    "list_referrals": Operation("GET", "/referrals", QUOTA, INSPECTORS),
    "hand_on_referral": Operation("POST", "/referrals/{referral_id}/handing-on", QUOTA, INSPECTORS, not_own=True),
    "step_referral": Operation("POST", "/referrals/{referral_id}/steps", QUOTA, INSPECTORS),
    "put_visit": Operation("PUT", "/visits/{visit_id}", QUOTA, VISITORS),
    "get_visit": Operation("GET", "/visits/{visit_id}", QUOTA, VISITED),
    "list_visits": Operation("GET", "/visits", QUOTA, VISITED),
    "step_visit": Operation("POST", "/visits/{visit_id}/steps", QUOTA, VISITORS),
    "put_visit_evidence": Operation("PUT", "/visits/{visit_id}/evidence/{document_id}", QUOTA, VISITORS),
    "get_visit_evidence": Operation("GET", "/visits/{visit_id}/evidence/{document_id}", QUOTA, VISITED),
    "put_conflict": Operation("PUT", "/conflicts/{conflict_id}", QUOTA, DECLARANTS),
    "get_conflict": Operation("GET", "/conflicts/{conflict_id}", QUOTA, CONFLICT_READERS),
    "list_conflicts": Operation("GET", "/conflicts", QUOTA, CONFLICT_READERS),
    "review_conflict": Operation("POST", "/conflicts/{conflict_id}/reviews", QUOTA, INSPECTORS, not_own=True),
    "list_conflict_decisions": Operation("GET", "/conflicts/{conflict_id}/decisions", QUOTA, INSPECTORS),
}


def allows(identity: Identity | None, operation: str, owned: Owned) -> bool:
    """Tell whether some grant of the operation reaches the thing. An unknown operation raises KeyError."""
    return any(_reaches(identity, grant, owned) for grant in POLICY[operation].grants)


def require(identity: Identity | None, operation: str, owned: Owned) -> None:
    """Refuse unless the policy grants it: NotSignedIn without an identity, OwnRequest, else NotAllowed."""
    if not allows(identity, operation, owned):
        if identity is None:
            raise NotSignedIn()
        raise NotAllowed(operation=operation)
    if POLICY[operation].not_own and identity is not None and owned.asked_by == identity.account_id:
        raise OwnRequest(operation=operation)


def seats_that_reach(identity: Identity, operation: str) -> list[tuple[Reach, Seat]]:
    """List the seats by which an identity has some reach in this operation, for the WHERE of a list."""
    return [
        (grant.reach, seat) for grant in POLICY[operation].grants for seat in identity.seats if grant.role is seat.role
    ]


def _reaches(identity: Identity | None, grant: Grant, owned: Owned) -> bool:
    if grant.reach is Reach.PUBLIC:
        return True
    if identity is None:
        return False
    if grant.reach is Reach.SIGNED_IN:
        return True
    if grant.reach is Reach.OWN_ACCOUNT:
        return owned.account_id is not None and owned.account_id == identity.account_id
    return any(_seat_reaches(seat, grant.reach, owned) for seat in identity.seats if seat.role is grant.role)


def _seat_reaches(seat: Seat, reach: Reach, owned: Owned) -> bool:
    match reach:
        case Reach.OWN_SUPPLIER:
            return owned.supplier_id is not None and seat.organisation_id == owned.supplier_id
        case Reach.OWN_CANTEEN:
            return owned.canteen_id is not None and seat.organisation_id == owned.canteen_id
        case Reach.OWN_UNIT:
            return bool(seat.path) and owned.unit_path == seat.path
        case Reach.SUBTREE:
            return bool(seat.path) and owned.unit_path is not None and owned.unit_path.startswith(seat.path)
        case Reach.ABOVE:
            return (
                bool(seat.path)
                and owned.unit_path is not None
                and owned.unit_path.startswith(seat.path)
                and (owned.unit_path != seat.path or is_topmost(seat.path))
            )
        case _:
            return False


def is_topmost(path: str) -> bool:
    """Tell whether a unit has nobody above it here (a province); there a second person decides, never who asked."""
    return path.count("/") == 2


def operations_of(program: str) -> Iterable[tuple[str, Operation]]:
    """List the operations that a program answers for."""
    return ((name, operation) for name, operation in POLICY.items() if operation.program == program)

"""Who may ask what of the quota (采购份额): its rules, its tree, what is filed, booked, closed and told."""

from shared.contracts.grants import (
    AUDITORS,
    FINANCE,
    OFFICERS,
    OWN_CANTEEN,
    PUBLIC,
    QUOTA,
    READERS,
    Grant,
    Operation,
    Reach,
    Role,
)

DRAFT_READERS = (*OFFICERS, *AUDITORS)
"""A rule or a list is the matter of the province's federation, so these are the seats of the province."""

ROWS: dict[str, Operation] = {
    "list_units": Operation("GET", "/units", QUOTA, PUBLIC),
    "list_canteens": Operation("GET", "/canteens", QUOTA, PUBLIC),
    "list_rules": Operation("GET", "/rules", QUOTA, PUBLIC),
    "list_designations": Operation("GET", "/designations", QUOTA, PUBLIC),
    "put_rule_draft": Operation("PUT", "/rule-drafts/{draft_id}", QUOTA, OFFICERS),
    "get_rule_draft": Operation("GET", "/rule-drafts/{draft_id}", QUOTA, DRAFT_READERS),
    "list_rule_drafts": Operation("GET", "/rule-drafts", QUOTA, DRAFT_READERS),
    "decide_rule_draft": Operation("POST", "/rule-drafts/{draft_id}/decisions", QUOTA, OFFICERS, not_own=True),
    "withdraw_rule_draft": Operation("POST", "/rule-drafts/{draft_id}/withdrawal", QUOTA, OFFICERS),
    "what_if_rule": Operation("GET", "/rule-drafts/{draft_id}/what-if", QUOTA, DRAFT_READERS),
    "put_designation_draft": Operation("PUT", "/designation-drafts/{draft_id}", QUOTA, OFFICERS),
    "get_designation_draft": Operation("GET", "/designation-drafts/{draft_id}", QUOTA, DRAFT_READERS),
    "list_designation_drafts": Operation("GET", "/designation-drafts", QUOTA, DRAFT_READERS),
    "decide_designation_draft": Operation(
        "POST", "/designation-drafts/{draft_id}/decisions", QUOTA, OFFICERS, not_own=True
    ),
    "withdraw_designation_draft": Operation("POST", "/designation-drafts/{draft_id}/withdrawal", QUOTA, OFFICERS),
    "put_unit_move": Operation(
        "PUT", "/units/{unit_id}/moves/{move_id}", QUOTA, (Grant(Role.OFFICER, Reach.OWN_UNIT),)
    ),  # of the province at the top of the unit's path
    "get_unit_history": Operation("GET", "/units/{unit_id}/history", QUOTA, PUBLIC),
    "put_meals": Operation("PUT", "/meals/{canteen_id}/{year}/{month}", QUOTA, (*OWN_CANTEEN, *FINANCE)),
    "get_meals": Operation("GET", "/meals/{canteen_id}/{year}/{month}", QUOTA, (*OWN_CANTEEN, *READERS)),
    "list_meal_costs": Operation(
        "GET",
        "/meal-costs",
        QUOTA,
        (Grant(Role.FINANCE, Reach.SUBTREE), Grant(Role.AUDITOR, Reach.SUBTREE)),
    ),
    "put_canteen_filing": Operation("PUT", "/canteen-filings/{filing_id}", QUOTA, FINANCE),
    "get_canteen_filing": Operation("GET", "/canteen-filings/{filing_id}", QUOTA, READERS),
    "list_canteen_filings": Operation("GET", "/canteen-filings", QUOTA, READERS),
    "decide_canteen_filing": Operation(
        "POST",
        "/canteen-filings/{filing_id}/decisions",
        QUOTA,
        (Grant(Role.FINANCE, Reach.ABOVE), Grant(Role.OFFICER, Reach.ABOVE)),
        not_own=True,
    ),
    "put_canteen_filing_evidence": Operation(
        "PUT", "/canteen-filings/{filing_id}/evidence/{document_id}", QUOTA, FINANCE
    ),
    "get_canteen_filing_evidence": Operation(
        "GET", "/canteen-filings/{filing_id}/evidence/{document_id}", QUOTA, READERS
    ),
    "put_opening_balance": Operation("PUT", "/opening-balances/{opening_id}", QUOTA, FINANCE),
    "get_opening_balance": Operation("GET", "/opening-balances/{opening_id}", QUOTA, (*OWN_CANTEEN, *READERS)),
    "list_opening_balances": Operation("GET", "/opening-balances", QUOTA, (*OWN_CANTEEN, *READERS)),
    "decide_opening_balance": Operation(
        "POST",
        "/opening-balances/{opening_id}/decisions",
        QUOTA,
        (Grant(Role.FINANCE, Reach.ABOVE),),
        not_own=True,
    ),
    "put_opening_evidence": Operation("PUT", "/opening-balances/{opening_id}/evidence/{document_id}", QUOTA, FINANCE),
    "get_opening_evidence": Operation(
        "GET", "/opening-balances/{opening_id}/evidence/{document_id}", QUOTA, (*OWN_CANTEEN, *READERS)
    ),
    "put_reservation": Operation("PUT", "/reservations/{reservation_id}", QUOTA, FINANCE),
    "get_reservation": Operation("GET", "/reservations/{reservation_id}", QUOTA, (*OWN_CANTEEN, *READERS)),
    "list_reservations": Operation("GET", "/reservations", QUOTA, READERS),
    "review_reservation": Operation(
        "POST",
        "/reservations/{reservation_id}/reviews",
        QUOTA,
        (Grant(Role.FINANCE, Reach.ABOVE),),
        not_own=True,
    ),
    "put_attestation": Operation("PUT", "/attestations/{canteen_id}/{year}/{month}", QUOTA, FINANCE),
    "get_attestation": Operation("GET", "/attestations/{canteen_id}/{year}/{month}", QUOTA, READERS),
    "put_off_platform_purchase": Operation(
        "PUT", "/off-platform-purchases/{purchase_id}", QUOTA, (*OWN_CANTEEN, *FINANCE)
    ),
    "get_off_platform_purchase": Operation(
        "GET", "/off-platform-purchases/{purchase_id}", QUOTA, (*OWN_CANTEEN, *READERS)
    ),
    "list_off_platform_purchases": Operation("GET", "/off-platform-purchases", QUOTA, (*OWN_CANTEEN, *READERS)),
    "verify_off_platform_purchase": Operation(
        "POST",
        "/off-platform-purchases/{purchase_id}/verification",
        QUOTA,
        (Grant(Role.FINANCE, Reach.ABOVE),),
        not_own=True,
    ),
    "claim_origin_anew": Operation(
        "POST", "/off-platform-purchases/{purchase_id}/claims", QUOTA, (*OWN_CANTEEN, *FINANCE)
    ),
    "put_red_letter": Operation(
        "PUT",
        "/off-platform-purchases/{purchase_id}/red-letters/{red_letter_id}",
        QUOTA,
        (*OWN_CANTEEN, *FINANCE),
    ),
    "put_purchase_evidence": Operation(
        "PUT",
        "/off-platform-purchases/{purchase_id}/evidence/{document_id}",
        QUOTA,
        (*OWN_CANTEEN, *FINANCE),
    ),
    "get_purchase_evidence": Operation(
        "GET",
        "/off-platform-purchases/{purchase_id}/evidence/{document_id}",
        QUOTA,
        (*OWN_CANTEEN, *READERS),
    ),
    "get_import_schema": Operation("GET", "/imports/schema", QUOTA, PUBLIC),
    "get_import_template": Operation("GET", "/imports/template", QUOTA, PUBLIC),
    "put_import": Operation("PUT", "/imports/{import_id}", QUOTA, (*OWN_CANTEEN, *FINANCE)),
    "get_import": Operation("GET", "/imports/{import_id}", QUOTA, (*OWN_CANTEEN, *READERS)),
    "accept_import": Operation("POST", "/imports/{import_id}/acceptance", QUOTA, (*OWN_CANTEEN, *FINANCE)),
    "undo_import": Operation("POST", "/imports/{import_id}/undo", QUOTA, (*OWN_CANTEEN, *FINANCE)),
    "close_month": Operation("POST", "/canteens/{canteen_id}/month-closings", QUOTA, FINANCE),
    "close_year": Operation("POST", "/canteens/{canteen_id}/closings", QUOTA, FINANCE),
    "restate_year": Operation("POST", "/canteens/{canteen_id}/restatements", QUOTA, FINANCE),
    "list_restatements": Operation("GET", "/restatements", QUOTA, READERS),
    "put_declaration": Operation("PUT", "/declarations/{declaration_id}", QUOTA, FINANCE),
    "get_declaration": Operation("GET", "/declarations/{declaration_id}", QUOTA, READERS),
    "list_declarations": Operation("GET", "/declarations", QUOTA, READERS),
    "sign_declaration": Operation(
        "POST",
        "/declarations/{declaration_id}/signatures",
        QUOTA,
        (Grant(Role.APPROVER, Reach.OWN_UNIT), Grant(Role.OFFICER, Reach.OWN_UNIT)),
        not_own=True,
    ),
    "decide_declaration": Operation(
        "POST",
        "/declarations/{declaration_id}/decisions",
        QUOTA,
        (Grant(Role.FINANCE, Reach.ABOVE), Grant(Role.OFFICER, Reach.ABOVE)),
        not_own=True,
    ),
    "put_transfer": Operation("PUT", "/transfers/{transfer_id}", QUOTA, FINANCE),
    "get_transfer": Operation("GET", "/transfers/{transfer_id}", QUOTA, READERS),
    "list_transfers": Operation("GET", "/transfers", QUOTA, READERS),
    "decide_transfer": Operation(
        "POST",
        "/transfers/{transfer_id}/decisions",
        QUOTA,
        (Grant(Role.FINANCE, Reach.ABOVE),),
        not_own=True,
    ),
    "list_published_declarations": Operation("GET", "/published-declarations", QUOTA, PUBLIC),
    "get_published_declaration": Operation("GET", "/published-declarations/{declaration_id}", QUOTA, PUBLIC),
    "get_statement": Operation("GET", "/statements/{subject_id}", QUOTA, (*OWN_CANTEEN, *READERS)),
    "get_statement_lines": Operation("GET", "/statements/{subject_id}/lines", QUOTA, (*OWN_CANTEEN, *READERS)),
    "get_movements": Operation("GET", "/statements/{subject_id}/movements", QUOTA, (*OWN_CANTEEN, *READERS)),
    "get_pace": Operation("GET", "/statements/{subject_id}/pace", QUOTA, (*OWN_CANTEEN, *READERS)),
    "list_report_presets": Operation("GET", "/report-presets", QUOTA, PUBLIC),
    "get_report": Operation("GET", "/units/{unit_id}/report", QUOTA, READERS),
    "issue_report": Operation(
        "POST",
        "/units/{unit_id}/issued-reports",
        QUOTA,
        (Grant(Role.FINANCE, Reach.OWN_UNIT), Grant(Role.OFFICER, Reach.OWN_UNIT)),
    ),  # in the unit's own name
    "get_issued_report": Operation("GET", "/issued-reports/{code}", QUOTA, PUBLIC),
    "put_alert_thresholds": Operation("PUT", "/units/{unit_id}/alert-thresholds", QUOTA, FINANCE),
    "get_alert_thresholds": Operation("GET", "/units/{unit_id}/alert-thresholds", QUOTA, READERS),
    "list_alerts": Operation("GET", "/alerts", QUOTA, READERS),
    "put_heads": Operation("PUT", "/units/{unit_id}/heads/{year}", QUOTA, FINANCE),
    "get_heads": Operation("GET", "/units/{unit_id}/heads/{year}", QUOTA, READERS),
    "get_union_fund": Operation("GET", "/units/{unit_id}/union-fund", QUOTA, READERS),
    "list_checkpoints": Operation("GET", "/checkpoints", QUOTA, PUBLIC),
    "get_checkpoint": Operation("GET", "/checkpoints/{checkpoint_id}", QUOTA, PUBLIC),
    "get_open_data_schema": Operation("GET", "/open-data/schema", QUOTA, PUBLIC),
    "get_method": Operation("GET", "/open-data/method", QUOTA, PUBLIC),
    "verify_published_file": Operation("POST", "/verifications", QUOTA, PUBLIC),
}

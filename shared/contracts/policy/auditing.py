"""Who may ask what of the work of auditors (审计), and of the registers that it reads."""

from shared.contracts.grants import (
    AUDITORS,
    OWN_CANTEEN,
    PEOPLE,
    PUBLIC,
    QUOTA,
    READERS,
    Grant,
    Operation,
    Reach,
    Role,
)

DECLARANTS = (
    *OWN_CANTEEN,
    *(Grant(role, Reach.OWN_UNIT) for role in (Role.APPROVER, Role.FINANCE, Role.OFFICER, Role.AUDITOR)),
    *AUDITORS,
)
"""Whoever has a seat declares for themselves, and an auditor records of others."""
VISITORS = (Grant(Role.OFFICER, Reach.ABOVE), Grant(Role.AUDITOR, Reach.ABOVE))
VISITED = (*OWN_CANTEEN, *PEOPLE, *READERS)
INSPECTORS = (*AUDITORS, Grant(Role.OFFICER, Reach.ABOVE))
CONFLICT_READERS = (*INSPECTORS, Grant(None, Reach.OWN_ACCOUNT))

ROWS: dict[str, Operation] = {
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

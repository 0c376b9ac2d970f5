"""Who may ask what of cases (信访、投诉): anybody raises one; officers, never who is concerned, deal with it."""

from shared.contracts.grants import APPLICANT, AUDITORS, OFFICERS, ORDER, PUBLIC, Operation

READERS = (*OFFICERS, *AUDITORS, *APPLICANT)
"""Whoever has it in hand, who audits, and who raised it."""

ROWS: dict[str, Operation] = {
    "put_case": Operation("PUT", "/cases/{case_id}", ORDER, PUBLIC),
    "follow_case": Operation("POST", "/case-follow-ups", ORDER, PUBLIC),  # to whoever has the code
    "list_cases": Operation("GET", "/cases", ORDER, (*OFFICERS, *AUDITORS)),
    "get_case": Operation("GET", "/cases/{case_id}", ORDER, READERS),
    "step_case": Operation("POST", "/cases/{case_id}/steps", ORDER, OFFICERS, not_own=True),
    "reopen_case": Operation("POST", "/cases/{case_id}/reopening", ORDER, PUBLIC),  # to whoever raised it
    "put_case_paper": Operation("PUT", "/cases/{case_id}/evidence/{document_id}", ORDER, PUBLIC),
    "link_case_paper": Operation("POST", "/cases/{case_id}/evidence/{document_id}/links", ORDER, READERS),
    "get_case_statistics": Operation("GET", "/case-statistics", ORDER, PUBLIC),
}

"""Who may ask what of suppliers (供应主体): their admission and their documents."""

from shared.contracts.grants import (
    APPLICANT,
    AUDITORS,
    CATALOG,
    HELPER,
    OFFICERS,
    OWNER,
    PUBLIC,
    SEERS,
    SHELF,
    SIGNED_IN,
    Grant,
    Operation,
    Reach,
    Role,
)

ROWS: dict[str, Operation] = {
    "put_supplier": Operation("PUT", "/suppliers/{supplier_id}", CATALOG, (*OWNER, *HELPER, *APPLICANT)),
    "get_supplier": Operation("GET", "/suppliers/{supplier_id}", CATALOG, PUBLIC),
    "list_suppliers": Operation("GET", "/suppliers", CATALOG, PUBLIC),
    "put_supplier_document": Operation(
        "PUT",
        "/suppliers/{supplier_id}/documents/{document_id}",
        CATALOG,
        (*SHELF, *APPLICANT),
    ),
    "get_supplier_document": Operation(
        "GET",
        "/suppliers/{supplier_id}/documents/{document_id}",
        CATALOG,
        SEERS,
    ),
    "link_supplier_document": Operation(
        "POST", "/suppliers/{supplier_id}/documents/{document_id}/links", CATALOG, SEERS
    ),
    "get_linked_file": Operation("GET", "/files/{file_id}", CATALOG, PUBLIC),  # to whoever has the link
    "put_invitation": Operation(
        "PUT", "/suppliers/{supplier_id}/invitations/{invitation_id}", CATALOG, (*OWNER, *APPLICANT)
    ),
    "withdraw_invitation": Operation(
        "POST", "/suppliers/{supplier_id}/invitations/{invitation_id}/withdrawal", CATALOG, (*OWNER, *APPLICANT)
    ),
    "accept_invitation": Operation("POST", "/invitation-acceptances", CATALOG, SIGNED_IN),
    "list_members": Operation("GET", "/suppliers/{supplier_id}/members", CATALOG, SEERS),
    "end_member": Operation(  # an officer ends helpers alone, and everybody themselves
        "POST", "/suppliers/{supplier_id}/members/{account_id}/ending", CATALOG, (*OWNER, *APPLICANT, *OFFICERS)
    ),
    "list_supplier_acts": Operation("GET", "/suppliers/{supplier_id}/acts", CATALOG, SEERS),
    "put_appeal": Operation("PUT", "/suppliers/{supplier_id}/appeals/{appeal_id}", CATALOG, (*OWNER, *APPLICANT)),
    "withdraw_appeal": Operation(
        "POST", "/suppliers/{supplier_id}/appeals/{appeal_id}/withdrawal", CATALOG, (*OWNER, *APPLICANT)
    ),
    "get_appeal": Operation("GET", "/suppliers/{supplier_id}/appeals/{appeal_id}", CATALOG, SEERS),
    "list_appeals": Operation("GET", "/appeals", CATALOG, (*OFFICERS, *AUDITORS)),
    "decide_appeal": Operation(
        "POST", "/appeals/{appeal_id}/decisions", CATALOG, (Grant(Role.OFFICER, Reach.ABOVE),), not_own=True
    ),
    "review_supplier": Operation("POST", "/suppliers/{supplier_id}/reviews", CATALOG, OFFICERS, not_own=True),
}

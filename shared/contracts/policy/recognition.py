"""Who may ask what of recognition and effect (认定与成效): a supplier files, an officer confirms, anyone reads."""

from shared.contracts.grants import (
    APPLICANT,
    CATALOG,
    HELPER,
    OFFICERS,
    OWNER,
    PUBLIC,
    SEERS,
    SHELF,
    Operation,
)

FILERS = (*SHELF, *APPLICANT)
SHOWERS = (*OWNER, *HELPER, *OFFICERS)
"""Who hands over what a base has to show, with its bank account in it."""
_SUPPLIER = "/suppliers/{supplier_id}"
_PACKAGE = f"{_SUPPLIER}/readiness-packages/{{package_id}}"
_SUBJECTS = ("recognition", "certificate", "figure")


def _filed(subject: str) -> dict[str, Operation]:
    """Give the rows of what is filed on paper: put, read, reviewed by another."""
    path = f"{_SUPPLIER}/{subject}s/{{{subject}_id}}"
    return {
        f"put_{subject}": Operation("PUT", path, CATALOG, FILERS),
        f"get_{subject}": Operation("GET", path, CATALOG, SEERS),
        f"review_{subject}": Operation("POST", f"{path}/reviews", CATALOG, OFFICERS, not_own=True),
    }


ROWS: dict[str, Operation] = {
    **{name: row for subject in _SUBJECTS for name, row in _filed(subject).items()},
    "list_filings": Operation("GET", "/supplier-filings", CATALOG, SEERS),
    "list_reminders": Operation("GET", "/reminders", CATALOG, SEERS),
    "put_support": Operation("PUT", f"{_SUPPLIER}/supports/{{support_id}}", CATALOG, OFFICERS, not_own=True),
    "see_readiness": Operation("GET", f"{_SUPPLIER}/readiness", CATALOG, SEERS),
    "put_readiness_package": Operation("PUT", _PACKAGE, CATALOG, SHOWERS),
    "get_readiness_package": Operation("GET", _PACKAGE, CATALOG, SHOWERS),
    "link_readiness_package": Operation("POST", f"{_PACKAGE}/links", CATALOG, SHOWERS),
    "get_effect": Operation("GET", f"{_SUPPLIER}/effect", CATALOG, PUBLIC),
}

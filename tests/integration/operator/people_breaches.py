"""How a supplier's people can be bent past every check, what undoes it, and which lines must fail."""

# ruff: noqa: S608 - the harm is SQL of our own

_FIRST = "(SELECT supplier_id FROM suppliers ORDER BY supplier_id LIMIT 1)"
_STRANGER = "'00000000-0000-7000-8000-000000000003'"
_BELONGS = "every supplier has an owner, and a helper has an end"


def _member(role: str, version: int, until: str, ended_at: str) -> str:
    return (
        f"INSERT INTO supplier_members SELECT {_FIRST}, {_STRANGER}, {version}, '{role}', '', {until}, NULL,"
        f" '2019-01-01', {ended_at}, NULL"
    )


_GONE = f"DELETE FROM supplier_members WHERE account_id = {_STRANGER}"

PEOPLE_BREACHES = {
    "a supplier without an owner": (
        "catalog",
        f"UPDATE supplier_members SET ended_at = now() WHERE supplier_id = {_FIRST}",
        f"UPDATE supplier_members SET ended_at = NULL WHERE supplier_id = {_FIRST}",
        {_BELONGS},
    ),
    "a helper beyond the last day": (
        "catalog",
        _member("helper", 1, "'2020-01-01'", "NULL"),
        _GONE,
        {_BELONGS},
    ),
    "somebody whom the gateway has not heard of": (
        "catalog",
        _member("packer", 2, "NULL", "NULL"),
        _GONE,
        {"whoever was let in or ended is seated so"},
    ),
    "an act after the end": (
        "catalog",
        _member("packer", 1, "NULL", "'2020-01-01'")
        + "; INSERT INTO supplier_acts (supplier_id, at, account_id, account_name, acted_as, operation)"
        f" SELECT {_FIRST}, now(), {_STRANGER}, '', 'own', 'put_listing'",
        _GONE + f"; DELETE FROM supplier_acts WHERE account_id = {_STRANGER}",
        {"nobody acted for a supplier after their end"},
    ),
    "an appeal decided by who belonged": (
        "catalog",
        _member("packer", 1, "NULL", "'2020-01-01'")
        + "; INSERT INTO supplier_appeals SELECT gen_random_uuid(), supplier_id, supplier_version, 'suspend',"
        " gen_random_uuid(), '/430000/430200/', 'planted', '{}', gen_random_uuid(), '', now(), 'upheld', 'planted',"
        f" {_STRANGER}, '', '/430000/', now() FROM supplier_reviews WHERE supplier_id = {_FIRST}"
        " ORDER BY review_id LIMIT 1",
        _GONE + "; DELETE FROM supplier_appeals WHERE grounds = 'planted'",
        {"nobody who belonged to a supplier decided its appeal"},
    ),
}

"""How what suppliers file on paper can be bent past every check, what undoes it, and which lines must fail."""

_COMMON = "gen_random_uuid(), 1, '{state}', ARRAY[{document}], NULL, NULL, ARRAY[gen_random_uuid()], now(), now()"
_OF = " FROM (SELECT * FROM supplier_documents ORDER BY supplier_id, document_id LIMIT 1) d"
_SUPPORT = (
    "INSERT INTO supports SELECT d.supplier_id, {support}, 'award', {amount}, '2026-01-02', 'planted', '', '', {of},"
    " gen_random_uuid(), '', now()" + _OF
)
_GIVEN, _TAKEN = "'00000000-0000-7000-8000-000000000001'", "'00000000-0000-7000-8000-000000000002'"


def _common(state: str, document: str) -> str:
    return _COMMON.format(state=state, document=document)


FILED_PAPER_BREACHES = {
    "a paper that nobody confirmed": (
        "catalog",
        f"INSERT INTO certificates SELECT d.supplier_id, {_common('confirmed', 'd.document_id')}, 'gi', 'planted',"
        f" 'x', NULL, '{{}}', '2024-01-01', NULL{_OF}",
        "DELETE FROM certificates WHERE title = 'planted'",
        {"what counts of what was filed was confirmed by another"},
    ),
    "a figure on another's document": (
        "catalog",
        f"INSERT INTO effect_figures SELECT d.supplier_id, {_common('filed', 'gen_random_uuid()')}, 'employed',"
        f" '2025-12-31', 3, 'wage', 'planted'{_OF}",
        "DELETE FROM effect_figures WHERE explanation = 'planted'",
        {"what is filed is shown by its supplier's own documents"},
    ),
    "days that nobody confirmed": (
        "catalog",
        "CREATE TABLE told AS SELECT supplier_id, recognised FROM suppliers;"
        " UPDATE suppliers SET recognised = '[[\"2019-01-01\", null]]'",
        "UPDATE suppliers s SET recognised = t.recognised FROM told t WHERE t.supplier_id = s.supplier_id;"
        " DROP TABLE told",
        {"a supplier is told recognised on the days that were confirmed"},
    ),
    "more packages than are kept": (
        "catalog",
        "INSERT INTO readiness_packages SELECT d.supplier_id, gen_random_uuid(), 'building', gen_random_uuid(), now(),"
        f" NULL, NULL, NULL, NULL, NULL, 'planted'{_OF}, generate_series(1, 6)",
        "DELETE FROM readiness_packages WHERE failure = 'planted'",
        {"what a supplier files, was given and packs keeps within its bounds"},
    ),
    "a contact that nobody gave": (
        "catalog",
        "UPDATE supplier_contacts SET value = value || '0' WHERE contact_id ="
        " (SELECT min(contact_id) FROM supplier_contacts WHERE until IS NULL)",
        "UPDATE supplier_contacts SET value = left(value, -1) WHERE contact_id ="
        " (SELECT min(contact_id) FROM supplier_contacts WHERE until IS NULL)",
        {"what a supplier gives stands among its contacts"},
    ),
    "a support that was reversed in part": (
        "catalog",
        _SUPPORT.format(support=_GIVEN, amount=100, of="NULL")
        + "; "
        + _SUPPORT.format(support=_TAKEN, amount=-99, of=_GIVEN),
        "DELETE FROM supports WHERE giver = 'planted'",
        {"a support is reversed whole or not at all"},
    ),
}

"""What suppliers filed on paper counts by another's word alone, and what is told of it follows from that."""

from datetime import date
from typing import Any
from uuid import UUID

from deploy.operator.invariants.check import Check, count_of
from deploy.operator.reading import Snapshots
from services.catalog.domain.filings import FILINGS_MAX
from services.catalog.domain.packages import PACKAGES_KEPT_MAX
from services.catalog.domain.recognition import (
    SUPPORTS_MAX,
    Recognised,
    RecognitionLevel,
    overlapping,
    recognised_spans,
)

_FILED = (
    ("recognition", "recognitions"),
    ("certificate", "certificates"),
    ("figure", "effect_figures"),
)
_ALL = " UNION ALL ".join(
    f"SELECT '{subject}' AS subject, supplier_id, filing_id, revision, state, document_ids FROM {table}"  # noqa: S608
    for subject, table in _FILED
)
_COUNTED = f"SELECT count(*) FROM ({_ALL}) f WHERE state IN ('confirmed', 'replaced', 'ended')"  # noqa: S608

_UNCONFIRMED = f"""
SELECT f.subject, f.filing_id FROM ({_ALL}) f WHERE f.state IN ('confirmed', 'replaced', 'ended')
  AND NOT EXISTS (SELECT FROM filing_reviews r WHERE (r.supplier_id, r.filing_id, r.subject, r.revision, r.outcome)
    = (f.supplier_id, f.filing_id, f.subject, f.revision, 'confirm') AND NOT r.reviewed_by = ANY (r.written_by))
ORDER BY 1, 2
"""  # noqa: S608
_FOREIGN = f"""
SELECT f.subject, f.filing_id FROM ({_ALL}) f WHERE EXISTS (
  SELECT FROM unnest(f.document_ids) AS named (document_id) WHERE NOT EXISTS (
    SELECT FROM supplier_documents d
    WHERE (d.supplier_id, d.document_id) = (f.supplier_id, named.document_id)))
ORDER BY 1, 2
"""  # noqa: S608
_RECOGNISED = """
SELECT supplier_id, filing_id, level, state, valid_from, valid_to, cut_on FROM recognitions
WHERE state IN ('confirmed', 'replaced', 'ended') ORDER BY supplier_id, valid_from, filing_id
"""
_TOLD = "SELECT supplier_id, recognised FROM suppliers WHERE recognised IS NOT NULL ORDER BY supplier_id"
_NOT_REVERSED = """
SELECT r.supplier_id, r.support_id FROM supports r LEFT JOIN supports o
  ON (o.supplier_id, o.support_id) = (r.supplier_id, r.reverses)
WHERE r.reverses IS NOT NULL
  AND (o.support_id IS NULL OR o.reverses IS NOT NULL OR (o.kind, -o.amount_fen) <> (r.kind, r.amount_fen))
ORDER BY 1, 2
"""
_BEYOND = f"""
SELECT subject || 's of supplier ' || supplier_id AS what FROM ({_ALL}) f
GROUP BY subject, supplier_id HAVING count(*) > {FILINGS_MAX}
UNION ALL SELECT 'supports of supplier ' || supplier_id FROM supports
GROUP BY supplier_id HAVING count(*) > {SUPPORTS_MAX}
UNION ALL SELECT 'packages of supplier ' || supplier_id FROM readiness_packages WHERE state IN ('building', 'ready')
GROUP BY supplier_id HAVING count(*) > {PACKAGES_KEPT_MAX} ORDER BY 1
"""  # noqa: S608


async def filed_paper_checks(read: Snapshots) -> list[Check]:
    """Look for what counts without another's word, for days that nothing bears out, and for a bent ledger."""
    counted = await read.value("catalog", _COUNTED)
    unconfirmed = [f"{row.subject} {row.filing_id}" for row in await read.rows("catalog", _UNCONFIRMED)]
    foreign = [f"{row.subject} {row.filing_id}" for row in await read.rows("catalog", _FOREIGN)]
    entries = await read.value("catalog", "SELECT count(*) FROM supports")
    bent = [f"support {row.support_id}" for row in await read.rows("catalog", _NOT_REVERSED)]
    return [
        Check(9, "what counts of what was filed was confirmed by another", count_of(counted, "papers"), unconfirmed),
        Check(9, "what is filed is shown by its supplier's own documents", count_of(counted, "papers"), foreign),
        await _days(read),
        Check(
            10,
            "what a supplier files, was given and packs keeps within its bounds",
            "3 bounds",
            [row.what for row in await read.rows("catalog", _BEYOND)],
        ),
        Check(6, "a support is reversed whole or not at all", count_of(entries, "supports"), bent),
    ]


async def _days(read: Snapshots) -> Check:
    """Compare the days that were told of each supplier with those that its confirmed recognitions hold."""
    ever: dict[UUID, list[tuple[str, Recognised]]] = {}
    for row in await read.rows("catalog", _RECOGNISED):
        one = Recognised(row.filing_id, RecognitionLevel(row.level), row.valid_from, row.valid_to, row.cut_on)
        ever.setdefault(row.supplier_id, []).append((row.state, one))
    told = {row.supplier_id: row.recognised for row in await read.rows("catalog", _TOLD)}
    wrong = [
        f"supplier {supplier_id} is told recognised {told.get(supplier_id)}"
        for supplier_id in sorted({*ever, *told}, key=str)
        if told.get(supplier_id) != _written(one for _, one in ever.get(supplier_id, ()))
    ]
    for supplier_id, recognitions in ever.items():
        standing = [one for state, one in recognitions if state == "confirmed"]
        if any(overlapping(one, standing[place + 1 :]) for place, one in enumerate(standing)):
            wrong.append(f"supplier {supplier_id} is recognised twice at a level on a day")
    return Check(6, "a supplier is told recognised on the days that were confirmed", count_of(ever, "suppliers"), wrong)


def _written(ever: Any) -> list[list[str | None]] | None:
    spans: list[tuple[date, date | None]] = recognised_spans(ever)
    return [[begins.isoformat(), ends.isoformat() if ends else None] for begins, ends in spans]

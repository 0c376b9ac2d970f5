"""A report is given in the format that its reader asks for; every format says the same."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from services.procurement_quota.clients import REPORT_LAYOUT
from services.procurement_quota.clients.tables_out import report_csv
from services.procurement_quota.clients.workbook_out import report_workbook
from services.procurement_quota.domain.report_paper import paper_of, rows_on_paper
from services.procurement_quota.store.issued_reports import Issued
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.shape_report import ReportTooLong
from shared.clock import SHANGHAI, business_date

PAPER_ROWS_MAX = 1_000
"""Some forty pages, laid out in a few seconds; more is no paper that anybody reads."""


class Format(StrEnum):
    """What a report is given as."""

    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    PDF = "pdf"


async def print_report(
    desk: Desk, report: Mapping[str, Any], as_format: Format, language: str, issued: Issued | None = None
) -> bytes:
    """Write a report as a file. Raises ReportTooLong, PressBusy, PressTooSlow, FontMissing, PressBroken."""
    code = None if issued is None else issued.sealed.code
    if as_format is Format.CSV:
        return await desk.press.write(report_csv, report, code, language)
    if as_format is Format.XLSX:
        return await desk.press.write(report_workbook, report, code, language)
    if (rows := rows_on_paper(report)) > PAPER_ROWS_MAX:
        raise ReportTooLong(rows=rows, rows_max=PAPER_ROWS_MAX, format=as_format.value)
    return await desk.press.lay_out(paper(report, language, issued), REPORT_LAYOUT)


def paper(report: Mapping[str, Any], language: str, issued: Issued | None) -> dict[str, Any]:
    """Write all that the paper says, dated by when it was issued, or by what was known."""
    known = datetime.fromisoformat(report["known_by"])
    made_at = known if issued is None else issued.issued_at
    moment = known.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
    code = None if issued is None else issued.sealed.code
    said = paper_of(report, code, business_date(made_at), moment, language)
    return said | {"made_at": made_at.astimezone(UTC).isoformat(timespec="seconds")}

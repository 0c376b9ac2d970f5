"""Reports (通报): a working copy or an issued report, in any format."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from services.procurement_quota.api.asking import AtDesk
from services.procurement_quota.api.report_models import IssuedAnswer, PresetList, ReportAnswer
from services.procurement_quota.api.statements import HappenedBy, KnownBy, Rule, Year
from services.procurement_quota.domain.reporting import Criterion, Level
from services.procurement_quota.domain.rules import RuleNotInForce, RuleNotKnownYet, RuleUnknown
from services.procurement_quota.store.issued_reports import Issued
from services.procurement_quota.usecases import get_issued_report as finding
from services.procurement_quota.usecases import issue_report as issuing
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.get_issued_report import ReportUnknown
from services.procurement_quota.usecases.get_report import get_report as shape
from services.procurement_quota.usecases.list_report_presets import list_report_presets as list_presets
from services.procurement_quota.usecases.print_report import Format, print_report
from services.procurement_quota.usecases.put_canteen import UnitUnknown
from services.procurement_quota.usecases.shape_report import AskReport, ReportTooLong
from shared.contracts.authority import NotAllowed
from shared.db.unit_of_work import KeyReused
from shared.errors import NotSignedIn
from shared.http.answers import bytes_of, file_answer, json_answer
from shared.http.identity import SignedIn
from shared.http.once import Once
from shared.http.problems import language_of, refusals
from shared.media import XLSX
from shared.press import PRINTING

router = APIRouter(tags=["reports"])


MEDIA_TYPES = {Format.CSV: "text/csv; charset=utf-8", Format.XLSX: XLSX, Format.PDF: "application/pdf"}

AsFormat = Annotated[Format, Query(alias="format", description="what it is given as")]
Language = Annotated[
    Literal["zh", "en"] | None, Query(description="the language of a file; by Accept-Language when left out")
]
AsPreset = Annotated[
    str | None,
    Query(max_length=40, description="a preset date instead of `happened_by`", examples=["prefectures-june"]),
]
AtLevel = Annotated[Level | None, Query(description="what the rows are; the level below the unit when left out")]
By = Annotated[Criterion, Query(description="by what the rows are ranked")]
SHAPING = (RuleUnknown, RuleNotInForce, RuleNotKnownYet, ReportTooLong)


@router.get(
    "/report-presets",
    operation_id="list_report_presets",
    summary="List the preset dates of reports",
    response_model=PresetList,
    responses=refusals(),
)
async def list_report_presets(desk: AtDesk, year: Year = None) -> Response:
    """List the dates of a year as of which reports are asked for, each with the document that sets it."""
    return json_answer(list_presets(desk, year))


@router.get(
    "/units/{unit_id}/report",
    operation_id="get_report",
    summary="Read how the units or canteens below a unit stand beside each other",
    response_model=ReportAnswer,
    responses={
        200: {"content": bytes_of(MEDIA_TYPES.values())},
        **refusals(NotSignedIn, NotAllowed, UnitUnknown, *SHAPING, *PRINTING),
    },
)
async def get_report(
    request: Request,
    desk: AtDesk,
    identity: SignedIn,
    unit_id: UUID,
    rule: Rule = None,
    year: Year = None,
    happened_by: HappenedBy = None,
    known_by: KnownBy = None,
    preset: AsPreset = None,
    level: AtLevel = None,
    order: By = Criterion.FULFILLED,
    as_format: AsFormat = Format.JSON,
    lang: Language = None,
) -> Response:
    """Read a working copy: ranked rows with bands and trend, and the unproven apart; issue it to have it verified."""
    report = await shape(desk, identity, unit_id, AskReport(rule, year, happened_by, known_by, preset, level, order))
    if as_format is Format.JSON:
        return json_answer(report)
    return await given(request, desk, report, as_format, lang)


@router.post(
    "/units/{unit_id}/issued-reports",
    operation_id="issue_report",
    summary="Issue a report in a unit's name",
    response_model=IssuedAnswer,
    responses={
        201: {"model": IssuedAnswer, "description": "Issued, under a new code"},
        **refusals(NotSignedIn, NotAllowed, UnitUnknown, *SHAPING, KeyReused),
    },
)
async def issue_report(
    desk: AtDesk, identity: SignedIn, unit_id: UUID, command: issuing.IssueReport, once: Once
) -> Response:
    """Keep and sign what is printed; the same figures as of the same dates are issued once, under one code."""
    issued, new = await issuing.issue_report(desk, identity, unit_id, command, once=once)
    return json_answer(issuing.issued_written(issued), 201 if new else 200)


@router.get(
    "/issued-reports/{code}",
    operation_id="get_issued_report",
    summary="See what was issued under a verification code",
    response_model=IssuedAnswer,
    responses={200: {"content": bytes_of(MEDIA_TYPES.values())}, **refusals(ReportUnknown, ReportTooLong, *PRINTING)},
)
async def get_issued_report(
    request: Request,
    desk: AtDesk,
    code: Annotated[str, Path(max_length=40, description="as printed on every page", examples=["ABCD-EFGH-IJKL-MNOP"])],
    as_format: AsFormat = Format.JSON,
    lang: Language = None,
) -> Response:
    """Compare a paper with what was issued: the same table, its digest, and whether it is still as it was signed."""
    issued = await finding.get_issued_report(desk, code)
    if as_format is Format.JSON:
        return json_answer(issuing.issued_written(issued))
    return await given(request, desk, issued.sealed.report, as_format, lang, issued)


async def given(
    request: Request,
    desk: Desk,
    report: Mapping[str, Any],
    as_format: Format,
    lang: str | None,
    issued: Issued | None = None,
) -> Response:
    """Give a report as a file in the reader's language."""
    body = await print_report(desk, report, as_format, lang or language_of(request.headers), issued)
    name = f"{report['subject']['code']}-{report['year']}-{report['happened_by']}.{as_format.value}"
    return file_answer(body, MEDIA_TYPES[as_format], name)

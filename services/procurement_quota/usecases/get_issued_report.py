"""Whoever holds a paper with a code sees what was issued under it, and whether it is still as it was signed."""

from services.procurement_quota.domain.issued import plain_code
from services.procurement_quota.store.issued_reports import Issued, issued_by_code
from services.procurement_quota.usecases.desk import Desk
from shared.errors import NotFound


class ReportUnknown(NotFound):
    """No report was issued under this code.

    zh: 没有以此核验码签发的通报。
    """


async def get_issued_report(desk: Desk, code: str) -> Issued:
    """Find a report by its code, in capitals or not. Raises ReportUnknown."""
    async with desk.uow.read() as tx:
        found = await issued_by_code(tx, plain_code(code))
    if found is None:
        raise ReportUnknown()
    return found

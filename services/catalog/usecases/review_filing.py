"""An officer confirms, returns or ends what a supplier filed on paper, and never what they filed themselves."""

from typing import Any
from uuid import UUID

from services.catalog.domain.filings import (
    FILING,
    FilingNotFound,
    FilingOutcome,
    FilingState,
    FilingSubject,
    NothingToReplace,
    review_problems,
)
from services.catalog.domain.recognition import (
    FigureStands,
    Recognised,
    RecognitionLevel,
    RecognitionOverlaps,
    overlapping,
    recognised_spans,
)
from services.catalog.domain.suppliers import (
    ChangedMeanwhile,
    RevokedSupplier,
    SupplierNotFound,
    SupplierOutcome,
    reviewing_path,
)
from services.catalog.store import filings, on_sale, suppliers
from services.catalog.store.filings import Filing
from services.catalog.store.suppliers import Supplier
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.filing_commands import ReviewFiling
from services.catalog.usecases.filing_shapes import content_of, filing_view
from services.catalog.usecases.reach import under_review_by
from services.catalog.usecases.recent import Kind
from services.catalog.usecases.shapes import supplier_changed
from shared.clock import business_date
from shared.contracts.authority import Identity, Role, require
from shared.contracts.words import SupplierState
from shared.db.unit_of_work import Stamp, Tx
from shared.errors import InvalidFields


async def review_filing(
    desk: Desk,
    identity: Identity,
    subject: FilingSubject,
    supplier_id: UUID,
    filing_id: UUID,
    command: ReviewFiling,
    *,
    once: Stamp | None = None,
) -> dict[str, Any]:
    """Decide about the revision that was looked at; of two who decide at once, one wins.

    Confirming a recognition, or ending one, tells the supplier anew with the days it is recognised for.
    Raises SupplierNotFound, NotAllowed, OwnRequest, FilingNotFound, ChangedMeanwhile, WrongState, RevokedSupplier,
    NothingToReplace, RecognitionOverlaps, FigureStands, InvalidFields.
    """
    async with desk.recent.changing(Kind.MARK), desk.uow.begin(once=once) as tx:
        if once is not None and not tx.fresh:
            return dict(tx.answered)
        supplier = await _reached(tx, identity, subject, supplier_id, filing_id)
        known = await _looked_at(tx, subject, supplier_id, filing_id, command)
        if problems := review_problems(command.outcome, command.reason):
            raise InvalidFields(*problems)
        state = FILING.check(known.state, command.outcome.value)
        if supplier.state is SupplierState.REVOKED:
            raise RevokedSupplier(supplier_id=supplier_id)
        if command.outcome is FilingOutcome.CONFIRM:
            await _make_room(tx, known)
        ended = {"cut_on": business_date(tx.now)} if command.outcome is FilingOutcome.END else {}
        await filings.change(tx, known, {"state": state.value, "changed_at": tx.now, **ended})
        await _keep_review(tx, identity, supplier, known, command)
        if subject is FilingSubject.RECOGNITION and command.outcome is not FilingOutcome.RETURN:
            await _tell_anew(tx, supplier)
        if subject is not FilingSubject.FIGURE and command.outcome is not FilingOutcome.RETURN:
            await on_sale.make_anew(tx, supplier_id)
        decided = await filings.find(tx, subject, supplier_id, filing_id)
        assert decided is not None
        view = await filing_view(tx, decided)
        await tx.answer(view)
        return view


async def _reached(tx: Tx, identity: Identity, subject: FilingSubject, supplier_id: UUID, filing_id: UUID) -> Supplier:
    """Give the supplier, locked, to whoever may decide about what it filed."""
    supplier = await suppliers.find(tx, supplier_id)
    if supplier is None:
        raise SupplierNotFound(supplier_id=supplier_id)
    known = await filings.find(tx, subject, supplier_id, filing_id)
    filed_by = identity.account_id if known is not None and identity.account_id in known.written_by else None
    require(identity, f"review_{subject.value}", await under_review_by(tx, identity, supplier, filed_by))
    if known is None:
        raise FilingNotFound(filing_id=filing_id)
    return await suppliers.lock_and_find(tx, supplier_id)


async def _looked_at(
    tx: Tx, subject: FilingSubject, supplier_id: UUID, filing_id: UUID, command: ReviewFiling
) -> Filing:
    """Give the filing as it stands, its supplier being locked, if it is still what was looked at."""
    tx.look_at_the_clock()
    known = await filings.find(tx, subject, supplier_id, filing_id)
    if known is None or known.revision != command.revision:
        raise ChangedMeanwhile(filing_id=filing_id)
    return known


async def _make_room(tx: Tx, known: Filing) -> None:
    """Let what is confirmed now stand alone on its days: what it replaces ends where it begins."""
    if known.replaces is not None:
        other = await filings.find(tx, known.subject, known.supplier_id, known.replaces)
        if other is None or not FILING.allows(other.state, "replace"):
            raise NothingToReplace(replaces=known.replaces)
        cut_on = known.says.get("valid_from")
        await filings.change(tx, other, {"state": FilingState.REPLACED.value, "cut_on": cut_on, "changed_at": tx.now})
    if known.subject is FilingSubject.RECOGNITION:
        said = known.says
        own = Recognised(known.filing_id, RecognitionLevel(said["level"]), said["valid_from"], said["valid_to"])
        if other_one := overlapping(own, await filings.ever_recognised(tx, known.supplier_id)):
            raise RecognitionOverlaps(recognition_id=other_one.filing_id)
    if known.subject is FilingSubject.FIGURE:
        stands = await filings.confirmed_figure(tx, known.supplier_id, known.says["kind"], known.says["as_of"])
        if stands is not None:
            raise FigureStands(figure_id=stands)


async def _keep_review(tx: Tx, identity: Identity, supplier: Supplier, known: Filing, command: ReviewFiling) -> None:
    paths = (seat.path for seat in identity.seats_as(Role.OFFICER))
    await filings.insert_review(
        tx,
        {
            "supplier_id": known.supplier_id,
            "subject": known.subject.value,
            "filing_id": known.filing_id,
            "revision": known.revision,
            "outcome": command.outcome.value,
            "reason": command.reason,
            "looked_at": content_of(known),
            "written_by": known.written_by,
            "reviewed_by": identity.account_id,
            "reviewer_name": identity.name,
            "reviewer_path": reviewing_path(SupplierOutcome.RECOMMEND, paths, supplier.unit_path) or "",
            "reviewed_at": tx.now,
        },
    )


async def _tell_anew(tx: Tx, supplier: Supplier) -> None:
    spans = recognised_spans(await filings.ever_recognised(tx, supplier.supplier_id))
    said = [[begins.isoformat(), ends and ends.isoformat()] for begins, ends in spans]
    if said == supplier.recognised:
        return
    changed = await suppliers.change(tx, supplier, {"recognised": said, "changed_at": tx.now})
    if changed is None:
        raise ChangedMeanwhile(supplier_id=supplier.supplier_id)
    await tx.publish(supplier_changed(changed))

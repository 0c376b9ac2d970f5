"""What a supplier of the town has on file: of each subject one that waits to be confirmed, and a package of it."""

from typing import Any

from shared.ids import new_id
from tests.build.filings import certificate_body, figure_body, recognition_body
from tests.build.market import Seller
from tests.build.papers import PDF

BODIES = {"recognition": recognition_body, "certificate": certificate_body, "figure": figure_body}
PAPERS = {"recognition": "recognition", "certificate": "certificate", "figure": "wage"}


async def file_papers(seller: Seller) -> dict[str, Any]:
    """File of each subject one to review and one to mend; gives what stands where by what it is."""
    ids: dict[str, Any] = {"support": new_id(), "package": new_id(), "new package": new_id()}
    await seller.person.put(f"/suppliers/{seller.id}/readiness-packages/{ids['package']}")
    for subject, kind in PAPERS.items():
        paper = ids[f"paper of {subject}"] = new_id()
        path = f"/suppliers/{seller.id}/documents/{paper}?kind={kind}&name={kind}.pdf"
        await seller.person.put(path, content=PDF, media_type="application/pdf")
        for name in (subject, f"new {subject}"):
            ids[name] = new_id()
        path = f"/suppliers/{seller.id}/{subject}s/{ids[subject]}"
        await seller.person.put(path, BODIES[subject](paper))
    return ids

"""The shop window of the catalog: what is on sale and who sells it, and nothing that is gone."""

import httpx
import sqlalchemy as sa

from services.catalog.domain.sitemap import Kind
from services.catalog.domain.suppliers import SupplierOutcome
from services.catalog.store import sitemap
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.tell_sitemap import get_sitemap_part, list_sitemap_parts
from services.catalog.usecases.withdraw_listing import WithdrawListing, withdraw_listing
from shared.db.unit_of_work import Tx
from tests.build.catalog import admitted, applied, decide, on_sale, submitted
from tests.integration.catalog.conftest import NOW


async def paged(desk: Desk, *parts: str) -> set[str]:
    """Give the ids of the pages of these parts, or of all that there are."""
    names = parts or [item["part"] for item in (await list_sitemap_parts(desk))["items"]]
    return {item["id"] for name in names for item in (await get_sitemap_part(desk, name))["items"]}


class TestSitemap:
    async def test_names_what_anyone_may_read_and_nothing_else(self, desk: Desk) -> None:
        await applied(desk)
        seller = await admitted(desk)
        listing_id = await on_sale(desk, seller)
        await submitted(desk, seller)
        assert await paged(desk) == {str(seller.id), str(listing_id)}
        told = (await get_sitemap_part(desk, "listings-1-of-1"))["items"]
        assert told == [{"id": str(listing_id), "changed_at": NOW.isoformat(timespec="seconds")}]

    async def test_forgets_what_is_withdrawn_and_who_is_suspended(self, desk: Desk) -> None:
        seller, other = await admitted(desk), await admitted(desk, name="另一基地")
        listing_id, kept = await on_sale(desk, seller), await on_sale(desk, other)
        await withdraw_listing(desk, seller.person, listing_id, WithdrawListing())
        assert await paged(desk) == {str(seller.id), str(other.id), str(kept)}
        await decide(desk, other.id, SupplierOutcome.SUSPEND)
        assert await paged(desk) == {str(seller.id)}

    async def test_any_number_of_parts_holds_each_page_once(self, desk: Desk) -> None:
        seller = await admitted(desk)
        ids = {str(await on_sale(desk, seller)) for _ in range(3)}
        for of in (1, 2, 64, 4096):
            parts = [f"listings-{number}-of-{of}" for number in range(1, of + 1)] if of < 64 else []
            if not parts:
                tails = {int(one[-4:], 16) * of // 65_536 + 1 for one in ids}
                parts = [f"listings-{number}-of-{of}" for number in tails]
            assert await paged(desk, *parts) == ids

    async def test_a_part_is_one_walk_along_its_index(self, desk: Desk) -> None:
        async with desk.uow.begin() as tx:
            await tx.execute(sa.text("SET LOCAL enable_seqscan = off"))
            assert "on_sale_bucket_idx" in await plan(tx)

    async def test_an_unknown_part_is_none(self, http: httpx.AsyncClient) -> None:
        answer = await http.get("/sitemap-parts/listings-3-of-2")
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/sitemap-part-not-found")


async def plan(tx: Tx) -> str:
    """Tell how the pages of a part of what is on sale are found."""
    query = sitemap._PAGES[Kind.LISTINGS].params(first=0, last=99)
    written = query.compile(tx.connection.engine.sync_engine, compile_kwargs={"literal_binds": True})
    rows = await tx.rows(sa.text(f"EXPLAIN {str(written).replace(':', chr(92) + ':')}"))
    return "\n".join(row[0] for row in rows)

"""The open data of supply says what the JSON API says, of what is public, in a table that no spreadsheet computes."""

import csv
import io
from datetime import timedelta
from typing import Any

import httpx
import orjson
import pytest

from services.catalog.domain.filings import FilingSubject
from services.catalog.domain.suppliers import SupplierOutcome
from services.catalog.domain.supply_data import FILES, Dataset
from services.catalog.usecases import tell_supply_data
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.get_fair_results import get_fair_results
from services.catalog.usecases.get_listing import get_listing
from services.catalog.usecases.get_supplier import get_supplier
from services.catalog.usecases.withdraw_listing import WithdrawListing, withdraw_listing
from shared.clock import SettableClock
from shared.contracts.words import SupplierKind
from shared.ids import new_id
from tests.build.catalog import admitted, applied, decide, on_sale, submitted
from tests.build.filings import confirmed, filed
from tests.integration.catalog.test_effect import given
from tests.integration.catalog.test_fairs import a_draft, confirm, enter, stepped, taking_part

Http = httpx.AsyncClient
LATER = timedelta(minutes=2)


async def rows(http: Http, dataset: Dataset, **asked: Any) -> list[dict[str, Any]]:
    answer = await http.get(f"/supply-data/{dataset}", params=asked)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def table(http: Http, dataset: Dataset, **asked: Any) -> list[dict[str, str]]:
    """Read a table as a spreadsheet does."""
    answer = await http.get(f"/supply-data/{dataset}", params={"format": "csv", **asked})
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"), newline="")))


class TestRows:
    async def test_are_what_the_api_says_of_suppliers_and_goods(self, desk: Desk, http: Http) -> None:
        await applied(desk)
        seller = await admitted(desk)
        tiers = [{"from_quantity": 50_000, "price_fen": 600}]
        listing_id = await on_sale(desk, seller, price_tiers=tiers, delivery_areas=["430200"])
        await submitted(desk, seller)
        said = {Dataset.SUPPLIERS: await get_supplier(desk, None, seller.id)}
        said[Dataset.LISTINGS] = await get_listing(desk, None, listing_id)
        for dataset, told in said.items():
            assert await rows(http, dataset) == [{name: told[name] for name in FILES[dataset].columns}]
        assert (await rows(http, Dataset.LISTINGS))[0]["price_tiers"] == tiers

    async def test_hold_confirmed_filings_alone(self, desk: Desk, http: Http) -> None:
        seller = await admitted(desk)
        for subject, dataset in (
            (FilingSubject.RECOGNITION, Dataset.RECOGNITIONS),
            (FilingSubject.FIGURE, Dataset.FIGURES),
        ):
            await filed(desk, seller, subject)
            assert await rows(http, dataset) == []
        figure_id = await confirmed(desk, seller, FilingSubject.FIGURE, count=7, as_of="2026-01-31")
        assert await rows(http, Dataset.FIGURES) == [
            {
                "supplier_id": str(seller.id),
                "figure_id": str(figure_id),
                "supplier_name": "云阳残疾人帮扶基地",
                "kind": "employed",
                "as_of": "2026-01-31",
                "count": 7,
                "evidence": "wage",
            }
        ]

    async def test_tell_what_organisations_were_given_by_kind_and_year(self, desk: Desk, http: Http) -> None:
        seller, mistake = await admitted(desk), new_id()
        household = await admitted(desk, name="王小明", kind=SupplierKind.DEMONSTRATION_HOUSEHOLD)
        await given(desk, household)
        await given(desk, seller)
        await given(desk, seller, amount_fen=5_000)
        await given(desk, seller, mistake, kind="training", given_on="2025-05-01")
        await given(desk, seller, kind="training", given_on="2025-06-01", amount_fen=-20_000_000, reverses=str(mistake))
        whose = {"supplier_id": str(seller.id), "supplier_name": "云阳残疾人帮扶基地"}
        told = [
            whose | {"kind": "award", "year": 2026, "entries": 2, "amount_fen": 20_005_000},
            whose | {"kind": "training", "year": 2025, "entries": 1, "amount_fen": 0},
        ]
        assert await rows(http, Dataset.SUPPORTS) == told
        page = (await http.get("/supply-data/supports", params={"limit": 1})).json()
        assert (page["items"], page["next"]) == (told[:1], f"{seller.id}~award~2026")
        assert await rows(http, Dataset.SUPPORTS, after=page["next"]) == told[1:]
        for wrong in ("gift~2026", "award~+2026", "award~99999", "award"):
            answer = await http.get(f"/supply-data/supports?after={seller.id}~{wrong}")
            assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "after")
        await decide(desk, seller.id, SupplierOutcome.SUSPEND)
        assert await rows(http, Dataset.SUPPORTS) == []

    async def test_tell_results_of_events_as_the_api_does(self, desk: Desk, http: Http) -> None:
        seller, sale_id = await admitted(desk), new_id()
        await a_draft(desk)
        fair_id = await a_draft(desk)
        await stepped(desk, fair_id, "announce")
        await taking_part(desk, fair_id, seller)
        await stepped(desk, fair_id, "open")
        await enter(desk, seller, fair_id, sale_id)
        assert [row["amount_fen"] for row in await rows(http, Dataset.FAIRS)] == [0]
        await confirm(desk, fair_id, sale_id)
        told = await get_fair_results(desk, None, fair_id)
        (row,) = await rows(http, Dataset.FAIRS)
        assert (row["fair_id"], row["suppliers"], row["walk_in_sales"]) == (str(fair_id), 1, 1)
        assert row["walk_in_fen"] == row["amount_fen"] == told["amount_fen"] == 325_000

    async def test_say_nothing_of_persons_and_accounts(self, desk: Desk, http: Http) -> None:
        seller = await admitted(desk)
        await on_sale(desk, seller)
        written = "".join([(await http.get(f"/supply-data/{dataset}")).text for dataset in Dataset])
        for secret in (
            "陈小红",
            "0731-25230000",
            "茶陵县云阳街道",
            "6230901800000000001",
            str(seller.person.account_id),
        ):
            assert secret not in written

    async def test_name_no_household(self, desk: Desk, http: Http) -> None:
        kind = SupplierKind.DEMONSTRATION_HOUSEHOLD
        seller = await admitted(desk, name="王小明", kind=kind)
        await on_sale(desk, seller)
        await confirmed(desk, seller, FilingSubject.FIGURE)
        assert [(row["name"], row["kind"]) for row in await rows(http, Dataset.SUPPLIERS)] == [(None, kind)]
        for dataset in (Dataset.LISTINGS, Dataset.FIGURES):
            assert [row["supplier_name"] for row in await rows(http, dataset)] == [None]
            assert [row["supplier_name"] for row in await table(http, dataset)] == [""]

    async def test_are_gone_with_what_is_withdrawn(self, desk: Desk, http: Http) -> None:
        seller, other = await admitted(desk), await admitted(desk, name="另一基地")
        withdrawn, kept = await on_sale(desk, seller), await on_sale(desk, other)
        await confirmed(desk, other, FilingSubject.FIGURE)
        await withdraw_listing(desk, seller.person, withdrawn, WithdrawListing())
        assert [row["listing_id"] for row in await rows(http, Dataset.LISTINGS)] == [str(kept)]
        await decide(desk, other.id, SupplierOutcome.SUSPEND)
        assert await rows(http, Dataset.LISTINGS) == await rows(http, Dataset.FIGURES) == []
        assert [row["supplier_id"] for row in await rows(http, Dataset.SUPPLIERS)] == [str(seller.id)]


class TestTables:
    @pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-1", "@sum", '"",=1', "一,二"])
    async def test_are_computed_by_no_spreadsheet(self, desk: Desk, http: Http, name: str) -> None:
        seller = await admitted(desk, name=name)
        await on_sale(desk, seller, name=name)
        (row,) = await table(http, Dataset.LISTINGS)
        assert row["name"] == row["supplier_name"] == (f"'{name}" if name[0] in "=+-@" else name)
        assert row["price_fen"] == "650"
        assert orjson.loads(row["price_tiers"]) == []

    async def test_have_the_columns_of_their_schema(self, http: Http) -> None:
        package = (await http.get("/supply-data/schema")).json()
        assert package["licenses"][0]["name"] == "CC-BY-4.0"
        assert package["issued"] == "2026-11-22"
        for resource in package["resources"]:
            answer = await http.get(f"/supply-data/{resource['name']}", params={"format": "csv"})
            header = answer.text.removeprefix("\ufeff").strip().split(",")
            assert header == [field["name"] for field in resource["schema"]["fields"]]


class TestPages:
    async def test_end_where_they_are_told_and_go_on_from_there(
        self, desk: Desk, http: Http, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tell_supply_data, "PAGE_ROWS", 2)
        seller = await admitted(desk)
        ids = sorted([str(await on_sale(desk, seller)) for _ in range(5)])
        assert [row["listing_id"] for row in await rows(http, Dataset.LISTINGS)] == ids
        found: list[str] = []
        after: str | None = ""
        while after is not None:
            page = (await http.get("/supply-data/listings", params={"limit": 3, "after": after})).json()
            found += [row["listing_id"] for row in page["items"]]
            after = page["next"]
        assert found == ids
        assert [row["listing_id"] for row in await table(http, Dataset.LISTINGS, after=ids[3])] == ids[4:]

    async def test_of_filings_go_on_from_both_parts_of_the_key(self, desk: Desk, http: Http) -> None:
        seller = await admitted(desk)
        for day in ("2025-10-31", "2025-11-30", "2025-12-31"):
            await confirmed(desk, seller, FilingSubject.FIGURE, as_of=day)
        page = (await http.get("/supply-data/figures", params={"limit": 2})).json()
        assert page["next"].startswith(f"{seller.id}~")
        assert len(await rows(http, Dataset.FIGURES, after=page["next"])) == 1

    @pytest.mark.parametrize("asked", ["after=x", "after=1~2", "limit=0", "limit=1001", "format=xml", "cursor=1"])
    async def test_of_another_shape_are_refused(self, http: Http, asked: str) -> None:
        answer = await http.get(f"/supply-data/figures?{asked}")
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, asked.partition("=")[0])
        assert (await http.get("/supply-data/people")).status_code == 422


class TestTags:
    async def test_say_when_nothing_has_changed(self, desk: Desk, http: Http, clock: SettableClock) -> None:
        seller = await admitted(desk)
        listing_id = await on_sale(desk, seller)
        fresh = await http.get("/supply-data/listings")
        assert "etag" not in fresh.headers
        clock.set(clock.now() + LATER)
        first = await http.get("/supply-data/listings")
        assert first.headers["last-modified"] == "Mon, 02 Mar 2026 01:00:00 GMT"
        again = await http.get("/supply-data/listings", headers={"if-none-match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        other = await http.get("/supply-data/listings?format=csv", headers={"if-none-match": first.headers["etag"]})
        assert other.status_code == 200
        await withdraw_listing(desk, seller.person, listing_id, WithdrawListing())
        for passed in (timedelta(), LATER):
            clock.set(clock.now() + passed)
            after = await http.get("/supply-data/listings", headers={"if-none-match": first.headers["etag"]})
            assert (after.status_code, after.json()["items"]) == (200, [])

    async def test_of_a_schema_say_when_each_table_changed(self, desk: Desk, http: Http) -> None:
        await admitted(desk)
        told = {one["name"]: one["modified"] for one in (await http.get("/supply-data/schema")).json()["resources"]}
        assert told["suppliers"].startswith("2026-03-02T01:00:00")
        assert told["fairs"] is None

"""The shop window shows what is on sale as the JSON API tells it, to people and to machines, and nothing else."""

import re
from typing import Any
from xml.etree.ElementTree import fromstring

import httpx
import orjson
import pytest

from tests.build.market import Goods, Market
from tests.build.people import People
from tests.whole import Whole

HOSTILE = '</script><script>alert("姜")</script><!--'
BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


@pytest.fixture(scope="module")
async def goods(market: Market) -> Goods:
    seller = await market.seller("窗口残疾人帮扶基地")
    tiers = [{"from_quantity": 50_000, "price_fen": 610}]
    return await market.goods(seller, 1_000_000, name=HOSTILE, specification="一级", price_tiers=tiers)


async def page_at(running_whole: Whole, path: str, **headers: str) -> httpx.Response:
    async with httpx.AsyncClient(base_url=running_whole.base_url, trust_env=False) as client:
        return await client.get(path, headers=headers)


def blocks(page: httpx.Response) -> list[Any]:
    return [orjson.loads(held) for held in BLOCK.findall(page.text)]


class TestProduct:
    async def test_is_what_the_api_says(self, people: People, goods: Goods, running_whole: Whole) -> None:
        found = await people.public.get(f"/listings/{goods.id}")
        answer = await people.public.ask("GET", f"/listings/{goods.id}/product")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/ld+json")
        told = answer.json()
        assert (told["name"], told["@id"]) == (HOSTILE, f"{running_whole.base_url}/listings/{goods.id}#product")
        offer = told["offers"]
        said = [int(one["price"].replace(".", "")) for one in offer["priceSpecification"]]
        assert said == [found["price_fen"], found["price_tiers"][0]["price_fen"]] == [650, 610]
        assert offer["availability"].endswith("/InStock")
        assert offer["seller"]["@id"].endswith(f"/suppliers/{goods.seller.id}#organisation")
        for photo in told["image"]:
            assert (await page_at(running_whole, photo.removeprefix(running_whole.base_url))).status_code == 200

    async def test_is_not_sent_again_to_whoever_has_it(self, people: People, goods: Goods) -> None:
        path = f"/listings/{goods.id}/product"
        tag = (await people.public.ask("GET", path)).headers["etag"]
        again = await people.public.ask("GET", path, headers={"if-none-match": tag})
        assert (again.status_code, again.content) == (304, b"")

    async def test_stands_in_the_page_and_ends_with_it(
        self, goods: Goods, running_whole: Whole, people: People
    ) -> None:
        page = await page_at(running_whole, f"/listings/{goods.id}")
        told = (await people.public.ask("GET", f"/listings/{goods.id}/product")).json()
        assert blocks(page) == [told]
        assert page.text.count("<script") - page.text.count('<script src="/static/zhucai.js') == 1
        assert "script-src 'self';" in page.headers["content-security-policy"]
        assert "unsafe-inline" not in page.headers["content-security-policy"]

    async def test_of_a_draft_is_shown_to_nobody(self, market: Market, running_whole: Whole, people: People) -> None:
        seller = await market.seller("草稿残疾人帮扶基地")
        goods = await market.goods(seller, 1_000, name="窗口白菜")
        await seller.person.put(f"/listings/{goods.id}", {**goods.terms, "price_fen": 99_900})
        told = (await seller.person.ask("GET", f"/listings/{goods.id}/product")).json()
        assert told["offers"]["price"] == "6.50"
        await seller.person.post(f"/listings/{goods.id}/withdrawal", {})
        await people.public.refused(404, "listing-not-found", "GET", f"/listings/{goods.id}/product")
        page = await page_at(running_whole, f"/listings/{goods.id}")
        assert (page.status_code, blocks(page)) == (404, [])

    async def test_of_a_suspended_supplier_is_gone(self, market: Market, running_whole: Whole, people: People) -> None:
        seller = await market.seller("停业残疾人帮扶基地")
        goods = await market.goods(seller, 1_000, name="窗口萝卜")
        organisation = f"/suppliers/{seller.id}/organisation"
        told = (await people.public.ask("GET", organisation)).json()
        assert (told["@type"], told["name"], told["identifier"]["value"]) == (
            "LocalBusiness",
            "停业残疾人帮扶基地",
            str(seller.id),
        )
        assert blocks(await page_at(running_whole, f"/suppliers/{seller.id}")) == [told]
        review = {"outcome": "suspend", "reason": "证照过期"}
        await market.officer.post(f"/suppliers/{seller.id}/reviews", review)
        await people.public.refused(404, "listing-not-found", "GET", f"/listings/{goods.id}/product")
        await people.public.refused(404, "supplier-not-found", "GET", organisation)
        own = await seller.person.ask("GET", organisation)
        assert own.status_code == 404


class TestAddresses:
    async def test_a_page_is_known_in_both_languages(self, goods: Goods, running_whole: Whole) -> None:
        url = f"{running_whole.base_url}/listings/{goods.id}"
        for query, tag, here in (("", "zh-CN", url), ("?lang=en", "en", f"{url}?lang=en"), ("?lang=xx", "zh-CN", url)):
            page = (await page_at(running_whole, f"/listings/{goods.id}{query}")).text
            assert f'<html lang="{tag}">' in page
            assert f'<link rel="canonical" href="{here}">' in page
            assert f'<link rel="alternate" hreflang="en" href="{url}?lang=en">' in page
            assert f'<link rel="alternate" hreflang="zh-CN" href="{url}?lang=zh">' in page
            assert f'<link rel="alternate" hreflang="x-default" href="{url}">' in page

    async def test_the_address_asks_before_the_browser_does(self, goods: Goods, running_whole: Whole) -> None:
        page = await page_at(running_whole, f"/listings/{goods.id}?lang=zh", **{"accept-language": "en"})
        assert page.headers["content-language"] == "zh-CN"

    async def test_a_search_is_no_page_of_its_own(self, running_whole: Whole) -> None:
        assert 'rel="canonical"' in (await page_at(running_whole, "/catalogue")).text
        assert 'rel="canonical"' not in (await page_at(running_whole, "/catalogue?q=姜")).text


class TestSitemap:
    async def test_leads_from_robots_to_every_page(self, goods: Goods, running_whole: Whole) -> None:
        base = running_whole.base_url
        robots = await page_at(running_whole, "/robots.txt")
        assert robots.headers["content-type"] == "text/plain; charset=utf-8"
        assert f"\nSitemap: {base}/sitemap.xml\n" in robots.text
        index = await page_at(running_whole, "/sitemap.xml")
        parts = [loc.removeprefix(base) for loc in locs(index)]
        assert parts[0] == "/sitemaps/pages.xml"
        urls = [url for part in parts for url in locs(await page_at(running_whole, part))]
        assert len(urls) == len(set(urls))
        assert {f"{base}/", f"{base}/listings/{goods.id}", f"{base}/suppliers/{goods.seller.id}"} <= set(urls)
        for url in (f"{base}/", f"{base}/verify", f"{base}/suppliers/{goods.seller.id}"):
            assert f'rel="canonical" href="{url}"' in (await page_at(running_whole, url.removeprefix(base))).text

    async def test_is_not_sent_again_to_whoever_has_it(self, goods: Goods, running_whole: Whole) -> None:
        plain = await page_at(running_whole, "/sitemaps/listings-1-of-1.xml", **{"accept-encoding": "identity"})
        small = await page_at(running_whole, "/sitemaps/listings-1-of-1.xml", **{"accept-encoding": "gzip"})
        assert "content-encoding" not in plain.headers
        assert (small.headers["content-encoding"], small.text) == ("gzip", plain.text)
        again = await page_at(
            running_whole, "/sitemaps/listings-1-of-1.xml", **{"if-none-match": plain.headers["etag"]}
        )
        assert (again.status_code, again.content) == (304, b"")

    async def test_has_no_part_that_nobody_named(self, running_whole: Whole) -> None:
        for part in ("listings-3-of-2", "people-1-of-1", "..%2f..%2fetc", "listings"):
            assert (await page_at(running_whole, f"/sitemaps/{part}.xml")).status_code == 404


def locs(answer: httpx.Response) -> list[str]:
    """List the addresses in a sitemap, read as XML."""
    assert answer.headers["content-type"] == "application/xml; charset=utf-8"
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    return [str(one.text) for one in fromstring(answer.text.encode()).iter(f"{space}loc")]  # noqa: S314 - our own


class TestOpenData:
    async def test_is_listed_for_people_and_for_machines(self, running_whole: Whole, people: People) -> None:
        page = await page_at(running_whole, "/open-data")
        told = (await people.public.ask("GET", "/open-data/catalogue")).json()
        assert blocks(page) == [told]
        for dataset in told["dcat:dataset"]:
            for way in dataset["dcat:distribution"]:
                path = way["dcat:downloadURL"]["@id"].removeprefix(running_whole.base_url)
                assert f'href="{path}"' in page.text
                answer = await page_at(running_whole, path)
                assert answer.status_code == 200
                assert way["dcat:mediaType"]["@id"].endswith(answer.headers["content-type"].partition(";")[0])

    async def test_passes_the_door_as_it_is_written(self, goods: Goods, people: People) -> None:
        answer = await people.public.ask("GET", "/supply-data/listings?format=csv")
        assert answer.headers["content-disposition"] == 'attachment; filename="listings.csv"'
        assert answer.content.startswith(b"\xef\xbb\xbflisting_id,")
        assert str(goods.id) in answer.text
        found = await people.public.get(f"/listings/{goods.id}")
        after = f"{'0' * 8}-0000-0000-0000-{'0' * 12}"
        rows = (await people.public.get("/supply-data/listings", after=after))["items"]
        row = next(one for one in rows if one["listing_id"] == str(goods.id))
        assert row == {name: found[name] for name in row}

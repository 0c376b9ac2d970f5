"""Goods are found by certificates, by a recognition and by how their price stands, for as long as it holds."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from services.catalog.domain.certificates import CertificateKind
from services.catalog.domain.filings import FilingSubject
from services.catalog.domain.standing import BandStanding
from services.catalog.store import on_sale as rows
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.facet_listings import FacetListings, facet_listings
from services.catalog.usecases.fold_again import fold_again
from services.catalog.usecases.spread_bands import spread_bands
from shared.clock import SettableClock
from shared.contracts.words import SupplierKind
from tests.build.catalog import admitted, on_sale
from tests.build.filings import confirmed, decided, filed
from tests.build.rivals import overtaken
from tests.integration.catalog.conftest import NOW
from tests.integration.catalog.test_bands import GINGER, referenced
from tests.integration.catalog.test_search import names


async def counts(desk: Desk, facet: str, **asked: Any) -> dict[str, int]:
    told = await facet_listings(desk, FacetListings(**asked))
    return {one["value"]: one["count"] for each in told["facets"] if each["facet"] == facet for one in each["values"]}


class TestCertificates:
    async def test_find_goods_from_their_confirmation_to_their_last_day(self, desk: Desk, clock: SettableClock) -> None:
        seller = await admitted(desk)
        paper = await filed(desk, seller, FilingSubject.CERTIFICATE, valid_to="2026-03-10")
        await on_sale(desk, seller, name="绿色生姜", certificate_ids=[paper])
        await on_sale(desk, seller, name="生姜")
        asked: dict[str, Any] = {"certificate": CertificateKind.GREEN}
        assert await names(desk, **asked) == []
        await decided(desk, seller, FilingSubject.CERTIFICATE, paper)
        assert await fold_again(desk) == 2
        assert await names(desk, **asked) == ["绿色生姜"]
        assert await names(desk, certificate=CertificateKind.ORGANIC) == []
        assert await counts(desk, "certificate", q="生姜") == {"green": 1}
        assert await counts(desk, "certificate", certificate=CertificateKind.ORGANIC) == {"green": 1}
        with clock.at(NOW + timedelta(days=8)):
            assert await fold_again(desk) == 0
        with clock.at(NOW + timedelta(days=9)):
            assert await fold_again(desk) == 1
            assert await names(desk, **asked) == []
            assert await counts(desk, "certificate") == {}


class TestRecognition:
    async def test_finds_goods_until_it_ends_and_of_a_base_that_lost_it_none(
        self, desk: Desk, clock: SettableClock
    ) -> None:
        base, other = await admitted(desk), await admitted(desk, name="另一个基地")
        await on_sale(desk, base, name="生姜")
        await on_sale(desk, other, name="大蒜")
        until: dict[str, Any] = {"recognised_to": date(2027, 5, 31)}
        assert await names(desk, base_run=True) == ["大蒜", "生姜"]
        assert await names(desk, **until) == []
        await confirmed(desk, base, FilingSubject.RECOGNITION)
        await fold_again(desk)
        assert await names(desk, **until) == ["生姜"]
        assert await names(desk, recognised_to=date(2027, 6, 1)) == []
        assert await counts(desk, "recognised_to") == {"2026-03-02": 1, "2026-12-31": 1}
        assert await counts(desk, "recognised_to", recognised_to=date(2030, 1, 1)) == {"2026-03-02": 1, "2026-12-31": 1}
        with clock.at(NOW + timedelta(days=456)):
            assert await fold_again(desk) == 1
            assert await names(desk, base_run=True) == ["大蒜"]
            assert await names(desk, recognised_to=date(2026, 3, 2)) == []
            assert await counts(desk, "base_run", supplier_kind=SupplierKind.DISABLED_BASE) == {"true": 1}


class TestBands:
    async def test_find_what_lies_within_and_outside_once_they_move(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("services.catalog.usecases.spread_bands.items", lambda: ("ginger", "garlic"))
        seller = await admitted(desk)
        piece = {"measure": "piece", "unit_name": "盒", "unit_quantity": 1, "minimum_quantity": 1, "step_quantity": 1}
        for name, other in (
            ("公道的姜", {"price_fen": 500}),
            ("贵的姜", {"price_fen": 900}),
            ("不知轻重的姜", piece),
            ("无名之物", {"item_code": ""}),
        ):
            await on_sale(desk, seller, name=name, **({"item_code": "ginger"} | other))
        await referenced(desk, GINGER, demo=True)
        assert await spread_bands(desk) == 0
        assert len(await names(desk, price_band=BandStanding.NONE)) == 4
        await referenced(desk, GINGER)
        assert await spread_bands(desk) == 2
        assert await spread_bands(desk) == 0
        assert await fold_again(desk) == 2
        assert await names(desk, price_band=BandStanding.WITHIN) == ["公道的姜"]
        assert await names(desk, price_band=BandStanding.OUTSIDE) == ["贵的姜"]
        assert await names(desk, price_band=BandStanding.NONE) == ["无名之物", "不知轻重的姜"]
        assert await counts(desk, "price_band", price_band=BandStanding.NONE, q="姜") == {
            "none": 1,
            "outside": 1,
            "within": 1,
        }
        await on_sale(desk, seller, name="新上的姜", item_code="ginger", price_fen=450)
        assert await names(desk, price_band=BandStanding.WITHIN) == ["新上的姜", "公道的姜"]

    @pytest.mark.parametrize("step", ["replace", "replace_all"])
    async def test_that_moves_while_a_row_is_made_is_told_by_it(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch, step: str
    ) -> None:
        monkeypatch.setattr("services.catalog.usecases.spread_bands.items", lambda: ("ginger",))
        spreading: list[asyncio.Task[int]] = []

        async def rival() -> None:
            spreading.append(asyncio.create_task(spread_bands(desk)))
            await asyncio.wait(spreading, timeout=0.5)

        seller = await admitted(desk)
        await spread_bands(desk)
        if step == "replace_all":
            await on_sale(desk, seller, name="生姜", item_code="ginger", price_fen=500)
            async with desk.uow.begin() as tx:
                await rows.make_anew(tx, seller.id)
        await referenced(desk, GINGER)
        overtaken(monkeypatch, rows, step, rival)
        if step == "replace":
            await on_sale(desk, seller, name="生姜", item_code="ginger", price_fen=500)
        else:
            await fold_again(desk)
        assert await spreading[0] == 1
        await fold_again(desk)
        assert await names(desk, price_band=BandStanding.WITHIN) == ["生姜"]

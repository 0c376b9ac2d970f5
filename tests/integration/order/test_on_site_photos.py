"""What the scale showed at a stall is seen by whoever says yes to the sale, and nothing else of where it was taken."""

import asyncio
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from PIL import Image

from services.order.api.on_site_models import OnSiteSaleView
from services.order.domain.on_site_refusals import NoSuchSale
from services.order.domain.refusals import NoSuchPhoto, PhotoDiffers, TooManyPhotos
from services.order.usecases import put_on_site_photo as photos
from services.order.usecases.desk import Desk
from services.order.usecases.on_site_view import get_on_site_sale
from services.order.usecases.put_on_site_photo import get_on_site_photo, put_on_site_photo
from shared.contracts.authority import NotAllowed, Role, Seat
from shared.errors import InvalidFields
from shared.ids import new_id
from shared.media import FileEmpty, FileKindUnknown
from shared.states import WrongState
from tests.build.catalog import a_photo
from tests.build.on_site import Stall
from tests.build.order import Town, an_identity, untouched


@pytest.fixture
async def stall(town: Town) -> Stall:
    return await Stall.open(town)


@pytest.fixture
async def sale_id(stall: Stall) -> UUID:
    return UUID((await stall.tell())["on_site_sale_id"])


def a_photo_from_somewhere() -> bytes:
    out, exif = BytesIO(), Image.Exif()
    exif[0x010E] = "展销会三号摊位"
    Image.new("RGB", (64, 48), "white").save(out, "JPEG", exif=exif)
    return out.getvalue()


async def put(stall: Stall, sale_id: UUID, photo_id: UUID, body: bytes, listing: UUID | None = None) -> dict[str, Any]:
    return await put_on_site_photo(stall.desk, stall.seller, sale_id, photo_id, listing, body)


class TestPhotosOfTheScaleAtAStall:
    async def test_are_kept_without_where_they_were_taken(self, desk: Desk, stall: Stall, sale_id: UUID) -> None:
        photo_id, body, ginger = new_id(), a_photo_from_somewhere(), stall.ginger.listing_id
        view = await put(stall, sale_id, photo_id, body, ginger)
        (shown,) = OnSiteSaleView.model_validate(view).scale_photos
        assert (shown.photo_id, shown.listing_id, shown.revision) == (photo_id, ginger, 1)
        assert shown.put_by_name == stall.seller.name
        async with untouched(desk):
            assert await put(stall, sale_id, photo_id, body, ginger) == view
            for other in ((a_photo(), ginger), (body, None)):
                with pytest.raises(PhotoDiffers):
                    await put(stall, sale_id, photo_id, *other)
        assert await get_on_site_sale(desk, stall.town.buyer, sale_id) == view
        for who in (stall.seller, stall.town.buyer):
            found = await get_on_site_photo(desk, who, sale_id, photo_id)
            with Image.open(BytesIO(found.body)) as image:
                assert (image.size, dict(image.getexif())) == ((64, 48), {})

    async def test_are_put_while_nobody_has_said_yes(self, desk: Desk, stall: Stall, sale_id: UUID) -> None:
        photo_id, body = new_id(), a_photo()
        yes = await stall.confirm(await put(stall, sale_id, photo_id, body))
        assert yes["state"] == "confirmed"
        async with untouched(desk):
            with pytest.raises(WrongState):
                await put(stall, sale_id, new_id(), a_photo(colour="red"))
            assert len((await put(stall, sale_id, photo_id, body))["scale_photos"]) == 1  # A repeat is no other photo.

    async def test_are_refused_where_they_do_not_belong(
        self, desk: Desk, town: Town, stall: Stall, sale_id: UUID
    ) -> None:
        stranger = town.suppliers[(await town.goods()).supplier_id]
        elsewhere = an_identity(Seat(Role.BUYER, new_id(), "/430000/430300/1/"))
        other, photo_id = UUID((await stall.tell())["on_site_sale_id"]), new_id()
        await put(stall, sale_id, photo_id, a_photo())
        async with untouched(desk):
            with pytest.raises(FileKindUnknown):
                await put(stall, sale_id, new_id(), b"<svg/>")
            with pytest.raises(FileEmpty):
                await put(stall, sale_id, new_id(), b"")
            with pytest.raises(InvalidFields):
                await put(stall, sale_id, new_id(), a_photo(), new_id())
            with pytest.raises(PhotoDiffers):
                await put(stall, other, photo_id, a_photo())
            with pytest.raises(NoSuchSale):
                await put(stall, new_id(), new_id(), a_photo())
            for who in (stranger, elsewhere, town.buyer):
                with pytest.raises(NotAllowed):
                    await put_on_site_photo(desk, who, sale_id, new_id(), None, a_photo())
            for who in (stranger, elsewhere):
                with pytest.raises(NotAllowed):
                    await get_on_site_photo(desk, who, sale_id, photo_id)
            for sale, photo in ((sale_id, new_id()), (other, photo_id)):
                with pytest.raises(NoSuchPhoto):
                    await get_on_site_photo(desk, stall.seller, sale, photo)

    async def test_are_bounded(self, stall: Stall, sale_id: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(photos, "PHOTOS_MAX", 2)
        asked = (put(stall, sale_id, new_id(), a_photo()) for _ in range(4))
        done = await asyncio.gather(*asked, return_exceptions=True)
        assert sum(isinstance(one, TooManyPhotos) for one in done) == 2

    async def test_put_at_once_under_one_name_are_one(self, stall: Stall, sale_id: UUID) -> None:
        photo_id, body = new_id(), a_photo()
        done = await asyncio.gather(*(put(stall, sale_id, photo_id, body) for _ in range(4)))
        assert [len(one["scale_photos"]) for one in done] == [1] * 4

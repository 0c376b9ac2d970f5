"""What a buyer looks for is read and checked once, for the page and for the counts beside it."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.catalog.domain.certificates import CertificateKind
from services.catalog.domain.grams import QUERY_CHARACTERS_MAX, query_words
from services.catalog.domain.items import category_problems, item_problems
from services.catalog.domain.standing import BandStanding
from services.catalog.domain.suppliers import division_problems
from services.catalog.store import copies, search
from services.catalog.store.conditions import Filters
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.texts import COMMAND, CodeOfSix
from shared.clock import today
from shared.contracts.words import Fund, SupplierKind
from shared.errors import InvalidFields, NotFound, field_problem

Price = Annotated[int, Field(ge=0, le=10**12)]


class CanteenNotFound(NotFound):
    """There is no such canteen.

    zh: 没有这个食堂。
    """


class GoodsAsked(BaseModel):
    """What a buyer looks for. Every filter narrows; the words of `q` are ANDed."""

    model_config = COMMAND

    q: Annotated[str, Field(max_length=QUERY_CHARACTERS_MAX)] = Field(
        default="",
        description="words: two Chinese characters do, so does one; simplified or traditional; pinyin (shengjiang) "
        "or its initials (sj); what goods are called elsewhere; Latin words whole; amounts (10斤) are left out",
    )
    category: Annotated[str, Field(max_length=40)] | None = Field(default=None, description="a category's code")
    item: Annotated[str, Field(max_length=40)] | None = Field(
        default=None, description="a code of the list of items, see /categories"
    )
    county: CodeOfSix | None = Field(
        default=None, description="where goods come from: a county, or a prefecture (…00) or province (…0000) whole"
    )
    supplier: UUID | None = None
    counts_for: UUID | None = Field(
        default=None, description="a canteen: only goods that would count for its percentage today, bought here"
    )
    fund: Fund = Field(
        default=Fund.CANTEEN, description="whose money `counts_for` is about; with the union's, its listed counties"
    )
    base_run: bool = Field(
        default=False,
        description="only from bases run by disabled persons (残疾人就业帮扶基地) whose recognition holds, if any",
    )
    recognised_to: date | None = Field(
        default=None, description="only from suppliers whose confirmed recognition holds today, and until this day"
    )
    supplier_kind: SupplierKind | None = Field(default=None, description="only from suppliers of this kind")
    harvest_now: bool = Field(default=False, description="only what names this month among its harvest months (当季)")
    delivers_to: CodeOfSix | None = Field(
        default=None, description="only what is delivered to this county, prefecture (…00) or province (…0000) whole"
    )
    certificate: CertificateKind | None = Field(
        default=None, description="only what names a confirmed certificate of this kind that holds today"
    )
    price_band: BandStanding | None = Field(
        default=None,
        description="how the price of a kilogram stands to the current band of its item; `none` is no band, or no "
        "known weight; bands of demo prices count for none",
    )
    price_from_fen_per_kg: Price | None = Field(default=None, description="the price of a kilogram, at least")
    price_to_fen_per_kg: Price | None = Field(default=None, description="the price of a kilogram, at most")


async def filters_of(desk: Desk, asked: GoodsAsked) -> tuple[Filters | None, dict[str, str] | None]:
    """Give the conditions of what is asked for, None where nothing can fit, and the rules by county that count.

    Raises CanteenNotFound, InvalidFields.
    """
    _check(asked)
    words = query_words(asked.q)
    counting = None if asked.counts_for is None else await _counting(desk, asked.counts_for, asked.fund)
    filters = Filters(
        category=asked.category,
        county_code=asked.county,
        supplier_id=asked.supplier,
        kind=asked.supplier_kind,
        base_run=asked.base_run,
        recognised_to=asked.recognised_to,
        origins=None if counting is None else tuple(sorted(counting)),
        item=asked.item,
        harvest_month=today(desk.clock).month if asked.harvest_now else None,
        delivers_to=asked.delivers_to,
        certificate=None if asked.certificate is None else asked.certificate.value,
        band=None if asked.price_band is None else asked.price_band.value,
        price_from=asked.price_from_fen_per_kg,
        price_to=asked.price_to_fen_per_kg,
        words=words,
    )
    no_base = asked.base_run and asked.supplier_kind not in (None, SupplierKind.DISABLED_BASE)
    nothing = (asked.q and not words) or counting == {} or no_base
    return (None if nothing else filters), counting


async def _counting(desk: Desk, canteen_id: UUID, fund: Fund) -> dict[str, str]:
    """Give the counties that count for a canteen today. Raises CanteenNotFound."""
    found = await search.counting(desk.uow, canteen_id, fund.value, today(desk.clock))
    if not found:
        async with desk.uow.glance() as tx:
            if not await copies.canteen_known(tx, canteen_id):
                raise CanteenNotFound(canteen_id=canteen_id)
    return found


def _check(asked: GoodsAsked) -> None:
    problems = [] if asked.category is None else category_problems("category", asked.category)
    if asked.item is not None:
        problems += item_problems("item", asked.item)
    if asked.county is not None:
        problems += division_problems("county", asked.county)
    if asked.delivers_to is not None:
        problems += division_problems("delivers_to", asked.delivers_to)
    lowest, highest = asked.price_from_fen_per_kg, asked.price_to_fen_per_kg
    if lowest is not None and highest is not None and lowest > highest:
        problems.append(field_problem("price_to_fen_per_kg", "is below the lowest price", "低于最低价格"))
    if problems:
        raise InvalidFields(*problems)

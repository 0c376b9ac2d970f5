"""Sixty suppliers of every kind, in the 51 counties, elsewhere in Hunan and beyond it, offer six hundred listings."""

from dataclasses import dataclass, field
from functools import cache
from uuid import UUID

from deploy.operator.demo.dice import between, chance, pick, shuffled
from deploy.operator.demo.goods import Good, goods_by_category
from deploy.operator.demo.people import HOME_COUNTY, MARK, invented_name
from shared.contracts.words import SupplierKind
from shared.ids import derived_id
from shared.reference import county_name, divisions
from shared.reference.items import likely_item

LISTINGS_EACH = 10
ELSEWHERE_IN_HUNAN = (
    "430181",
    "430182",
    "430321",
    "430421",
    "430424",
    "430621",
    "430624",
    "430722",
    "430725",
    "430921",
    "430922",
    "431081",
    "431124",
)
BEYOND_HUNAN = ("450226", "422827", "360724", "522625", "530622", "370783", "450332")
"""Five counties of the 832, and two that are on no list (寿光, 恭城)."""

_K = SupplierKind
KINDS = (
    [_K.DISABLED_BASE] * 15
    + [_K.DEMONSTRATION_HOUSEHOLD] * 12
    + [_K.COOPERATIVE] * 12
    + [_K.FAMILY_FARM] * 8
    + [_K.COMPANY] * 6
    + [_K.INDUSTRIAL_PARK] * 3
    + [_K.COMMUNITY_WORKSHOP] * 4
)
TRADES = {
    _K.DISABLED_BASE: ("vegetables", "fruit", "eggs", "dry_goods"),
    _K.DEMONSTRATION_HOUSEHOLD: ("vegetables", "eggs", "meat_poultry"),
    _K.COOPERATIVE: ("fruit", "vegetables", "grain_oil", "tea"),
    _K.FAMILY_FARM: ("vegetables", "aquatic", "meat_poultry"),
    _K.COMPANY: ("grain_oil", "processed", "meat_poultry", "dairy"),
    _K.INDUSTRIAL_PARK: ("processed", "dry_goods", "tea", "grain_oil"),
    _K.COMMUNITY_WORKSHOP: ("handicraft", "processed", "dry_goods"),
}
CALLED = {
    _K.DISABLED_BASE: "残疾人就业帮扶基地",
    _K.DEMONSTRATION_HOUSEHOLD: "阳光致富示范户",
    _K.COOPERATIVE: "种养专业合作社",
    _K.FAMILY_FARM: "家庭农场",
    _K.COMPANY: "农产品有限公司",
    _K.INDUSTRIAL_PARK: "助残产业园",
    _K.COMMUNITY_WORKSHOP: "残疾人美丽工坊",
}
BRANDS = "阳光 春晖 同心 禾苗 青山 清泉 向阳 金秋 云岭 百合 丰年 惠农 星火 翠竹 映山红"
_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass(frozen=True, slots=True)
class Offer:
    """One listing: what, from where, for how much."""

    listing_id: UUID
    photo_id: UUID
    supplier_id: UUID
    good: Good
    name: str
    description: str
    origin_county_code: str
    price_fen: int
    first_stock: int

    @property
    def item_code(self) -> str:
        """Say what it is, of the list of items; empty where the list has nothing like it."""
        item = likely_item(self.good.name, self.good.category)
        return item.code if item else ""


@dataclass(frozen=True, slots=True)
class Producer:
    """One supplier with its listings."""

    supplier_id: UUID
    document_id: UUID
    name: str
    kind: SupplierKind
    county_code: str
    credit_code: str | None
    registration_number: str | None
    contact_name: str
    contact_phone: str
    address: str
    bank_name: str
    bank_account_number: str
    offers: tuple[Offer, ...] = field(default=())


@cache
def producers(counties_51: tuple[str, ...]) -> tuple[Producer, ...]:
    """Give all sixty, forty of them in the 51, each with its ten listings; the first is in the home county."""
    inside = [HOME_COUNTY, *shuffled([code for code in counties_51 if code != HOME_COUNTY], "producers")][:40]
    counties = [*inside, *ELSEWHERE_IN_HUNAN, *BEYOND_HUNAN]
    kinds = [_K.DISABLED_BASE, *shuffled(KINDS[1:], "kinds")]
    return tuple(_producer(place, kind, code) for place, (kind, code) in enumerate(zip(kinds, counties, strict=True)))


def applicant(county_code: str, place: int = 60) -> Producer:
    """Give one that has applied and waits for an officer."""
    return _producer(place, _K.DISABLED_BASE, county_code, offering=False)


def one_more_offer(producer: Producer, good: Good) -> Offer:
    """Give a listing that is submitted and waits for review."""
    return _offer(producer.supplier_id, producer.county_code, LISTINGS_EACH, good)


def _producer(place: int, kind: SupplierKind, code: str, *, offering: bool = True) -> Producer:
    supplier_id = derived_id("demo-supplier", place)
    short = divisions()[(code, "county")].name
    name = f"{short}{pick(BRANDS.split(), 'brand', place)}{CALLED[kind]}{MARK}"
    is_household = kind is _K.DEMONSTRATION_HOUSEHOLD
    chosen = _goods_for(kind, place) if offering else []
    return Producer(
        supplier_id=supplier_id,
        document_id=derived_id("demo-document", supplier_id),
        name=name,
        kind=kind,
        county_code=code,
        credit_code=None if is_household else credit_code(f"9{between(1, 3, 'type', place)}{code}", place),
        registration_number=f"YS-{code}-{place:03d}" if is_household else None,
        contact_name=invented_name("contact", place),
        contact_phone=f"0731-555{place:04d}",
        address=f"{county_name(code)}演示路{between(1, 99, 'address', place)}号",
        bank_name=f"{short}农商银行{MARK}",
        bank_account_number=f"62309018{between(0, 10**8 - 1, 'bank', place):08d}{place:03d}",
        offers=tuple(_offer(supplier_id, code, number, good) for number, good in enumerate(chosen)),
    )


def _goods_for(kind: SupplierKind, place: int) -> list[Good]:
    """Deal ten goods from the kind's trades in turn, none twice."""
    piles = [shuffled(goods_by_category()[trade], "trade", trade, place) for trade in TRADES[kind]]
    chosen: list[Good] = []
    while len(chosen) < LISTINGS_EACH:
        for pile in piles:
            if pile and len(chosen) < LISTINGS_EACH:
                chosen.append(pile.pop())
    return chosen


def _offer(supplier_id: UUID, county_code: str, number: int, good: Good) -> Offer:
    listing_id = derived_id("demo-listing", supplier_id, number)
    origin = county_code
    if chance(8, "origin", listing_id):
        origin = pick((*ELSEWHERE_IN_HUNAN, HOME_COUNTY), "other origin", listing_id)
    short = divisions()[(origin, "county")].name
    return Offer(
        listing_id=listing_id,
        photo_id=derived_id("demo-photo", listing_id),
        supplier_id=supplier_id,
        good=good,
        name=f"{short}{good.name}{MARK}",
        description=f"演示商品，并非真实供应。产地：{county_name(origin)}。价格为演示数据。",
        origin_county_code=origin,
        price_fen=good.price_of(listing_id),
        first_stock=between(12_000, 24_000, "stock", listing_id) * good.step_quantity,
    )


def credit_code(prefix: str, *facts: object) -> str:
    """Make a unified social credit code (GB 32100-2015) that nobody has but whose check letter is right."""
    body = prefix + "MADEM" + "".join(pick(_LETTERS, "credit", place, *facts) for place in range(4))
    total = sum(_LETTERS.index(letter) * pow(3, place, 31) for place, letter in enumerate(body))
    return body + _LETTERS[-total % 31]

"""What the government's 832 platform asks of a base is a dated list, and of each line it is told what is there.

Source, read by us: 财库〔2021〕19号 (goods of the 832 counties, from producers registered there) and 20号 (sellers are
put forward by their county, sell what is grown there, of safe quality, at fair prices), both of 2021-04-24. No official
list of papers is published: which papers we take to show each is our own reading, and is said so. A new list is another
entry of READINESS, never a change of one that stands.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from services.catalog.domain.certificates import CertificateKind
from services.catalog.domain.filings import FilingState

COMMITMENT_DAYS_MAX = 365
NOT_FOOD = "handicraft"
_STANDARDS = frozenset(
    {
        CertificateKind.GREEN,
        CertificateKind.ORGANIC,
        CertificateKind.GI,
        CertificateKind.TEST_REPORT,
        CertificateKind.QUARANTINE,
    }
)


class Status(StrEnum):
    """How a line of the list stands (状态)."""

    OK = "ok"  # 已具备
    MISSING = "missing"  # 缺少
    EXPIRED = "expired"  # 已过期
    UNCONFIRMED = "unconfirmed"  # 待核验
    NOT_ASKED = "not_asked"  # 不适用


_WORST = (Status.MISSING, Status.EXPIRED, Status.UNCONFIRMED, Status.OK, Status.NOT_ASKED)


@dataclass(frozen=True, slots=True)
class Paper:
    """A recognition, a certificate or a capacity as it stands; `ends` is the first day it no longer holds."""

    paper_id: UUID
    kind: str
    state: FilingState
    valid_from: date
    ends: date | None
    item_codes: tuple[str, ...] = ()

    def covers(self, item_code: str) -> bool:
        """Tell whether it is of these goods; one that names none is of the supplier, and so of all it makes."""
        return not self.item_codes or item_code in self.item_codes


@dataclass(frozen=True, slots=True)
class Offered:
    """One listing that is on sale or waits to be."""

    listing_id: UUID
    item_code: str
    category: str
    processed: bool
    origin_listed: bool
    price_proven: bool


@dataclass(frozen=True, slots=True)
class Base:
    """What is known of a supplier."""

    credit_code: str | None
    name: str
    bank_account_name: str | None
    admitted: bool
    county_listed: bool
    certificates: tuple[Paper, ...] = ()
    recognitions: tuple[Paper, ...] = ()
    capacities: tuple[Paper, ...] = ()
    offered: tuple[Offered, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """How one line stands, by which papers, and for lines of goods which goods are not there yet."""

    status: Status
    paper_ids: tuple[UUID, ...] = ()
    listing_ids: tuple[UUID, ...] = ()


Look = Callable[[Base, date], Finding]


@dataclass(frozen=True, slots=True)
class Requirement:
    """One line of a list; what is not `needed` is of advantage."""

    code: str
    zh: str
    en: str
    look: Look
    needed: bool = True


@dataclass(frozen=True, slots=True)
class RequirementList:
    """What a platform asks from a day on, and by which documents."""

    code: str
    valid_from: date
    sources: tuple[str, ...]
    requirements: tuple[Requirement, ...]


def by_papers(papers: Iterable[Paper], today: date, days_max: int | None = None) -> Finding:
    """Judge by the best of some papers: one that holds today, else one that waits, else one that is over."""

    def holds(paper: Paper) -> bool:
        young = days_max is None or today - paper.valid_from <= timedelta(days=days_max)
        return young and paper.valid_from <= today and (paper.ends is None or today < paper.ends)

    confirmed = [paper for paper in papers if paper.state is FilingState.CONFIRMED]
    waiting = [paper for paper in papers if paper.state in (FilingState.FILED, FilingState.RETURNED)]
    for status, found in (
        (Status.OK, [paper for paper in confirmed if holds(paper)]),
        (Status.UNCONFIRMED, waiting),
        (Status.EXPIRED, confirmed),
    ):
        if found:
            return Finding(status, tuple(paper.paper_id for paper in found))
    return Finding(Status.MISSING)


def worst(findings: Iterable[tuple[UUID, Finding]]) -> Finding:
    """Join what was found of each listing: as good as the worst, naming what is not there; none asks nothing."""
    found = list(findings)
    if not found:
        return Finding(Status.NOT_ASKED)
    status = min((one.status for _, one in found), key=_WORST.index)
    papers = sorted({paper for _, one in found for paper in one.paper_ids}, key=str)
    lacking = [listing for listing, one in found if one.status is not Status.OK]
    return Finding(status, tuple(papers), tuple(lacking))


def _told(holds: bool) -> Finding:
    return Finding(Status.OK if holds else Status.MISSING)


def _of_kind(base: Base, *kinds: CertificateKind) -> list[Paper]:
    words = {kind.value for kind in kinds}
    return [paper for paper in base.certificates if paper.kind in words]


def _for_goods(
    base: Base,
    today: date,
    which: Callable[[Offered], bool],
    kinds: Iterable[CertificateKind],
    days_max: int | None = None,
) -> Finding:
    """Judge by listing: of the goods that a line is about, whether papers of some kinds cover each."""
    papers = _of_kind(base, *kinds)
    return worst(
        (one.listing_id, by_papers([p for p in papers if p.covers(one.item_code)], today, days_max))
        for one in base.offered
        if which(one)
    )


def _is_food(one: Offered) -> bool:
    return one.category != NOT_FOOD


def _producer(base: Base, today: date) -> Finding:
    licences = _of_kind(base, CertificateKind.FOOD_LICENCE)
    return by_papers([*base.capacities, *licences], today)


def _by_listing(base: Base, holds: Callable[[Offered], bool]) -> Finding:
    return worst((one.listing_id, _told(holds(one))) for one in base.offered)


_832_2021 = RequirementList(
    "platform-832-2021",
    date(2021, 4, 24),
    (
        "财库〔2021〕19号《关于运用政府采购政策支持乡村产业振兴的通知》",
        "财库〔2021〕20号《关于深入开展政府采购脱贫地区农副产品工作推进乡村产业振兴的实施意见》",
    ),
    (
        Requirement(
            "listed_county",
            "注册地在832个脱贫县",
            "Registered in one of the 832 counties",
            lambda base, today: _told(base.county_listed),
        ),
        Requirement(
            "registered_subject",
            "市场主体，有统一社会信用代码",
            "A registered business with a unified social credit code",
            lambda base, today: _told(base.credit_code is not None),
        ),
        Requirement(
            "admitted", "已在本平台入驻", "Admitted on this platform", lambda base, today: _told(base.admitted)
        ),
        Requirement(
            "producer",
            "自产自销：产能已核实，或持有食品生产许可",
            "A producer: its capacity is confirmed, or it holds a food production licence",
            _producer,
        ),
        Requirement(
            "business_licence",
            "营业执照有效",
            "A business licence that holds",
            lambda base, today: by_papers(_of_kind(base, CertificateKind.BUSINESS_LICENCE), today),
        ),
        Requirement(
            "bank_account",
            "以本单位名义开立的对公账户",
            "A bank account in its own name",
            lambda base, today: _told(base.bank_account_name is not None and base.bank_account_name == base.name),
        ),
        Requirement(
            "goods_offered",
            "已有上架或待审核的商品",
            "Goods on sale or waiting to be",
            lambda base, today: _told(bool(base.offered)),
        ),
        Requirement(
            "listed_origin",
            "商品产自832个脱贫县",
            "Goods grown in one of the 832 counties",
            lambda base, today: _by_listing(base, lambda one: one.origin_listed),
        ),
        Requirement(
            "food_licence",
            "加工食品：食品生产许可证",
            "For processed food: a food production licence",
            lambda base, today: _for_goods(
                base, today, lambda one: one.processed and _is_food(one), (CertificateKind.FOOD_LICENCE,)
            ),
        ),
        Requirement(
            "commitment",
            "初级农产品：一年内的承诺达标合格证",
            "For fresh produce: a commitment certificate of the last 365 days",
            lambda base, today: _for_goods(
                base,
                today,
                lambda one: not one.processed and _is_food(one),
                (CertificateKind.COMMITMENT,),
                COMMITMENT_DAYS_MAX,
            ),
        ),
        Requirement(
            "standard",
            "产品标准：绿色、有机、地理标志、检疫证明或检验报告",
            "A standard for each product: green, organic, GI, quarantine certificate or test report",
            lambda base, today: _for_goods(base, today, _is_food, _STANDARDS),
        ),
        Requirement(
            "price_proof",
            "每个商品的价格证明",
            "A proof of price for each listing",
            lambda base, today: _by_listing(base, lambda one: one.price_proven),
        ),
        Requirement(
            "recognition",
            "残疾人帮扶基地或示范户认定",
            "A recognition as a base or a household",
            lambda base, today: by_papers(base.recognitions, today),
            needed=False,
        ),
    ),
)
READINESS: Sequence[RequirementList] = (_832_2021,)


def asked_on(day: date) -> RequirementList:
    """Give the list that is in force on a day; before the first, the first."""
    return max(
        (one for one in READINESS if one.valid_from <= day), key=lambda one: one.valid_from, default=READINESS[0]
    )


def readiness(base: Base, asked: RequirementList, today: date) -> list[tuple[Requirement, Finding]]:
    """Look at every line of a list."""
    return [(requirement, requirement.look(base, today)) for requirement in asked.requirements]


def is_ready(found: Iterable[tuple[Requirement, Finding]]) -> bool:
    """Tell whether everything that is needed is there."""
    return all(finding.status in (Status.OK, Status.NOT_ASKED) for requirement, finding in found if requirement.needed)

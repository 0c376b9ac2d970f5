"""A seller changes a price at once as long as it stays near what an officer looked at; a jump is looked at again.

Decision: the jump is measured against the last version that an officer published, not against the last price. Why:
ten steps of a tenth each are a doubling that nobody saw. Price: a seller whose prices follow a season has them looked
at once in that season.

Decision: a change is named by its maker's UUIDv7, which tells when it was made. One that was made without knowing the
newest price is taken only if all that changed since what it knew are prices that the same person set before it was
made. Why: a phone that was offline sends its queue late and in any order, an old price must not undo a new one, and
nobody writes over a price of another's that they did not see. Price: a phone whose clock is ahead is asked to set it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from shared.errors import Conflict
from shared.money import BP_WHOLE, tier_price_fen

PRICE_JUMP_BP = 1_500
REVIEWED_DAYS_MAX = 365
"""What an officer looked at longer ago is looked at again before it is repeated."""
AHEAD_MS_MAX = 300_000
"""A clock may be five minutes ahead."""


class PublishedBy(StrEnum):
    """How a version came on sale (上架方式)."""

    OFFICER = "officer"  # 审核上架
    PRICE_CHANGE = "price_change"  # 调价
    REPEAT = "repeat"  # 再次上架


class PriceOutcome(StrEnum):
    """What became of a change of price (调价结果)."""

    PUBLISHED = "published"  # 已生效
    SUBMITTED = "submitted"  # 待审核: the price before stays until an officer has looked
    UNCHANGED = "unchanged"  # 价格未变


class PriceChangeDiffers(Conflict):
    """This change of price already exists with other content.

    zh: 该编号的调价已存在，且内容不同。
    """


class NothingToRepeat(Conflict):
    """Nothing of this supplier was ever on sale; write a listing first.

    zh: 还没有上架过的商品，请先发布商品。
    """


class RepeatDiffers(Conflict):
    """Another listing stands under this id; choose a new one.

    zh: 该编号下已有另一个商品，请使用新的编号。
    """


class NewerTermsWaiting(Conflict):
    """Newer terms of this listing are being written or reviewed; change the price there.

    zh: 该商品有未上架的新版本，请在新版本中修改价格。
    """


@dataclass(frozen=True, slots=True)
class Prices:
    """What goods cost: a unit below the first tier, and the tiers as pairs, rising."""

    price_fen: int
    tiers: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of(cls, price_fen: int, tiers: Iterable[Mapping[str, int]]) -> "Prices":
        return cls(price_fen, tuple((tier["from_quantity"], tier["price_fen"]) for tier in tiers))

    def at(self, quantity: int) -> int:
        return tier_price_fen(quantity, self.price_fen, self.tiers)


def is_jump(reviewed: Prices, now: Prices) -> bool:
    """Tell whether at some quantity a unit costs over 15 % more or less than an officer saw it."""
    begins = {0, *(one for one, _ in (*reviewed.tiers, *now.tiers))}
    return any(abs(now.at(one) - reviewed.at(one)) * BP_WHOLE > PRICE_JUMP_BP * reviewed.at(one) for one in begins)


def drift_bp(seen: Prices, now: Prices) -> int:
    """Tell by how many basis points a unit costs more (or less, below zero) than it was seen, where that is most."""
    begins = {0, *(one for one, _ in (*seen.tiers, *now.tiers))}
    moved = [(now.at(one) - seen.at(one), seen.at(one)) for one in begins]
    return max((_towards_zero(by * BP_WHOLE, of) for by, of in moved), key=lambda drift: (abs(drift), drift))


def _towards_zero(number: int, by: int) -> int:
    return number // by if number >= 0 else -(-number // by)


def knows_enough(seen_version: int, made_ms: int, newest_version: int, since: Sequence[tuple[int, int]]) -> bool:
    """Tell whether a change may be made: it knew the newest version, or all since are its maker's own older prices.

    `since` are the prices that its maker set: the version that each made, and when it was made.
    """
    if seen_version == newest_version:
        return True
    made = {version: ms for version, ms in since if seen_version < version <= newest_version}
    return len(made) == newest_version - seen_version > 0 and all(ms < made_ms for ms in made.values())


def made_ms(change_id: UUID) -> int | None:
    """Tell when a UUIDv7 was made, in milliseconds since 1970; None for another id (RFC 9562)."""
    return change_id.int >> 80 if change_id.version == 7 else None

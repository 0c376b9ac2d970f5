"""A share is drawn as a bar with the mark it must reach; the sentence beside it says the same in words."""

from dataclasses import dataclass
from typing import Any

from gateway.pages.kit import write
from gateway.pages.kit.language import N_, Speech

WIDTH = "99.6"


@dataclass(frozen=True, slots=True)
class Gauge:
    """A bar from 0 to 100, its lengths as text for SVG attributes."""

    fill: str
    mark: str
    before: str
    short: bool
    says: str


def draw(speech: Speech, share_bp: int | None, rate_bp: int | None, before_bp: int | None = None) -> Gauge | None:
    """Draw a share; None when there is no base and so nothing to draw."""
    if share_bp is None or rate_bp is None:
        return None
    says = speech(N_("%(share)s counted; %(rate)s is wanted"), share=write.share(share_bp), rate=write.rate(rate_bp))
    return Gauge(
        fill=_length(share_bp),
        mark=_length(rate_bp),
        before=_length(before_bp) if before_bp is not None else "",
        short=share_bp < rate_bp,
        says=says,
    )


def share_of(figures: dict[str, Any]) -> int | None:
    """Give the share of a set of figures, when there is one."""
    value = figures.get("share_bp")
    return int(value) if value is not None else None


def _length(bp: int) -> str:
    held = max(0, min(bp, 10_000))
    return f"{held // 100}.{held % 100:02d}" if held < 9_960 else WIDTH

"""What is left of a month's budget, before and after an order, is said in one line."""

from typing import Any

from gateway.pages.kit import write
from gateway.pages.kit.frame import Mark
from gateway.pages.kit.language import N_, Speech


def budget_line(speech: Speech, effect: dict[str, Any]) -> Mark:
    """Say it in words: as bad where it cannot be ordered, as a warning where another person approves it for that."""
    tone, says = "", N_("Budget of %(month)s: %(left)s of %(amount)s left, at least %(after)s after this.")
    if not effect["orderable"]:
        tone, says = (
            "bad",
            N_("Budget of %(month)s: %(left)s of %(amount)s left; this is %(over)s too much to be ordered."),
        )
    elif effect["over_fen"] and effect["stop"] == "soft":
        tone, says = (
            "warn",
            N_("Budget of %(month)s: %(left)s of %(amount)s left; another person approves the %(over)s beyond it."),
        )
    figures = {name: write.money(effect[f"{name}_fen"]) for name in ("amount", "left", "after", "over")}
    return Mark(speech(says, month=effect["month"], **figures), tone)

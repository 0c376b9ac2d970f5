"""An order's page says of a disputed payment how it stands, and what the bank took back."""

from typing import Any

import pytest

from gateway.pages.kit.language import Speech
from gateway.pages.orders.order import _dispute

OPEN: dict[str, Any] = {
    "state": "open",
    "amount_fen": 13_000,
    "taken_back_fen": 0,
    "opened_at": "2026-03-02T01:00:00Z",
    "closed_at": None,
}
DECIDED = {"closed_at": "2026-04-01T17:00:00Z"}


@pytest.mark.parametrize(
    ("one", "english", "chinese"),
    [
        (
            OPEN,
            "¥130.00 of it are disputed by the card's holder since 2 March 2026",
            "其中 ¥130.00 自 2026年3月2日 起被持卡人拒付，银行处理中",
        ),
        (
            OPEN | DECIDED | {"state": "won"},
            "¥130.00 of it were disputed; on 2 April 2026 the bank let the payment stand",
            "其中 ¥130.00 曾被拒付，银行已于 2026年4月2日 驳回，付款有效",
        ),
        (
            OPEN | DECIDED | {"state": "lost", "taken_back_fen": 12_000},
            "¥120.00 of it were taken back by the bank on 2 April 2026, and count as not paid",
            "其中 ¥120.00 已于 2026年4月2日 被银行扣回，按未付款计",
        ),
    ],
    ids=["open", "won", "lost"],
)
def test_a_dispute_is_told_as_it_stands(one: dict[str, Any], english: str, chinese: str) -> None:
    assert (_dispute(Speech("en"), one), _dispute(Speech("zh"), one)) == (english, chinese)

"""Every verb is open exactly from the states that the tables say, over the whole square of states."""

from enum import StrEnum

import pytest

from services.order.domain.states import ORDER, PAYMENT, REFUND, REQUISITION, RETURN, PaymentState
from shared.states import StateMachine, WrongState

SQUARES: dict[str, tuple[StateMachine, dict[str, str]]] = {
    "requisition": (REQUISITION, {"awaiting": "approve refuse", "placed": "", "refused": ""}),
    "order": (
        ORDER,
        {
            "placed": "cancel confirm decline",
            "confirmed": "cancel pack",
            "declined": "",
            "cancelled": "",
            "packed": "ship",
            "shipped": "accept refuse",
            "accepted": "settle",
            "refused": "",
            "settled": "",
        },
    ),
    "return": (RETURN, {"proposed": "agree", "agreed": ""}),
    "payment": (
        PAYMENT,
        {
            "registered": "authorise confirm submit void",
            "submitted": "confirm submit",
            "paid": "",
            "authorising": "authorise fail hold void",
            "authorised": "capture release void",
            "capturing": "collect release",
            "voiding": "release",
            "voided": "",
            "failed": "",
        },
    ),
    "refund": (REFUND, {"due": "pay_back", "done": ""}),
}


@pytest.mark.parametrize("name", SQUARES)
def test_each_state_opens_these_verbs_and_no_other(name: str) -> None:
    machine, square = SQUARES[name]
    assert {state.value for state in machine.states} == set(square)
    for state in machine.states:
        for verb in machine.edges:
            if verb in square[state.value].split():
                assert isinstance(machine.check(state, verb), StrEnum)
            else:
                with pytest.raises(WrongState) as refused:
                    machine.check(state, verb)
                assert refused.value.facts["open_steps"] == square[state.value].split()


def test_what_has_ended_opens_nothing() -> None:
    ended = {PaymentState.PAID, PaymentState.VOIDED, PaymentState.FAILED}
    assert {state for state in PaymentState if not PAYMENT.open_verbs(state)} == ended

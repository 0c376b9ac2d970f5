"""Every verb is open exactly from the states that the tables say, over the whole square of states."""

from enum import StrEnum

import pytest

from services.order.domain.states import (
    ACCOUNT,
    APPROVAL_POLICY,
    AS_ORDERED,
    CASE,
    DISPUTE,
    ON_SITE,
    ORDER,
    PAID_UP,
    PAYMENT,
    REFUND,
    REQUISITION,
    RETURN,
    RETURNING,
    SENT,
    SPARE,
    STATES_OF_METHOD,
    SUBSTITUTE,
    WITH_ACCEPTANCE,
    PaymentState,
)
from shared.contracts.words import ENDED, KEEPING, ON_THE_WAY, OrderState, PaymentMethod
from shared.states import StateMachine, WrongState

SQUARES: dict[str, tuple[StateMachine, dict[str, str]]] = {
    "account": (ACCOUNT, {"issued": "confirm object", "disputed": "object settle_objection", "confirmed": ""}),
    "requisition": (
        REQUISITION,
        {
            "awaiting": "approve endorse expire refuse withdraw",
            "placed": "",
            "refused": "",
            "withdrawn": "",
            "expired": "",
        },
    ),
    "substitute": (
        SUBSTITUTE,
        {"offered": "accept end lapse refuse", "accepted": "", "refused": "", "lapsed": "", "ended": ""},
    ),
    "spare": (
        SPARE,
        {"candidate": "leave take_place", "in_place": "leave", "leaving": "go", "gone": ""},
    ),
    "approval policy": (
        APPROVAL_POLICY,
        {"proposed": "adopt refuse", "adopted": "supersede", "refused": "", "superseded": ""},
    ),
    "order": (
        ORDER,
        {
            "placed": "cancel confirm decline hand_over lapse",
            "confirmed": "cancel fall_through pack take_back take_substitute",
            "declined": "",
            "cancelled": "",
            "packed": "agree_cancel leave_cancel pack ship take_back",
            "shipped": "accept accept_partly refuse weigh",
            "weighed": "accept accept_partly object refuse weigh",
            "accepted": "settle",
            "partly_accepted": "settle",
            "refused": "",
            "settled": "close owe_anew owe_anew_partly",
            "closed": "owe_anew owe_anew_partly",
        },
    ),
    "sale at a fair": (
        ON_SITE,
        {
            "waiting": "confirm deny enter expire submit withdraw",
            "approving": "approve expire refuse take_back",
            "confirmed": "",
            "denied": "enter withdraw",
            "refused": "",
            "withdrawn": "",
            "expired": "",
        },
    ),
    "case": (
        CASE,
        {
            "received": "accept hand_on",
            "handed_on": "accept hand_on",
            "accepted": "answer hand_on",
            "answered": "close",
            "closed": "reopen",
        },
    ),
    "return": (
        RETURN,
        {
            "proposed": "agree escalate refuse withdraw",
            "agreed": "",
            "refused": "agree escalate withdraw",
            "escalated": "agree dismiss uphold withdraw",
            "dismissed": "",
            "withdrawn": "",
        },
    ),
    "payment": (
        PAYMENT,
        {
            "registered": "authorise confirm deny submit void withdraw",
            "submitted": "confirm deny submit",
            "denied": "",
            "withdrawn": "",
            "paid": "",
            "authorising": "authorise fail hold receive void",
            "authorised": "capture release void",
            "capturing": "collect release",
            "voiding": "release",
            "voided": "",
            "failed": "",
        },
    ),
    "refund": (
        REFUND,
        {
            "due": "cover fail pay_back",
            "sent": "deny receive",
            "done": "fail",
            "failed": "cover retry send",
            "covered": "",
        },
    ),
    "dispute": (DISPUTE, {"open": "lose win", "won": "lose", "lost": "win"}),
}

BACK = {"owe_anew", "owe_anew_partly"}
"""The verbs that take an order back to where it was accepted."""


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
                asked_for = [one for one in square[state.value].split() if one not in machine.by_itself]
                assert refused.value.facts["open_steps"] == machine.open_steps(state) == asked_for


def test_what_has_ended_opens_nothing() -> None:
    ended = {PaymentState.PAID, PaymentState.DENIED, PaymentState.WITHDRAWN, PaymentState.VOIDED, PaymentState.FAILED}
    assert {state for state in PaymentState if not PAYMENT.open_verbs(state)} == ended


class TestSets:
    """What the sets of order states say follows from the machine, so that no state is forgotten in one of them."""

    def test_every_order_is_on_the_way_or_kept_or_came_to_nothing(self) -> None:
        assert set(OrderState) == ON_THE_WAY | KEEPING | ENDED
        assert len(ON_THE_WAY) + len(KEEPING) + len(ENDED) == len(OrderState)
        assert {state for state in OrderState if not ORDER.open_verbs(state)} == ENDED
        assert set(ORDER.open_verbs(OrderState.CLOSED)) == BACK

    def test_kept_are_those_that_an_acceptance_of_something_leads_to(self) -> None:
        assert _from(ORDER.edges["accept"][1]) | _from(ORDER.edges["accept_partly"][1]) == KEEPING
        assert KEEPING | {ORDER.edges["refuse"][1]} == WITH_ACCEPTANCE
        assert _from(ORDER.edges["settle"][1]) == PAID_UP
        assert KEEPING - {ORDER.edges["close"][1]} == RETURNING

    def test_sent_are_those_that_shipping_leads_to_and_nothing_else(self) -> None:
        assert _from(ORDER.edges["ship"][1]) == _from(ORDER.edges["hand_over"][1]) == SENT
        assert ON_THE_WAY - SENT - {ORDER.edges["pack"][1]} == AS_ORDERED
        assert not ENDED & SENT - {OrderState.REFUSED}

    def test_what_goes_by_itself_is_a_verb_and_the_rest_is_asked_for(self) -> None:
        asked_for = {"confirm", "decline", "cancel", "pack", "ship", "accept"}
        assert ORDER.edges.keys() - ORDER.by_itself == asked_for
        assert ORDER.edges.keys() > ORDER.by_itself


def _from(state: OrderState) -> set[OrderState]:
    """Find the states that an order can come to from this one, itself included, while no bank takes money back."""
    found, reached = {state}, {state}
    while reached:
        reached = {to for verb, (sources, to) in ORDER.edges.items() if sources & reached and verb not in BACK} - found
        found |= reached
    return found


def test_a_payment_stands_only_where_the_verbs_of_its_method_lead() -> None:
    assert STATES_OF_METHOD.keys() == set(PaymentMethod)
    assert set().union(*STATES_OF_METHOD.values()) == set(PaymentState)
    for method, states in STATES_OF_METHOD.items():
        asks = method is not PaymentMethod.BANK_TRANSFER
        assert (PaymentState.AUTHORISING in states, PaymentState.SUBMITTED in states) == (asks, not asks)

"""Every step of a letter, a message and an address is open exactly where its table says, over the whole square."""

import pytest

from gateway.domain.states import ENDPOINT, HOOK, MAIL
from shared.states import StateMachine, WrongState

SQUARES: dict[str, tuple[StateMachine, dict[str, str]]] = {
    "mail": (
        MAIL,
        {
            "waiting": "claim drop",
            "claimed": "begin give_up put_back",
            "sending": "deliver give_up lose put_back",
            "sent": "",
            "unknown": "",
            "refused": "",
        },
    ),
    "hook": (
        HOOK,
        {"waiting": "claim give_up", "claimed": "deliver give_up put_back", "delivered": "", "given_up": ""},
    ),
    "endpoint": (
        ENDPOINT,
        {"active": "disable put remove", "disabled": "put remove", "removed": ""},
    ),
}


@pytest.mark.parametrize("name", SQUARES)
def test_every_step_is_open_exactly_where_it_is_drawn(name: str) -> None:
    machine, square = SQUARES[name]
    assert {state.value for state in machine.states} == set(square)
    for state in machine.states:
        open_here = set(square[state.value].split())
        assert set(machine.open_verbs(state)) == open_here
        assert set(machine.open_steps(state)) == open_here - machine.by_itself
        for verb in machine.edges:
            if verb in open_here:
                assert machine.check(state, verb) is machine.edges[verb][1]
            else:
                with pytest.raises(WrongState):
                    machine.check(state, verb)

"""Every step of a letter is open exactly from the states that its table says, over the whole square."""

import pytest

from gateway.domain.states import MAIL
from shared.states import StateMachine, WrongState

SQUARES: dict[str, tuple[StateMachine, dict[str, str]]] = {
    "mail": (
        MAIL,
        {
            "waiting": "claim",
            "claimed": "begin give_up put_back",
            "sending": "deliver give_up lose put_back",
            "sent": "",
            "unknown": "",
            "refused": "",
        },
    ),
}


@pytest.mark.parametrize("name", SQUARES)
def test_every_step_is_open_exactly_where_it_is_drawn(name: str) -> None:
    machine, square = SQUARES[name]
    assert {state.value for state in machine.states} == set(square)
    for state in machine.states:
        open_here = set(square[state.value].split())
        assert set(machine.open_verbs(state)) == open_here
        assert machine.open_steps(state) == []
        for verb in machine.edges:
            if verb in open_here:
                assert machine.check(state, verb) is machine.edges[verb][1]
            else:
                with pytest.raises(WrongState):
                    machine.check(state, verb)

"""What falls due by the clock in order is done by these rounds, of which `shared/rounds.py` says how they go."""

from services.order.usecases.desk import Desk
from services.order.usecases.finish_cards import finish_due_cards
from shared.rounds import Round

ROUNDS: tuple[Round[Desk], ...] = (Round("cards", 5.0, finish_due_cards),)
"""Every round of the order program."""

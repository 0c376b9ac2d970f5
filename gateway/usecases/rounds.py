"""What falls due by the clock at the gateway is done by these rounds, of which `shared/rounds.py` says how they go."""

from gateway.usecases.desk import Desk
from gateway.usecases.read_notices import forget_old_notices
from shared.rounds import Round

ROUNDS: tuple[Round[Desk], ...] = (Round("old notices", 3_600.0, forget_old_notices),)
"""Every round of the gateway."""

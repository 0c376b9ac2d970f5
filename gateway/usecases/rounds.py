"""What falls due by the clock at the gateway is done by these rounds, of which `shared/rounds.py` says how they go."""

from gateway.usecases.desk import Desk
from gateway.usecases.read_notices import forget_old_notices
from gateway.usecases.send_hooks import forget_old_hooks, send_due_hooks
from gateway.usecases.send_mails import forget_old_mails, send_due_mails
from shared.rounds import Round

ROUNDS: tuple[Round[Desk], ...] = (
    Round("mails", 5.0, send_due_mails),
    Round("webhooks", 5.0, send_due_hooks),
    Round("old webhooks", 3_600.0, forget_old_hooks),
    Round("old mails", 3_600.0, forget_old_mails),
    Round("old notices", 3_600.0, forget_old_notices),
)
"""Every round of the gateway."""

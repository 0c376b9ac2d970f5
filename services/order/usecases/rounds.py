"""What falls due by the clock in order is done by these rounds, of which `shared/rounds.py` says how they go."""

from services.order.usecases.answer_on_site_sale import expire_unanswered_sales
from services.order.usecases.answer_substitute import refuse_silent_substitutes
from services.order.usecases.answer_weighing import let_silent_weighings_stand
from services.order.usecases.close_accounts import close_accounts
from services.order.usecases.desk import Desk
from services.order.usecases.draft_standing_orders import draft_standing_orders
from services.order.usecases.escalate_return import escalate_unanswered
from services.order.usecases.finish_cards import finish_due_cards
from services.order.usecases.hand_up_requisitions import hand_up_due_requisitions
from services.order.usecases.look_at_disputes import look_at_disputes
from services.order.usecases.look_at_refunds import look_at_refunds
from services.order.usecases.overdue_payments import tell_overdue
from services.order.usecases.reconcile import reconcile_due
from services.order.usecases.tell_late_rulings import tell_late_rulings
from services.order.usecases.tell_of_cases import tell_late_cases
from services.order.usecases.time_out_orders import (
    cancel_unanswered,
    close_settled,
    lapse_replacements,
    lapse_unanswered,
    tell_late_deliveries,
)
from shared.rounds import Round

ROUNDS: tuple[Round[Desk], ...] = (
    Round("cards", 5.0, finish_due_cards),
    Round("reconciliation", 900.0, reconcile_due),
    Round("refunds", 600.0, look_at_refunds),
    Round("disputes", 10_800.0, look_at_disputes),
    Round("approval", 60.0, hand_up_due_requisitions),
    Round("silent weighings", 60.0, let_silent_weighings_stand),
    Round("standing orders", 300.0, draft_standing_orders),
    Round("accounts", 60.0, close_accounts),
    Round("overdue", 600.0, tell_overdue),
    Round("unanswered returns", 60.0, escalate_unanswered),
    Round("late rulings", 300.0, tell_late_rulings),
    Round("unanswered sales at fairs", 60.0, expire_unanswered_sales),
    Round("unanswered orders", 60.0, lapse_unanswered),
    Round("unanswered cancellations", 60.0, cancel_unanswered),
    Round("replacements not sent", 300.0, lapse_replacements),
    Round("silent substitutes", 60.0, refuse_silent_substitutes),
    Round("overdue deliveries", 300.0, tell_late_deliveries),
    Round("closing", 300.0, close_settled),
    Round("late cases", 600.0, tell_late_cases),
)
"""Every round of the order program."""

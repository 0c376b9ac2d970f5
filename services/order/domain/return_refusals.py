"""How a step of a return is refused by its days, with its title in both languages."""

from shared.errors import Conflict


class EscalationTooLate(Conflict):
    """The days in which this refusal could be taken to the unit above are over; it stands.

    zh: 提请上级裁定的期限已过，供应方的答复生效。
    """

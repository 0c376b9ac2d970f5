"""How an order is refused by what a season's window has left, with its title in both languages."""

from shared.errors import Conflict


class SeasonShort(Conflict):
    """Not that much is left for the days of this season; ask for less, or for a day of another window.

    zh: 该供应期的可供数量不足，请减少数量或选择其他供应期的日期。
    """

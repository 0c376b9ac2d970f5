"""That a paper ends is said 60, 30 and 7 days before its last day, and on it; of these only what is due now."""

from datetime import date, timedelta

NOTICE_DAYS = (60, 30, 7, 0)
LAPSED_DAYS_MAX = 30
"""What ended longer ago than this, as before a program ran at all, is news to nobody."""
REMINDED_DAYS_MAX = 365
LAPSED_SHOWN_DAYS = 90


def noticed_days(today: date) -> tuple[date, date]:
    """Give the first and the last of the days of which, as last days, some notice is due."""
    return today - timedelta(days=LAPSED_DAYS_MAX), today + timedelta(days=max(NOTICE_DAYS))

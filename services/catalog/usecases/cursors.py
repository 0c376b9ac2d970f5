"""A cursor that a stranger made up is refused like any bad field, and never reaches the database."""

from datetime import UTC, datetime, timedelta

from shared.http.paging import not_of_this_list

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NUMBER_MAX = 2**62
_US_MAX = 4_102_444_800_000_000
"""The year 2100."""


def number_of(moment: datetime) -> int:
    """Count the microseconds since 1970, with nothing rounded."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def moment_of(number: int) -> datetime:
    """Give the moment of a number of microseconds since 1970. Raises InvalidFields."""
    if not 0 <= number <= _US_MAX:
        raise not_of_this_list()
    return _EPOCH + timedelta(microseconds=number)


def bounded(number: int) -> int:
    """Give a number that fits a bigint. Raises InvalidFields."""
    if not -_NUMBER_MAX <= number <= _NUMBER_MAX:
        raise not_of_this_list()
    return number


def tagged(found: str, wanted: str) -> None:
    """Refuse the cursor of another order."""
    if found != wanted:
        raise not_of_this_list()

"""Codes are read as people write them, a helper has an end, and a seat of one's own comes before a helper's."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.catalog.domain.members import (
    CODE_LETTERS,
    HELP_DAYS_MAX,
    SEAT_OF,
    MemberRole,
    code_as_read,
    code_of,
    expires_at,
    hash_of,
    invitation_problems,
)
from shared.clock import day_is_over
from shared.contracts.authority import SUPPLIER_ROLES, Identity, Role, Seat, acting_as
from shared.ids import new_id

TODAY = date(2026, 3, 2)


class TestCodes:
    def test_are_the_same_for_the_same_invitation_and_key_and_no_other(self) -> None:
        one, other = new_id(), new_id()
        assert code_of(b"k" * 32, one) == code_of(b"k" * 32, one)
        made = {code_of(key, invitation) for key in (b"k" * 32, b"l" * 32) for invitation in (one, other)}
        assert len(made) == 4
        assert len({hash_of(code) for code in made}) == 4

    def test_have_ten_letters_that_are_read_alike_however_they_are_written(self) -> None:
        for _ in range(200):
            code = code_of(b"k" * 32, new_id())
            assert len(code) == CODE_LETTERS
            assert not set(code) & set("OILU")
            written = f" {code[:5].lower()}-{code[5:]} ".replace("0", "o").replace("1", "l")
            assert code_as_read(written) == code


class TestAnInvitation:
    @pytest.mark.parametrize("role", [MemberRole.OWNER, MemberRole.SELLER, MemberRole.PACKER])
    def test_of_ones_own_people_has_no_end(self, role: MemberRole) -> None:
        assert invitation_problems(role, None, TODAY) == []
        assert [one["field"] for one in invitation_problems(role, TODAY, TODAY)] == ["until"]

    @pytest.mark.parametrize(
        ("until", "fields"),
        [
            (None, ["until"]),
            (TODAY - timedelta(days=1), ["until"]),
            (TODAY, []),
            (TODAY + timedelta(days=HELP_DAYS_MAX), []),
            (TODAY + timedelta(days=HELP_DAYS_MAX + 1), ["until"]),
            (date(9999, 12, 31), ["until"]),
        ],
    )
    def test_of_a_helper_ends_within_a_year(self, until: date | None, fields: list[str]) -> None:
        assert [one["field"] for one in invitation_problems(MemberRole.HELPER, until, TODAY)] == fields

    def test_is_open_for_a_week_and_a_helpers_to_their_last_midnight(self) -> None:
        now = datetime(2026, 3, 2, 17, tzinfo=UTC)  # The 3rd of March in Shanghai.
        week = now + timedelta(days=7)
        assert expires_at(now, None) == week
        assert expires_at(now, day_is_over(date(2026, 3, 3))) == datetime(2026, 3, 3, 16, tzinfo=UTC)
        assert expires_at(now, day_is_over(date(2026, 3, 9))) == datetime(2026, 3, 9, 16, tzinfo=UTC)
        assert expires_at(now, day_is_over(date(2026, 3, 10))) == week


class TestActingAs:
    def test_every_member_has_a_seat_of_a_supplier(self) -> None:
        assert sorted(SEAT_OF.values()) == sorted(SUPPLIER_ROLES)

    def test_a_helper_acts_as_one_only_where_no_seat_is_their_own(self) -> None:
        one, other, third = new_id(), new_id(), new_id()
        seats = (Seat(Role.HELPER, one), Seat(Role.HELPER, other), Seat(Role.PACKER, one), Seat(Role.BUYER, third))
        person = Identity(new_id(), new_id(), "n", seats)
        assert [acting_as(person, supplier) for supplier in (one, other, third)] == [Role.PACKER, Role.HELPER, None]

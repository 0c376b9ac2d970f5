"""A purchase that was booked to the wrong canteen is told again at the right one, and counts nowhere else."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from services.procurement_quota.domain.lots import standings
from services.procurement_quota.domain.totals import add_up
from services.procurement_quota.domain.words import EntryKind, Evidence
from shared.contracts.words import Fund
from tests.build.worked import Fact, Office, bought, canteen_at, credited, elsewhere, returned, transferred_to, verified

FURONG, CHALING_FEDERATION, PROVINCE = "/430000/430100/430102/", "/430000/430200/430224/", "/430000/"
CHALING, CHANGSHA = "430224", "430121"
HUNAN = "hunan-2020-canteen"


def after(*facts: Fact) -> Office:
    office = Office(FURONG)
    for fact in facts:
        fact(office)
    return office


def sums(office: Office, path: str, rule: str = HUNAN) -> dict[int, tuple[int, int]]:
    """Give base and counted by month, of the months that are not nothing."""
    canteen_id = canteen_at(path).canteen_id
    return {
        key.posting_month: (one.base_fen, one.counted_fen)
        for key, one in add_up(office.rows).items()
        if key.canteen_id == canteen_id and key.rule_code == rule and (one.base_fen or one.counted_fen)
    }


def moves(office: Office) -> Sequence[dict[str, Any]]:
    return [row for row in office.rows if row["kind"] == EntryKind.TRANSFER]


class TestTransfer:
    def test_is_two_entries_on_the_purchases_own_day(self) -> None:
        office = after(bought("03-10", 1_000_00, CHALING, "a"), transferred_to(PROVINCE, "a", "06-20"))
        out, back = moves(office)
        assert (out["amount_fen"], back["amount_fen"]) == (-1_000_00, 1_000_00)
        assert out["happened_on"] == back["happened_on"] == date(2025, 3, 10)
        assert out["canteen_id"] == canteen_at(FURONG).canteen_id
        assert back["canteen_id"] == canteen_at(PROVINCE).canteen_id
        first = (office.rows[0]["unit_id"], office.rows[0]["seq"])
        assert [(row["corrects_unit_id"], row["corrects_seq"]) for row in (out, back)] == [first, first]
        assert (back["facts"]["transfer"]["payer"], back["facts"]["transfer"]["side"]) == ("省残联", "in")
        assert sums(office, FURONG) == {}
        assert sums(office, PROVINCE) == {202503: (1_000_00, 1_000_00)}

    def test_keeps_a_part_that_was_returned_in_its_own_month(self) -> None:
        facts = (bought("03-10", 1_000_00, CHALING, "a"), returned("a", "05-10", 300_00))
        office = after(*facts, transferred_to(PROVINCE, "a", "06-20"))
        assert [row["amount_fen"] for row in moves(office)] == [-1_000_00, 300_00, 1_000_00, -300_00]
        assert sums(office, FURONG) == {}
        assert sums(office, PROVINCE) == {202503: (1_000_00, 1_000_00), 202505: (-300_00, -300_00)}

    def test_takes_along_what_was_found_of_an_origin(self) -> None:
        office = after(
            elsewhere("03-10", 1_000_00, CHALING, "a"), verified("a", "04-02"), transferred_to(PROVINCE, "a", "06-20")
        )
        assert sums(office, FURONG) == {}
        assert sums(office, PROVINCE) == {202503: (1_000_00, 1_000_00)}
        assert moves(office)[-1]["facts"]["evidence"] == "verified"

    def test_a_later_return_and_credit_follow_to_the_right_canteen(self) -> None:
        office = after(
            bought("03-10", 1_000_00, CHALING, "a"),
            transferred_to(PROVINCE, "a", "06-20"),
            returned("a", "07-01", 200_00),
            credited("a", "07-02", 50_00),
        )
        assert sums(office, FURONG) == {}
        assert sums(office, PROVINCE) == {202503: (1_000_00, 1_000_00), 202507: (-250_00, -250_00)}
        told_again = moves(office)[-1]
        returned_row = office.rows[-2]
        assert (returned_row["corrects_unit_id"], returned_row["corrects_seq"]) == (
            told_again["unit_id"],
            told_again["seq"],
        )
        assert "transfer" not in returned_row["facts"]

    def test_a_later_finding_follows_too(self) -> None:
        office = after(
            elsewhere("03-10", 1_000_00, CHALING, "a"),
            transferred_to(PROVINCE, "a", "06-20"),
            verified("a", "06-25"),
        )
        assert sums(office, PROVINCE) == {202503: (1_000_00, 0), 202506: (0, 1_000_00)}
        rejected = after(
            elsewhere("03-10", 1_000_00, CHALING, "a"),
            verified("a", "04-02"),
            transferred_to(PROVINCE, "a", "06-20"),
            verified("a", "06-25", Evidence.REJECTED),
        )
        assert sum(counted for _, counted in sums(rejected, PROVINCE).values()) == 0

    def test_there_and_back_again_stands_as_before(self) -> None:
        office = after(
            bought("03-10", 1_000_00, CHALING, "a"),
            returned("a", "05-10", 300_00),
            transferred_to(PROVINCE, "a", "06-20"),
            transferred_to(FURONG, "a", "06-21"),
            returned("a", "07-01", 100_00),
        )
        assert sums(office, PROVINCE) == {}
        assert sums(office, FURONG) == {
            202503: (1_000_00, 1_000_00),
            202505: (-300_00, -300_00),
            202507: (-100_00, -100_00),
        }
        [standing] = standings(office.rows).values()
        assert (standing.turn, standing.amount_fen, standing.canteen_id) == (2, 600_00, canteen_at(FURONG).canteen_id)

    def test_between_canteens_of_chains_that_stand_at_different_moments_the_turn_decides(self) -> None:
        office = after(bought("03-10", 1_000_00, CHALING, "a"), transferred_to(PROVINCE, "a", "06-20"))
        for rows in (office.rows, office.rows[::-1], sorted(office.rows, key=lambda row: str(row["unit_id"]))):
            [standing] = standings(sorted(rows, key=lambda row: (str(row["unit_id"]), row["seq"]))).values()
            assert standing.canteen_id == canteen_at(PROVINCE).canteen_id

    def test_is_judged_by_the_rules_that_bind_the_right_canteen(self) -> None:
        office = after(bought("03-10", 1_000_00, CHALING, "a"), transferred_to("/440000/", "a", "06-20"))
        out, back = moves(office)
        assert set(out["judgements"]) == {HUNAN, "national-2021-canteen"}
        assert set(back["judgements"]) == {"national-2021-canteen"}
        assert out["judgements"][HUNAN]["counted_fen"] == -1_000_00

    def test_leaves_other_purchases_alone(self) -> None:
        office = after(
            bought("03-10", 1_000_00, CHALING, "a"),
            bought("03-11", 500_00, CHANGSHA, "b"),
            transferred_to(PROVINCE, "a", "06-20"),
        )
        assert sums(office, FURONG) == {202503: (500_00, 0)}

    def test_keeps_its_fund_and_its_year(self) -> None:
        office = after(
            bought("12-30", 1_000_00, CHALING, "a", fund=Fund.UNION), transferred_to(PROVINCE, "a", "2026-02-01")
        )
        assert {(row["fund"], row["year"]) for row in moves(office)} == {("union", 2025)}

"""Each purchase is judged by its origin's code, its date, channel and evidence, with a reason a person can read."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.procurement_quota.domain.invoices import Invoice, InvoiceExceeded, InvoiceTwice, check_invoice
from services.procurement_quota.domain.judging import Bought, Judgement, follow, judge
from services.procurement_quota.domain.jurisdiction import Jurisdiction, at_start_of, paths_above, rate_of, tree_of
from services.procurement_quota.domain.reasons import reason_texts
from services.procurement_quota.domain.rules import CountyList, Reference, Rule, RuleNotInForce, RuleUnknown, Stretch
from services.procurement_quota.domain.seeded_rules import (
    HUNAN_51,
    HUNAN_CANTEEN,
    HUNAN_UNION,
    NATIONAL_832,
    NATIONAL_CANTEEN,
    SEEDED,
)
from services.procurement_quota.domain.words import Evidence, Reason
from shared.contracts.words import Channel, Fund, SupplierKind, UnitLevel
from shared.ids import derived_id

KNOWN = datetime(2020, 1, 1, tzinfo=UTC)
SINCE = ((date(2020, 1, 1), None),)
LISTS = {
    HUNAN_51: [CountyList(HUNAN_51, 1, "湖南51县", "x", KNOWN, {"430224": SINCE, "430802": SINCE, "430426": SINCE})],
    NATIONAL_832: [
        CountyList(NATIONAL_832, 1, "832县", "x", KNOWN, {"430224": ((date(2021, 1, 1), None),), "520425": SINCE})
    ],
}
REFERENCE = Reference(
    {(one.rule.code, 1): one.rule for one in SEEDED},
    (
        *(Stretch(one.rule.code, 1, one.valid_from, one.valid_to, one.document, KNOWN) for one in SEEDED),
        Stretch(HUNAN_CANTEEN, 1, date(2025, 1, 1), date(2026, 1, 1), "延续", KNOWN),
    ),
    LISTS,
)
PATH = "/430000/430100/430102/"


def bought(**other: object) -> Bought:
    facts: dict[str, Any] = {
        "category": "vegetables",
        "origin": "430224",
        "evidence": Evidence.LISTING,
        "eligible_on": date(2025, 6, 1),
        "channel": Channel.ZHUCAI,
        "supplier_kind": SupplierKind.COMPANY,
    }
    return Bought(**facts | other)


def under(code: str, amount_fen: int = 100, **other: object) -> Judgement:
    return judge(REFERENCE.rules[code, 1], bought(**other), amount_fen, REFERENCE)


class TestHunanCanteen:
    @pytest.mark.parametrize(
        ("facts", "reason", "base", "counted"),
        [
            ({}, Reason.ORIGIN_LISTED, 100, 100),
            ({"origin": "430802"}, Reason.ORIGIN_LISTED, 100, 100),
            ({"origin": "350803"}, Reason.ORIGIN_NOT_LISTED, 100, 0),
            ({"origin": "520425"}, Reason.ORIGIN_NOT_LISTED, 100, 0),
            ({"origin": None}, Reason.ORIGIN_UNKNOWN, 100, 0),
            ({"evidence": Evidence.CLAIMED}, Reason.ORIGIN_UNVERIFIED, 100, 0),
            ({"evidence": Evidence.VERIFIED}, Reason.ORIGIN_LISTED, 100, 100),
            ({"evidence": Evidence.REJECTED}, Reason.ORIGIN_REJECTED, 100, 0),
            ({"evidence": Evidence.FALSE}, Reason.ORIGIN_FALSE, 100, 0),
            ({"category": "handicraft"}, Reason.NOT_FARM_PRODUCE, 0, 0),
            ({"eligible_on": date(2019, 12, 31)}, Reason.ORIGIN_NOT_LISTED, 100, 0),
            ({"channel": Channel.OTHER}, Reason.ORIGIN_LISTED, 100, 100),
            ({"recognition_lost_on": date(2025, 1, 1)}, Reason.ORIGIN_LISTED, 100, 100),
        ],
    )
    def test_counts_by_origin_alone(self, facts: dict[str, Any], reason: Reason, base: int, counted: int) -> None:
        judgement = under(HUNAN_CANTEEN, **facts)
        assert (judgement.reason, judgement.base_fen, judgement.counted_fen) == (reason, base, counted)
        assert judgement.counts == (counted > 0)


class TestNational:
    @pytest.mark.parametrize(
        ("facts", "reason", "counted"),
        [
            ({}, Reason.CHANNEL_NOT_ACCEPTED, 0),
            ({"channel": Channel.PLATFORM_832}, Reason.ORDER_NUMBER_MISSING, 0),
            ({"channel": Channel.PLATFORM_832, "order_number": "832-7"}, Reason.ORIGIN_LISTED, 100),
            (
                {"channel": Channel.PLATFORM_832, "order_number": "832-7", "origin": "430426"},
                Reason.ORIGIN_NOT_LISTED,
                0,
            ),
            (
                {"channel": Channel.PLATFORM_832, "order_number": "832-7", "evidence": Evidence.CLAIMED},
                Reason.ORIGIN_UNVERIFIED,
                0,
            ),
        ],
    )
    def test_counts_only_through_the_832_platform_with_its_order_number(
        self, facts: dict[str, Any], reason: Reason, counted: int
    ) -> None:
        judgement = under(NATIONAL_CANTEEN, **facts)
        assert (judgement.reason, judgement.base_fen, judgement.counted_fen) == (reason, 100, counted)


class TestUnion:
    @pytest.mark.parametrize(
        ("facts", "reason"),
        [
            ({"supplier_kind": SupplierKind.DISABLED_BASE}, Reason.PREFERENCE_DISABLED_BASE),
            ({"supplier_kind": SupplierKind.DISABLED_BASE, "category": "handicraft"}, Reason.PREFERENCE_DISABLED_BASE),
            (
                {"supplier_kind": SupplierKind.DEMONSTRATION_HOUSEHOLD, "origin": "110101"},
                Reason.PREFERENCE_DEMONSTRATION_HOUSEHOLD,
            ),
            ({}, Reason.PREFERENCE_LISTED_COUNTY),
            ({"origin": "520425"}, Reason.PREFERENCE_LISTED_COUNTY),
            ({"origin": "110101"}, Reason.NO_PREFERENCE),
            (
                {
                    "supplier_kind": SupplierKind.DISABLED_BASE,
                    "recognition_lost_on": date(2025, 1, 1),
                    "origin": "110101",
                },
                Reason.RECOGNITION_LOST,
            ),
            (
                {"supplier_kind": SupplierKind.DISABLED_BASE, "recognition_lost_on": date(2025, 1, 1)},
                Reason.PREFERENCE_LISTED_COUNTY,
            ),
            ({"evidence": Evidence.FALSE, "supplier_kind": SupplierKind.DISABLED_BASE}, Reason.ORIGIN_FALSE),
        ],
    )
    def test_labels_by_precedence(self, facts: dict[str, Any], reason: Reason) -> None:
        assert under(HUNAN_UNION, **facts).reason is reason


class TestReasons:
    def test_every_one_is_written_in_both_languages(self) -> None:
        facts = bought(recognition_lost_on=date(2025, 1, 1)).facts()
        for reason in Reason:
            texts = reason_texts(reason, facts, {"list_version": 1}, "湖南51县")
            assert texts["zh"].endswith("。")
            assert texts["en"].endswith(".")
            assert "{" not in texts["zh"] + texts["en"]

    def test_the_facts_of_a_line_are_read_again_as_they_were(self) -> None:
        full = bought(order_number="832-7", recognition_lost_on=date(2025, 1, 1))
        assert Bought.of_facts(full.facts()) == full
        bare = bought(origin=None, supplier_kind=None)
        assert Bought.of_facts(bare.facts()) == bare

    def test_a_judgement_is_read_again_as_it_was_written(self) -> None:
        for judgement in (under(HUNAN_CANTEEN), under(HUNAN_CANTEEN, category="handicraft")):
            assert Judgement.read(HUNAN_CANTEEN, judgement.written()) == judgement

    def test_a_return_follows_its_lot(self) -> None:
        back = follow(under(HUNAN_CANTEEN), -40)
        assert (back.base_fen, back.counted_fen, back.reason) == (-40, -40, Reason.ORIGIN_LISTED)
        back = follow(under(HUNAN_CANTEEN, origin=None), -40)
        assert (back.base_fen, back.counted_fen) == (-40, 0)


class TestInForce:
    @pytest.mark.parametrize(
        ("fund", "day", "codes"),
        [
            (Fund.CANTEEN, date(2019, 12, 31), []),
            (Fund.CANTEEN, date(2020, 1, 1), [HUNAN_CANTEEN]),
            (Fund.CANTEEN, date(2020, 12, 31), [HUNAN_CANTEEN]),
            (Fund.CANTEEN, date(2021, 1, 1), [NATIONAL_CANTEEN]),
            (Fund.CANTEEN, date(2025, 6, 1), [HUNAN_CANTEEN, NATIONAL_CANTEEN]),
            (Fund.CANTEEN, date(2026, 1, 1), [NATIONAL_CANTEEN]),
            (Fund.UNION, date(2020, 5, 1), [HUNAN_UNION]),
            (Fund.UNION, date(2025, 6, 1), []),
        ],
    )
    def test_a_rule_binds_on_its_days_only(self, fund: Fund, day: date, codes: list[str]) -> None:
        assert [rule.code for rule in REFERENCE.binding(fund, PATH, day)] == codes

    @pytest.mark.parametrize(
        ("fund", "day", "codes"),
        [
            (Fund.CANTEEN, date(2025, 6, 1), [HUNAN_CANTEEN, NATIONAL_CANTEEN]),
            (Fund.UNION, date(2020, 5, 1), [HUNAN_UNION]),
            (Fund.UNION, date(2025, 6, 1), [NATIONAL_CANTEEN]),
        ],
    )
    def test_union_goods_are_judged_under_a_rule_that_shows_them_apart_too(
        self, fund: Fund, day: date, codes: list[str]
    ) -> None:
        assert [rule.code for rule in REFERENCE.judging(fund, PATH, day)] == codes

    def test_a_rule_binds_only_below_its_scope(self) -> None:
        guangdong = [rule.code for rule in REFERENCE.binding(Fund.CANTEEN, "/440000/", date(2025, 6, 1))]
        assert guangdong == [NATIONAL_CANTEEN]

    def test_a_year_goes_by_the_most_local_percentage_first(self) -> None:
        assert [rule.code for rule in REFERENCE.rules_of_year(PATH, 2025)] == [HUNAN_CANTEEN, NATIONAL_CANTEEN]
        with pytest.raises(RuleNotInForce):
            REFERENCE.rule_of_year(HUNAN_CANTEEN, 2023)
        with pytest.raises(RuleUnknown):
            REFERENCE.rule_of_year("nothing", 2023)

    def test_a_list_is_read_as_it_was_known(self) -> None:
        later = CountyList(HUNAN_51, 2, "湖南51县", "x", datetime(2025, 3, 1, tzinfo=UTC), {})
        reference = Reference({}, (), {HUNAN_51: [*LISTS[HUNAN_51], later]})
        assert reference.list_as_known(HUNAN_51) == later
        then = reference.list_as_known(HUNAN_51, datetime(2025, 2, 1, tzinfo=UTC))
        assert then is not None
        assert then.version == 1


class TestRate:
    TREE = tree_of(
        2025,
        (
            (path, [Jurisdiction(derived_id(path), level, path, code, date(2020, 1, 1))])
            for path, level, code in (
                ("/430000/", UnitLevel.PROVINCE, "430000"),
                ("/430000/430200/", UnitLevel.PREFECTURE, "430200"),
                ("/430000/430200/430224/", UnitLevel.COUNTY, "430224"),
                ("/430000/430200/430224/school/", UnitLevel.COUNTY, "430224"),
                ("/430000/430200/centre/", UnitLevel.PREFECTURE, "430224"),
                ("/430000/430100/430102/", UnitLevel.COUNTY, "430102"),
            )
        ),
    )

    @pytest.mark.parametrize(
        ("path", "rate_bp"),
        [
            ("/430000/430200/430224/", 5_000),
            ("/430000/430200/430224/school/", 5_000),
            ("/430000/430200/", 2_000),
            ("/430000/430200/centre/", 2_000),
            ("/430000/", 2_000),
            ("/430000/430100/430102/", 2_000),
        ],
    )
    def test_follows_from_jurisdiction_never_from_an_address(self, path: str, rate_bp: int) -> None:
        rule: Rule = REFERENCE.rules[HUNAN_CANTEEN, 1]
        assert rate_of(rule, path, self.TREE, LISTS[HUNAN_51][0], 2025) == rate_bp
        assert rate_of(REFERENCE.rules[NATIONAL_CANTEEN, 1], path, self.TREE, None, 2025) == 1_000
        assert rate_of(REFERENCE.rules[HUNAN_UNION, 1], path, self.TREE, None, 2025) is None

    def test_is_fixed_at_the_start_of_the_year(self) -> None:
        here, there = (
            Jurisdiction(derived_id("u"), UnitLevel.COUNTY, "/u/", code, since)
            for code, since in (("430102", date(2020, 1, 1)), ("430224", date(2025, 1, 2)))
        )
        assert at_start_of(2025, [here, there]) == here
        assert at_start_of(2026, [here, there]) == there
        assert at_start_of(2019, [here, there]) == here
        assert paths_above("/a/b/c/") == ["/a/", "/a/b/", "/a/b/c/"]

    def test_of_a_unit_that_moved_is_that_of_its_old_place_until_the_year_is_over(self) -> None:
        """茶陵县 goes to another prefecture in June, a school with it; a centre is opened below it in July."""
        rule, june = REFERENCE.rules[HUNAN_CANTEEN, 1], date(2025, 6, 1)
        old, new = "/430000/430200/430224/", "/430000/431000/430224/"

        def held(path: str, before: str, code: str, since: date = date(2020, 1, 1)) -> tuple[str, list[Jurisdiction]]:
            then = Jurisdiction(derived_id(path), UnitLevel.COUNTY, before, code, since)
            moved = [Jurisdiction(then.unit_id, then.level, path, "430302", june)] if path != before else []
            return path, [then, *moved]

        units = [held(new, old, "430224"), held(f"{new}school/", f"{old}school/", "430102")]
        units.append(held(f"{new}centre/", f"{new}centre/", "430102", date(2025, 7, 1)))
        for year, rate_bp in ((2025, 5_000), (2026, 2_000)):
            tree = tree_of(year, units)
            for path in (new, f"{new}school/", f"{new}centre/"):
                assert rate_of(rule, path, tree, LISTS[HUNAN_51][0], year) == rate_bp, (year, path)
        assert tree_of(2025, units).place(f"{new}school/") == f"{old}school/"
        assert tree_of(2026, units).place(f"{new}school/") == f"{new}school/"


class TestInvoices:
    def paper(
        self, amount_fen: int, *line: str, number: str = "00123456", code: str = "", total: int | None = None
    ) -> Invoice:
        return Invoice(number, code, total, amount_fen, line or ("canteen",))

    def test_the_same_paper_is_one_record(self) -> None:
        entered = [self.paper(100, code="0430")]
        for again in (self.paper(100, code="0430"), self.paper(1, "other"), self.paper(1, "other", total=500)):
            with pytest.raises(InvoiceTwice):
                check_invoice(again, entered)
        check_invoice(self.paper(100, code="0431"), entered)
        check_invoice(self.paper(100, number="00123457"), entered)

    def test_an_e_invoice_number_says_all(self) -> None:
        number = "24432000000012345678"
        with pytest.raises(InvoiceTwice):
            check_invoice(self.paper(1, "b", number=number, code="2"), [self.paper(1, number=number, code="1")])

    def test_parts_never_exceed_the_total(self) -> None:
        entered = [self.paper(600, "a", total=1_000), self.paper(300, "b", total=1_000)]
        check_invoice(self.paper(100, "c", total=1_000), entered)
        with pytest.raises(InvoiceExceeded) as refused:
            check_invoice(self.paper(101, "c", total=1_000), entered)
        assert refused.value.facts["left_fen"] == 100
        with pytest.raises(InvoiceTwice):
            check_invoice(self.paper(1, "c", total=2_000), entered)
        with pytest.raises(InvoiceTwice):
            check_invoice(self.paper(1, "a", total=1_000), entered)

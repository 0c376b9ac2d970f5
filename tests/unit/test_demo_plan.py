"""The demo's plan is the same each time, and promises every state that a canteen can be in."""

from collections import Counter
from datetime import date
from functools import cache

import pytest

from deploy.operator.demo.fairs import WITHOUT
from deploy.operator.demo.goods import BAND_CATEGORIES, goods
from deploy.operator.demo.load import counties_51
from deploy.operator.demo.people import HOME_COUNTY, MARK
from deploy.operator.demo.plan import Plan, make_plan
from deploy.operator.demo.purchases import End
from deploy.operator.demo.tree import FLIPPED_UNIT, Fate
from shared.contracts.words import CanteenKind, Fund, Measure, SupplierKind, UnitLevel
from shared.money import BP_WHOLE

DAY = date(2026, 11, 21)
OTHER_DAYS = (date(2026, 1, 5), date(2026, 1, 14), date(2026, 2, 20), date(2027, 3, 1), date(2028, 2, 29))


@cache
def plan(day: date = DAY) -> Plan:
    return make_plan(day, counties_51())


class TestTheSameDay:
    def test_gives_the_same_demo(self) -> None:
        again = make_plan(DAY, counties_51())
        assert again is not plan()
        assert again == plan()

    def test_another_day_gives_another(self) -> None:
        assert make_plan(date(2026, 11, 22), counties_51()) != plan()


class TestTree:
    def test_is_hunans(self) -> None:
        levels = Counter(unit.level for unit in plan().units.values())
        assert levels == {UnitLevel.PROVINCE: 1, UnitLevel.PREFECTURE: 14, UnitLevel.COUNTY: 123}
        assert plan().units["431271"].path == "/430000/431200/431271/"
        assert counties_51() <= plan().units.keys()

    def test_every_unit_has_a_canteen_or_a_share_of_one(self) -> None:
        own = {canteen.unit.code for canteen in plan().canteens}
        shared = {share.unit_code for canteen in plan().canteens for share in canteen.shares}
        assert own | shared == plan().units.keys() | {None}

    def test_has_every_kind_of_canteen_and_whole_shares(self) -> None:
        kinds = Counter(canteen.kind for canteen in plan().canteens)
        assert kinds == {
            CanteenKind.OWN: 124,
            CanteenKind.SHARED: 4,
            CanteenKind.NONE: 4,
            CanteenKind.OUTSOURCED: 3,
        }
        assert all(
            sum(share.weight_bp for share in canteen.shares) == BP_WHOLE
            for canteen in plan().canteens
            if canteen.kind is CanteenKind.SHARED
        )

    def test_the_higher_rate_follows_from_jurisdiction(self) -> None:
        high = {canteen.unit.code for canteen in plan().canteens if canteen.rate_bp == 5_000}
        assert high == counties_51()


class TestFairs:
    @pytest.mark.parametrize("day", [DAY, *OTHER_DAYS])
    def test_thirteen_are_over_in_the_running_year_with_something_ordered(self, day: date) -> None:
        held = plan(day).fairs
        assert len({fair.unit.code for fair in held}) == 13
        assert WITHOUT not in {fair.unit.code for fair in held}
        assert all(fair.begins_on.year == plan(day).calendar.running_year for fair in held)
        assert all(fair.ends_on <= plan(day).calendar.yesterday for fair in held)
        assert {fair.prepared_in for fair in held} <= set(plan(day).calendar.months)
        by_id = {fair.fair_id: fair for fair in held}
        tagged = [one for one in plan(day).every_requisition() if one.fair_id is not None]
        assert len(tagged) >= 10
        for one in tagged:
            assert one.fair_id is not None
            fair = by_id[one.fair_id]
            assert fair.begins_on <= one.placed_at.date() <= fair.ends_on
            assert all(
                {line.offer.listing_id for line in order.lines} <= fair.shown[order.supplier_id] for order in one.orders
            )


class TestSuppliers:
    def test_are_sixty_of_every_kind_with_ten_listings_each(self) -> None:
        made = plan().producers
        assert len(made) == 60
        assert {producer.kind for producer in made} == set(SupplierKind)
        assert [len(producer.offers) for producer in made] == [10] * 60
        assert len({offer.listing_id for producer in made for offer in producer.offers}) == 600

    def test_stand_inside_and_outside_the_51(self) -> None:
        inside = [producer for producer in plan().producers if producer.county_code in counties_51()]
        assert len(inside) == 40
        assert sum(not producer.county_code.startswith("43") for producer in plan().producers) == 7
        assert plan().producers[0].county_code == HOME_COUNTY

    def test_fresh_goods_are_priced_within_their_band(self) -> None:
        fresh = set(BAND_CATEGORIES.values())
        offers = [one for producer in plan().producers for one in producer.offers if one.good.category in fresh]
        assert len(offers) > 200
        assert all(offer.good.low_fen <= offer.price_fen <= offer.good.high_fen for offer in offers)

    def test_no_goods_are_offered_twice_under_one_name(self) -> None:
        assert len({good.name for good in goods()}) == len(goods())


class TestPurchases:
    @pytest.mark.parametrize("day", [DAY, *OTHER_DAYS])
    def test_are_about_four_thousand_orders(self, day: date) -> None:
        assert 3_600 <= sum(1 for _ in plan(day).every_order()) <= 4_400

    def test_end_in_every_way(self) -> None:
        assert {order.end for order in plan().every_order()} == set(End)
        funds = Counter(requisition.fund for requisition in plan().every_requisition())
        assert funds[Fund.UNION] > 50
        orders = list(plan().every_order())
        assert sum(order.returned_at is not None for order in orders) > 50
        assert sum(order.credited_at is not None for order in orders) > 30
        assert sum(order.paid_at is not None for order in orders) > 300

    @pytest.mark.parametrize("day", [DAY, *OTHER_DAYS])
    def test_nothing_happens_after_yesterday(self, day: date) -> None:
        horizon = plan(day).calendar.horizon
        for requisition in plan(day).every_requisition():
            assert requisition.placed_at <= horizon
            for order in requisition.orders:
                reached = {
                    End.CONFIRMED: order.confirmed_at,
                    End.PACKED: order.packed_at,
                    End.SHIPPED: order.shipped_at,
                    End.ACCEPTED: order.accepted_at,
                }.get(order.end, requisition.placed_at)
                moments = (reached, order.returned_at, order.credited_at, order.paid_at)
                assert all(moment <= horizon for moment in moments if moment)

    def test_weigh_less_at_each_step_but_packing(self) -> None:
        for order in plan().every_order():
            for line in order.lines:
                assert line.returned <= line.accepted <= line.packed
                whole = line.offer.good.measure is Measure.PIECE
                assert line.packed == line.ordered if whole else line.packed * 100 <= line.ordered * 103

    def test_are_never_more_than_what_lies_there(self) -> None:
        ordered: dict[object, int] = {}
        for month in plan().calendar.months:
            for offer in plan().restocks.get(month, []):
                ordered[offer.listing_id] = 0
            for requisition in plan().requisitions[month]:
                for order in requisition.orders:
                    for line in order.lines:
                        key = line.offer.listing_id
                        ordered[key] = ordered.get(key, 0) + max(line.ordered, line.packed)
                        assert ordered[key] <= line.offer.first_stock


class TestOutcomes:
    def test_of_the_closed_year_are_as_dealt(self) -> None:
        year = plan().calendar.closed_year
        told = Counter(plan().expected[canteen.canteen_id, year].status for canteen in plan().canteens)
        assert told == {"met": 87, "missed": 29, "unproven": 12, "no_duty": 7}

    def test_of_the_running_year_are_as_dealt(self) -> None:
        year = plan().calendar.running_year
        told = Counter(plan().expected[canteen.canteen_id, year].status for canteen in plan().canteens)
        assert told == {"on_pace": 79, "behind": 35, "unproven": 14, "no_duty": 7}

    def test_six_canteens_are_exactly_on_the_line(self) -> None:
        year = plan().calendar.closed_year
        exact = [canteen for canteen in plan().canteens if canteen.closed is Fate.EXACT]
        assert len(exact) == 6
        assert {canteen.rate_bp for canteen in exact} == {2_000, 5_000}
        for canteen in exact:
            expected = plan().expected[canteen.canteen_id, year]
            assert expected.counted_fen * BP_WHOLE == canteen.rate_bp * expected.base_fen > 0
            assert expected.status == "met"

    def test_one_is_filed_as_met_and_missed_after_a_return(self) -> None:
        (canteen,) = [canteen for canteen in plan().canteens if canteen.unit.code == FLIPPED_UNIT]
        restated = plan().expected[canteen.canteen_id, plan().calendar.closed_year]
        flipped = plan().flipped
        assert flipped is not None
        (line,) = flipped.orders[0].lines
        assert line.returned == line.accepted
        base, counted = restated.base_fen + line.accepted_fen, restated.counted_fen + line.accepted_fen
        assert counted * BP_WHOLE >= canteen.rate_bp * base
        assert restated.status == "missed"

    @pytest.mark.parametrize("day", OTHER_DAYS)
    def test_of_the_closed_year_hold_on_any_day(self, day: date) -> None:
        year = plan(day).calendar.closed_year
        told = Counter(plan(day).expected[canteen.canteen_id, year].status for canteen in plan(day).canteens)
        assert told["no_duty"] == 7
        assert told["unproven"] == 12
        assert told["met"] + told["missed"] == 116

    def test_the_first_days_of_january_still_belong_to_the_year_before(self) -> None:
        assert plan(date(2026, 1, 5)).calendar.running_year == 2025
        assert plan(date(2026, 1, 14)).calendar.running_year == 2026


class TestMark:
    def test_stands_on_every_name_that_was_made_up(self) -> None:
        names = [canteen.name for canteen in plan().canteens]
        names += [producer.name for producer in plan().producers]
        names += [producer.contact_name for producer in plan().producers]
        names += [offer.name for producer in plan().producers for offer in producer.offers]
        names += [purchase.seller for of_month in plan().elsewhere.values() for purchase in of_month]
        assert [name for name in names if MARK not in name] == []


class TestLive:
    def test_leaves_something_for_everybody(self) -> None:
        ends = [order.end for requisition in plan().live if not requisition.awaits for order in requisition.orders]
        assert ends == [End.PLACED, End.CONFIRMED, End.PACKED, End.SHIPPED, End.OFFERED]
        (awaiting,) = [requisition for requisition in plan().live if requisition.awaits]
        assert awaiting.ordered_fen > 500_000
        assert all(requisition.canteen.unit.code == HOME_COUNTY for requisition in plan().live)

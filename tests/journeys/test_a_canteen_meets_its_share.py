"""A base is admitted, a canteen buys from it, and finance can prove to the fen how far the share is met.

One story through the gateway's JSON API, over HTTP, against the running whole: each test is its next chapter, each
refusal is named by its problem type, and after it nothing anywhere is other than it was. The figures and their sums
stand in `figures.py`, the first two chapters in `admission.py`.
"""

from uuid import UUID

import pytest

from deploy.operator.invariants import check_everything
from deploy.operator.verify import verify
from shared.ids import new_id, order_id
from tests.build.everything import Everything, charged_fen
from tests.build.land import LISTED_COUNTY, Land
from tests.build.market import a_basket, a_purchase, an_invoice, ask_for, in_a_week
from tests.build.papers import PDF
from tests.build.people import People
from tests.journeys import figures as f
from tests.journeys.admission import TestABaseIsAdmitted, TestGoodsAreListed
from tests.journeys.statements import HUNAN, NATIONAL, UNION, share_of
from tests.journeys.story import TODAY, Story, begin
from tests.whole import Whole

CARD = "pm_card_visa"

__all__ = ["TestABaseIsAdmitted", "TestGoodsAreListed"]


@pytest.fixture(scope="module")
async def story(people: People, everything: Everything, land: Land) -> Story:
    return await begin(people, everything, land)


class TestABuyerLooks:
    async def test_two_characters_find_it(self, story: Story) -> None:
        found = (await story.buyer.get("/listings", q="生姜"))["items"]
        assert str(story.ginger_id) in [item["listing_id"] for item in found]

    async def test_what_counts_for_the_quota_can_be_told_apart(self, story: Story) -> None:
        counting = {"counts_for": str(story.land.canteen)}
        ginger = (await story.buyer.get("/listings", q="生姜", **counting))["items"]
        mine = [item for item in ginger if item["listing_id"] == str(story.ginger_id)]
        assert [rule["rule_code"] for rule in mine[0]["counts_for_rules"]] == [HUNAN]
        pork = {"q": "猪肉", "supplier": str(story.butcher.id)}
        assert [i["listing_id"] for i in (await story.buyer.get("/listings", **pork))["items"]] == [str(story.pork.id)]
        assert (await story.buyer.get("/listings", **pork, **counting))["items"] == []

    async def test_fills_a_basket(self, story: Story) -> None:
        path = f"/baskets/{story.basket_id}"
        lines = (story.ginger.line(f.GINGER_ORDERED), story.pork.line(f.PORK_ORDERED))
        too_little = a_basket(story.land.canteen, story.ginger.line(499))
        async with story.everything.unchanged():
            await story.stranger["buyer"].refused(403, "not-allowed", "PUT", path, a_basket(story.land.canteen, *lines))
            problem = await story.buyer.refused(422, "invalid-fields", "PUT", path, too_little)
            assert [error["field"] for error in problem["errors"]] == ["lines.0.quantity"]
        basket = await story.buyer.put(path, a_basket(story.land.canteen, *lines))
        assert basket["amount_fen"] == f.BASKET_FEN
        assert [line["amount_fen"] for line in basket["lines"]] == [f.GINGER_ORDERED_FEN, f.PORK_ORDERED_FEN]
        assert (basket["approval"]["needed"], basket["orderable"]) == (True, True)

    async def test_sees_the_share_before_and_after_under_each_rule(self, story: Story) -> None:
        path = f"/baskets/{story.basket_id}/quota-preview"
        async with story.everything.unchanged():
            await story.stranger["buyer"].refused(403, "not-allowed", "GET", path)
            rules = {rule["rule"]: rule for rule in (await story.buyer.get(path))["rules"]}
        assert set(rules) == {HUNAN, NATIONAL}
        assert [share_of(rule["before"]) for rule in rules.values()] == [(0, 0, None), (0, 0, None)]
        hunan, national = rules[HUNAN], rules[NATIONAL]
        assert (hunan["rate_bp"], national["rate_bp"]) == (5_000, 1_000)
        assert share_of(hunan["after"]) == (f.BASKET_FEN, f.GINGER_ORDERED_FEN, f.BASKET_SHARE_BP)
        assert share_of(national["after"]) == (f.BASKET_FEN, 0, 0)
        assert [(line["counts"], line["reason"]) for line in hunan["counts"]] == [
            (True, "origin_listed"),
            (False, "origin_not_listed"),
        ]
        assert {line["reason"] for line in national["counts"]} == {"channel_not_accepted"}


class TestItIsApprovedByAnother:
    async def test_over_the_limit_it_waits_and_promises_nothing(self, story: Story) -> None:
        path = f"/requisitions/{story.requisition_id}"
        body = {"basket_id": str(story.basket_id), "wanted_on": in_a_week()}
        async with story.everything.unchanged():
            await story.stranger["buyer"].refused(403, "not-allowed", "PUT", path, body)
            await story.buyer.refused(422, "invalid-fields", "PUT", path, {**body, "wanted_on": "2020-02-27"})
        waiting = await story.buyer.put(path, body)
        assert (waiting["state"], waiting["amount_fen"]) == ("awaiting", f.BASKET_FEN)
        orders = await story.everything.rows(
            "order", "SELECT 1 FROM orders WHERE requisition_id = $1", story.requisition_id
        )
        assert orders == []
        assert (await story.seller.person.get(f"/stock/{story.ginger_id}"))["promised"] == 0

    async def test_nobody_approves_their_own(self, story: Story) -> None:
        path, approve = f"/requisitions/{story.requisition_id}/decisions", {"outcome": "approve"}
        async with story.everything.unchanged():
            await story.buyer.refused(403, "own-request", "POST", path, approve)
            await story.stranger["approver"].refused(403, "not-allowed", "POST", path, approve)
            await story.finance.refused(409, "not-their-turn", "POST", path, approve)

    async def test_another_approves_and_one_order_a_supplier_is_placed(self, story: Story) -> None:
        path = f"/requisitions/{story.requisition_id}/decisions"
        decided = await story.approver.post(path, {"outcome": "approve"}, key="approved-once-and-for-all")
        async with story.everything.unchanged():
            again = await story.approver.post(path, {"outcome": "approve"}, key="approved-once-and-for-all")
            assert again == decided
            await story.approver.refused(409, "already-decided", "POST", path, {"outcome": "refuse", "reason": "太贵"})
        assert decided["state"] == "placed"
        assert {order["order_id"]: order["amount_fen"] for order in decided["orders"]} == {
            str(order_id(story.requisition_id, story.base_id)): f.GINGER_ORDERED_FEN,
            str(order_id(story.requisition_id, story.butcher.id)): f.PORK_ORDERED_FEN,
        }
        story.ginger_order, story.pork_order = story.order_with(story.seller), story.order_with(story.butcher)

    async def test_their_stock_is_promised(self, story: Story) -> None:
        ginger = await story.seller.person.get(f"/stock/{story.ginger_id}")
        pork = await story.butcher.person.get(f"/stock/{story.pork.id}")
        assert (ginger["on_hand"], ginger["promised"]) == (f.GINGER_STOCK, f.GINGER_ORDERED)
        assert (pork["on_hand"], pork["promised"]) == (f.PORK_STOCK, f.PORK_ORDERED)
        below = {"on_hand": f.GINGER_ORDERED - 500, "reason": "盘点"}
        async with story.everything.unchanged():
            path = f"/stock/{story.ginger_id}"
            problem = await story.seller.person.refused(409, "stock-below-promised", "PUT", path, below)
            assert problem["promised"] == f.GINGER_ORDERED


class TestTheSupplierDelivers:
    async def test_confirms(self, story: Story) -> None:
        path = f"/orders/{story.ginger_order.id}"
        async with story.everything.unchanged():
            await story.butcher.person.refused(403, "not-allowed", "GET", path)
            await story.butcher.person.refused(403, "not-allowed", "POST", f"{path}/confirmation")
            await story.buyer.refused(403, "not-allowed", "POST", f"{path}/confirmation")
            await story.seller.person.refused(409, "wrong-state", "POST", f"{path}/shipment", {"carrier": "自送"})
        for order in (story.ginger_order, story.pork_order):
            assert (await order.confirm())["state"] == "confirmed"

    async def test_packs_by_weight_within_what_was_agreed(self, story: Story) -> None:
        order = story.ginger_order
        line = (await order.read())["lines"][0]["line_id"]
        too_much = {"lines": [{"line_id": line, "packed_quantity": f.GINGER_ORDERED * 11 // 10 + 1}]}
        async with story.everything.unchanged():
            path = f"/orders/{order.id}/packing"
            problem = await order.seller.refused(422, "invalid-fields", "POST", path, too_much)
            assert [error["field"] for error in problem["errors"]] == ["lines.0.packed_quantity"]
        packed = await order.pack(lambda _: f.GINGER_PACKED)
        assert [one["packed_quantity"] for one in packed["lines"]] == [f.GINGER_PACKED]
        await story.pork_order.pack(lambda _: f.PORK_PACKED)

    async def test_ships(self, story: Story) -> None:
        for order in (story.ginger_order, story.pork_order):
            assert (await order.ship())["state"] == "shipped"


class TestTheCanteenAccepts:
    async def test_by_weight_and_never_more_than_the_order_may_come_to(self, story: Story) -> None:
        order = story.ginger_order
        path, line = f"/orders/{order.id}/acceptance", (await order.read())["lines"][0]["line_id"]
        body = {
            "acceptance_id": str(new_id()),
            "lines": [{"line_id": line, "accepted_quantity": f.GINGER_ORDERED * 11 // 10 + 1}],
        }
        async with story.everything.unchanged():
            problem = await story.buyer.refused(422, "invalid-fields", "POST", path, body)
            assert [error["field"] for error in problem["errors"]] == ["lines.0.accepted_quantity"]
            body["lines"] = [{"line_id": line, "accepted_quantity": f.GINGER_ACCEPTED, "reason": "过磅少秤"}]
            await story.seller.person.refused(403, "not-allowed", "POST", path, body)
            await story.stranger["buyer"].refused(403, "not-allowed", "POST", path, body)
        accepted = await order.accept(lambda _: f.GINGER_ACCEPTED)
        assert (accepted["state"], accepted["kept_fen"]) == ("accepted", f.GINGER_ACCEPTED_FEN)
        (weights,) = accepted["lines"]
        chain = ("ordered_quantity", "packed_quantity", "accepted_quantity", "kept_quantity")
        assert [weights[name] for name in chain] == [
            f.GINGER_ORDERED,
            f.GINGER_PACKED,
            f.GINGER_ACCEPTED,
            f.GINGER_ACCEPTED,
        ]
        assert (await story.pork_order.accept())["kept_fen"] == f.PORK_ACCEPTED_FEN

    async def test_the_ledger_counts_each_line_under_each_rule_with_its_reason(self, story: Story) -> None:
        await story.everything.settled()
        lines = await story.statements().lines(story.land.canteen)
        assert {line["facts"]["name"]: (line["amount_fen"], line["counted_fen"], line["reason"]) for line in lines} == {
            "茶陵生姜": (f.GINGER_ACCEPTED_FEN, f.GINGER_ACCEPTED_FEN, "origin_listed"),
            "韶山猪肉": (f.PORK_ACCEPTED_FEN, 0, "origin_not_listed"),
        }
        for line in lines:
            assert line["facts"]["origin"] in line["reason_zh"]
            assert line["facts"]["origin"] in line["reason_en"]
        national = await story.statements().lines(story.land.canteen, NATIONAL)
        assert [(line["base_fen"] > 0, line["counts"], line["reason"]) for line in national] == [
            (True, False, "channel_not_accepted")
        ] * 2

    async def test_and_the_statement_shows_the_share(self, story: Story) -> None:
        read, canteen = story.statements(), story.land.canteen
        counted = f.GINGER_ACCEPTED_FEN
        await read.shows(canteen, HUNAN, base=f.FIRST_BASE_FEN, counted=counted, share=f.FIRST_SHARE_BP)
        await read.shows(canteen, NATIONAL, base=f.FIRST_BASE_FEN, counted=0, share=0)


class TestItIsPaid:
    async def test_by_bank_transfer_with_a_voucher_that_the_supplier_confirms(self, story: Story) -> None:
        order = f"/orders/{story.ginger_order.id}"
        payment = f"{order}/payments/{story.transfer_id}"
        transfer = {"method": "bank_transfer", "amount_fen": f.GINGER_ACCEPTED_FEN}
        voucher = {"content": PDF, "media_type": "application/pdf"}
        async with story.everything.unchanged():
            too_much = {**transfer, "amount_fen": f.GINGER_ACCEPTED_FEN + 1}
            await story.finance.refused(409, "more-than-owed", "PUT", payment, too_much)
            await story.seller.person.refused(403, "not-allowed", "PUT", payment, transfer)
            await story.stranger["finance"].refused(403, "not-allowed", "PUT", payment, transfer)
        assert (await story.finance.put(payment, transfer))["state"] == "registered"
        async with story.everything.unchanged():
            text = {"content": b"paid, honestly", "media_type": "application/pdf"}
            await story.finance.refused(422, "not-a-voucher", "PUT", f"{payment}/voucher", **text)
            await story.butcher.person.refused(403, "not-allowed", "PUT", f"{payment}/voucher", **voucher)
        assert (await story.finance.put(f"{payment}/voucher", **voucher))["state"] == "submitted"
        assert await story.seller.person.get(f"{payment}/voucher") == PDF
        async with story.everything.unchanged():
            await story.buyer.refused(403, "not-allowed", "POST", f"{payment}/confirmation")
            await story.butcher.person.refused(403, "not-allowed", "POST", f"{payment}/confirmation")
        settled = await story.seller.person.post(f"{payment}/confirmation")
        assert (settled["state"], settled["paid_fen"], settled["owed_fen"]) == ("settled", f.GINGER_ACCEPTED_FEN, 0)
        async with story.everything.unchanged():
            await story.seller.person.refused(409, "wrong-state", "POST", f"{payment}/confirmation")

    async def test_what_is_unpaid_is_known_to_finance(self, story: Story) -> None:
        await story.everything.settled()
        statement = await story.statements().of(story.land.canteen)
        assert statement["figures"]["unpaid_fen"] == f.PORK_ACCEPTED_FEN  # the other order of the requisition


class TestAnotherOrderIsPaidByCard:
    async def test_under_the_limit_it_is_placed_at_once(self, story: Story) -> None:
        basket, requisition = new_id(), new_id()
        await story.buyer.put(f"/baskets/{basket}", a_basket(story.land.canteen, story.ginger.line(f.CARD_ORDERED)))
        rules = (await story.buyer.get(f"/baskets/{basket}/quota-preview"))["rules"]
        story.preview = {rule["rule"]: rule for rule in rules}
        assert share_of(story.preview[HUNAN]["before"]) == (
            f.FIRST_BASE_FEN,
            f.GINGER_ACCEPTED_FEN,
            f.FIRST_SHARE_BP,
        )
        body = {"basket_id": str(basket), "wanted_on": in_a_week()}
        placed = await story.buyer.put(f"/requisitions/{requisition}", body)
        assert (placed["state"], placed["amount_fen"]) == ("placed", f.CARD_FEN)
        story.card_order = story.order_with(story.seller, requisition)

    async def test_the_card_is_held_when_the_supplier_confirms(self, story: Story) -> None:
        order = f"/orders/{story.card_order.id}"
        card = {"method": "card", "amount_fen": f.CARD_FEN, "stripe_payment_method": CARD}
        path = f"{order}/payments/{story.card_id}"
        async with story.everything.unchanged():
            await story.buyer.refused(422, "invalid-fields", "PUT", path, {**card, "amount_fen": f.CARD_FEN + 1})
            await story.stranger["buyer"].refused(403, "not-allowed", "PUT", path, card)
        assert (await story.buyer.put(path, card))["state"] == "registered"
        async with story.everything.unchanged():
            another = f"{order}/payments/{new_id()}"
            await story.buyer.refused(409, "card-already-registered", "PUT", another, card)
            await story.butcher.person.refused(403, "not-allowed", "POST", f"{order}/confirmation")
            assert await _intents(story) == []
        assert (await story.card_order.confirm())["state"] == "confirmed"
        assert await _intents(story) == [("requires_capture", f.CARD_HELD_FEN, 0)]

    async def test_and_charged_what_was_accepted(self, story: Story) -> None:
        await story.card_order.pack()
        await story.card_order.ship()
        await story.card_order.accept()
        await story.everything.settled()
        order = await story.card_order.read()
        assert (order["state"], order["paid_fen"], order["owed_fen"]) == ("settled", f.CARD_FEN, 0)
        assert await _intents(story) == [("succeeded", f.CARD_HELD_FEN, f.CARD_FEN)]

    async def test_the_share_is_the_one_that_the_basket_had_shown(self, story: Story) -> None:
        statement = await story.statements().of(story.land.canteen)
        assert share_of(statement) == (f.SECOND_BASE_FEN, f.SECOND_COUNTED_FEN, f.SECOND_SHARE_BP)
        for rule, preview in story.preview.items():
            assert share_of(await story.statements().of(story.land.canteen, rule)) == share_of(preview["after"])
        story.before_the_return = statement


class TestSomeGoesBack:
    async def test_nothing_is_booked_until_the_supplier_agrees(self, story: Story) -> None:
        order = f"/orders/{story.ginger_order.id}"
        line = (await story.ginger_order.read())["lines"][0]["line_id"]

        def body(grams: int) -> dict[str, object]:
            lines = [{"line_id": line, "quantity": grams, "reason": "有腐烂"}]
            return {"return_id": str(story.return_id), "lines": lines}

        async with story.everything.unchanged():
            too_much = body(f.GINGER_ACCEPTED + 1)
            await story.buyer.refused(409, "more-than-kept", "POST", f"{order}/returns", too_much)
            await story.seller.person.refused(403, "not-allowed", "POST", f"{order}/returns", body(f.RETURNED))
        proposed = await story.buyer.post(f"{order}/returns", body(f.RETURNED))
        assert proposed["kept_fen"] == f.GINGER_ACCEPTED_FEN
        async with story.everything.unchanged():
            agreement = f"{order}/returns/{story.return_id}/agreement"
            await story.buyer.refused(403, "not-allowed", "POST", agreement)
            await story.butcher.person.refused(403, "not-allowed", "POST", agreement)
        agreed = await story.seller.person.post(agreement)
        (kept,) = agreed["lines"]
        assert (kept["returned_quantity"], kept["kept_quantity"]) == (f.RETURNED, f.GINGER_KEPT)
        assert (agreed["kept_fen"], agreed["returned_fen"]) == (f.GINGER_KEPT_FEN, -f.RETURN_FEN)

    async def test_it_is_a_negative_entry_that_follows_its_lot(self, story: Story) -> None:
        await story.everything.settled()
        last = (await story.statements().lines(story.land.canteen))[-1]
        assert (last["kind"], last["amount_fen"], last["counted_fen"]) == ("return", f.RETURN_FEN, f.RETURN_FEN)
        assert (last["year"], last["reason"], last["corrects"] is not None) == (TODAY.year, "origin_listed", True)
        statement = await story.statements().of(story.land.canteen)
        assert share_of(statement) == (f.THIRD_BASE_FEN, f.THIRD_COUNTED_FEN, f.THIRD_SHARE_BP)

    async def test_what_was_known_before_is_still_known(self, story: Story) -> None:
        before = story.before_the_return
        then = await story.statements().of(story.land.canteen, known_by=before["known_by"])
        assert share_of(then) == share_of(before)
        assert then["position"] == before["position"]


class TestSomeIsBoughtElsewhere:
    async def test_it_enters_the_base_at_once(self, story: Story) -> None:
        canteen = story.land.canteen
        tea = a_purchase(canteen, an_invoice(), category="tea", amount_fen=f.TEA_FEN, origin_county=LISTED_COUNTY)
        eggs = a_purchase(canteen, an_invoice(), category="eggs", amount_fen=f.EGGS_FEN, origin_county=None)
        rice = a_purchase(
            canteen,
            an_invoice(),
            category="grain_oil",
            amount_fen=f.RICE_FEN,
            origin_county=LISTED_COUNTY,
            channel="platform_832",
            order_number="832-2026-000417",
        )
        path = f"/off-platform-purchases/{story.tea_id}"
        async with story.everything.unchanged():
            await story.stranger["buyer"].refused(403, "not-allowed", "PUT", path, tea)
            problem = await story.buyer.refused(422, "invalid-fields", "PUT", path, {**tea, "channel": "zhucai"})
            assert [error["field"] for error in problem["errors"]] == ["channel"]
        for purchase_id, purchase in ((story.tea_id, tea), (story.eggs_id, eggs), (story.rice_id, rice)):
            await story.buyer.put(f"/off-platform-purchases/{purchase_id}", purchase)
        async with story.everything.unchanged():
            await story.buyer.put(path, tea)
            await story.buyer.refused(409, "invoice-twice", "PUT", f"/off-platform-purchases/{new_id()}", tea)
        statement = await story.statements().of(canteen)
        assert share_of(statement) == (f.FOURTH_BASE_FEN, f.THIRD_COUNTED_FEN, f.CLAIMED_SHARE_BP)
        reasons = [line["reason"] for line in (await story.statements().lines(canteen))[-3:]]
        assert reasons == ["origin_unverified", "origin_unknown", "origin_unverified"]

    async def test_its_origin_counts_once_a_unit_above_has_verified_it(self, story: Story) -> None:
        body, canteen = {"outcome": "accept", "reason": "随货证明与发票一致"}, story.land.canteen
        async with story.everything.unchanged():
            path = f"/off-platform-purchases/{story.tea_id}/verification"
            for reader in (story.buyer, story.finance, story.stranger["finance"], story.auditor):
                await reader.refused(403, "not-allowed", "POST", path, body)
            nothing = f"/off-platform-purchases/{story.eggs_id}/verification"
            await story.finance_above.refused(409, "nothing-to-verify", "POST", nothing, body)
        for purchase_id in (story.tea_id, story.rice_id):
            verified = await story.finance_above.post(f"/off-platform-purchases/{purchase_id}/verification", body)
            assert verified["state"] == "accepted"
        correction = (await story.statements().lines(canteen))[-1]
        assert (correction["kind"], correction["amount_fen"], correction["counted_fen"]) == (
            "correction",
            0,
            f.RICE_FEN,
        )
        read = story.statements()
        base = f.FOURTH_BASE_FEN
        await read.shows(canteen, HUNAN, base=base, counted=f.FOURTH_COUNTED_FEN, share=f.FOURTH_SHARE_BP)
        await read.shows(canteen, NATIONAL, base=base, counted=f.NATIONAL_COUNTED_FEN, share=f.NATIONAL_SHARE_BP)


class TestUnionGoodsAreAnotherFund:
    async def test_a_preference_and_no_percentage(self, story: Story) -> None:
        canteen = story.land.canteen
        basket, line = new_id(), story.pork.line(f.UNION_ORDERED)
        await story.buyer.put(f"/baskets/{basket}", a_basket(canteen, line, fund="union"))
        (preview,) = (await story.buyer.get(f"/baskets/{basket}/quota-preview"))["rules"]
        placed = await ask_for(story.buyer, canteen, line, fund="union")
        order = story.order_with(story.butcher, UUID(placed["requisition_id"]))
        for step in (order.confirm, order.pack, order.ship, order.accept):
            await step()
        await story.everything.settled()
        statement = await story.statements().of(canteen, UNION)
        assert (statement["status"], statement["rule"]["rate_bp"]) == ("preference", None)
        assert share_of(statement)[:2] == (f.UNION_FEN, f.UNION_FEN)
        (entry,) = await story.statements().lines(canteen, UNION)
        assert entry["reason"] == "preference_demonstration_household"
        assert share_of(preview["after"]) == share_of(statement)
        assert [one["reason"] for one in preview["counts"]] == [entry["reason"]]
        assert share_of(await story.statements().of(canteen))[0] == f.FOURTH_BASE_FEN


class TestFinanceAttestsAndReads:
    async def test_unproven_until_every_due_month_is_attested(self, story: Story) -> None:
        canteen = story.land.canteen
        due = [month["month"] for month in await _months(story) if month["due_on"] <= TODAY.isoformat()]
        statement = await story.statements().of(canteen)
        assert (statement["status"], statement["missing_months"]) == ("unproven" if due else "on_pace", due)
        path = f"/attestations/{canteen}/{TODAY.year}/{TODAY.month}"
        async with story.everything.unchanged():
            nothing = {"farm_produce_fen": 0}
            await story.stranger["finance"].refused(403, "not-allowed", "PUT", path, nothing)
            await story.finance_above.refused(403, "not-allowed", "PUT", path, nothing)
            problem = await story.finance.refused(
                422, "invalid-fields", "PUT", f"/attestations/{canteen}/{TODAY.year + 1}/1", nothing
            )
            assert [error["field"] for error in problem["errors"]] == ["month"]
        for month in due:
            await story.finance.put(f"/attestations/{canteen}/{TODAY.year}/{month}", {"farm_produce_fen": 0})
        attested = await story.finance.put(path, {"farm_produce_fen": f.ATTESTED_FEN})
        assert (attested["ledger_fen"], attested["remainder_fen"]) == (f.FOURTH_BASE_FEN, 100_000)

    async def test_the_canteens_statement(self, story: Story) -> None:
        read, canteen = story.statements(), story.land.canteen
        statement = await read.shows(
            canteen, HUNAN, base=f.ATTESTED_FEN, counted=f.FOURTH_COUNTED_FEN, share=f.ATTESTED_SHARE_BP
        )
        figures = statement["figures"]
        assert (statement["status"], statement["rule"]["rate_bp"]) == ("on_pace", 5_000)
        assert (figures["required_fen"], figures["shortfall_fen"]) == (f.REQUIRED_FEN, 0)
        assert statement["rule"]["documents"][-1]["document"]
        national = await read.shows(
            canteen,
            NATIONAL,
            base=f.ATTESTED_FEN,
            counted=f.NATIONAL_COUNTED_FEN,
            share=f.NATIONAL_ATTESTED_SHARE_BP,
        )
        assert (national["status"], national["figures"]["required_fen"]) == ("on_pace", f.NATIONAL_REQUIRED_FEN)

    async def test_its_units_and_the_provinces(self, story: Story) -> None:
        own = await story.statements().of(story.land.county)
        assert (own["status"], own["counts"]["on_pace"], len(own["canteens"])) == (None, 1, 1)
        assert share_of(own) == (f.ATTESTED_FEN, f.FOURTH_COUNTED_FEN, f.ATTESTED_SHARE_BP)
        province = await story.statements(story.auditor).of(story.land.province)
        (row,) = [one for one in province["canteens"] if one["id"] == str(story.land.canteen)]
        assert share_of(row) == share_of(own)
        assert (row["status"], row["rate_bp"], row["shortfall_fen"]) == ("on_pace", 5_000, 0)
        rates = {one["id"]: one["rate_bp"] for one in province["canteens"]}
        assert rates[str(story.land.prefecture_canteen)] == 2_000

    async def test_nobody_reads_what_is_not_below_them(self, story: Story) -> None:
        land = story.land
        async with story.everything.unchanged():
            for reader in (story.stranger["finance"], story.stranger["buyer"], story.butcher.person):
                await reader.refused(403, "not-allowed", "GET", f"/statements/{land.canteen}")
            await story.finance.refused(403, "not-allowed", "GET", f"/statements/{land.prefecture}")
            await story.finance_above.refused(403, "not-allowed", "GET", f"/statements/{land.province}")
            await story.auditor.refused(404, "subject-unknown", "GET", f"/statements/{new_id()}")


class TestItCanBeProved:
    async def test_what_must_always_hold_holds(self, running_whole: Whole) -> None:
        checks = [check async for check in check_everything(running_whole.env)]
        assert [check.line() for check in checks if not check.holds] == []
        assert {check.number for check in checks} >= set(range(1, 11))

    async def test_the_chain_of_every_entry_can_be_recomputed(self, running_whole: Whole) -> None:
        report = await verify(running_whole.env)
        assert (report.holds, report.verified.entries > 0) == (True, True)


async def _intents(story: Story) -> list[tuple[str, int, int]]:
    """Give status, held and received fen of the card order's intents at the vendor."""
    found = [i for i in await story.everything.intents() if i["metadata"].get("order_id") == str(story.card_order.id)]
    return [(intent["status"], intent["amount"], charged_fen(intent)) for intent in found]


async def _months(story: Story) -> list[dict[str, str]]:
    months: list[dict[str, str]] = (await story.statements().of(story.land.canteen))["months"]
    return months

"""The first two chapters: a base is admitted by those who may, and what it grows comes to be on sale."""

from shared.contracts.authority import Role
from tests.build.door import Person
from tests.build.land import LISTED_COUNTY
from tests.build.market import Goods, Seller, a_photo, some_terms
from tests.build.papers import PDF
from tests.build.people import PASSWORD, People
from tests.journeys import figures as f
from tests.journeys.story import Story


class TestABaseIsAdmitted:
    async def test_its_applicant_signs_in(self, story: Story, people: People) -> None:
        applicant = await people.one("applicant")
        sessions = await story.everything.value("gateway", "SELECT count(*) FROM sessions")
        async with story.everything.unchanged():
            for account, password in ((applicant.account, "not my password"), ("nobody-at-all", PASSWORD)):
                body = {"account": account, "password": password}
                await people.public.refused(401, "sign-in-refused", "POST", "/sessions", body)
            await people.public.refused(401, "not-signed-in", "GET", "/me")
        assert await story.everything.value("gateway", "SELECT count(*) FROM sessions") == sessions

        opened = await people.public.post("/sessions", {"account": applicant.account, "password": PASSWORD})
        signed_in = Person(people.http, applicant.account, applicant.account_id, opened["token"])
        me = await signed_in.get("/me")
        assert (me["account"], me["seats"]) == (applicant.account, [])
        story.seller = Seller(story.base_id, signed_in)

    async def test_applies_with_a_document(self, story: Story, people: People) -> None:
        applicant, path = story.seller.person, f"/suppliers/{story.base_id}"
        wrong = {**story.application, "credit_code": "91430224MA4L0B8A00", "county_code": "999999"}
        async with story.everything.unchanged():
            await people.public.refused(401, "not-signed-in", "PUT", path, story.application)
            problem = await applicant.refused(422, "invalid-fields", "PUT", path, wrong)
            assert [error["field"] for error in problem["errors"]] == ["credit_code", "county_code"]
        applied = await applicant.put(path, story.application)
        assert (applied["state"], applied["version"]) == ("applied", 1)

        document = f"{path}/documents/{story.document_id}?kind=recognition&name=recognition.pdf"
        async with story.everything.unchanged():
            assert await applicant.put(path, story.application) == applied  # said twice is said once
            review = {"outcome": "recommend", "reason": "属实"}
            await story.officer.refused(409, "document-wanted", "POST", f"{path}/reviews", review)
            text = {"content": b"<html>not a document</html>", "media_type": "application/pdf"}
            await applicant.refused(422, "file-kind-unknown", "PUT", document, **text)
            await story.stranger["somebody"].refused(
                403, "not-allowed", "PUT", document, content=PDF, media_type="application/pdf"
            )
        filed = await applicant.put(document, content=PDF, media_type="application/pdf")
        assert filed["size_bytes"] == len(PDF)
        assert await story.officer.get(document.partition("?")[0]) == PDF

    async def test_is_recommended_by_its_own_county_and_never_by_itself(self, story: Story, people: People) -> None:
        path, review = f"/suppliers/{story.base_id}/reviews", {"outcome": "recommend", "reason": "现场核验属实"}
        applicant = story.seller.person
        await people.seat(applicant, Role.OFFICER, story.land.county)
        async with story.everything.unchanged():
            await applicant.refused(403, "own-request", "POST", path, review)
            await story.stranger["officer"].refused(403, "not-allowed", "POST", path, review)
            await story.finance.refused(403, "not-allowed", "POST", path, review)
            admit = {"outcome": "admit", "reason": "属实"}
            await story.officer.refused(403, "admitted-from-above", "POST", path, admit)
            await story.officer_above.refused(409, "wrong-state", "POST", path, admit)
        recommended = await story.officer.post(path, review)
        assert recommended["state"] == "recommended"

    async def test_is_admitted_from_above_and_never_by_who_recommended(self, story: Story, people: People) -> None:
        path, review = f"/suppliers/{story.base_id}/reviews", {"outcome": "admit", "reason": "材料齐全"}
        applicant = story.seller.person
        async with story.everything.unchanged():
            await applicant.refused(403, "own-request", "POST", path, review)
            await story.officer.refused(403, "admitted-from-above", "POST", path, review)
        await people.seat(story.officer, Role.OFFICER, story.land.prefecture)
        async with story.everything.unchanged():
            await story.officer.refused(403, "recommended-by-you", "POST", path, review)
        admitted = await story.officer_above.post(path, review)
        assert admitted["state"] == "admitted"
        await story.everything.settled()
        roles = [(s["role"], s["organisation"]["id"]) for s in (await applicant.get("/me"))["seats"]]
        assert ("supplier", str(story.base_id)) in roles
        async with story.everything.unchanged():
            await story.officer_above.refused(409, "wrong-state", "POST", path, review)


class TestGoodsAreListed:
    async def test_a_listing_is_drafted_with_a_photo(self, story: Story) -> None:
        seller, listing = story.seller.person, f"/listings/{story.ginger_id}"
        story.terms = some_terms(story.base_id, "茶陵生姜", LISTED_COUNTY, first_stock_quantity=f.GINGER_STOCK)
        async with story.everything.unchanged():
            await story.butcher.person.refused(403, "not-allowed", "PUT", listing, story.terms)
        drafted = await seller.put(listing, story.terms)
        assert (drafted["state"], drafted["listing_version"]) == ("draft", 1)
        async with story.everything.unchanged():
            await seller.refused(409, "photo-wanted", "POST", f"{listing}/submission")
        await seller.put(f"{listing}/photos/{story.photo_id}", content=a_photo(), media_type="image/jpeg")

    async def test_is_published_by_another_and_only_then_found(self, story: Story, people: People) -> None:
        seller, listing = story.seller.person, f"/listings/{story.ginger_id}"
        assert (await seller.post(f"{listing}/submission"))["state"] == "submitted"
        assert (await people.public.get("/listings", q="茶陵生姜"))["items"] == []
        publish = {"outcome": "publish", "reason": ""}
        async with story.everything.unchanged():
            await people.public.refused(404, "listing-not-found", "GET", listing)
            await seller.refused(403, "own-request", "POST", f"{listing}/reviews", publish)
            await story.stranger["officer"].refused(403, "not-allowed", "POST", f"{listing}/reviews", publish)
        assert (await story.officer.post(f"{listing}/reviews", publish))["state"] == "published"
        story.ginger = Goods(story.ginger_id, story.seller, 1, story.terms)

    async def test_its_stock_is_set_by_its_supplier_alone(self, story: Story) -> None:
        await story.everything.settled()
        path, count = f"/stock/{story.ginger_id}", {"on_hand": f.GINGER_STOCK + 500, "reason": "复秤"}
        async with story.everything.unchanged():
            await story.butcher.person.refused(403, "not-allowed", "PUT", path, count)
            await story.buyer.refused(403, "not-allowed", "PUT", path, count)
        for grams in (f.GINGER_STOCK + 500, f.GINGER_STOCK):
            stock = await story.seller.person.put(path, {"on_hand": grams, "reason": "复秤"})
            assert (stock["on_hand"], stock["promised"], stock["available"]) == (grams, 0, grams)

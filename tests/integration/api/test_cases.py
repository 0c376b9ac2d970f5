"""Whoever has no account brings up what is wrong at the door, follows it by its code, and reads what came of it."""

from typing import Any

from shared.ids import new_id
from tests.build.papers import PDF
from tests.build.people import People
from tests.integration.api.street import Street


class TestCaseAtTheDoor:
    async def test_is_raised_and_followed_without_an_account(self, people: People, street: Street) -> None:
        public, officer = people.public, street.people["officer"]
        case, document = f"/cases/{new_id()}", new_id()
        wanted = {
            "kind": "complaint",
            "subject": "canteen",
            "subject_id": street.ids["canteen_id"],
            "text": "所送蔬菜有异味\n已留样",
            "contact": "0731-5555 0001",
        }
        first = await public.ask("PUT", case, wanted)
        again = await public.ask("PUT", case, wanted)
        assert (first.status_code, again.status_code) == (201, 200)
        receipt = first.json()
        assert again.json() == receipt
        assert (receipt["contact"], [step["step"] for step in receipt["steps"]]) == (None, ["receive"])
        await public.refused(409, "case-differs", "PUT", case, {**wanted, "text": "改了"})

        paper = f"{case}/evidence/{document}?name=photo.pdf"
        await public.refused(404, "no-such-case", "PUT", paper, content=PDF, media_type="application/pdf")
        code = receipt["code"]
        pdf: dict[str, Any] = {"content": PDF, "media_type": "application/pdf"}
        # A code in the address would stand in every log on its way.
        await public.refused(422, "invalid-fields", "PUT", f"{paper}&code={code}", **pdf)
        await public.refused(422, "invalid-fields", "PUT", paper, headers={"Case-Code": "a b"}, **pdf)
        await public.refused(404, "no-such-case", "PUT", paper, headers={"Case-Code": "A" * 16}, **pdf)
        filed = await public.put(paper, headers={"Case-Code": code.lower()}, **pdf)
        assert [one["document_id"] for one in filed["papers"]] == [str(document)]

        for refused in (("GET", case), ("GET", "/cases"), ("POST", f"{case}/evidence/{document}/links")):
            await public.refused(401, "not-signed-in", *refused)
        step = {"step": "accept", "reason": "已受理"}
        await public.refused(401, "not-signed-in", "POST", f"{case}/steps", step)
        await street.people["buyer"].refused(403, "not-allowed", "POST", f"{case}/steps", step)

        key = str(new_id())
        accepted = await officer.post(f"{case}/steps", step, key=key)
        assert await officer.post(f"{case}/steps", step, key=key) == accepted
        await officer.post(f"{case}/steps", {"step": "answer", "reason": "经核查属实"})
        await officer.post(f"{case}/steps", {"step": "close", "reason": "已退款", "outcome": "upheld"})
        whole = await officer.get(case)
        assert (whole["state"], whole["outcome"], whole["contact"]) == ("closed", "upheld", wanted["contact"])
        listed = await officer.get("/cases", state="closed")
        assert whole["case_id"] in [one["case_id"] for one in listed["items"]]
        link = await officer.post(f"{case}/evidence/{document}/links")
        assert link["href"]

        followed = await public.post("/case-follow-ups", {"code": code})
        assert (followed["recorded"], followed["answered"], followed["followed_up"]) == (True, True, True)
        assert {step["account_name"] for step in followed["steps"]} == {""}
        await public.refused(404, "no-such-case", "POST", f"{case}/reopening", {"reason": "不服", "code": "A" * 16})
        reopened = await public.post(f"{case}/reopening", {"reason": "不服", "code": code})
        assert (reopened["state"], reopened["outcome"], reopened["reopened"]) == ("received", None, True)
        told = await public.get("/case-statistics")
        assert receipt["unit"]["id"] in [unit["unit_id"] for unit in told["units"]]

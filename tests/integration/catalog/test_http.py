"""Catalog's own HTTP: who is asking is verified here, what is refused says why, and photos may be cached."""

import asyncio
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.catalog.main import NAME, build, opened
from services.catalog.usecases.desk import Desk
from shared.clock import SettableClock
from shared.contracts.authority import Identity, operations_of
from shared.contracts.words import UnitLevel
from shared.db.plumbing import outbox
from shared.events.broker import Broker
from shared.events.consumer import settle
from shared.files import S3ObjectStore
from shared.http.identity import IdentitySigner
from shared.ids import derived_id, new_id
from tests.build.catalog import (
    ELSEWHERE,
    PROVINCE,
    a_listing,
    a_person,
    a_photo,
    a_supplier,
    admitted,
    an_officer,
    applied,
    on_sale,
    seated,
    submitted,
)
from tests.build.papers import PDF
from tests.integration.catalog.conftest import Kept, a_unit, settings_from

Http = httpx.AsyncClient


class Asker:
    """Asks as someone, with a token that the gateway would sign."""

    def __init__(self, http: Http, signer: IdentitySigner, identity: Identity | None) -> None:
        self._http, self._signer, self._identity = http, signer, identity

    async def __call__(self, method: str, path: str, **how: Any) -> httpx.Response:
        headers = {"accept-language": "en", **how.pop("headers", {})}
        if self._identity is not None:
            headers["authorization"] = f"Bearer {self._signer.sign(self._identity, NAME)}"
        return await self._http.request(method, path, headers=headers, **how)


@pytest.fixture
def asking(http: Http, signer: IdentitySigner) -> Any:
    return lambda identity=None: Asker(http, signer, identity)


class TestTheWay:
    async def test_from_application_to_the_list(self, asking: Any, kept: Kept) -> None:
        person, officer, county = a_person(name="陈小红"), asking(an_officer(PROVINCE)), asking(an_officer())
        supplier_id, listing_id, photo_id = new_id(), new_id(), new_id()
        applicant = asking(person)
        answer = await applicant("PUT", f"/suppliers/{supplier_id}", json=a_supplier().model_dump(mode="json"))
        assert (answer.status_code, answer.json()["state"]) == (200, "applied")
        filed = await applicant(
            "PUT",
            f"/suppliers/{supplier_id}/documents/{new_id()}?kind=recognition&name=认定书.pdf",
            content=PDF,
            headers={"content-type": "application/pdf"},
        )
        assert filed.json()["name"] == "认定书.pdf"
        review = {"outcome": "recommend", "reason": "属实"}
        answer = await county("POST", f"/suppliers/{supplier_id}/reviews", json=review)
        assert answer.json()["state"] == "recommended"
        review = {"outcome": "admit", "reason": "属实"}
        answer = await officer("POST", f"/suppliers/{supplier_id}/reviews", json=review)
        assert answer.json()["state"] == "admitted"
        seller = asking(seated(person, supplier_id))
        terms = a_listing(supplier_id).model_dump(mode="json")
        assert (await seller("PUT", f"/listings/{listing_id}", json=terms)).json()["state"] == "draft"
        path = f"/listings/{listing_id}/photos/{photo_id}"
        sent = await seller("PUT", path, content=a_photo(900, 600), headers={"content-type": "image/jpeg"})
        assert sent.json()["width_pixels"] == 900
        assert (await seller("POST", f"/listings/{listing_id}/submission")).json()["state"] == "submitted"
        queue = await officer("GET", "/listings?state=submitted")
        assert [item["listing_id"] for item in queue.json()["items"]] == [str(listing_id)]
        published = await officer("POST", f"/listings/{listing_id}/reviews", json={"outcome": "publish"})
        assert published.json()["published_version"] == 1
        public = asking()
        found = await public("GET", "/listings?q=生姜&limit=5")
        assert found.headers["content-type"] == "application/json"
        [item] = found.json()["items"]
        assert (item["listing_id"], item["photo_id"]) == (str(listing_id), str(photo_id))
        photo = await public("GET", f"{path}?size=thumb")
        assert photo.headers["content-type"] == "image/jpeg"
        assert photo.headers["cache-control"] == "public, max-age=31536000, immutable"
        again = await public("GET", f"{path}?size=thumb", headers={"if-none-match": photo.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        gone = await seller("POST", f"/listings/{listing_id}/withdrawal")
        assert gone.json()["state"] == "withdrawn"
        kept_for_orders = await public("GET", path)
        assert kept_for_orders.status_code == 200

    async def test_a_document_goes_out_as_a_file_that_nothing_runs(self, asking: Any, desk: Desk) -> None:
        seller = await applied(desk)
        owner = asking(seller.person)
        [document] = (await owner("GET", f"/suppliers/{seller.id}")).json()["documents"]
        answer = await owner("GET", f"/suppliers/{seller.id}/documents/{document['document_id']}")
        assert answer.content == PDF
        assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%E8%AE%A4")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "private, no-store"


class TestLinks:
    async def test_open_a_document_for_five_minutes_without_a_token(
        self, asking: Any, desk: Desk, clock: SettableClock
    ) -> None:
        seller = await applied(desk)
        [document] = (await asking(seller.person)("GET", f"/suppliers/{seller.id}")).json()["documents"]
        path = f"/suppliers/{seller.id}/documents/{document['document_id']}"
        made = await asking(an_officer(PROVINCE))("POST", f"{path}/links")
        href, public = made.json()["href"], asking()
        answer = await public("GET", href)
        assert (answer.status_code, answer.content) == (200, PDF)
        assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%E8%AE%A4")
        assert (answer.headers["cache-control"], answer.headers["x-content-type-options"]) == (
            "private, no-store",
            "nosniff",
        )
        clock.set(clock.now() + timedelta(minutes=5))
        dead = await public("GET", href)
        assert (dead.status_code, dead.json()["type"]) == (404, "/problems/link-dead")

    async def test_are_given_to_nobody_without_a_right_and_open_no_other_file(
        self, asking: Any, desk: Desk, kept: Kept
    ) -> None:
        seller, rival = await applied(desk), await applied(desk)
        [document] = (await asking(seller.person)("GET", f"/suppliers/{seller.id}")).json()["documents"]
        [other] = (await asking(rival.person)("GET", f"/suppliers/{rival.id}")).json()["documents"]
        path = f"/suppliers/{seller.id}/documents/{document['document_id']}"
        href = (await asking(seller.person)("POST", f"{path}/links")).json()["href"]
        async with kept.unchanged():
            for person, status in ((None, 401), (a_person(), 403), (rival.person, 403), (an_officer(ELSEWHERE), 403)):
                assert (await asking(person)("POST", f"{path}/links")).status_code == status
            missing = path.replace(document["document_id"], other["document_id"])
            assert (await asking(seller.person)("POST", f"{missing}/links")).status_code == 404
            for bent in (
                href.replace(document["document_id"], other["document_id"]),
                href.replace(str(seller.id), str(rival.id)),
                href.replace("kind=supplier-document", "kind=price-proof"),
                href.replace("signature=", "signature=0")[:-1],
            ):
                answer = await asking()("GET", bent)
                assert (answer.status_code, answer.json()["type"]) == (404, "/problems/link-dead"), bent
            odd = await asking()("GET", href.replace("expires=", "expires=x"))
            assert (odd.status_code, odd.json()["errors"][0]["field"]) == (422, "expires")


class TestRefusals:
    async def test_each_has_its_kind_and_leaves_nothing(self, asking: Any, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        listing_id = await on_sale(desk, seller)
        supplier, listing, nobody = f"/suppliers/{seller.id}", f"/listings/{listing_id}", f"/listings/{new_id()}"
        said, terms = a_supplier().model_dump(mode="json"), a_listing(seller.id).model_dump(mode="json")
        admit, publish = {"outcome": "admit"}, {"outcome": "publish"}
        document = f"{supplier}/documents/{new_id()}?kind=other&name=a"
        photo = f"{listing}/photos/{new_id()}"
        foreign, stranger, public = an_officer(ELSEWHERE), a_person(), None
        cases: list[tuple[Any, str, str, Any, int, str]] = [
            (public, "PUT", supplier, said, 401, "not-signed-in"),
            (stranger, "PUT", supplier, said, 403, "not-allowed"),
            (public, "POST", f"{supplier}/reviews", admit, 401, "not-signed-in"),
            (foreign, "POST", f"{supplier}/reviews", admit, 403, "not-allowed"),
            (seller.person, "POST", f"{supplier}/reviews", admit, 403, "not-allowed"),
            (foreign, "POST", f"/suppliers/{new_id()}/reviews", admit, 404, "supplier-not-found"),
            (an_officer(), "POST", f"{supplier}/reviews", admit, 403, "admitted-from-above"),
            (an_officer(PROVINCE), "POST", f"{supplier}/reviews", admit, 409, "wrong-state"),
            (stranger, "PUT", document, b"%PDF-1", 403, "not-allowed"),
            (seller.person, "PUT", document, b"", 422, "file-empty"),
            (seller.person, "PUT", document, b"GIF89a", 422, "file-kind-unknown"),
            (seller.person, "PUT", document, b"%PDF-" + b"x" * 10 * 1024**2, 413, "file-too-large"),
            (seller.person, "PUT", document, b"%PDF-" + b"x" * 13 * 1024**2, 413, "body-too-large"),
            (seller.person, "PUT", document.replace("other", "poem"), b"%PDF-1", 422, "invalid-fields"),
            (stranger, "PUT", listing, terms, 403, "not-allowed"),
            (seller.person, "PUT", listing, terms | {"price_fen": "0"}, 422, "invalid-fields"),
            (seller.person, "PUT", listing, terms | {"colour": "red"}, 422, "invalid-fields"),
            (seller.person, "PUT", listing, terms | {"category": "gold"}, 422, "invalid-fields"),
            (seller.person, "PUT", photo, b"\xff\xd8\xff", 422, "photo-unreadable"),
            (seller.person, "PUT", photo, b"%PDF-1", 422, "file-kind-unknown"),
            (seller.person, "PUT", f"{nobody}/photos/{new_id()}", b"\xff\xd8\xff", 404, "listing-not-found"),
            (public, "GET", nobody, None, 404, "listing-not-found"),
            (public, "GET", f"{listing}?version=9", None, 404, "listing-version-not-found"),
            (public, "GET", f"{listing}?version=0", None, 422, "invalid-fields"),
            (public, "GET", "/listings/x", None, 422, "invalid-fields"),
            (public, "GET", photo, None, 404, "photo-not-found"),
            (public, "GET", "/listings?sort=best", None, 422, "invalid-fields"),
            (public, "GET", "/listings?colour=red", None, 422, "invalid-fields"),
            (public, "GET", "/listings?state=draft", None, 401, "not-signed-in"),
            (public, "GET", f"/listings?counts_for={new_id()}", None, 404, "canteen-not-found"),
            (public, "GET", "/suppliers?limit=101", None, 422, "invalid-fields"),
            (an_officer(), "POST", f"{listing}/reviews", publish, 409, "wrong-state"),
            (foreign, "POST", f"{listing}/reviews", publish, 403, "not-allowed"),
            (stranger, "POST", f"{listing}/submission", None, 403, "not-allowed"),
            (seller.person, "POST", f"{listing}/submission", None, 409, "nothing-to-review"),
            (stranger, "POST", f"{listing}/withdrawal", None, 403, "not-allowed"),
        ]
        async with kept.unchanged():
            for who, method, path, body, status, kind in cases:
                how = {"content": body} if isinstance(body, bytes) else {} if body is None else {"json": body}
                headers = {"content-type": "application/octet-stream"} if isinstance(body, bytes) else {}
                answer = await asking(who)(method, path, headers=headers, **how)
                case = f"{method} {path} {str(body)[:40]}: {answer.text[:300]}"
                assert answer.status_code == status, case
                assert answer.headers["content-type"] == "application/problem+json", case
                assert answer.json()["type"] == f"/problems/{kind}", case

    async def test_names_the_field_in_the_readers_language(self, asking: Any) -> None:
        answer = await asking()("GET", "/listings?county=999999", headers={"accept-language": "zh-CN"})
        assert answer.json()["errors"] == [{"field": "county", "says": "不是国家标准行政区划代码"}]

    async def test_a_token_for_another_program_is_none(self, http: Http, signer: IdentitySigner) -> None:
        token = signer.sign(a_person(), "order")
        answer = await http.get("/listings?state=draft", headers={"authorization": f"Bearer {token}"})
        assert answer.status_code == 401
        assert answer.json()["type"] == "/problems/bad-token"

    async def test_what_is_no_text_is_refused_by_name(self, asking: Any, kept: Kept) -> None:
        said = a_supplier().model_dump(mode="json")
        async with kept.unchanged():
            for bent in ({"name": "a\x00"}, {"name": "\ud800"}, {"\ud800": 1}, {"contact_phone": None}):
                body = json.dumps(said | bent)
                answer = await asking(a_person())("PUT", f"/suppliers/{new_id()}", content=body)
                assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-fields"), answer.text


class TestRepeats:
    async def test_one_key_does_it_once(self, asking: Any, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        first, second = await submitted(desk, seller), await submitted(desk, seller, name="茶油")
        officer = asking(an_officer())
        key = {"idempotency-key": "publish-1"}

        async def publish(listing_id: UUID, outcome: str = "publish") -> httpx.Response:
            body = {"outcome": outcome, "reason": "x"}
            answer: httpx.Response = await officer("POST", f"/listings/{listing_id}/reviews", json=body, headers=key)
            return answer

        answers = await asyncio.gather(*(publish(first) for _ in range(3)))
        assert {answer.status_code for answer in answers} == {200}
        assert all(answer.json() == answers[0].json() for answer in answers)
        assert (await kept.types_said()).count("listing.published") == 1
        async with kept.unchanged():
            for answer in (await publish(second), await publish(first, "suspend")):
                assert (answer.status_code, answer.json()["type"]) == (409, "/problems/key-reused")
            bad = await officer("POST", f"/listings/{first}/reviews", json={}, headers={"idempotency-key": "a b"})
            assert bad.status_code == 422


class TestTheDocument:
    def test_has_every_operation_of_the_policy_and_no_other(self, env: dict[str, str]) -> None:
        document = build(settings_from(env)).openapi()
        told = {
            operation["operationId"]: (method.upper(), path)
            for path, methods in document["paths"].items()
            if not path.startswith("/internal/")
            for method, operation in methods.items()
        }
        assert told == {name: (one.method, one.path) for name, one in operations_of(NAME)}
        internal = {path for path in document["paths"] if path.startswith("/internal/")}
        assert internal == {"/internal/contact-matches", "/internal/ties"}

    async def test_health_tells_of_each_part(self, http: Http) -> None:
        assert (await http.get("/health/live")).text == "live"
        ready = await http.get("/health/ready")
        assert ready.json()["parts"]["files"] is True


class TestByMessage:
    async def test_what_is_said_arrives_and_what_is_heard_is_kept(
        self, env: dict[str, str], desk: Desk, kept: Kept, files: S3ObjectStore
    ) -> None:
        """One supplier applies, a unit is said by hand, and the program's own relay and consumers do the rest."""
        seller = await applied(desk, county_code="430225")
        unit = a_unit("430225", UnitLevel.COUNTY, "/430000/430200/430225/", version=7)
        async with opened(settings_from(env, run="relay,consume")) as program:
            quota = Broker(env["NATS_URL"], program="tests", prefix=env["STREAM_PREFIX"])
            await quota.connect()
            async with program.uow.begin() as tx:
                tx.source = "procurement_quota"
                await tx.publish(unit)
                await tx.flush()
                body = await tx.value(outbox.select().with_only_columns(outbox.c.body).order_by(outbox.c.id.desc()))
                await tx.execute(outbox.delete().where(outbox.c.type == "unit.changed"))
            await quota.publish([("procurement_quota.unit.changed", str(new_id()), body.encode())])
            async with asyncio.timeout(20):
                path = "SELECT unit_path FROM suppliers WHERE supplier_id = :id"
                while await kept.value(path, id=seller.id) != "/430000/430200/430225/":
                    await asyncio.sleep(0.05)
                while await kept.value("SELECT count(*) FROM outbox WHERE sent_at IS NULL"):
                    await asyncio.sleep(0.05)
            await settle(program.consumers)
            await quota.close()
        version = "SELECT version FROM units WHERE unit_id = :id"
        assert await kept.value(version, id=derived_id("unit", "430225")) == 7

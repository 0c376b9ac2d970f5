"""The small mechanisms hold their promises."""

from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID, uuid4

import pytest

from shared.clock import SettableClock, business_date
from shared.contracts.authority import (
    Identity,
    NotAllowed,
    Owned,
    OwnRequest,
    Role,
    Seat,
    allows,
    require,
    supplier_seats,
)
from shared.contracts.words import Fund
from shared.errors import InvalidFields, NotSignedIn, field_problem
from shared.http.identity import BadToken, IdentitySigner, IdentityVerifier
from shared.http.paging import decode_cursor, encode_cursor
from shared.http.problems import document, language_of, status_of
from shared.ids import derived_id, new_id, order_id
from shared.reference import county, county_name, divisions
from shared.states import StateMachine, WrongState

NOW = datetime(2026, 1, 1, 0, 0, tzinfo=UTC)
SEED = bytes(range(32))


class Door(StrEnum):
    OPEN = "open"
    SHUT = "shut"
    LOCKED = "locked"


DOOR = StateMachine(Door, {"shut": ({Door.OPEN}, Door.SHUT), "lock": ({Door.SHUT}, Door.LOCKED)})


class TestStateMachine:
    @pytest.mark.parametrize("state", list(Door))
    @pytest.mark.parametrize("verb", ["shut", "lock"])
    def test_the_whole_square(self, state: Door, verb: str) -> None:
        open_squares = {(Door.OPEN, "shut"): Door.SHUT, (Door.SHUT, "lock"): Door.LOCKED}
        if (state, verb) in open_squares:
            assert DOOR.check(state, verb) is open_squares[state, verb]
        else:
            with pytest.raises(WrongState):
                DOOR.check(state, verb)

    def test_the_other_three_readers(self) -> None:
        assert DOOR.open_from("lock") == ["shut"]
        assert DOOR.sql_check("state") == "state IN ('open', 'shut', 'locked')"
        assert "shut --> locked: lock" in DOOR.mermaid()


class TestClock:
    def test_a_business_date_is_shanghais(self) -> None:
        assert business_date(datetime(2025, 12, 31, 16, 0, tzinfo=UTC)).isoformat() == "2026-01-01"

    def test_two_looks_are_never_the_same(self) -> None:
        clock = SettableClock(NOW)
        assert clock.now() < clock.now()

    def test_a_task_may_have_its_own_time(self) -> None:
        clock = SettableClock(NOW)
        with clock.at(datetime(2025, 5, 5, tzinfo=UTC)):
            assert clock.now().year == 2025
        assert clock.now().year == 2026


class TestIdentity:
    def setup_method(self) -> None:
        self.clock = SettableClock(NOW)
        self.signer = IdentitySigner(SEED, self.clock)
        public = self.signer._key.public_key().public_bytes_raw()
        self.verifier = IdentityVerifier(public, "order", self.clock)
        self.identity = Identity(new_id(), new_id(), "张三", (Seat(Role.BUYER, new_id(), "/430000/"),))

    def test_what_was_signed_is_read(self) -> None:
        assert self.verifier.verify(self.signer.sign(self.identity, "order")) == self.identity

    def test_another_audience_is_refused(self) -> None:
        with pytest.raises(BadToken):
            self.verifier.verify(self.signer.sign(self.identity, "catalog"))

    def test_an_expired_token_is_refused_though_it_was_verified_before(self) -> None:
        token = self.signer.sign(self.identity, "order", seconds=60)
        self.verifier.verify(token)
        self.clock.set(datetime(2026, 1, 1, 0, 1, 1, tzinfo=UTC))
        with pytest.raises(BadToken):
            self.verifier.verify(token)

    def test_another_key_is_refused(self) -> None:
        with pytest.raises(BadToken):
            self.verifier.verify(IdentitySigner(bytes(32), self.clock).sign(self.identity, "order"))

    @pytest.mark.parametrize("text", ["", "x.y.z", "eyJhbGciOiJub25lIn0.e30."])
    def test_what_is_no_token_is_refused(self, text: str) -> None:
        with pytest.raises(BadToken):
            self.verifier.verify(text)


class TestAuthority:
    def who(self, role: Role, organisation: UUID | None = None, path: str = "") -> Identity:
        return Identity(new_id(), new_id(), "n", (Seat(role, organisation or new_id(), path),))

    def test_the_public_is_asked_to_sign_in(self) -> None:
        with pytest.raises(NotSignedIn):
            require(None, "put_basket", Owned(canteen_id=uuid4()))

    def test_a_buyer_reaches_the_own_canteen_and_no_other(self) -> None:
        canteen = uuid4()
        buyer = self.who(Role.BUYER, canteen, "/430000/430100/")
        assert allows(buyer, "put_basket", Owned(canteen_id=canteen))
        assert not allows(buyer, "put_basket", Owned(canteen_id=uuid4()))

    @pytest.mark.parametrize(
        ("role", "may"),
        [
            (Role.SUPPLIER, {"put_supplier", "put_listing", "pack_order", "get_order", "credit_order"}),
            (Role.SELLER, {"put_listing", "get_order"}),
            (Role.PACKER, {"pack_order", "get_order"}),
            (Role.HELPER, {"put_supplier", "put_listing", "pack_order", "get_order"}),
            (Role.OFFICER, set()),
        ],
    )
    def test_each_of_a_suppliers_people_does_their_part_and_nobody_elses(self, role: Role, may: set[str]) -> None:
        supplier = uuid4()
        one = self.who(role, supplier)
        asked = ("put_supplier", "put_listing", "pack_order", "get_order", "credit_order")
        assert {operation for operation in asked if allows(one, operation, Owned(supplier_id=supplier))} == may
        assert not any(allows(one, operation, Owned(supplier_id=uuid4())) for operation in asked)
        assert [seat.organisation_id for seat in supplier_seats(one)] == ([supplier] if may else [])

    def test_a_subtree_is_a_prefix(self) -> None:
        auditor = self.who(Role.AUDITOR, path="/430000/430100/")
        assert allows(auditor, "get_statement", Owned(unit_path="/430000/430100/430102/"))
        assert not allows(auditor, "get_statement", Owned(unit_path="/430000/430200/"))
        assert not allows(auditor, "get_statement", Owned(unit_path=None))

    def test_verification_is_for_a_unit_above(self) -> None:
        finance = self.who(Role.FINANCE, path="/430000/430100/")
        own = Owned(unit_path="/430000/430100/")
        below = Owned(unit_path="/430000/430100/430102/")
        assert not allows(finance, "verify_off_platform_purchase", own)
        assert allows(finance, "verify_off_platform_purchase", below)

    def test_a_seat_without_a_path_reaches_no_unit(self) -> None:
        assert not allows(self.who(Role.AUDITOR), "get_statement", Owned(unit_path="/430000/"))

    def test_nobody_decides_on_their_own_request(self) -> None:
        approver = self.who(Role.APPROVER, path="/430000/")
        with pytest.raises(OwnRequest):
            require(approver, "decide_requisition", Owned(unit_path="/430000/", asked_by=approver.account_id))
        require(approver, "decide_requisition", Owned(unit_path="/430000/", asked_by=new_id()))

    def test_another_role_is_refused(self) -> None:
        with pytest.raises(NotAllowed):
            require(self.who(Role.AUDITOR, path="/430000/"), "decide_requisition", Owned(unit_path="/430000/"))


class TestProblems:
    def test_a_field_is_named_in_the_readers_language(self) -> None:
        refusal = InvalidFields(field_problem("price_fen", "is too small", "数值太小", least=1))
        assert document(refusal, language="zh")["errors"] == [{"field": "price_fen", "says": "数值太小", "least": 1}]
        assert document(refusal)["errors"] == [{"field": "price_fen", "says": "is too small", "least": 1}]
        assert document(refusal)["type"] == "/problems/invalid-fields"
        assert status_of(refusal) == 422

    @pytest.mark.parametrize(
        ("header", "language"),
        [("", "zh"), ("en-GB,en;q=0.9", "en"), ("fr, zh;q=0.5, en;q=0.4", "zh"), ("en;q=bad, zh", "zh")],
    )
    def test_the_language_is_the_readers(self, header: str, language: str) -> None:
        assert language_of({"accept-language": header}) == language


class TestPaging:
    def test_a_cursor_comes_back_as_it_was(self) -> None:
        assert decode_cursor(encode_cursor([12, "a"]), int, str) == [12, "a"]

    @pytest.mark.parametrize(
        "text", ["%%", "bm8", encode_cursor([1]), encode_cursor([True, "a"]), encode_cursor([1, 2])]
    )
    def test_refuses_what_is_none(self, text: str) -> None:
        with pytest.raises(InvalidFields):
            decode_cursor(text, int, str)


class TestIds:
    def test_one_order_a_supplier_and_requisition(self) -> None:
        requisition, supplier = new_id(), new_id()
        assert order_id(requisition, supplier) == order_id(requisition, supplier)
        assert order_id(requisition, supplier) != order_id(requisition, new_id())

    def test_facts_do_not_run_together(self) -> None:
        assert derived_id("a", "bc") != derived_id("ab", "c")

    def test_ids_grow_with_time(self) -> None:
        assert new_id() < new_id() or new_id() < new_id()


class TestReference:
    def test_the_same_name_is_two_counties(self) -> None:
        assert county_name("430802") == "湖南省张家界市永定区"
        assert county_name("350803") == "福建省龙岩市永定区"

    def test_the_zone_that_the_standard_leaves_out_is_there(self) -> None:
        found = county("431271")
        assert found is not None
        assert found.name == "洪江区"

    def test_hunan_has_its_counties(self) -> None:
        hunan = [d for d in divisions().values() if d.level == "county" and d.code.startswith("43")]
        assert len(hunan) >= 123

    def test_words_are_closed(self) -> None:
        assert [fund.value for fund in Fund] == ["canteen", "union"]

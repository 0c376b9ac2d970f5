"""Every kind of notice is worded in both languages, and a fact is told exactly, on one line, whatever was typed."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.routing import Match

import services.order.usecases
from gateway import pages
from gateway.domain.notice_words import LABELS, VALUE_LENGTH_MAX, WORDS, lines_of, page_of, title_of
from services.order.domain.cases import CaseKind, CaseOutcome
from services.order.domain.states import CASE, ON_SITE, REQUISITION, RETURN
from shared.contracts.words import NoticeKind
from shared.ids import new_id

IDS = {"order_id", "standing_order_id"}
"""Facts by which a page is found, told to nobody."""


def raised_facts() -> Iterator[tuple[str, str]]:
    """Read from the order program by which names its notices state facts, each with the file."""
    for path in Path(services.order.usecases.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            called = isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("raise_notice", "notice_of")
            named = isinstance(node, ast.Assign) and any(getattr(one, "id", "") == "facts" for one in node.targets)
            for one in ast.walk(node) if called or named else ():
                if isinstance(one, ast.Dict):
                    yield from ((str(key.value), path.name) for key in one.keys if isinstance(key, ast.Constant))


class TestWords:
    def test_are_there_for_every_kind_in_both_languages(self) -> None:
        assert WORDS.keys() == set(NoticeKind)
        for kind in NoticeKind:
            zh, en = title_of(kind, "zh"), title_of(kind, "en")
            assert not zh.isascii()
            assert en.isascii()
            assert (lines_of(kind, {}, "zh"), lines_of(kind, {}, "en")) == ([WORDS[kind].do_zh], [WORDS[kind].do_en])

    def test_of_no_two_kinds_are_the_same(self) -> None:
        for language in ("zh", "en"):
            assert len({title_of(kind, language) for kind in NoticeKind}) == len(NoticeKind)

    def test_labels_are_told_in_both_languages(self) -> None:
        assert all(not zh.isascii() and en.isascii() for zh, en in LABELS.values())


class TestFacts:
    def test_that_are_raised_have_a_label(self) -> None:
        raised = dict(raised_facts())
        assert len(raised) > 10
        assert {name: where for name, where in raised.items() if name not in LABELS.keys() | IDS} == {}

    def test_tell_every_outcome_in_chinese(self) -> None:
        outcomes = {*REQUISITION.edges, *RETURN.edges, *CASE.edges, *ON_SITE.edges, *CaseOutcome, "overdue"} - {
            "endorse",
            "enter",
        }
        for name, values in (("outcome", outcomes), ("name", set(CaseKind))):
            told = {value: lines_of(NoticeKind.CASE_MOVED, {name: str(value)}, "zh")[1] for value in values}
            assert [value for value, line in told.items() if line.endswith(str(value))] == []

    @pytest.mark.parametrize(
        ("name", "value", "zh", "en"),
        [
            ("amount_fen", "1300005", "金额：13,000.05 元", "Amount: CNY 13,000.05"),
            ("amount_fen", "-7", "金额：-0.07 元", "Amount: CNY -0.07"),
            ("amount_fen", "many", "金额：many", "Amount: many"),
            ("weight_grams", "50040", "重量：50.040 kg", "Weight: 50.040 kg"),
            ("tolerance_bp", "500", "允许误差：5.00 %", "Tolerance: 5.00 %"),
            ("outcome", "refuse", "结果：不同意", "Outcome: refuse"),
            ("fund", "union", "资金渠道：工会经费", "Fund: union"),
            ("reason", "太贵\r\nBcc: x@y", "理由：太贵 Bcc: x@y", "Reason: 太贵 Bcc: x@y"),
        ],
    )
    def test_are_worded_by_their_unit(self, name: str, value: str, zh: str, en: str) -> None:
        assert lines_of(NoticeKind.REQUISITION_WAITS, {name: value}, "zh")[1:] == [zh]
        assert lines_of(NoticeKind.REQUISITION_WAITS, {name: value}, "en")[1:] == [en]

    def test_that_are_not_known_or_empty_are_left_out(self) -> None:
        assert len(lines_of(NoticeKind.ORDER_PLACED, {"moon": "full", "reason": ""}, "en")) == 1

    def test_that_are_long_are_cut(self) -> None:
        (line,) = lines_of(NoticeKind.ORDER_PLACED, {"reason": "长" * 5_000}, "zh")[1:]
        assert line == f"理由：{'长' * (VALUE_LENGTH_MAX - 1)}…"


class TestPage:
    def test_is_where_the_matter_is_dealt_with(self) -> None:
        subject, order = new_id(), new_id()
        assert page_of(NoticeKind.REQUISITION_WAITS, subject, {}) == f"/requisitions/{subject}"
        assert page_of(NoticeKind.ORDER_PLACED, subject, {}) == f"/orders/{subject}"
        assert page_of(NoticeKind.RETURN_ASKED, subject, {"order_id": str(order)}) == f"/orders/{order}"
        assert page_of(NoticeKind.ON_SITE_WAITS, subject, {}) == f"/on-site/{subject}"
        assert page_of(NoticeKind.STATEMENT_ISSUED, subject, {}) == f"/accounts/{subject}"
        assert page_of(NoticeKind.HOLD_FAILED, subject, {}) == f"/orders/{subject}"
        assert page_of(NoticeKind.INVOICE_DIFFERS, subject, {"order_id": str(order)}) == f"/invoices/{subject}"
        drafted = {"standing_order_id": str(order)}
        assert page_of(NoticeKind.STANDING_DRAFTED, subject, drafted) == f"/standing-orders/{order}"
        for bent in ({}, {"standing_order_id": "../accounts"}):
            assert page_of(NoticeKind.STANDING_DRAFTED, subject, bent) is None
        for bent in ({}, {"order_id": "//evil.example"}, {"order_id": ""}, {"order_id": "-" * 36}):
            assert page_of(NoticeKind.RETURN_ASKED, subject, bent) is None

    @pytest.mark.parametrize("kind", NoticeKind)
    def test_is_one_that_is_served_and_names_the_matter(self, kind: NoticeKind) -> None:
        subject, order = str(new_id()), str(new_id())
        for facts in ({}, {"order_id": order, "standing_order_id": order}):
            page = page_of(kind, subject, facts)
            if page is not None:
                assert page.endswith((subject, order))
                asked = {"type": "http", "method": "GET", "path": page}
                assert Match.FULL in {route.matches(asked)[0] for route in pages.routes}

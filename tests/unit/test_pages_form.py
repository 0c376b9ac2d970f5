"""A form keeps what was typed, and says beside each field what needs mending."""

import pytest

from gateway.pages.kit.asking import Refused
from gateway.pages.kit.form import FieldError, Form
from gateway.pages.kit.language import Speech
from gateway.pages.kit.page import safe_next


def typed(**values: str) -> Form:
    return Form(Speech("zh"), dict(values))


class TestForm:
    def test_reads_each_kind(self) -> None:
        form = typed(name=" 生姜 ", price="12.5", weight="3斤", boxes="4", on="2026-03-05", kind="a")
        assert form.text("name") == "生姜"
        assert form.fen("price") == 1250
        assert form.grams("weight") == 1500
        assert form.quantity("boxes", "piece") == 4
        assert str(form.day("on")) == "2026-03-05"
        assert form.choice("kind", ("a", "b")) == "a"
        assert form.ok

    def test_says_what_is_wrong_beside_the_field_and_keeps_what_was_typed(self) -> None:
        form = typed(price="12.345", name="")
        assert form.fen("price") is None
        form.text("name")
        assert form.errors == [
            FieldError("price", "金额最多两位小数。"),
            FieldError("name", "请填写这一项。"),
        ]
        assert form.error("price") == "金额最多两位小数。"
        assert form.value("price", "9") == "12.345"

    def test_leaves_an_optional_field_empty(self) -> None:
        form = typed(price=" ")
        assert form.fen("price", needed=False) is None
        assert form.ok

    def test_refuses_a_hidden_id_that_is_none(self) -> None:
        form = typed(id="x")
        assert form.id("id") is None
        assert form.errors[0].field == ""

    def test_refuses_a_word_that_was_not_offered(self) -> None:
        form = typed(kind="c")
        assert form.choice("kind", ("a", "b")) is None
        assert not form.ok

    def test_bounds_a_text(self) -> None:
        form = typed(name="生" * 81)
        form.text("name", most=80)
        assert form.error("name") == "最多 80 个字。"


class TestRefusal:
    def test_stands_beside_the_field_of_the_page(self) -> None:
        form = typed(price="0", invoice="1")
        document = {
            "type": "/problems/invalid-fields",
            "title": "部分内容需要修改。",
            "errors": [
                {"field": "price_fen", "says": "数值太小"},
                {"field": "invoice.number", "says": "格式不正确"},
                {"field": "other", "says": "没有这个字段"},
            ],
        }
        form.take(Refused.of(422, document), {"price_fen": "price", "invoice.number": "invoice"})
        assert form.errors == [
            FieldError("price", "数值太小"),
            FieldError("invoice", "格式不正确"),
            FieldError("", "没有这个字段"),
        ]

    def test_is_said_above_the_form_when_it_names_no_field(self) -> None:
        form = typed()
        form.take(Refused.of(409, {"type": "/problems/stock-short", "title": "库存不足。", "left": 3}))
        assert form.errors == [FieldError("", "库存不足。")]

    def test_that_is_no_problem_document_is_a_surprise(self) -> None:
        found = Refused.of(500, None)
        assert found.slug == "unexpected"
        assert found.sentence(Speech("zh")) == "系统出现意外错误，我们已记录。"


class TestNext:
    @pytest.mark.parametrize("url", ["/basket", "/statements/1?year=2026", "/catalogue?q=姜"])
    def test_stays_on_this_site(self, url: str) -> None:
        assert safe_next(url) == url

    @pytest.mark.parametrize(
        "url",
        ["//evil.example", "https://evil.example/", "javascript:alert(1)", "/\\evil.example", "basket", "", "/a\nb"],
    )
    def test_goes_home_instead_of_elsewhere(self, url: str) -> None:
        assert safe_next(url) == "/"

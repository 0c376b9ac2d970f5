"""What the team believes of every page: both languages whole, no inline script or style, a token in every form."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from gateway.pages import routes
from gateway.pages.buyer.basket import WARNINGS
from gateway.pages.kit import static, words
from gateway.pages.kit.language import EASY_FILES, PO_FILES, Language, Speech
from gateway.pages.kit.render import TEMPLATES_DIR, templates
from gateway.pages.kit.static import SHEETS, script, sheet
from services.catalog.domain.fairs import EntryState
from services.order.api.models import LineWarning
from services.order.domain.states import ORDER, PaymentState, Remedy, RequisitionState, ReturnState
from shared.contracts.authority import Role
from shared.contracts.words import (
    CanteenKind,
    Channel,
    FairKind,
    FairState,
    FlagKind,
    FlagState,
    Fund,
    OrderState,
    PaymentMethod,
    RevocationGround,
    SupplierKind,
    SupplierState,
)
from shared.settings import project_root

TEMPLATES = sorted(TEMPLATES_DIR.rglob("*.html"))
CHINESE = re.compile("[\u3400-\u9fff]")
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
UNITS_SPOKEN_AS_THEY_ARE = re.compile("[斤公克]")
PAGE_BYTES_MAX = 100_000
THE_SCRIPT = '<script src="{{ frame.script }}" defer></script>'


KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None}
ROOMS = sorted(path.name for path in (project_root() / "gateway/pages").iterdir() if (path / "__init__.py").exists())


def said_in_room(room: str) -> set[str]:
    gateway = project_root() / "gateway"
    jinja = {"trimmed": "true", "silent": "false"}
    said: set[str] = set()
    for folder, pattern, method in (("pages", "**.py", "python"), ("templates", "**.html", "jinja2.ext.babel_extract")):
        if not (gateway / folder / room).exists():
            continue
        found = extract_from_dir(
            str(gateway / folder / room), [(pattern, method)], options_map={pattern: jinja}, keywords=KEYWORDS
        )
        for _, _, message, _, _ in found:
            said.update((message,) if isinstance(message, str) else message)
    return said


def said_in_code() -> dict[str, set[str]]:
    """Every sentence, with the rooms that say it."""
    said: dict[str, set[str]] = {}
    for room in ROOMS:
        for text in said_in_room(room):
            said.setdefault(text, set()).add(room)
    return said


def said_in_chinese() -> dict[str, str]:
    said: dict[str, str] = {}
    for path in PO_FILES:
        with path.open("rb") as source:
            for message in read_po(source):
                if message.id:
                    assert str(message.id) not in said, f"{path.name}: {message.id} is said in another file too"
                    said[str(message.id)] = str(message.string)
    return said


class TestLanguages:
    def test_every_sentence_is_said_in_chinese(self) -> None:
        chinese = said_in_chinese()
        said = said_in_code()
        assert len(said) > 400
        wanted: dict[str, list[str]] = {}
        for text in sorted(said.keys() - chinese.keys()):
            wanted.setdefault(f"{said[text].pop() if len(said[text]) == 1 else 'kit'}.po", []).append(text)
        assert wanted == {}, "say these in Chinese in locale/zh_CN/LC_MESSAGES"
        assert sorted(text for text in said if not chinese[text]) == []

    def test_the_catalogue_keeps_nothing_that_is_no_longer_said(self) -> None:
        assert sorted(said_in_chinese().keys() - said_in_code()) == []

    def test_no_translation_is_fuzzy(self) -> None:
        assert not any(b"fuzzy" in path.read_bytes() for path in PO_FILES)

    def test_chinese_is_chinese_and_english_is_english(self) -> None:
        for english, chinese in said_in_chinese().items():
            assert CHINESE.search(chinese) or chinese in ("，",), english
            assert not CHINESE.search(UNITS_SPOKEN_AS_THEY_ARE.sub("", english)), english

    def test_both_languages_put_in_the_same_facts(self) -> None:
        for english, chinese in said_in_chinese().items():
            assert set(PLACEHOLDER.findall(english)) == set(PLACEHOLDER.findall(chinese)), english


HARD = ("毛重", "皮重", "承运", "批次", "逾期", "准入", "备货", "验收", "折让", "异议", "对账")
"""Words of the trade that who asks for plain words is not to meet on a seller's path."""

SELLERS_PATH = ("supplier", "orders", "accounts", "invoices", "deliveries")


class TestPlainWords:
    @staticmethod
    def said(language: Language) -> dict[str, str]:
        with EASY_FILES[language].open("rb") as source:
            return {str(message.id): str(message.string) for message in read_po(source) if message.id}

    def test_no_hard_word_is_left_on_a_sellers_path(self) -> None:
        usual, easy = said_in_chinese(), self.said("zh")
        path = set[str]().union(*(said_in_room(room) for room in SELLERS_PATH))
        left = {text: said for text in path if any(word in (said := easy.get(text, usual[text])) for word in HARD)}
        assert left == {}

    @pytest.mark.parametrize("language", ["zh", "en"])
    def test_say_only_what_is_said_somewhere_and_with_the_same_facts(self, language: Language) -> None:
        said = self.said(language)
        assert sorted(said.keys() - said_in_code()) == []
        for text, plain in said.items():
            assert set(PLACEHOLDER.findall(text)) == set(PLACEHOLDER.findall(plain)), text
            assert bool(CHINESE.search(plain)) == (language == "zh"), text

    def test_are_spoken_in_the_place_of_the_usual_ones(self) -> None:
        assert Speech("zh", easy=True)("The scale shows") == "秤上的总重"
        assert Speech("zh")("The scale shows") == "毛重（秤上读数）"
        assert Speech("en", easy=True)("The scale shows") == "Weight with the box"
        assert Speech("en", easy=True)("Saved.") == "Saved."


class TestWords:
    @pytest.mark.parametrize(
        ("table", "enum"),
        [
            (words.ROLES, Role),
            (words.FUNDS, Fund),
            (words.SUPPLIER_KINDS, SupplierKind),
            (words.SUPPLIER_STATES, SupplierState),
            (words.GROUNDS, RevocationGround),
            (words.CANTEEN_KINDS, CanteenKind),
            (words.CHANNELS, Channel),
            (words.METHODS, PaymentMethod),
            (words.ORDER_STATES, OrderState),
            (words.REQUISITION_STATES, RequisitionState),
            (words.RETURN_STATES, ReturnState),
            (words.REMEDIES, Remedy),
            (words.PAYMENT_STATES, PaymentState),
            (WARNINGS, LineWarning),
            (words.FAIR_KINDS, FairKind),
            (words.FLAG_KINDS, FlagKind),
            (words.FLAG_STATES, FlagState),
            (words.FAIR_STATES, FairState),
            (words.FAIR_ENTRIES, EntryState),
        ],
    )
    def test_every_word_of_the_contracts_has_its_sentence(self, table: dict[str, str], enum: type) -> None:
        assert {str(word) for word in table} == {word.value for word in enum}  # type: ignore[attr-defined]


class TestOrderSteps:
    def test_every_step_that_an_order_takes_has_its_sentence(self) -> None:
        written = "".join(path.read_text() for path in (project_root() / "services/order/usecases").glob("*.py"))
        steps = set(re.findall(r'add_step\(tx, order, "(\w+)"', written))
        assert {"pay", "return", "credit"} <= steps
        assert steps - words.ORDER_STEPS.keys() == set()
        assert ORDER.edges.keys() - words.ORDER_STEPS.keys() == set()


class TestTemplates:
    @pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
    def test_has_no_inline_script_or_style(self, path: Path) -> None:
        text = path.read_text().replace(THE_SCRIPT, "")
        assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|javascript:", text, re.IGNORECASE)

    @pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
    def test_posts_only_by_the_form_that_has_its_token(self, path: Path) -> None:
        forms = re.findall(r"<form[^>]*>", path.read_text())
        if path.name == "_ui.html":
            assert len(forms) == 1
            assert path.read_text().split(forms[0])[1].lstrip().startswith('<input type="hidden" name="csrf"')
        else:
            assert all('method="get"' in form for form in forms)

    @pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
    def test_prints_nothing_unescaped(self, path: Path) -> None:
        assert "|safe" not in path.read_text().replace(" ", "")
        assert "autoescape false" not in path.read_text()

    @pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
    def test_compiles_in_both_languages(self, path: Path) -> None:
        assert templates("zh").get_template(str(path.relative_to(TEMPLATES_DIR)))
        assert templates("en").get_template(str(path.relative_to(TEMPLATES_DIR)))

    def test_escapes_what_it_prints(self) -> None:
        shown = templates("zh").from_string("{{ name }} {{ _('Photo of %(name)s', name=name) }}").render(name="<b>")
        assert shown == "&lt;b&gt; &lt;b&gt;的照片"


class TestWeight:
    def test_the_style_sheet_stays_small_and_asks_for_nothing_else(self) -> None:
        assert len(sheet()) + len(script()) < PAGE_BYTES_MAX
        assert b"@import" not in sheet()
        assert b"url(" not in sheet()
        assert not re.search(rb"https?://", script())

    def test_every_sheet_is_joined_and_names_no_colour_but_in_the_tokens(self) -> None:
        folder = project_root() / "gateway/sheets"
        assert {path.stem for path in folder.glob("*.css")} == set(SHEETS)
        for name in set(SHEETS) - {"tokens", "charts", "print"}:
            assert not re.search(r"(?<!\")#[0-9a-fA-F]{3,8}\b", (folder / f"{name}.css").read_text()), name

    def test_the_dark_that_is_chosen_is_the_dark_of_the_machine(self) -> None:
        tokens = (project_root() / "gateway/sheets/tokens.css").read_text()
        machine = re.search(
            r"prefers-color-scheme: dark\) \{\s+:root:not\(\[data-theme\]\) \{(.*?)\}", tokens, re.DOTALL
        )
        chosen = re.search(r'data-theme="dark"\] \{\s+color-scheme: dark;(.*?)\}', tokens, re.DOTALL)
        assert machine is not None
        assert chosen is not None
        assert machine[1].split() == chosen[1].split()


class TestRoutes:
    def test_every_page_asks_who_is_there_unless_anyone_may_read_it(self) -> None:
        public = {
            "/",
            "/catalogue",
            "/listings/{listing_id:uuid}",
            "/suppliers/{supplier_id:uuid}",
            "/open-data",
            "/problems/{slug}",
            "/sign-in",
            "/sign-up",
            "/fairs",
            "/fairs/{fair_id:uuid}",
            "/declarations",
            "/method",
            "/help",
            "/accessibility",
            "/cases",
            "/cases/new",
            "/cases/follow",
            "/cases/statistics",
            "/cases/{case_id:uuid}/evidence",
            "/cases/{case_id:uuid}/reopening",
            "/verify",
            "/sign-out",
            "/preferences",
            "/design",
            "/offline",
        }
        found = set()
        for route in routes[len(static.routes) :]:
            free = dict(zip(route.endpoint.__code__.co_freevars, route.endpoint.__closure__, strict=True))  # type: ignore[attr-defined]
            if not free["signed_in"].cell_contents:
                found.add(route.path)  # type: ignore[attr-defined]
        assert found == public

"""A page is a template with a frozen view; templates escape what they print and know only `if` and `for`."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from gateway.pages.kit.language import Language, translations

GATEWAY_DIR = Path(__file__).parents[2]
TEMPLATES_DIR = GATEWAY_DIR / "templates"
STATIC_DIR = GATEWAY_DIR / "static"

HEADERS: Mapping[str, str] = {"cache-control": "no-store", "vary": "cookie, accept-language"}
"""What every page says of itself; the guard of the gateway adds the headers of security."""


@pass_context
def in_chinese(context: Context, text: str) -> Markup:
    """Mark a Chinese name on an English page, so that a screen reader pronounces it."""
    if context["frame"].tag == "en" and any("\u3400" <= letter <= "\u9fff" for letter in text):
        return Markup('<span lang="zh-CN">{}</span>').format(text)
    return Markup("{}").format(text)


@cache
def templates(language: Language, easy: bool = False) -> Environment:
    """Give the templates, spoken in one language, in plain words if asked for."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES_DIR),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(translations(language, easy), newstyle=True)  # type: ignore[attr-defined]
    environment.filters["zh"] = in_chinese
    return environment


def render(template: str, language: Language, easy: bool = False, /, **given: Any) -> str:
    """Write a page."""
    return templates(language, easy).get_template(template).render(**given)

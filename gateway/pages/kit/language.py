"""Every sentence of a page is spoken in the reader's language: Chinese first, English complete.

The English sentence in the code and the templates is the message id; `locale/zh_CN/LC_MESSAGES/messages.po` says it
in Chinese, and a test fails on one that it does not say.

Decision: catalogues are read from the .po when the first page is spoken, and no .mo is kept. Why: a compiled file
is a second truth that can be stale, and a clone would need a build step. Price: about 0.1 s once in a process.

After changing a sentence: `pybabel extract --no-location --sort-output -F gateway/locale/babel.cfg -k N_
-o messages.pot .` and `pybabel update -N --no-wrap -i messages.pot -d gateway/locale -l zh_CN`, then say the new ones
in Chinese.
"""

import gettext
import io
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE_DIR = Path(__file__).parents[2] / "locale"
PO_FILE = LOCALE_DIR / "zh_CN" / "LC_MESSAGES" / "messages.po"
COOKIE = "language"
ASKED = "lang"
"""The word of an address that asks for a language: a page in each has an address that search engines can keep."""

Language = Literal["zh", "en"]
WeightUnit = Literal["jin", "kg"]


def N_(text: str) -> str:
    """Mark a sentence for the catalogue, to be spoken later."""
    return text


@cache
def translations(language: Language) -> gettext.NullTranslations:
    """Give the catalogue of a language; English is the message ids themselves."""
    if language == "en":
        return gettext.NullTranslations()
    with PO_FILE.open("rb") as source:
        catalogue = read_po(source, locale="zh_CN")
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@dataclass(frozen=True, slots=True)
class Speech:
    """How one reader is spoken to: the language, and the unit of weight."""

    language: Language
    weight_unit: WeightUnit = "jin"

    def __call__(self, text: str, /, **facts: object) -> str:
        """Say a message id in the reader's language, with its facts put in."""
        said = translations(self.language).gettext(text)
        return said % facts if facts else said

    def many(self, one: str, several: str, number: int, /, **facts: object) -> str:
        """Say how many."""
        said = translations(self.language).ngettext(one, several, number)
        return said % {"num": number, **facts}

    @property
    def tag(self) -> str:
        """The BCP 47 tag of the page."""
        return "zh-CN" if self.language == "zh" else "en"

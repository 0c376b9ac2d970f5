"""Every sentence of a page is spoken in the reader's language: Chinese first, English complete.

The English sentence in the code and the templates is the message id. Each room of pages says its own in Chinese in
`locale/zh_CN/LC_MESSAGES/<room>.po`, what several say stands in `kit.po`; a test fails on a sentence that none says and
on one that two say, and names the file that wants it.

Who asks for plain words (通俗用语, easy to read) is told what `locale/easy/` says otherwise; every other sentence is as
usual. A test holds that no hard word of the trade is left on a seller's path.

Decision: catalogues are read from the .po when the first page is spoken, and no .mo is kept. Why: a compiled file
is a second truth that can be stale, and a clone would need a build step. Price: about 0.1 s once in a process.
"""

import gettext
import io
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE_DIR = Path(__file__).parents[2] / "locale"
PO_FILES = sorted((LOCALE_DIR / "zh_CN" / "LC_MESSAGES").glob("*.po"))
EASY_FILES = {"zh": LOCALE_DIR / "easy" / "zh_CN.po", "en": LOCALE_DIR / "easy" / "en.po"}
COOKIE = "language"
WORDS_COOKIE = "words"
EASY = "easy"
ASKED = "lang"
"""The word of an address that asks for a language: a page in each has an address that search engines can keep."""

Language = Literal["zh", "en"]
WeightUnit = Literal["jin", "kg"]


def N_(text: str) -> str:
    """Mark a sentence for the catalogue, to be spoken later."""
    return text


@cache
def translations(language: Language, easy: bool = False) -> gettext.NullTranslations:
    """Give the catalogue of a language, in plain words if asked for; English is the message ids themselves."""
    files = [*(PO_FILES if language == "zh" else ()), *((EASY_FILES[language],) if easy else ())]
    if not files:
        return gettext.NullTranslations()
    catalogue = Catalog(locale="zh_CN" if language == "zh" else "en")
    for path in files:  # What is read later is said in the place of what was read before.
        with path.open("rb") as source:
            for message in read_po(source, locale=str(catalogue.locale)):
                if message.id:
                    catalogue.delete(message.id)
                    catalogue.add(message.id, message.string, flags=message.flags)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@dataclass(frozen=True, slots=True)
class Speech:
    """How one reader is spoken to: the language, and the unit of weight."""

    language: Language
    weight_unit: WeightUnit = "jin"
    easy: bool = False
    """Whether plain words were asked for."""

    def __call__(self, text: str, /, **facts: object) -> str:
        """Say a message id in the reader's language, with its facts put in."""
        said = translations(self.language, self.easy).gettext(text)
        return said % facts if facts else said

    def many(self, one: str, several: str, number: int, /, **facts: object) -> str:
        """Say how many."""
        said = translations(self.language, self.easy).ngettext(one, several, number)
        return said % {"num": number, **facts}

    @property
    def tag(self) -> str:
        """The BCP 47 tag of the page."""
        return "zh-CN" if self.language == "zh" else "en"

"""A form keeps what was typed, reads it exactly, and says beside each field what needs mending.

`form.text("name")` and its like give the value or, after noting what is wrong, None; `form.ok` says whether
anything was. The same form takes a service's refusal, whose errors name the fields of its JSON.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar
from uuid import UUID

from starlette.datastructures import UploadFile

from gateway.pages.kit import read
from gateway.pages.kit.asking import Refused
from gateway.pages.kit.language import N_, Speech
from shared.media import FILE_BYTES_MAX

T = TypeVar("T")
TEXT_MAX = 200


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing to mend; `field` is empty for what concerns the whole form."""

    field: str
    says: str


@dataclass
class Form:
    """What was typed into one form, and what is wrong with it."""

    speech: Speech
    values: dict[str, str] = field(default_factory=dict)
    files: dict[str, UploadFile] = field(default_factory=dict)
    errors: list[FieldError] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.errors

    def value(self, name: str, default: str = "") -> str:
        return self.values.get(name, default)

    def error(self, name: str) -> str:
        """Give the sentence beside a field, or an empty text."""
        return next((error.says for error in self.errors if error.field == name), "")

    def wrong(self, name: str, says: str) -> None:
        """Note a sentence (already spoken) beside a field."""
        self.errors.append(FieldError(name, says))

    def text(self, name: str, *, most: int = TEXT_MAX, needed: bool = True) -> str:
        """Read a text; an empty one is wrong when it is needed."""
        value = self.value(name).strip()
        if not value and needed:
            self.wrong(name, self.speech(N_("This needs an answer.")))
        if len(value) > most:
            self.wrong(name, self.speech(N_("At most %(most)s characters."), most=most))
        return value

    def choice(self, name: str, among: Collection[str], *, needed: bool = True) -> str | None:
        """Read one of the offered words."""
        value = self.value(name).strip()
        if value in among:
            return value
        if value or needed:
            self.wrong(name, self.speech(N_("Choose one of the answers.")))
        return None

    def fen(self, name: str, *, needed: bool = True) -> int | None:
        return self._read(name, read.fen, needed)

    def signed_fen(self, name: str) -> int | None:
        """Read an optional amount that may have a minus."""
        return self._read(name, read.signed_fen, False)

    def grams(self, name: str, *, needed: bool = True) -> int | None:
        return self._read(name, lambda text: read.grams(text, self.speech.weight_unit), needed)

    def pieces(self, name: str, *, needed: bool = True) -> int | None:
        return self._read(name, read.pieces, needed)

    def quantity(self, name: str, measure: str, *, needed: bool = True) -> int | None:
        """Read grams for goods by weight, else pieces."""
        return self.grams(name, needed=needed) if measure == "weight" else self.pieces(name, needed=needed)

    def day(self, name: str, *, needed: bool = True) -> date | None:
        return self._read(name, read.day, needed)

    def id(self, name: str) -> UUID | None:
        """Read the hidden id that makes a double click one."""
        try:
            return UUID(self.value(name))
        except ValueError:
            self.wrong("", self.speech(N_("This form is incomplete; open the page again.")))
            return None

    async def upload(self, name: str, *, kinds: Collection[str], needed: bool = True) -> tuple[bytes, str] | None:
        """Read a file whole: its bytes and media type."""
        sent = self.files.get(name)
        if sent is None or not sent.filename:
            if needed:
                self.wrong(name, self.speech(N_("Choose a file.")))
            return None
        body = await sent.read(FILE_BYTES_MAX + 1)
        kind = (sent.content_type or "").partition(";")[0].strip().lower()
        if kind not in kinds:
            self.wrong(name, self.speech(N_("This kind of file is not taken here.")))
        elif len(body) > FILE_BYTES_MAX:
            self.wrong(name, self.speech(N_("The file is larger than 10 MB.")))
        elif not body:
            self.wrong(name, self.speech(N_("The file is empty.")))
        else:
            return body, kind
        return None

    def take(self, refused: Refused, names: Mapping[str, str] | None = None) -> None:
        """Note a service's refusal: each named field's sentence beside it, or else the title above the form."""
        known = names or {}
        for error in refused.errors:
            name = str(error.get("field", ""))
            own = known.get(name) or (name if name in self.values else "") or known.get(name.rpartition(".")[2], "")
            self.wrong(own, str(error.get("says", refused.title)))
        if not refused.errors:
            self.wrong("", refused.sentence(self.speech))

    def _read(self, name: str, reader: Callable[[str], T], needed: bool) -> T | None:
        value = self.value(name).strip()
        if not value:
            if needed:
                self.wrong(name, self.speech(N_("This needs an answer.")))
            return None
        try:
            return reader(value)
        except read.CannotRead as error:
            self.wrong(name, self.speech(str(error)))
            return None

"""What a person types is a clean line or a clean paragraph, of bounded length."""

import unicodedata
from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, StringConstraints

from shared.texts import LINE, PARAGRAPHS

COMMAND = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)
"""How every command of catalog is read: what it does not know is refused, not ignored."""

Name = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=LINE, strip_whitespace=True)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=LINE, strip_whitespace=True)]
Text200 = Annotated[str, StringConstraints(max_length=200, pattern=LINE, strip_whitespace=True)]
"""A line that may be left empty."""
Word = Annotated[str, StringConstraints(min_length=1, max_length=10, pattern=LINE, strip_whitespace=True)]
Reason = Annotated[str, StringConstraints(max_length=1000, pattern=PARAGRAPHS, strip_whitespace=True)]
Paragraphs = Annotated[str, StringConstraints(max_length=2000, pattern=PARAGRAPHS, strip_whitespace=True)]
Phone = Annotated[str, StringConstraints(pattern=r"^\+?[0-9][0-9 -]{4,22}[0-9]$", max_length=24, strip_whitespace=True)]
AccountNumber = Annotated[str, StringConstraints(pattern=r"^[0-9][0-9 -]{6,32}[0-9]$", max_length=34)]
CodeOfSix = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
"""A code of GB/T 2260; whether there is such a division is asked later."""
RegistrationNumber = Annotated[
    str, StringConstraints(pattern=r"^[0-9A-Za-z-]{6,30}$", max_length=30, strip_whitespace=True)
]
CreditCode = Annotated[
    str,
    BeforeValidator(lambda sent: unicodedata.normalize("NFKC", sent) if isinstance(sent, str) else sent),
    StringConstraints(max_length=30, to_upper=True, strip_whitespace=True, pattern=LINE),
]
"""Full-width letters and digits are read as what they are; look-alikes of other scripts stay, and are refused later."""

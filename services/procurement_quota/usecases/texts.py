"""A text that a person typed is a line or some paragraphs, without what no screen shows and no database holds."""

from typing import Annotated

from pydantic import Field

_LINE = r"^[^\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]*$"
_PARAGRAPHS = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"

Line = Annotated[str, Field(min_length=1, max_length=120, pattern=_LINE)]
"""One line, for example a name."""
Said = Annotated[str, Field(min_length=1, max_length=500, pattern=_PARAGRAPHS)]
"""A reason."""
Explained = Annotated[str, Field(max_length=1_000, pattern=_PARAGRAPHS)]
"""An explanation, or nothing."""

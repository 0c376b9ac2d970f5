"""A text that a person typed is a line or some paragraphs, without what no screen shows and no database holds."""

from typing import Annotated

from pydantic import Field

from shared.texts import LINE, PARAGRAPHS

Line = Annotated[str, Field(min_length=1, max_length=120, pattern=LINE)]
"""One line, for example a name."""
Said = Annotated[str, Field(min_length=1, max_length=500, pattern=PARAGRAPHS)]
"""A reason."""
Explained = Annotated[str, Field(max_length=1_000, pattern=PARAGRAPHS)]
"""An explanation, or nothing."""

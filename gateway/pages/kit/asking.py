"""A page asks the services what it shows, and carries their refusals to the reader as they were said."""

from dataclasses import dataclass, field
from typing import Any

from gateway.pages.kit.language import N_, Speech


@dataclass
class Refused(Exception):
    """A service's problem document (RFC 9457), as a page shows it."""

    status: int
    title: str
    slug: str = ""
    errors: list[dict[str, Any]] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.title

    @classmethod
    def of(cls, status: int, document: Any) -> "Refused":
        """Read a problem document; anything else is an answer that we did not expect."""
        if not isinstance(document, dict):
            return cls(status, "", "unexpected")
        errors = document.get("errors")
        known = ("type", "title", "status", "instance", "errors")
        return cls(
            status=status,
            title=str(document.get("title", "")),
            slug=str(document.get("type", "")).rpartition("/")[2],
            errors=[error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else [],
            facts={name: value for name, value in document.items() if name not in known},
        )

    def sentence(self, speech: Speech) -> str:
        """Say what was refused."""
        return self.title or speech(N_("Something went wrong on our side; it was recorded."))

    @property
    def mendable(self) -> bool:
        """Tell whether the reader can mend the form and send it again."""
        return self.status in (409, 413, 422, 429, 503)

"""Whatever is refused is refused in one of five ways, and says why in facts.

    Refusal
    ├── Invalid        the request itself is wrong; mend it and send it again
    │   └── TooLarge       a bound on size was passed
    ├── Forbidden      the request is right, the asker may not
    │   └── NotSignedIn    nobody is asking
    ├── NotFound       there is no such thing (for this asker)
    ├── Conflict       the request was right a moment ago, or elsewhere
    └── Unavailable    try again later
        └── TooMany        a bound on rate was passed

A subclass's docstring is the title its readers see, in English and, on the line that begins with `zh:`, in
Chinese; its keyword arguments are the facts. The domain knows no
status number: each door (HTTP, page, event consumer) has one table from these kinds to its own answers.

Decision: facts are keyword arguments kept in `facts`, JSON-ready. Why: the same refusal is a problem document, a
page and a parked message. Price: a typo in a fact's name is found by a test, not by the type checker.
"""

import re
from typing import Any, ClassVar


class Refusal(Exception):
    """The request was refused.

    zh: 请求被拒绝。
    """

    kind: ClassVar[str] = "refusal"

    def __init__(self, /, **facts: Any) -> None:
        self.facts = facts
        super().__init__(f"{self.title()} {facts}" if facts else self.title())

    @classmethod
    def title(cls, language: str = "en") -> str:
        """The docstring's first line, or for `zh` its line that begins so: one sentence for a person."""
        lines = [line.strip() for line in (cls.__doc__ or cls.__name__).strip().splitlines()]
        if language == "zh":
            for line in lines:
                if line.startswith("zh:"):
                    return line.removeprefix("zh:").strip()
        return lines[0]

    @classmethod
    def slug(cls) -> str:
        """The kebab-case name that ends the problem's `type`, for example `stock-short`."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", cls.__name__).lower()


class Invalid(Refusal):
    """The request is not valid.

    zh: 请求内容有误。
    """

    kind = "invalid"


class TooLarge(Invalid):
    """The request is larger than allowed.

    zh: 请求内容超过允许的大小。
    """


class Forbidden(Refusal):
    """You may not do this.

    zh: 您无权进行此操作。
    """

    kind = "forbidden"


class NotSignedIn(Forbidden):
    """Sign in first.

    zh: 请先登录。
    """


class NotFound(Refusal):
    """There is no such thing.

    zh: 没有找到。
    """

    kind = "not-found"


class Conflict(Refusal):
    """The request conflicts with how things stand.

    zh: 请求与当前状态冲突。
    """

    kind = "conflict"


class Unavailable(Refusal):
    """This is not available right now; try again in a moment.

    zh: 暂时不可用，请稍后重试。
    """

    kind = "unavailable"


class TooMany(Unavailable):
    """Too many attempts; wait a little.

    zh: 操作过于频繁，请稍候。
    """


def field_problem(field: str, says: str, says_zh: str, **facts: Any) -> dict[str, Any]:
    """Make one entry of `InvalidFields`: which field, and what is wrong with it, in both languages."""
    return {"field": field, "says": says, "says_zh": says_zh, **facts}


class InvalidFields(Invalid):
    """Some fields need mending.

    zh: 部分内容需要修改。
    """

    def __init__(self, *errors: dict[str, Any], **facts: Any) -> None:
        super().__init__(errors=list(errors), **facts)

"""What a reader of statements sees, in a few words: a share, a status, and the lines behind a figure."""

from typing import Any
from uuid import UUID

from tests.build.door import Person

HUNAN, NATIONAL, UNION = "hunan-2020-canteen", "national-2021-canteen", "hunan-2020-union"


class Statements:
    """The statements of one year as one person reads them."""

    def __init__(self, reader: Person, year: int) -> None:
        self.reader, self.year = reader, year

    async def of(self, subject: UUID, rule: str = HUNAN, **asked: Any) -> dict[str, Any]:
        """Read one statement."""
        found: dict[str, Any] = await self.reader.get(f"/statements/{subject}", rule=rule, year=self.year, **asked)
        return found

    async def lines(self, subject: UUID, rule: str = HUNAN) -> list[dict[str, Any]]:
        """Read every line behind a statement, in the order in which they were booked."""
        found: list[dict[str, Any]] = []
        cursor: dict[str, str] = {}
        while True:
            path = f"/statements/{subject}/lines"
            page = await self.reader.get(path, rule=rule, year=self.year, limit=3, **cursor)
            found += page["items"]
            if page["next"] is None:
                return found[::-1]
            cursor = {"cursor": page["next"]}

    async def shows(self, subject: UUID, rule: str, *, base: int, counted: int, share: int | None) -> dict[str, Any]:
        """Assert the base and counted fen and the share of a statement, to the fen; gives it."""
        statement = await self.of(subject, rule)
        assert share_of(statement) == (base, counted, share)
        return statement


def share_of(statement: dict[str, Any]) -> tuple[int, int, int | None]:
    """Give base, counted and share of a statement, a preview's side, or a row."""
    figures = statement.get("figures", statement)
    return figures["base_fen"], figures["counted_fen"], figures["share_bp"]

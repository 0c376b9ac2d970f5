"""What the shop window answers, as OpenAPI shows it."""

from datetime import datetime
from uuid import UUID

from services.catalog.api.answers import Answer
from services.catalog.domain.sitemap import Kind


class SitemapPartName(Answer):
    part: str


class SitemapPartsAnswer(Answer):
    items: list[SitemapPartName]


class SitemapPage(Answer):
    """A page that anyone may read, by the id of what it shows."""

    id: UUID
    changed_at: datetime


class SitemapPartAnswer(Answer):
    part: str
    kind: Kind
    items: list[SitemapPage]

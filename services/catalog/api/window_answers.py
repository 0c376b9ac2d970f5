"""What the shop window answers, as OpenAPI shows it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from services.catalog.api.answers import Answer
from services.catalog.domain.sitemap import Kind
from services.catalog.domain.supply_data import Dataset


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


class SupplyLicence(Answer):
    name: str
    path: str
    title: str


class SupplyTable(Answer):
    """One table with its columns; `modified` is when something of it last changed, where that is known."""

    name: Dataset
    path: str
    title: str
    title_en: str
    table_schema: dict[str, Any] = Field(alias="schema")
    modified: datetime | None


class SupplySchemaAnswer(Answer):
    """A Frictionless Data Package: one resource a table, with a Table Schema; titles in both languages."""

    name: str
    version: str
    title: str
    title_en: str
    description: str
    description_en: str
    issued: date
    licenses: list[SupplyLicence]
    resources: list[SupplyTable]


class SupplyDataAnswer(Answer):
    """Rows of one table, by the columns of its schema; `next` is the key to go on after, where a limit cut them off."""

    dataset: Dataset
    licence: str
    issued_at: datetime
    items: list[dict[str, Any]]
    next: str | None

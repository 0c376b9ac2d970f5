"""What the lists of appeals answer, as OpenAPI shows it."""

from services.catalog.api.answers import Answer, AppealAnswer


class ListedAppeal(AppealAnswer):
    supplier_name: str


class Appeals(Answer):
    items: list[ListedAppeal]
    next: str | None

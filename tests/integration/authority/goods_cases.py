"""For what is listed, beside what `supply_cases` asks: the tree of goods, prices, papers."""

from tests.integration.authority.cases import Ask, Case

GOODS: dict[str, Case] = {
    "list_categories": Case(lambda town: Ask()),
}

"""For what anyone may find: a request that would be taken."""

from tests.integration.authority.cases import Ask, Case

FINDING: dict[str, Case] = {
    "facet_listings": Case(lambda town: Ask(query="?q=生姜&category=vegetables&base_run=true")),
}

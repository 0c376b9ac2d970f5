"""For what a supplier files on paper, and what a base was given: a request that would be taken, and whose it is."""

from shared.ids import new_id
from tests.build.filings import support_body
from tests.build.land import COUNTY, ELSEWHERE, PATH_OF
from tests.build.recognised import BODIES
from tests.build.town import Town
from tests.integration.authority.cases import Ask, Case, Whose, sellers

_YES = {"revision": 1, "outcome": "confirm", "reason": "与原件核对一致"}


def _filed(subject: str) -> dict[str, Case]:
    """The cases of one subject: put under a new id, read, and reviewed as it was filed first."""
    place = f"{subject}_id"

    def body(town: Town) -> dict[str, object]:
        return BODIES[subject](town.ids[f"paper of {subject}"])

    return {
        f"put_{subject}": Case(
            lambda town: Ask({"supplier_id": town.ids["supplier"], place: town.ids[f"new {subject}"]}, body=body(town)),
            lambda town: Ask({"supplier_id": new_id(), place: new_id()}, body=body(town)),
            sellers,
        ),
        f"get_{subject}": Case(
            lambda town: Ask({"supplier_id": town.ids["supplier"], place: town.ids[subject]}),
            lambda town: Ask({"supplier_id": town.ids["supplier"], place: new_id()}),
            sellers,
        ),
        f"review_{subject}": Case(
            lambda town: Ask({"supplier_id": town.ids["supplier"], place: town.ids[subject]}, body=_YES),
            lambda town: Ask({"supplier_id": town.ids["supplier"], place: new_id()}, body=_YES),
            sellers,
        ),
    }


def _of_supplier() -> Case:
    return Case(
        lambda town: Ask({"supplier_id": town.ids["supplier"]}), lambda town: Ask({"supplier_id": new_id()}), sellers
    )


def _packed(thing: str) -> Case:
    return Case(
        lambda town: Ask({"supplier_id": town.ids["supplier"], "package_id": town.ids[thing]}),
        lambda town: Ask({"supplier_id": new_id(), "package_id": new_id()}),
        sellers,
    )


def _tied(town: Town) -> Whose:
    """The seller and its rival elsewhere give the same telephone, so whoever audits either may look."""
    return Whose(path=PATH_OF[COUNTY], other_path=PATH_OF[ELSEWHERE])


RECOGNISED: dict[str, Case] = {
    **{name: case for subject in BODIES for name, case in _filed(subject).items()},
    "list_filings": Case(lambda town: Ask(), None, sellers, lists=True),
    "list_reminders": Case(lambda town: Ask(query="?days=365"), None, sellers, lists=True),
    "put_support": Case(
        lambda town: Ask({"supplier_id": town.ids["supplier"], "support_id": town.ids["support"]}, body=support_body()),
        lambda town: Ask({"supplier_id": new_id(), "support_id": new_id()}, body=support_body()),
        sellers,
    ),
    "see_readiness": _of_supplier(),
    "put_readiness_package": _packed("new package"),
    "get_readiness_package": _packed("package"),
    "link_readiness_package": _packed("package"),
    "list_people": Case(lambda town: Ask(), None, _tied, lists=True),
    "list_ties": Case(lambda town: Ask(), None, _tied, lists=True),
    "get_effect": _of_supplier(),
}

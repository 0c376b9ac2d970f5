"""For a supplier's people: a request that would be taken, and whose matter it is."""

from typing import Any
from uuid import UUID

from shared.ids import new_id
from tests.build.members import an_invitation
from tests.build.town import Town
from tests.integration.authority.cases import Ask, Case, sellers


def _of_supplier(body: Any = None, **things: str) -> Case:
    """A case of a thing of the supplier there is, and of a supplier that nobody knows."""

    def ask(town: Town, supplier: UUID) -> Ask:
        return Ask({"supplier_id": supplier} | {name: town.ids[thing] for name, thing in things.items()}, body=body)

    return Case(lambda town: ask(town, town.seller.id), lambda town: ask(town, new_id()), sellers)


PEOPLE: dict[str, Case] = {
    "put_invitation": _of_supplier(an_invitation("seller"), invitation_id="new invitation"),
    "withdraw_invitation": _of_supplier(invitation_id="invitation"),
    "accept_invitation": Case(
        lambda town: Ask(body={"code": town.ids["code"]}),
        lambda town: Ask(body={"code": "0000000000"}),
        taken_as=(200, 404),  # one is let in; to everybody else the code is used
    ),
    "list_members": _of_supplier(),
    "end_member": _of_supplier(account_id="helper"),
    "list_supplier_acts": _of_supplier(),
}

"""For a supplier's people and its appeals: a request that would be taken, and whose matter it is."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from shared.ids import new_id
from tests.build.members import an_invitation
from tests.build.town import Town
from tests.integration.authority.cases import Ask, Case, Whose, sellers


def _of_supplier(body: Any = None, **things: str) -> Case:
    """A case of a thing of the supplier there is, and of a supplier that nobody knows."""

    def ask(town: Town, supplier: UUID) -> Ask:
        return Ask({"supplier_id": supplier} | {name: town.ids[thing] for name, thing in things.items()}, body=body)

    return Case(lambda town: ask(town, town.seller.id), lambda town: ask(town, new_id()), sellers)


def _appeal(name: str, body: Any = None) -> Case:
    """A case of an appeal of a supplier that the seller applied for, and of one that there is not."""

    def ask(town: Town, supplier: UUID) -> Ask:
        said = town.ids[f"{name} body"] if body is True else body
        return Ask({"supplier_id": supplier, "appeal_id": town.ids[name]}, body=said)

    return Case(
        lambda town: ask(town, town.ids[f"supplier of {name}"]), lambda town: ask(town, new_id()), _of_appeal(name)
    )


def _of_appeal(name: str) -> Callable[[Town], Whose]:
    return lambda town: replace(sellers(town), supplier=town.ids[f"supplier of {name}"])


DECISION = {"outcome": "dismiss", "reason": "材料确实不清"}
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
    "put_appeal": _appeal("new appeal", body=True),
    "withdraw_appeal": _appeal("appeal to withdraw"),
    "get_appeal": _appeal("appeal"),
    "list_appeals": Case(lambda town: Ask(), None, sellers, lists=True),
    "decide_appeal": Case(
        lambda town: Ask({"appeal_id": town.ids["appeal to decide"]}, body=DECISION),
        lambda town: Ask({"appeal_id": new_id()}, body=DECISION),
        _of_appeal("appeal to decide"),
    ),
}

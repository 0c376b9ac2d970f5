"""One of everybody who may ask, and one of everything that they may ask about, by the names that the document uses."""

from typing import Any

from tests.build.door import Person
from tests.build.town import Town

ASKERS = {
    "public": "public",
    "buyer": "buyer own",
    "supplier": "supplier own",
    "officer": "officer province",
    "finance": "finance prefecture",
}
"""By role, who of the town asks."""
BESIDE = {"auditor": "auditor province"}
"""Who asks what nobody of these may."""


class Street:
    """The town as the tests of the API see it: people by role, and ids by the name of a path's parameter."""

    def __init__(self, town: Town) -> None:
        everybody = ASKERS | BESIDE
        self.people: dict[str, Person] = {asker: town.person(label) for asker, label in everybody.items()}
        self.ids: dict[str, str] = {
            "supplier_id": str(town.ids["supplier"]),
            "document_id": str(town.ids["document"]),
            "listing_id": str(town.goods.id),
            "photo_id": str(town.ids["photo"]),
            "basket_id": str(town.ids["basket"]),
            "requisition_id": str(town.ids["requisition awaiting"]),
            "order_id": str(town.ids["order accepted"]),
            "payment_id": str(town.ids["payment"]),
            "return_id": str(town.ids["return"]),
            "reservation_id": str(town.ids["reservation filed"]),
            "purchase_id": str(town.ids["purchase"]),
            "draft_id": str(town.ids["own rule draft"]),
            "import_id": str(town.ids["import"]),
            "red_letter_id": str(town.ids["red letter"]),
            "canteen_id": str(town.land.prefecture_canteen),
            "line_id": str(town.ids["line of order accepted"]),
            "subject_id": str(town.land.prefecture_canteen),
            "unit_id": str(town.land.prefecture),
            "declaration_id": str(town.ids["declaration to read"]),
            "move_id": str(town.ids["move"]),
            "filing_id": str(town.ids["filing"]),
            "opening_id": str(town.ids["opening"]),
            "checkpoint_id": town.ids["checkpoint"],
            "unit": str(town.land.prefecture),
            "code": town.ids["issued code"],
            "transfer_id": str(town.ids["transfer"]),
            "to_canteen_id": str(town.land.other_canteen),
            "draw_id": str(town.ids["draw to read"]),
            "referral_id": str(town.ids["referral"]),
            "visit_id": str(town.ids["visit"]),
            "conflict_id": str(town.ids["conflict"]),
            "about_unit_id": str(town.land.elsewhere),
        }

    def fitted(self, example: Any) -> Any:
        """Give an example of the document with the ids of things that there are in place of its own."""
        if isinstance(example, dict):
            return {name: self.ids.get(name, self.fitted(value)) for name, value in example.items()}
        if isinstance(example, list):
            return [self.fitted(one) for one in example]
        return example

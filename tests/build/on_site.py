"""A stall at a fair for order's tests: who sells there, what is told of a sale, and who answers it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from services.order.usecases.answer_on_site_sale import confirm_on_site_sale, deny_on_site_sale, withdraw_on_site_sale
from services.order.usecases.desk import Desk
from services.order.usecases.keep_copies import keep_copies
from services.order.usecases.on_site_commands import (
    ConfirmOnSiteSale,
    DenyOnSiteSale,
    PutOnSiteSale,
    WithdrawOnSiteSale,
)
from services.order.usecases.on_site_view import get_on_site_sale
from services.order.usecases.put_on_site_sale import put_on_site_sale
from shared.clock import business_date
from shared.contracts.authority import Identity
from shared.contracts.catalog import FairChanged, ListingFacts
from shared.contracts.words import FairKind, FairState
from shared.ids import new_id
from tests.build.order import START, Town, heard

DAY = timedelta(days=1)
TODAY = business_date(START)


async def hold_fair(town: Town, *supplier_ids: UUID, fair_id: UUID | None = None, **other: Any) -> UUID:
    """Let order hear of a fair that began yesterday and ends tomorrow, with these suppliers, unless told."""
    told: dict[str, Any] = {
        "fair_id": fair_id or new_id(),
        "version": 1,
        "unit_id": town.unit_id,
        "name": "助残农产品展销会",
        "kind": FairKind.EXHIBITION,
        "begins_on": TODAY - DAY,
        "ends_on": TODAY + DAY,
        "state": FairState.OPEN,
        "supplier_ids": supplier_ids,
        **other,
    }
    event = FairChanged.model_validate(told)
    await keep_copies(town.desk, heard(event))
    return event.fair_id


@dataclass
class Stall:
    """One seller with its goods at a fair that is open."""

    town: Town
    ginger: ListingFacts
    fair_id: UUID

    @classmethod
    async def open(cls, town: Town, **goods: Any) -> "Stall":
        ginger = await town.goods(**goods)
        return cls(town, ginger, await hold_fair(town, ginger.supplier_id))

    @property
    def desk(self) -> Desk:
        return self.town.desk

    @property
    def seller(self) -> Identity:
        return self.town.suppliers[self.ginger.supplier_id]

    def line(self, quantity: Any = 5_000, **other: Any) -> dict[str, Any]:
        """Write that this much ginger was sold at six yuan a jin, unless told."""
        named = {"listing_id": self.ginger.listing_id, "listing_version": self.ginger.listing_version}
        return {**named, "quantity": quantity, "price_fen": 600, **other}

    def told(self, *lines: dict[str, Any], sold_on: date = TODAY, **other: Any) -> PutOnSiteSale:
        return PutOnSiteSale.model_validate(
            {
                "supplier_id": self.ginger.supplier_id,
                "fair_id": self.fair_id,
                "canteen_id": self.town.canteen_id,
                "fund": "canteen",
                "sold_on": sold_on,
                "lines": list(lines) or [self.line()],
                **other,
            }
        )

    async def tell(self, *lines: dict[str, Any], sale_id: UUID | None = None, **other: Any) -> dict[str, Any]:
        """Tell a sale as its seller."""
        return await put_on_site_sale(self.desk, self.seller, sale_id or new_id(), self.told(*lines, **other))

    async def confirm(
        self, sale: dict[str, Any], by: Identity | None = None, *, lines: Sequence[dict[str, Any]] = (), **other: Any
    ) -> dict[str, Any]:
        """Say yes to a sale as it was answered, unless told otherwise."""
        received = lines or [{name: one[name] for name in ("listing_id", "quantity")} for one in sale["lines"]]
        content = {"amount_fen": sale["amount_fen"], "lines": received, **other}
        command = ConfirmOnSiteSale.model_validate(content)
        return await confirm_on_site_sale(self.desk, by or self.town.buyer, _id(sale), command)

    async def deny(self, sale: dict[str, Any], by: Identity | None = None) -> dict[str, Any]:
        command = DenyOnSiteSale(reason="实收不足")
        return await deny_on_site_sale(self.desk, by or self.town.buyer, _id(sale), command)

    async def withdraw(self, sale: dict[str, Any], by: Identity | None = None) -> dict[str, Any]:
        command = WithdrawOnSiteSale(reason="录错食堂")
        return await withdraw_on_site_sale(self.desk, by or self.seller, _id(sale), command)

    async def read(self, sale: dict[str, Any]) -> dict[str, Any]:
        return await get_on_site_sale(self.desk, self.seller, _id(sale))


def _id(sale: dict[str, Any]) -> UUID:
    return UUID(sale["on_site_sale_id"])

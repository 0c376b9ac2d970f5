"""Of every step it is known who took it, and in which role: a helper's (帮办人) is told apart from the seller's own."""

from dataclasses import dataclass
from uuid import UUID

from shared.contracts.authority import Identity, Role


@dataclass(frozen=True, slots=True)
class Actor:
    """Who takes a step of an order, and the role that lets them; a helper's only where no own one does."""

    account_id: UUID
    name: str
    acted_as: Role | None

    @classmethod
    def of(cls, identity: Identity, acted_as: Role | None) -> "Actor":
        return cls(identity.account_id, identity.name, acted_as)

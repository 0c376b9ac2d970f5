"""Who may ask for what: one table is the whole policy, and whatever it does not name is refused.

The gateway signs who is asking (`Identity`); the service that owns the thing looks up whose it is (`Owned`) and
asks `require(identity, "confirm_order", Owned(supplier_id=…))`. A route is known by its operation's name, which is
its `operation_id` in OpenAPI; tests compare the table with the routes of every program, both ways. Its rows stand in
`policy/`, a file a room, in the words of `grants.py`.

Decision: one table is the whole policy, and the service that owns a thing asks it. Why: who may do what is read in one
place, and a route that nobody wrote down is closed. Price: what depends on how a thing stands (who recommended, who
upheld) is asked by its use case beside it.

Nobody decides on their own request: operations with `not_own=True` refuse the account named in `Owned.asked_by`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from shared.contracts.grants import SUPPLIER_ROLES, Grant, Operation, Reach, Role
from shared.contracts.policy import POLICY
from shared.errors import Forbidden, NotSignedIn

__all__ = [
    "POLICY",
    "SUPPLIER_ROLES",
    "Grant",
    "Identity",
    "NotAllowed",
    "Operation",
    "OwnRequest",
    "Owned",
    "Reach",
    "Role",
    "Seat",
    "acting_as",
    "allows",
    "is_topmost",
    "operations_of",
    "require",
    "seats_that_reach",
    "supplier_seats",
]


@dataclass(frozen=True, slots=True)
class Seat:
    """A role in one organisation; `path` is its unit's path of codes (empty for a supplier)."""

    role: Role
    organisation_id: UUID
    path: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is asking, as the gateway signed it."""

    account_id: UUID
    session_id: UUID
    name: str
    seats: tuple[Seat, ...] = ()

    def seats_as(self, *roles: Role) -> list[Seat]:
        return [seat for seat in self.seats if seat.role in roles]


@dataclass(frozen=True, slots=True)
class Owned:
    """Whose a thing is, as its service knows it."""

    supplier_id: UUID | None = None
    canteen_id: UUID | None = None
    unit_path: str | None = None
    account_id: UUID | None = None
    asked_by: UUID | None = None


class NotAllowed(Forbidden):
    """Your role does not reach this.

    zh: 您的角色无权进行此操作。
    """


class OwnRequest(Forbidden):
    """Nobody decides on their own request.

    zh: 不能审批自己提交的申请。
    """


def allows(identity: Identity | None, operation: str, owned: Owned) -> bool:
    """Tell whether some grant of the operation reaches the thing. An unknown operation raises KeyError."""
    return _granted(identity, operation, owned) is not None


def require(identity: Identity | None, operation: str, owned: Owned) -> Role | None:
    """Refuse unless the policy grants it: NotSignedIn without an identity, OwnRequest, else NotAllowed.

    Gives the role that lets them, the first of the operation's row: rows name a supplier's own people before a helper.
    """
    grant = _granted(identity, operation, owned)
    if grant is None:
        if identity is None:
            raise NotSignedIn()
        raise NotAllowed(operation=operation)
    if POLICY[operation].not_own and identity is not None and owned.asked_by == identity.account_id:
        raise OwnRequest(operation=operation)
    return grant.role


def seats_that_reach(identity: Identity, operation: str) -> list[tuple[Reach, Seat]]:
    """List the seats by which an identity has some reach in this operation, for the WHERE of a list."""
    return [
        (grant.reach, seat) for grant in POLICY[operation].grants for seat in identity.seats if grant.role is seat.role
    ]


def supplier_seats(identity: Identity) -> list[Seat]:
    """List the seats that an identity has in suppliers, in whichever role."""
    return identity.seats_as(*SUPPLIER_ROLES)


def acting_as(identity: Identity, supplier_id: UUID) -> Role | None:
    """Tell in which role an identity acts for a supplier: a helper only where it has no seat of its own, None in none.

    Who applied, and has no seat yet, acts in none.
    """
    held = {seat.role for seat in supplier_seats(identity) if seat.organisation_id == supplier_id}
    return next((role for role in SUPPLIER_ROLES if role in held), None)


def _granted(identity: Identity | None, operation: str, owned: Owned) -> Grant | None:
    return next((grant for grant in POLICY[operation].grants if _reaches(identity, grant, owned)), None)


def _reaches(identity: Identity | None, grant: Grant, owned: Owned) -> bool:
    if grant.reach is Reach.PUBLIC:
        return True
    if identity is None:
        return False
    if grant.reach is Reach.SIGNED_IN:
        return True
    if grant.reach is Reach.OWN_ACCOUNT:
        return owned.account_id is not None and owned.account_id == identity.account_id
    return any(_seat_reaches(seat, grant.reach, owned) for seat in identity.seats if seat.role is grant.role)


def _seat_reaches(seat: Seat, reach: Reach, owned: Owned) -> bool:
    match reach:
        case Reach.OWN_SUPPLIER:
            return owned.supplier_id is not None and seat.organisation_id == owned.supplier_id
        case Reach.OWN_CANTEEN:
            return owned.canteen_id is not None and seat.organisation_id == owned.canteen_id
        case Reach.OWN_UNIT:
            return bool(seat.path) and owned.unit_path == seat.path
        case Reach.SUBTREE:
            return bool(seat.path) and owned.unit_path is not None and owned.unit_path.startswith(seat.path)
        case Reach.ABOVE:
            return (
                bool(seat.path)
                and owned.unit_path is not None
                and owned.unit_path.startswith(seat.path)
                and (owned.unit_path != seat.path or is_topmost(seat.path))
            )
        case _:
            return False


def is_topmost(path: str) -> bool:
    """Tell whether a unit has nobody above it here (a province); there a second person decides, never who asked."""
    return path.count("/") == 2


def operations_of(program: str) -> Iterable[tuple[str, Operation]]:
    """List the operations that a program answers for."""
    return ((name, operation) for name, operation in POLICY.items() if operation.program == program)

"""Only an address that the policy names leads anywhere; the table is made from the policy and from nothing else.

A part of a path that stands for an id is letters, digits and hyphens: no dot, no percent sign, nothing that a service
could read as another address than the one that was looked up here.
"""

import re
from dataclasses import dataclass, field

from gateway.usecases.refusals import NoSuchAddress
from shared.contracts.authority import POLICY, Operation, Reach

_PART = re.compile(r"[0-9A-Za-z-]{1,64}")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request leads."""

    name: str
    operation: Operation
    is_public: bool


@dataclass(slots=True)
class _Node:
    named: dict[str, "_Node"] = field(default_factory=dict)
    any_part: "_Node | None" = None
    places: dict[str, Place] = field(default_factory=dict)


class WrongMethod(Exception):
    """The address is known, the method is not; `allowed` are."""

    def __init__(self, allowed: list[str]) -> None:
        super().__init__(", ".join(allowed))
        self.allowed = allowed


class RoutingTable:
    """From a method and a path below /api/v1 to the operation that answers."""

    def __init__(self, policy: dict[str, Operation] = POLICY) -> None:
        self._root = _Node()
        for name, operation in policy.items():
            node = self._root
            for part in operation.path.strip("/").split("/"):
                if part.startswith("{"):
                    node.any_part = node = node.any_part or _Node()
                else:
                    node = node.named.setdefault(part, _Node())
            if operation.method in node.places:
                raise ValueError(f"{operation.method} {operation.path} is in the policy twice")
            is_public = any(grant.reach is Reach.PUBLIC for grant in operation.grants)
            node.places[operation.method] = Place(name, operation, is_public)

    def find(self, method: str, path: str) -> Place:
        """Find where a request leads. Raises NoSuchAddress, WrongMethod."""
        node: _Node | None = self._root
        for part in path[1:].split("/"):
            assert node is not None
            node = node.named.get(part) or (node.any_part if _PART.fullmatch(part) else None)
            if node is None:
                raise NoSuchAddress()
        assert node is not None
        place = node.places.get(method)
        if place is None:
            if not node.places:
                raise NoSuchAddress()
            raise WrongMethod(sorted(node.places))
        return place

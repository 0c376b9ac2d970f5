"""What suppliers share, by HTTP, for auditors."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from services.catalog.api.answers import Answer
from services.catalog.api.parse import desk_of, parameters_of, query_of
from services.catalog.domain.contacts import TieKind
from services.catalog.usecases.list_ties import ListTies, list_ties
from services.catalog.usecases.match_contacts import MatchContacts, match_contacts
from shared.contracts.authority import NotAllowed
from shared.contracts.words import SupplierKind, SupplierState
from shared.errors import NotSignedIn
from shared.http.answers import json_answer
from shared.http.identity import SignedIn
from shared.http.problems import refusals

router = APIRouter(tags=["auditing"])


class TiedSupplier(Answer):
    """Who shares it, and from when to when; of what is shared still, no end."""

    supplier_id: UUID
    name: str
    kind: SupplierKind
    county_code: str
    county_name: str
    state: SupplierState
    since: datetime
    until: datetime | None


class TieAnswer(Answer):
    """What is shared, by how many; those within reach are named, the first fifty.

    `decisions` counts what a person decided as an officer about suppliers, listings and what was filed.
    """

    kind: TieKind
    value: str
    supplier_count: int
    decisions: int
    suppliers: list[TiedSupplier]


class Ties(Answer):
    items: list[TieAnswer]
    next: str | None


@router.get(
    "/internal/ties",
    operation_id="list_supplier_ties",
    summary="Bank accounts, telephones, addresses and people that several suppliers share, and officers who sell",
    responses={200: {"model": Ties}, **refusals(NotSignedIn)},
    openapi_extra=parameters_of(ListTies),
)
async def page(request: Request, identity: SignedIn) -> Response:
    """Asked by the gateway with the auditor's identity, which adds whose accounts share them; never proxied."""
    return json_answer(await list_ties(desk_of(request), identity, query_of(ListTies, request)))


class MatchedSupplier(Answer):
    """A supplier; beyond the asker's reach nothing but its id."""

    supplier_id: UUID
    supplier: dict[str, str] | None


class SharingSupplier(MatchedSupplier):
    """Who gives or gave a telephone, from when to when."""

    since: datetime
    until: datetime | None


class SharedPhone(Answer):
    """A telephone, by how many suppliers it was given, and the first fifty of them."""

    phone: str
    supplier_count: int
    suppliers: list[SharingSupplier]


class Matches(Answer):
    phones: list[SharedPhone]
    suppliers: list[MatchedSupplier]


@router.post(
    "/internal/contact-matches",
    operation_id="match_contacts",
    summary="Suppliers that give these telephones",
    responses={200: {"model": Matches}, **refusals(NotSignedIn, NotAllowed)},
)
async def matches(request: Request, command: MatchContacts, identity: SignedIn) -> Response:
    """Asked by the gateway with the auditor's identity; never proxied."""
    return json_answer(await match_contacts(desk_of(request), identity, command))

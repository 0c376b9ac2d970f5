"""What the routes of a supplier's people answer, as OpenAPI shows it."""

from datetime import date, datetime
from uuid import UUID

from services.catalog.api.answers import Answer
from services.catalog.domain.members import ActedAs, MemberRole


class MemberAnswer(Answer):
    """One person at a supplier; `ended_at` stands there for who acts for it no more."""

    supplier_id: UUID
    account_id: UUID
    name: str
    role: MemberRole
    version: int
    until: date | None
    invited_by: UUID | None
    accepted_at: datetime
    ended_at: datetime | None
    ended_by: UUID | None


class OpenInvitation(Answer):
    invitation_id: UUID
    supplier_id: UUID
    role: MemberRole
    until: date | None
    invited_by_name: str
    invited_at: datetime
    expires_at: datetime


class InvitationAnswer(OpenInvitation):
    """An invitation with its code, for who made it."""

    code: str | None


class Members(Answer):
    items: list[MemberAnswer]
    next: None
    invitations: list[OpenInvitation]


class ActAnswer(Answer):
    """One thing that was done for a supplier; `operation` is its name in this document."""

    at: datetime
    account_id: UUID
    account_name: str
    acted_as: ActedAs
    operation: str
    subject_id: UUID | None
    version: int | None


class Acts(Answer):
    items: list[ActAnswer]
    next: str | None

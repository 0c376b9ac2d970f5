"""A supplier's people and their invitations as they are shown, and as they are said."""

from typing import Any

from services.catalog.domain.members import SEAT_OF, code_of, hash_of
from services.catalog.store.members import Invitation, Member
from shared.contracts.catalog import SupplierMemberChanged


def member_view(member: Member) -> dict[str, Any]:
    """Show one person at a supplier."""
    return {
        "supplier_id": str(member.supplier_id),
        "account_id": str(member.account_id),
        "name": member.account_name,
        "role": member.role.value,
        "version": member.version,
        "until": member.until.isoformat() if member.until else None,
        "invited_by": str(member.invited_by) if member.invited_by else None,
        "accepted_at": member.accepted_at.isoformat(),
        "ended_at": member.ended_at.isoformat() if member.ended_at else None,
        "ended_by": str(member.ended_by) if member.ended_by else None,
    }


def invitation_view(invitation: Invitation) -> dict[str, Any]:
    """Show an invitation without its code."""
    return {
        "invitation_id": str(invitation.invitation_id),
        "supplier_id": str(invitation.supplier_id),
        "role": invitation.role.value,
        "until": invitation.until.isoformat() if invitation.until else None,
        "invited_by_name": invitation.invited_by_name,
        "invited_at": invitation.invited_at.isoformat(),
        "expires_at": invitation.expires_at.isoformat(),
    }


def invitation_with_code(invitation: Invitation, key: bytes) -> dict[str, Any]:
    """Show an invitation to who made it; no code where the key is another by now."""
    code = code_of(key, invitation.invitation_id)
    return invitation_view(invitation) | {"code": code if hash_of(code) == invitation.code_sha256 else None}


def member_changed(member: Member) -> SupplierMemberChanged:
    """Say what a person may do for a supplier from now on."""
    living = member.ended_at is None
    return SupplierMemberChanged(
        supplier_id=member.supplier_id,
        account_id=member.account_id,
        version=member.version,
        role=SEAT_OF[member.role] if living else None,
        until=member.until if living else None,
    )

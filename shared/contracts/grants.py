"""The words that a row of the policy is written in: roles, how far each reaches, and the grants that rows share."""

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a person does in an organisation."""

    SUPPLIER = "supplier"  # 负责人, who answers for a supplier and is seated in it
    SELLER = "seller"  # 商品员, seated in a supplier: what it offers
    PACKER = "packer"  # 发货员, seated in a supplier: what it sends
    HELPER = "helper"  # 帮办人, seated in a supplier for a time, to do for it what its own people do
    BUYER = "buyer"  # 采购员, seated in a canteen
    APPROVER = "approver"  # 审批人, seated in a unit
    FINANCE = "finance"  # 财务, seated in a unit
    OFFICER = "officer"  # 残联工作人员, seated in a unit
    AUDITOR = "auditor"  # 审计, seated in a unit, usually the province


class Reach(StrEnum):
    """How far a seat reaches."""

    PUBLIC = "public"  # no sign-in asked
    SIGNED_IN = "signed_in"  # any account
    OWN_ACCOUNT = "own_account"  # what this account began
    OWN_SUPPLIER = "own_supplier"
    OWN_CANTEEN = "own_canteen"
    OWN_UNIT = "own_unit"
    SUBTREE = "subtree"  # the seat's unit and every unit below it
    ABOVE = "above"  # every unit below the seat's, not its own; the topmost has nobody above and reaches itself


@dataclass(frozen=True, slots=True)
class Grant:
    """A role with a reach; `role` None is anyone."""

    role: Role | None
    reach: Reach


@dataclass(frozen=True, slots=True)
class Operation:
    """One row of the policy."""

    method: str
    path: str
    program: str
    grants: tuple[Grant, ...]
    not_own: bool = field(default=False)


GATEWAY, CATALOG, ORDER, QUOTA = "gateway", "catalog", "order", "procurement_quota"
PUBLIC = (Grant(None, Reach.PUBLIC),)
SIGNED_IN = (Grant(None, Reach.SIGNED_IN),)
APPLICANT = (Grant(None, Reach.OWN_ACCOUNT),)
"""Who applied for a supplier, until a seat in it is given."""
SUPPLIER_ROLES = (Role.SUPPLIER, Role.SELLER, Role.PACKER, Role.HELPER)
"""The roles that are held in a supplier."""
OWNER, SELLER, PACKER, HELPER = ((Grant(role, Reach.OWN_SUPPLIER),) for role in SUPPLIER_ROLES)
SHELF = (*OWNER, *SELLER, *HELPER)
"""Whoever keeps what a supplier offers."""
HANDS = (*OWNER, *PACKER, *HELPER)
"""Whoever keeps what a supplier sends."""
PEOPLE = (*OWNER, *SELLER, *PACKER, *HELPER)
"""All of a supplier's own people."""
OWN_CANTEEN = (Grant(Role.BUYER, Reach.OWN_CANTEEN),)
OFFICERS = (Grant(Role.OFFICER, Reach.SUBTREE),)
AUDITORS = (Grant(Role.AUDITOR, Reach.SUBTREE),)
SEERS = (*PEOPLE, *APPLICANT, *OFFICERS, *AUDITORS)
"""Who sees of a supplier what the public does not."""
READERS = tuple(Grant(role, Reach.SUBTREE) for role in (Role.APPROVER, Role.FINANCE, Role.OFFICER, Role.AUDITOR))
FINANCE = (Grant(Role.FINANCE, Reach.OWN_UNIT),)

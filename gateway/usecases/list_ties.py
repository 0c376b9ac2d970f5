"""An auditor reads in one list who shares what: suppliers with suppliers, accounts of buyers and officers with either.

Suppliers' bank accounts, telephones, addresses and people are catalog's; whose accounts share them is known here. The
list goes through the first and then through the second, and each tie says between whom it is.
"""

from dataclasses import replace
from enum import StrEnum
from typing import Any

import orjson

from gateway.clients.services import Answer
from gateway.usecases.desk import Desk
from gateway.usecases.list_account_ties import AskedTies, TiesPage, list_account_ties, paths_of
from shared.contracts.authority import Identity
from shared.http.paging import decode_cursor, encode_cursor, not_of_this_list

OF_ACCOUNTS = ("person", "phone")
"""What an account may share; it gives no bank account and no address."""


class Between(StrEnum):
    """Between whom a tie is (关联双方)."""

    SUPPLIERS = "suppliers"  # 供应主体之间
    ACCOUNTS = "accounts"  # 采购、审批人员与供应主体或其他单位之间


async def list_ties(desk: Desk, identity: Identity, asked: AskedTies, between: Between | None = None) -> Answer:
    """List ties, those between suppliers first; a refusal of catalog passes unchanged. Raises InvalidFields."""
    part, inner = _where(asked.cursor)
    items: list[dict[str, Any]] = []
    if not paths_of(identity):
        return _answer(items, None)
    if part is Between.SUPPLIERS and between is not Between.ACCOUNTS:
        found = await _between_suppliers(desk, identity, replace(asked, cursor=inner))
        if isinstance(found, Answer):
            return found
        items, inner = found.items, None
        if found.following is not None:
            return _answer(items, [part, found.following])
    if between is Between.SUPPLIERS or asked.kind not in (None, *OF_ACCOUNTS):
        return _answer(items, None)
    room = asked.limit - len(items)
    if not room:
        return _answer(items, [Between.ACCOUNTS, ""])
    more = await list_account_ties(desk, identity, replace(asked, cursor=inner, limit=room))
    if isinstance(more, Answer):
        return more
    return _answer(items + more.items, [Between.ACCOUNTS, more.following] if more.following else None)


def _where(cursor: str | None) -> tuple[Between, str | None]:
    keys = decode_cursor(cursor, str, str)
    if keys is None:
        return Between.SUPPLIERS, None
    if keys[0] not in tuple(Between):
        raise not_of_this_list()
    return Between(keys[0]), keys[1] or None


async def _between_suppliers(desk: Desk, identity: Identity, asked: AskedTies) -> TiesPage | Answer:
    given = {"limit": asked.limit, "kind": asked.kind, "cursor": asked.cursor}
    spoken = {"accept-language": asked.language}
    answer = await desk.services.call(
        "catalog", "GET", "/internal/ties", identity=identity, params=given, headers=spoken
    )
    if not answer.ok:
        return answer
    told = answer.json()
    beside = {"between": Between.SUPPLIERS, "account_count": 0, "accounts": []}
    return TiesPage([beside | tie for tie in told["items"]], told["next"])


def _answer(items: list[dict[str, Any]], following: list[Any] | None) -> Answer:
    told = {"items": items, "next": encode_cursor(following) if following else None}
    return Answer(200, {"content-type": "application/json"}, orjson.dumps(told))

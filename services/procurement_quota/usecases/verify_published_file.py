"""Anybody may hand in a file that is said to be published here, and is told whether it is as it was signed."""

import asyncio
import base64
from typing import Any

from services.procurement_quota.domain.handed_in import verify_file
from services.procurement_quota.domain.issued import rows_of
from services.procurement_quota.domain.published import FileForged
from services.procurement_quota.usecases.desk import Desk
from shared.media import FILE_BYTES_MAX, FileTooLarge

_OTHER_KEY = "it is as somebody signed it, but not by this platform's key"
_OTHER_KEY_ZH = "文件与其签名相符，但签名所用的不是本平台的密钥"


async def verify_published_file(desk: Desk, body: bytes) -> dict[str, Any]:
    """Verify a declaration, a checkpoint or an issued report byte by byte; nothing of it is kept. Raises FileTooLarge.

    `as_signed` tells that not a byte was changed since it was signed; `by_platform`, that it was signed by the key of
    this platform, without which anybody could have signed it; only then is told what the file says.
    """
    if len(body) > FILE_BYTES_MAX:
        raise FileTooLarge(bytes_max=FILE_BYTES_MAX)
    platform_key = base64.b64encode(desk.signer.public_key).decode()
    verdict: dict[str, Any] = {
        "as_signed": False,
        "by_platform": False,
        "reason": "",
        "reason_en": "",
        "public_key": None,
        "platform_public_key": platform_key,
        "declaration": None,
        "checkpoint": None,
        "report": None,
    }
    try:
        found = await asyncio.to_thread(verify_file, body)
    except FileForged as error:
        return verdict | {"reason": error.chinese, "reason_en": str(error)}
    signed = verdict | {"as_signed": True, "public_key": found["public_key"]}
    if found["public_key"] != platform_key:
        return signed | {"reason": _OTHER_KEY_ZH, "reason_en": _OTHER_KEY}
    return signed | {"by_platform": True, found["kind"]: _WRITE[found["kind"]](found)}


def _checkpoint(found: dict[str, Any]) -> dict[str, Any]:
    said = found["said"]
    return {
        "date": said["date"],
        "chains": len(said["heads"]),
        "entries": sum(seq for _, seq, _ in said["heads"]),
        "heads_root": said["heads_root"],
    }


def _declaration(found: dict[str, Any]) -> dict[str, Any]:
    said = found["said"]
    return {
        "code": found["code"],
        "unit_name": said["canteen"]["unit_name"],
        "canteen_name": said["canteen"]["name"],
        "year": said["year"],
        "restatement": said["restatement"],
        "rules": [
            {
                "rule": rule["rule"],
                "name": rule["name"],
                "name_en": rule["name_en"],
                "base_fen": rule["declared"]["base_fen"],
                "counted_fen": rule["declared"]["counted_fen"],
                "share_bp": rule["declared"]["share_bp"],
                "status": rule["declared"]["status"],
            }
            for rule in said["rules"]
        ],
        "entries": said["extract"]["entries"],
        "root": said["extract"]["root"],
        "signers": [{name: step[name] for name in ("step", "name", "capacity", "at")} for step in found["steps"]],
    }


def _report(found: dict[str, Any]) -> dict[str, Any]:
    said = found["said"]
    return {
        "code": found["code"],
        "unit_name": said["subject"]["name"],
        "rule": said["rule"]["code"],
        "name": said["rule"]["name"],
        "name_en": said["rule"]["name_en"],
        "year": said["year"],
        "happened_by": said["happened_by"],
        "known_by": said["known_by"],
        "rows": rows_of(said),
    }


_WRITE = {"checkpoint": _checkpoint, "declaration": _declaration, "report": _report}

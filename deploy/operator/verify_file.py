"""A stranger verifies what was published with nothing but the file: no database, no settings, no network."""

import base64
import hashlib
from pathlib import Path
from typing import Any

from services.procurement_quota.domain.handed_in import verify_file
from services.procurement_quota.domain.issued import rows_of
from services.procurement_quota.domain.published import FileForged

DIGESTS = "SHA256SUMS"
FILE_BYTES_MAX = 64 * 1024 * 1024


def verify_published(path: Path, public_key: bytes | None = None) -> list[str]:
    """Verify a declaration, a checkpoint, an issued report, or a folder of open data; gives what a person reads of it.

    Raises FileForged, OSError.
    """
    if path.is_dir():
        return _folder(path)
    if path.stat().st_size > FILE_BYTES_MAX:
        raise FileForged("it is larger than anything that is published")
    found = verify_file(path.read_bytes(), public_key)
    lines = _LINES[found["kind"]](found)
    trust = (
        "as you gave it" if public_key else "as the file names it: compare it with the one that the platform publishes"
    )
    return [*lines, f"        by the key {found['public_key']}, {trust}"]


def _checkpoint(found: dict[str, Any]) -> list[str]:
    said = found["said"]
    entries = sum(seq for _, seq, _ in said["heads"])
    return [f"ok      checkpoint of {said['date']}: {len(said['heads'])} chains, {entries:,} entries"]


def _declaration(found: dict[str, Any]) -> list[str]:
    said = found["said"]
    restated = f", restatement {said['restatement']}" if said["restatement"] else ""
    lines = [
        f"ok      declaration of {said['canteen']['unit_name']} {said['canteen']['name']}, {said['year']}{restated}"
    ]
    for rule in said["rules"]:
        one = rule["declared"]
        lines.append(f"        {rule['rule']}: {one['counted_fen']:,} of {one['base_fen']:,} fen, {one['status']}")
    lines.append(f"        {said['extract']['entries']:,} entries, root {said['extract']['root']}")
    for step in found["steps"]:
        lines.append(f"        {step['step']}: {step['name']} ({step['capacity']}), {step['at']}")
    return lines


def _report(found: dict[str, Any]) -> list[str]:
    said = found["said"]
    return [
        f"ok      report {found['code']} of {said['subject']['name']}, {said['rule']['code']} {said['year']}",
        f"        as of {said['happened_by']}, known by {said['known_by']}; {rows_of(said):,} rows",
    ]


_LINES = {"checkpoint": _checkpoint, "declaration": _declaration, "report": _report}


def _folder(folder: Path) -> list[str]:
    """Compare each file of an export with its digest; a file without one, or a digest without its file, is told."""
    told: dict[str, str] = {}
    for line in (folder / DIGESTS).read_text(encoding="ascii").splitlines():
        digest, _, name = line.partition("  ")
        told[name] = digest
    have = {path.name for path in folder.iterdir()} - {DIGESTS}
    for name in sorted(have | set(told)):
        if name not in have:
            raise FileForged(f"{name} is missing")
        if name not in told:
            raise FileForged(f"{name} has no digest in {DIGESTS}")
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != told[name]:
            raise FileForged(f"{name} was changed")
    return [f"ok      {len(told)} files, each as {DIGESTS} says"]


def key_of(text: str) -> bytes:
    """Read a public key as it is published: base64 of 32 bytes. Raises ValueError."""
    key = base64.b64decode(text, validate=True)
    if len(key) != 32:
        raise ValueError("a public key has 32 bytes")
    return key

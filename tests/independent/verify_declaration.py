"""Verify a published declaration as its schema says, with nothing of Zhucai's; exit 1 at the first that does not fit.

python verify_declaration.py declaration.json [the platform's public key, base64]
"""

import base64, hashlib, json, sys  # noqa: E401 - a short program, to be read whole
from pathlib import Path
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

written = Path(sys.argv[1]).read_bytes()
file = json.loads(written)


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def check(fits, what):
    if not fits:
        sys.exit(f"it does not fit: {what}")


canonical = json.dumps(file, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
check(canonical == written, "not canonical JSON")
check(len(sys.argv) < 3 or sys.argv[2] == file["public_key"], "another public key")
said, key, before = (
    json.loads(file["payload"]),
    Ed25519PublicKey.from_public_bytes(base64.b64decode(file["public_key"])),
    "",
)
for step in file["steps"]:
    try:
        key.verify(base64.b64decode(step["signature"]), step["statement"].encode())
    except Exception:
        check(False, "a signature")
    statement = json.loads(step["statement"])
    check(statement["payload_sha256"] == sha256(file["payload"]), "the payload is not the one that was signed")
    check(statement["previous"] == before, "the order of the signatures")
    before = sha256(step["statement"])
check(statement["step"] == "countersign", "not countersigned")
check(sha256(file["extract"]) == said["extract"]["root"], "the entries are not those of the root")
rows = [json.loads(line) for line in file["extract"].splitlines()]
for rule in said["rules"]:
    parts = [row[-1].get(rule["rule"], (0, 0)) for row in rows if row[4] == rule["fund"]]
    sums = [sum(part[at] for part in parts) for at in (0, 1)]
    check(sums == [rule["figures"]["ledger_fen"], rule["figures"]["counted_fen"]], "the entries' sums")
    left = sum(order["left_out_fen"].get(rule["rule"], 0) for order in said["unpaid"])
    check(rule["declared"]["counted_fen"] == rule["figures"]["counted_fen"] - left, "what is left out as unpaid")
print(
    f"ok  {said['canteen']['unit_name']} {said['canteen']['name']} {said['year']}: {len(rows):,} entries, {len(file['steps'])} signatures"
)

"""A published file verifies with nothing else beside it, and not with one byte changed anywhere in it."""

import base64
import hashlib
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.operator.main import cli
from services.procurement_quota.domain.chain import Head
from services.procurement_quota.domain.checkpoints import Signer
from services.procurement_quota.domain.handed_in import verify_file
from services.procurement_quota.domain.issued import seal
from services.procurement_quota.domain.published import FORMAT, FileForged
from services.procurement_quota.domain.sampling import DOMAIN
from shared.ids import derived_id

NOW = datetime(2026, 2, 1, tzinfo=UTC)
KEY = base64.b64encode(bytes(32)).decode()
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["extract", "rules", "x"]), inner),
    max_leaves=8,
)
SIGNER, OTHER = Signer(bytes(range(32))), Signer(bytes(reversed(range(32))))


def a_checkpoint(signer: Signer = SIGNER) -> bytes:
    heads = [Head(derived_id("unit", number), number, bytes([number] * 32), NOW) for number in (1, 2)]
    return signer.document(day=date(2026, 2, 1), at=NOW, heads=heads, totals={}, previous=None)


def each_byte_changed(document: bytes) -> list[int]:
    """List the places at which another byte goes unseen."""
    unseen = []
    for at in range(len(document)):
        for other in {document[at] ^ 1, document[at] ^ 0x20, 0x20, 0x41} - {document[at]}:
            try:
                verify_file(document[:at] + bytes([other]) + document[at + 1 :])
            except FileForged:
                continue
            unseen.append(at)
    return unseen


class TestCheckpointFile:
    def test_says_what_it_says(self) -> None:
        found = verify_file(a_checkpoint(), SIGNER.public_key)
        assert (found["kind"], found["said"]["date"], len(found["said"]["heads"])) == ("checkpoint", "2026-02-01", 2)

    def test_catches_each_changed_byte(self) -> None:
        assert each_byte_changed(a_checkpoint()) == []

    @pytest.mark.parametrize(
        "document", [b"", b"{}", b"[]", b"null", b"\xff", b'{"payload":1,"public_key":2,"signature":3}', b"[" * 5_000]
    )
    def test_is_no_other_file(self, document: bytes) -> None:
        with pytest.raises(FileForged):
            verify_file(document)

    @given(
        json_values,
        st.sampled_from(["payload", "extract", "steps", "public_key"]),
    )
    @settings(deadline=None, max_examples=150)
    def test_is_no_hostile_file(self, value: Any, part: str) -> None:
        """Whatever stands in a part, and whoever signed it, no other exception tells of it."""
        text = json.dumps(value)
        parts = {"extract": "[]", "format": FORMAT, "payload": text, "public_key": KEY, "steps": [value]}
        for document in (
            parts | {part: value},
            parts | {part: text},
            {"payload": text, "public_key": KEY, part: value},
        ):
            with pytest.raises(FileForged) as refused:
                verify_file(json.dumps(document, sort_keys=True, separators=(",", ":")).encode())
            assert refused.value.chinese

    def test_has_nothing_added(self) -> None:
        for changed in (a_checkpoint() + b" ", b" " + a_checkpoint(), a_checkpoint()[:-1]):
            with pytest.raises(FileForged):
                verify_file(changed)


def a_report(signer: Signer = SIGNER) -> bytes:
    """Write an issued report as it is given under its code."""
    report = {
        "subject": {"name": "益阳市残联"},
        "rule": {"code": "hunan-2020-canteen", "name": "食堂", "name_en": "canteens"},
        "year": 2025,
        "happened_by": "2025-09-18",
        "known_by": "2025-09-18T16:00:00.000000Z",
        "ranked": [{"name": "赫山区", "rank": 1, "counted_fen": 100}],
        "unproven": [],
        "not_ranked": [],
    }
    sealed = seal(report, signer)
    return json.dumps(
        {
            "code": sealed.code,
            "digest": sealed.digest,
            "signature": base64.b64encode(sealed.signature).decode(),
            "public_key": base64.b64encode(sealed.public_key).decode(),
            "issued_at": "2025-09-19T01:00:00.000000Z",
            "intact": True,
            "report": report,
        },
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()


class TestReportFile:
    def test_says_what_it_says(self) -> None:
        found = verify_file(a_report(), SIGNER.public_key)
        assert (found["kind"], found["said"]["subject"]["name"]) == ("report", "益阳市残联")

    def test_catches_each_changed_byte_but_those_of_when_it_was_issued(self) -> None:
        document = a_report()
        since = document.index(b'"issued_at":') + len(b'"issued_at":')
        assert set(each_byte_changed(document)) <= set(range(since, document.index(b',"intact"')))

    def test_is_of_the_key_that_is_expected(self) -> None:
        with pytest.raises(FileForged, match="another key"):
            verify_file(a_report(OTHER), SIGNER.public_key)


def test_a_drawn_sample_is_told_apart_from_what_is_none_of_ours() -> None:
    with pytest.raises(FileForged, match="draw it again") as refused:
        verify_file(json.dumps({"format": DOMAIN, "frame": ""}).encode())
    assert "抽样" in refused.value.chinese


class TestCommand:
    """`zhucai verify-file`, as a stranger runs it: with no setting at all."""

    def run(self, *arguments: str) -> tuple[int, str]:
        done = CliRunner(env={"PATH": ""}).invoke(cli, ["verify-file", *arguments])
        return done.exit_code, done.output

    def test_takes_a_sound_file_and_no_changed_one(self, tmp_path: Path) -> None:
        file = tmp_path / "2026-02-01.json"
        file.write_bytes(a_checkpoint())
        code, told = self.run(str(file))
        assert (code, told.splitlines()[0]) == (0, "ok      checkpoint of 2026-02-01: 2 chains, 3 entries")
        file.write_bytes(a_checkpoint().replace(b"2026-02-01", b"2026-02-02", 1))
        assert self.run(str(file)) == (1, "FAILED  2026-02-01.json: the signature does not fit\n")

    def test_reads_an_issued_report(self, tmp_path: Path) -> None:
        file = tmp_path / "report.json"
        file.write_bytes(a_report())
        code, told = self.run(str(file))
        assert (code, "of 益阳市残联, hunan-2020-canteen 2025" in told, "1 rows" in told) == (0, True, True)
        file.write_bytes(a_report().replace(b'"counted_fen":100', b'"counted_fen":101'))
        assert self.run(str(file))[0] == 1

    def test_wants_the_key_that_it_was_given(self, tmp_path: Path) -> None:
        file = tmp_path / "c.json"
        file.write_bytes(a_checkpoint(OTHER))
        assert self.run(str(file))[0] == 0
        key = base64.b64encode(SIGNER.public_key).decode()
        assert self.run(str(file), "--public-key", key) == (1, "FAILED  c.json: signed by another key\n")
        assert self.run(str(file), "--public-key", "AAAA")[0] == 2

    def test_compares_a_folder_of_open_data_with_its_digests(self, tmp_path: Path) -> None:
        (tmp_path / "units.csv").write_bytes(b"a\n1\n")
        digest = hashlib.sha256(b"a\n1\n").hexdigest()
        (tmp_path / "SHA256SUMS").write_text(f"{digest}  units.csv\n")
        assert self.run(str(tmp_path)) == (0, "ok      1 files, each as SHA256SUMS says\n")
        (tmp_path / "units.csv").write_bytes(b"a\n2\n")
        assert self.run(str(tmp_path)) == (1, f"FAILED  {tmp_path.name}: units.csv was changed\n")
        (tmp_path / "more.csv").write_bytes(b"")
        assert "more.csv has no digest" in self.run(str(tmp_path))[1]

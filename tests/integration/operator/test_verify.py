"""A ledger that was tampered with does not verify: a changed amount, a cut tail, a signature of another key."""

# ruff: noqa: S608 - the harm is SQL of our own

import base64

from deploy.operator.verify import Report, verify
from tests.integration.operator.conftest import Scratch

_FIRST = "(unit_id, seq) = (SELECT unit_id, seq FROM entry WHERE kind = 'purchase' ORDER BY unit_id, seq LIMIT 1)"
_LAST = (
    "(unit_id, seq) = (SELECT unit_id, seq FROM chain_head WHERE unit_id ="
    " (SELECT unit_id FROM entry WHERE kind = 'purchase' ORDER BY unit_id LIMIT 1))"
)


def said(report: Report) -> str:
    return "\n".join(report.lines())


class TestVerify:
    async def test_a_sound_ledger_says_how_many_entries_and_against_what(self, scratch: Scratch) -> None:
        report = await verify(scratch.settings)
        assert report.holds
        (line,) = report.lines()
        entries = await scratch.value("procurement_quota", "SELECT count(*) FROM entry")
        assert line.startswith(f"ok      {entries:,} entries in ")
        assert "against checkpoints/" in line

    async def test_a_changed_amount_names_unit_and_entry(self, scratch: Scratch) -> None:
        seq = await scratch.value("procurement_quota", f"SELECT seq FROM entry WHERE {_FIRST}")
        harm = f"UPDATE entry SET amount_fen = amount_fen + 1 WHERE {_FIRST}"
        mend = f"UPDATE entry SET amount_fen = amount_fen - 1 WHERE {_FIRST}"
        async with scratch.tampered("procurement_quota", harm, mend):
            report = await verify(scratch.settings)
        assert not report.holds
        assert f", entry {seq}: its content does not fit its hash" in said(report)
        assert "残疾人联合会" in said(report)

    async def test_a_judgement_cannot_change_either(self, scratch: Scratch) -> None:
        planted = '{"planted": {"base_fen": 0, "counted_fen": 0}}'
        harm = f"UPDATE entry SET judgements = judgements || '{planted}' WHERE {_FIRST}"
        mend = f"UPDATE entry SET judgements = judgements - 'planted' WHERE {_FIRST}"
        async with scratch.tampered("procurement_quota", harm, mend):
            report = await verify(scratch.settings)
        assert "its content does not fit its hash" in said(report)

    async def test_a_cut_tail_shows_against_the_checkpoint(self, scratch: Scratch) -> None:
        harm = (
            f"CREATE TABLE cut AS SELECT * FROM entry WHERE {_LAST};"
            " CREATE TABLE head AS SELECT * FROM chain_head WHERE unit_id = (SELECT unit_id FROM cut);"
            f" DELETE FROM entry WHERE {_LAST};"
            " UPDATE chain_head h SET seq = c.seq - 1, hash = c.previous_hash FROM cut c WHERE h.unit_id = c.unit_id"
        )
        mend = (
            "INSERT INTO entry SELECT * FROM cut;"
            " UPDATE chain_head h SET seq = o.seq, hash = o.hash FROM head o WHERE h.unit_id = o.unit_id;"
            " DROP TABLE cut, head"
        )
        async with scratch.tampered("procurement_quota", harm, mend):
            report = await verify(scratch.settings)
        assert not report.holds
        assert "the tail was cut" in said(report)
        assert (await verify(scratch.settings)).holds

    async def test_a_checkpoint_of_another_key_is_not_believed(self, scratch: Scratch) -> None:
        other = scratch.settings | {"CHECKPOINT_PRIVATE_KEY": base64.b64encode(bytes(range(32))).decode()}
        report = await verify(other)
        assert not report.holds
        assert "cannot be believed" in said(report)

"""A sample follows from its announcement, value and frame; the frame is what the ledger held when it was closed."""

from typing import Any

import orjson

from deploy.operator.invariants.check import Check, count_of
from deploy.operator.reading import Snapshots
from services.procurement_quota.domain.sample_file import fault_of

_SAMPLES = """
SELECT d.id, s.file, s.root, s.seed, s.frame_lines, s.frame_fen, r.value, d.size, d.year,
  d.recorded_at < s.recorded_at AND (d.recorded_at AT TIME ZONE 'Asia/Shanghai')::date < d.held_on
  AND (r.recorded_at AT TIME ZONE 'Asia/Shanghai')::date > d.held_on AS in_order,
  (SELECT coalesce(jsonb_agg(jsonb_build_array(l.unit_id, l.seq, l.amount_fen, l.certain) ORDER BY l.place), '[]')
    FROM sample_line l WHERE l.draw_id = d.id) AS lines
FROM sample s JOIN sample_draw d ON d.id = s.draw_id
JOIN sample_result r ON r.draw_id = s.draw_id AND r.version = s.result_version
WHERE s.outcome = 'drawn' ORDER BY d.id
"""
_LOST = """
WITH said AS MATERIALIZED (SELECT draw_id, whole -> 'canteens' AS canteens, whole ->> 'frame' AS frame
  FROM sample CROSS JOIN LATERAL (SELECT file::jsonb AS whole) AS parsed WHERE outcome = 'drawn')
SELECT s.draw_id AS id, count(*) AS lost FROM said s
CROSS JOIN LATERAL string_to_table(s.frame, E'\\n') AS line
CROSS JOIN LATERAL (SELECT s.canteens -> (line::jsonb ->> 0)::integer AS canteen) AS of
LEFT JOIN entry e ON e.unit_id = (canteen ->> 'unit_id')::uuid AND e.seq = (line::jsonb ->> 1)::bigint
  AND encode(e.hash, 'hex') = line::jsonb ->> 2 AND e.canteen_id = (canteen ->> 'canteen_id')::uuid
LEFT JOIN LATERAL (SELECT sum(o.amount_fen) AS kept FROM entry o WHERE o.canteen_id = e.canteen_id
  AND o.lot_id = e.lot_id AND o.lot_line = e.lot_line AND o.year = e.year AND o.seq < (canteen ->> 'seq')::bigint
) AS lot ON true
WHERE lot.kept IS DISTINCT FROM (line::jsonb ->> 3)::bigint
GROUP BY s.draw_id ORDER BY 1
"""


async def sample_checks(read: Snapshots) -> list[Check]:
    """Draw every published sample again from its file, and hold its frame against the ledger."""
    drawn = await read.rows("procurement_quota", _SAMPLES)
    wrong = [f"sample {row.id}: {why}" for row in drawn if (why := _fault(row))]
    lost = [f"sample {row.id}: {row.lost} lines" for row in await read.rows("procurement_quota", _LOST)]
    return [
        Check(6, "a published sample is drawn again from its frame", count_of(drawn, "samples"), wrong),
        Check(6, "the frame of a sample is what the ledger held when it was closed", count_of(drawn, "samples"), lost),
    ]


def _fault(row: Any) -> str | None:
    if (why := fault_of(row.file)) is not None:
        return why
    said = orjson.loads(row.file)
    figures = [orjson.loads(line)[3] for line in said["frame"].splitlines()]
    lines = [[said["canteens"][one[0]]["unit_id"], one[1], *one[3:]] for one in said["sample"]]
    if (said["root"], said["seed"], len(figures), sum(figures)) != (row.root, row.seed, row.frame_lines, row.frame_fen):
        return "its figures"
    if (said["result"]["value"], said["draw"]["size"], said["draw"]["year"]) != (row.value, row.size, row.year):
        return "it is not of what was announced"
    if lines != row.lines:
        return "its lines"
    return None if row.in_order else "when it was drawn"

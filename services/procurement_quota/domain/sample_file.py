"""A drawn sample is published whole: its frame by hashes and amounts, the seed, the lines; no person, no seller.

The file is canonical JSON (sorted keys, no spaces, UTF-8):

    draw        as it was announced, and when; `held_on` is later than that, and than every closing of the frame
    result      the value of the public draw, when it was entered and confirmed
    canteens    the frame's canteens with their close entries, by canteen id
    frame       one JSON list a line: [place of its canteen in `canteens`, seq of its first entry, its hash, fen kept]
    frame_sha256, root, seed
    sample      what was drawn, each as in the frame, with whether it was certain
    outside     canteens with purchases that were not closed before the day of the draw: a finding, not a part

`tests/independent/draw_sample.py` draws it again with nothing of ours. Facts that become known after a close entry
(returns, credits, revocations) alter neither the frame nor the sample.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from services.procurement_quota.domain.published import canonical
from services.procurement_quota.domain.sampling import (
    ALGORITHM_EN,
    ALGORITHM_ZH,
    DOMAIN,
    CloseEntry,
    Drawn,
    Line,
    closed_root,
    draw,
    seed_of,
    sha256,
)


def frame_text(lines: Sequence[Line]) -> str:
    """Write a frame, by canteen and sequence."""
    ordered = sorted(lines, key=lambda line: (line.canteen, line.seq))
    return "\n".join(canonical([line.canteen, line.seq, line.hash, line.amount_fen]) for line in ordered)


def sample_file(
    announced: Mapping[str, Any],
    result: Mapping[str, Any],
    canteens: Sequence[Mapping[str, Any]],
    lines: Sequence[Line],
    outside: Sequence[Mapping[str, Any]],
) -> tuple[str, list[Drawn]]:
    """Draw the sample and write its file; gives both. `canteens` are by id, each with `seq` and `hash` of its close."""
    root = closed_root(close_entries(canteens))
    seed = seed_of(root, result["value"])
    drawn, frame = draw(lines, announced["size"], seed), frame_text(lines)
    written = canonical(
        {
            "format": DOMAIN,
            "algorithm": {"zh": ALGORITHM_ZH, "en": ALGORITHM_EN},
            "draw": announced,
            "result": result,
            "canteens": list(canteens),
            "outside": list(outside),
            "root": root,
            "seed": seed,
            "frame": frame,
            "frame_sha256": sha256(frame),
            "sample": [
                [one.line.canteen, one.line.seq, one.line.hash, one.line.amount_fen, one.certain] for one in drawn
            ],
        }
    )
    return written, drawn


def close_entries(canteens: Sequence[Mapping[str, Any]]) -> Iterator[CloseEntry]:
    for one in canteens:
        yield CloseEntry(one["canteen_id"], one["unit_id"], one["seq"], one["hash"])


def fault_of(written: str) -> str | None:
    """Say the first thing in a file that does not follow from the rest of it, or nothing."""
    said: Mapping[str, Any] = orjson.loads(written)
    rows = [orjson.loads(line) for line in said["frame"].splitlines()]
    again, _ = sample_file(
        said["draw"], said["result"], said["canteens"], [Line(*row) for row in rows], said["outside"]
    )
    if again == written:
        return None
    other = orjson.loads(again)
    return next((name for name in ("root", "seed", "frame_sha256", "sample") if other[name] != said[name]), "its words")

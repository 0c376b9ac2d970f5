"""Draw a published sample again from its file, with nothing of Zhucai's; exit 1 at the first thing that differs.

python draw_sample.py sample.json [the value of the public draw, as you read it yourself]
"""

import hashlib, json, re, sys  # noqa: E401 - a short program, to be read whole
from datetime import datetime, timedelta
from pathlib import Path

written = Path(sys.argv[1]).read_text(encoding="utf-8")
file = json.loads(written)
said, value, canteens = file["draw"], file["result"]["value"], file["canteens"]
frame = [json.loads(line) for line in file["frame"].splitlines()]


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def day(moment):
    return str((datetime.fromisoformat(moment.replace("Z", "+00:00")) + timedelta(hours=8)).date())  # in Shanghai


def check(fits, what):
    if not fits:
        sys.exit(f"it does not fit: {what}")


again = json.dumps(file, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
check(again == written and file["format"] == "zhucai-sample-1", "not canonical JSON of this format")
check(len(sys.argv) < 3 or sys.argv[2] == value, "the value of the public draw")
form = "".join("[0-9]" if one == "0" else re.escape(one) for one in said["value_form"])
check(re.fullmatch(form, value), "the value is not written as it was announced")
check(day(said["announced_at"]) < said["held_on"], "it was not announced before the draw")
check(said["held_on"] < day(file["result"]["entered_at"]), "its value was entered before the draw")
for at, one in enumerate(canteens):
    check(day(one["closed_at"]) < said["held_on"], f"{one['name']} was not closed before the draw")
    check(not at or canteens[at - 1]["canteen_id"] < one["canteen_id"], "the order of the canteens")
for place, seq, line, fen in frame:
    check(0 < seq < canteens[place]["seq"] and fen > 0, f"line {line} is not one of a closed year")
check(len({line[2] for line in frame}) == len(frame) and frame == sorted(frame), "a line that comes twice, or their order")
check(sha256(file["frame"]) == file["frame_sha256"], "the frame's digest")
closes = sorted("{canteen_id}:{unit_id}:{seq}:{hash}\n".format(**one) for one in canteens)
check(sha256("zhucai-sample-1 root\n" + "".join(closes)) == file["root"], "the root of the close entries")
seed = sha256(f"zhucai-sample-1 seed\n{file['root']}\n{value}\n")
check(seed == file["seed"], "the seed")
left, drawn = sorted(frame, key=lambda line: (-line[3], line[2])), []
wanted, total = min(said["size"], len(left)), sum(line[3] for line in left)
while wanted and left[0][3] * wanted >= total:  # too large to escape
    drawn.append([*left.pop(0), True])
    wanted, total = wanted - 1, total - drawn[-1][3]
if wanted:
    counter, limit = 0, 2**256 // total * total
    while (number := int(sha256(f"zhucai-sample-1 number\n{seed}\n{counter}\n"), 16)) >= limit:
        counter += 1
    point, passed = number % total, 0
    for line in sorted(left, key=lambda line: sha256(f"zhucai-sample-1 order\n{seed}\n{line[2]}\n")):
        passed += line[3]
        if passed * wanted > point:
            drawn.append([*line, False])
            point += total
for at, line in enumerate(drawn):
    check(at < len(file["sample"]) and file["sample"][at] == line, f"line {at + 1} of the sample: drawn again {line}")
check(len(drawn) == len(file["sample"]), "more lines than are drawn")
print(f"ok  {said['draw']}: {value}; {len(drawn):,} of {len(frame):,} lines drawn again; every line agrees")

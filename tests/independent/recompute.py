"""Recompute every figure of a year's open data from its facts and rules alone; exit 1 at the first that differs."""
import csv, json, sys  # noqa: E401 - a short program, to be read whole
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
about = json.loads(Path(sys.argv[1], "about.json").read_text(encoding="utf-8"))
year, today, rules = about["year"], date.fromisoformat(about["as_of"]), about["rules"]
def read(name, *keys):
    found = defaultdict(list)
    for one in csv.DictReader(Path(sys.argv[1], f"{name}.csv").read_text(encoding="utf-8-sig").splitlines()):
        found[tuple(one[key] for key in keys)].append(one)
    return found
units, lists, figures = read("units", "code"), read("lists", "list", "version", "recorded_at"), read("figures")[()]
forms, holders, attested, closed = (read(name, "canteen_id") for name in ("forms", "holders", "attestations", "closed"))
def holds(one, first, last):
    return one["valid_from"] <= last and (not one["valid_to"] or first < one["valid_to"])
def named(code, county, day, known_by="9"):  # on the newest version of the list that was known
    held = sorted((int(version), at, (name, version, at)) for name, version, at in lists if name == code)
    newest = ([one for one in held if one[1] <= known_by] or held[:1] or [(0, "", None)])[-1][2]
    return any(one["county"] == county and holds(one, day, day) for one in lists.get(newest, ()))
def judge(rule, fact, known_by):  # in the base, and counts
    produce = fact["category"] in (rule["categories"] or [fact["category"]])
    listed = fact["origin"] and fact["evidence"] in ("listing", "verified") and any(
        named(code, fact["origin"], fact["eligible_on"], known_by) for code in rule["lists"])
    if wanted := rule["preference"]:  # a label that is not lost, or the county
        listed = (fact["supplier_kind"] in wanted and not fact["recognition_lost_on"]) or ("listed_county" in wanted and listed)
    bought = wanted or (fact["channel"] in (rule["channels"] or [fact["channel"]]) and (
        fact["order_number"] or not rule["order_number_required"]))
    return produce, bool(produce and listed and bought and fact["evidence"] != "false")
def rate(rule, path):  # by jurisdiction: a county federation on the list has the higher rate, and all below it
    higher = rule["designated_list"] and rule["designated_unit_rate_bp"] and any(
        one["level"] == "county" and named(rule["designated_list"], one["division_code"], f"{year}-01-01")
        for code in path.split("/") for one in units.get((code,), ()))
    return rule["designated_unit_rate_bp"] if higher else rule["rate_bp"]
def end_of(month): return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
months, lots = defaultdict(lambda: defaultdict(lambda: [0, 0])), {}
for one in read("entries")[()]:  # in the order in which they were recorded
    key, came = (one["lot_id"], one["lot_line"], one["canteen_id"]), one["kind"] == "transfer"  # which tells a lot anew
    lot = lots[key] = lots[key] if key in lots and (lots[key][1] or not came) else [one, 0, [[rule, [0, 0], None] for rule in rules if (
        holds(rule, one["happened_on"], one["happened_on"]) and rule["recorded_at"] <= one["recorded_at"]
        and rule["fund"] == one["fund"] and one["unit_path"].startswith(rule["scope_path"]))], one["recorded_at"]]
    names = ("evidence", "recognition_lost_on", "flagged") if one["kind"] == "correction" else ()
    anew, lot[1] = any(lot[0][name] != one[name] for name in names[:2]), lot[1] + int(one["amount_fen"])
    lot[3] = one["recorded_at"] if anew and one["evidence"] in ("claimed", "verified", "rejected") else lot[3]
    lot[0] |= {name: one[name] for name in names}
    for judged in lot[2]:  # by the lists known when the origin was judged: nothing heard of a supplier looks at others
        judged[2] = judge(judged[0], lot[0], lot[3]) if anew or not judged[2] else judged[2]
        for at, stands in enumerate(judged[2]):
            step = (lot[1] if stands and not (at and judged[0]["holds_flagged"] and lot[0]["flagged"]) else 0) - judged[1][at]
            judged[1][at] += step
            months[one["canteen_id"], judged[0]["rule"]][int(one["posting_month"])][at] += step
for row in figures:
    key, first, last = (row["canteen_id"],), f"{year}-01-01", min(f"{year}-12-31", about["as_of"])
    rule = next(one for one in rules if one["rule"] == row["rule"] and holds(one, first, f"{year}-12-31"))
    posted, known = months[row["canteen_id"], row["rule"]], {
        int(one["month"]): one for one in attested[key] if one["fund"] == rule["fund"]}
    ledger, counted = (sum(sums[at] for sums in posted.values()) for at in (0, 1))
    upto = max((at for at, one in known.items() if min(f"{end_of(at)}", one["attested_on"]) <= last), default=0)
    covered = sum(sums[0] for at, sums in posted.items() if at <= year * 100 + upto)
    beyond = int(known[upto]["farm_produce_fen"]) - covered if upto else 0
    loose = beyond < 0 and end_of(upto) <= today and known[upto]["explained"] == "0"
    base, bound = ledger + max(0, beyond), rate(rule, row["unit_path"])
    needed = None if bound is None else -(-bound * max(0, base) // 10000)
    duty = base > 0 or any((one["kind"] not in ("outsourced", "none") or one["approved"] == "0") and one["valid_from"] <= last
               and end > first for one, end in zip(forms[key], [*(one["valid_from"] for one in forms[key][1:]), "9"]))
    due = {at for at in range(1, 13) if end_of(at) + timedelta(days=10) < today and any(
        one["valid_from"] <= f"{end_of(at)}" for one in forms[key])}
    status = ("no_duty" if not duty else "preference" if bound is None else "unproven" if loose or due - {*known} else
        "no_purchases" if base <= 0 else (("behind", "on_pace"), ("missed", "met"))[key in closed][counted * 10000 >= bound * base])
    parts, place = [int(one["weight_bp"]) for one in holders[key]], int(row["place"])
    def part(fen, cuts=(sum(parts[:place]), sum(parts[:place + 1]))):  # a difference of cumulatives, away from zero
        return fen if fen is None else (-(-abs(fen) * cuts[1] // 10000) + -abs(fen) * cuts[0] // 10000) * (1 if fen >= 0 else -1)
    mine = {"rate_bp": bound, "share_bp": counted * 10000 // base if base > 0 else None, "status": status,
            "ledger_fen": part(ledger), "base_fen": part(base), "counted_fen": part(counted), "weight_bp": parts[place]}
    mine |= {"required_fen": part(needed), "shortfall_fen": part(None if needed is None else max(0, needed - counted))}
    for name, value in mine.items():
        if str("" if value is None else value) != row[name]:
            sys.exit(f"{key[0]} {row['rule']} {name}: published {row[name] or 'none'}, recomputed {value}")
print(f"{len(figures):,} shares recomputed from {len(lots):,} purchases; every figure agrees")

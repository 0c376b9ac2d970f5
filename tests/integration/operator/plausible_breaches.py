"""How what is declared, sold and flagged can be bent past every check, what undoes it, and which lines must fail."""

# ruff: noqa: S608 - the harm is SQL of our own

_FIRST = "(SELECT supplier_id FROM suppliers ORDER BY supplier_id LIMIT 1)"
_NOBODY = "'00000000-0000-7000-8000-000000000004'"
_LOT = "'00000000-0000-7000-8000-000000000005'"
_FLAGGED = "whoever sold beyond a confirmed capacity is flagged"
_AS_NEW = "every copy is as new as what it is of"
_ITEM = "ginger"


def _plot(number: int) -> str:
    return (
        f"INSERT INTO plots SELECT '00000000-0000-7000-8000-00000000010{number}', {_FIRST}, 'field', '', '种',"
        f" '430224', 1, '2020-01-01', '2020-06-01', {_NOBODY}, now()"
    )


def _capacity(filed_by: str) -> str:
    return (
        f"INSERT INTO capacities SELECT {_NOBODY}, {_FIRST}, '{_ITEM}', 2021, 1, 'confirmed', 'area', 1, 1, '{{1}}', 0,"
        f" 1, '{{}}', NULL, {filed_by}, now(), {_NOBODY}, '', now(), ''"
    )


def _sale(grams: int) -> str:
    return (
        "INSERT INTO sales (step_id, line_id, acceptance_id, supplier_id, listing_id, listing_version, item_code,"
        " category, canteen_id, accepted_on, booked_on, year, month, quantity, grams, amount_fen)"
        f" SELECT {_LOT}, {_LOT}, {_LOT}, {_FIRST}, {_LOT}, 1, '{_ITEM}', 'vegetables', {_LOT}, '2021-01-01',"
        f" '2021-01-01', 2021, 1, {grams}, {grams}, {grams}"
    )


_NO_CAPACITY = f"DELETE FROM capacities WHERE capacity_id = {_NOBODY}"
_NO_SALE = f"DELETE FROM sales WHERE step_id = {_LOT}"
_NO_FLAG = f"DELETE FROM flag_lots WHERE flag_id = {_NOBODY}; DELETE FROM flags WHERE flag_id = {_NOBODY}"

PLAUSIBLE_BREACHES = {
    "a parcel of two declarants": (
        "catalog",
        f"{_plot(1)}; {_plot(2)}",
        "DELETE FROM plots WHERE certificate_key = '种'",
        {"a parcel has one declarant, and a capacity another judge"},
    ),
    "a capacity confirmed by who filed it": (
        "catalog",
        _capacity(_NOBODY),
        _NO_CAPACITY,
        {"a parcel has one declarant, and a capacity another judge"},
    ),
    "a sale beyond a capacity that nobody flagged": (
        "catalog",
        f"{_capacity(_LOT)}; {_sale(2)}",
        f"{_NO_CAPACITY}; {_NO_SALE}",
        {_FLAGGED},
    ),
    "more given back than was accepted": ("catalog", _sale(-1), _NO_SALE, {_FLAGGED}),
    "a flag of others' goods, without a beginning": (
        "catalog",
        f"INSERT INTO flags SELECT {_NOBODY}, 1, 'price', 'open', {_FIRST}, '{_ITEM}', 2021, '', '{{}}', NULL, NULL,"
        f" NULL, now(), now(); INSERT INTO flag_lots SELECT {_NOBODY}, {_LOT}, {_LOT}",
        _NO_FLAG,
        {"a flag names sales of its goods, and tells all that happened to it", _AS_NEW},
    ),
    "what is flagged, and counts all the same": (
        "procurement_quota",
        "UPDATE rule SET holds_flagged = true WHERE code = 'hunan-2020-canteen';"
        f" INSERT INTO flag SELECT {_NOBODY}, 1, 'price', 'open', {_LOT}, '{_ITEM}', 2021, '', now();"
        f" INSERT INTO flagged_lot SELECT {_NOBODY}, lot_id, lot_line FROM entry e WHERE kind = 'purchase'"
        " AND judgements #>> '{hunan-2020-canteen,counts}' = 'true' AND NOT EXISTS (SELECT 1 FROM entry later"
        " WHERE (later.lot_id, later.lot_line) = (e.lot_id, e.lot_line) AND later.kind <> 'purchase')"
        " ORDER BY unit_id, seq LIMIT 1",
        f"DELETE FROM flagged_lot WHERE flag_id = {_NOBODY}; DELETE FROM flag WHERE flag_id = {_NOBODY};"
        " UPDATE rule SET holds_flagged = false",
        {"what a flag names is held until the flag is decided", _AS_NEW},
    ),
}

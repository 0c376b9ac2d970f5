"""How what a sheet did can be bent past every check, what undoes it, and which lines must fail."""

# ruff: noqa: S608 - the harm is SQL of our own

_PRICES = "each row of new prices that was done is one change, and no other"
_COUNTS = "each row of counted stock that was done is one change, and no other"
_SHEET = "'00000000-0000-7000-8000-000000000007'"
_CHANGE = "'00000000-0000-5000-8000-000000000007'"
_FIRST = "(SELECT listing_id FROM on_sale ORDER BY listing_id LIMIT 1)"
_COLUMNS = (
    "id, name, media_type, encoding, separator, sheet, sha256, size_bytes, object_key, state, rows, read, problems,"
    " notes, put_by, put_at, supplier_id"
)


def _sheet(imports: str, supplier: str) -> str:
    return (
        f"INSERT INTO {imports} ({_COLUMNS}) SELECT {_SHEET}, 'a.csv', 'text/csv', 'utf-8', ',', '', '', 1, 'none',"
        f" 'accepted', 1, 1, '[]', '[]', {_SHEET}, now(), {supplier};"
    )


_PRICE_ROW = (
    _sheet("listing_imports", f"(SELECT supplier_id FROM listings WHERE listing_id = {_FIRST})")
    + f" INSERT INTO listing_import_rows SELECT {_SHEET}, 2, 'published', '{{}}', '[]', '[]', {_FIRST}, {_CHANGE}"
)
_COUNT_ROW = _sheet("stock_imports", "(SELECT supplier_id FROM stock ORDER BY listing_id LIMIT 1)") + (
    f" INSERT INTO stock_import_rows SELECT {_SHEET}, 2, 'done', '{{}}', '[]', '[]',"
    " (SELECT listing_id FROM stock ORDER BY listing_id LIMIT 1)"
)
_PRICE_ROW_GONE = (
    f"DELETE FROM listing_import_rows WHERE import_id = {_SHEET}; DELETE FROM listing_imports WHERE id = {_SHEET}"
)
_COUNT_ROW_GONE = (
    f"DELETE FROM stock_import_rows WHERE import_id = {_SHEET}; DELETE FROM stock_imports WHERE id = {_SHEET}"
)

IMPORT_BREACHES = {
    "a row on sale at a price that nobody set": ("catalog", _PRICE_ROW, _PRICE_ROW_GONE, {_PRICES}),
    "a price by a sheet that there is not": (
        "catalog",
        f"INSERT INTO price_changes SELECT {_CHANGE}, listing_id, version, version, 0, price_fen, price_tiers, '{{}}',"
        f" 'unchanged', {_SHEET}, now() FROM listing_versions WHERE listing_id = {_FIRST} AND version = 1",
        f"DELETE FROM price_changes WHERE change_id = {_CHANGE}",
        {_PRICES},
    ),
    "a row done that nobody counted": ("order", _COUNT_ROW, _COUNT_ROW_GONE, {_COUNTS}),
    "a count by a row that was refused": (
        "order",
        f"{_COUNT_ROW}; UPDATE stock_import_rows SET state = 'refused' WHERE import_id = {_SHEET};"
        " INSERT INTO stock_changes (listing_id, at, account_id, before, after, reason, import_id, import_row)"
        f" SELECT listing_id, now(), {_SHEET}, on_hand, on_hand, '', {_SHEET}, 2 FROM stock"
        " ORDER BY listing_id LIMIT 1",
        f"DELETE FROM stock_changes WHERE import_id = {_SHEET}; {_COUNT_ROW_GONE}",
        {_COUNTS},
    ),
}

"""How listings can be bent past every check, what undoes it, and which lines must fail."""

# ruff: noqa: S608 - the harm is SQL of our own

_FIRST = "(SELECT listing_id FROM on_sale ORDER BY listing_id LIMIT 1)"
_LAST = "(SELECT listing_id FROM on_sale ORDER BY listing_id DESC LIMIT 1)"
_TERMS = "the terms of a published version never change"
_LET = "what is on sale was let on sale, of who may sell"
_NEAR = "tiers fall, and a price that nobody looked at is near one that was"
_WITHIN = "what was ordered is within the terms of its version"
_ORDERED = "order_id = (SELECT order_id FROM order_lines ORDER BY 1 LIMIT 1)"

LISTING_BREACHES = {
    "terms that somebody changed": (
        "catalog",
        f"UPDATE listing_versions SET minimum_quantity = minimum_quantity * 2 WHERE listing_id = {_FIRST}",
        f"UPDATE listing_versions SET minimum_quantity = minimum_quantity / 2 WHERE listing_id = {_FIRST}",
        {_TERMS, _LET},
    ),
    "a program that may change terms": (
        "catalog",
        "GRANT UPDATE (price_fen) ON listing_versions TO catalog_app",
        "REVOKE UPDATE (price_fen) ON listing_versions FROM catalog_app",
        {_TERMS},
    ),
    "a version on sale that nobody let on sale": (
        "catalog",
        f"CREATE TABLE let AS SELECT * FROM listing_versions WHERE listing_id = {_FIRST};"
        f" UPDATE listing_versions SET published_at = NULL, published_by = NULL WHERE listing_id = {_FIRST}",
        "UPDATE listing_versions v SET published_at = l.published_at, published_by = l.published_by FROM let l"
        " WHERE (v.listing_id, v.version) = (l.listing_id, l.version); DROP TABLE let",
        {_LET},
    ),
    "a listing that search lost": (
        "catalog",
        f"CREATE TABLE lost AS SELECT * FROM on_sale WHERE listing_id = {_FIRST};"
        f" DELETE FROM on_sale WHERE listing_id = {_FIRST}",
        "INSERT INTO on_sale SELECT * FROM lost; DROP TABLE lost",
        {_LET},
    ),
    "a price at which search does not look for a word": (
        "catalog",
        "CREATE TABLE noted AS SELECT * FROM word_stairs WHERE word = (SELECT 'tg:' || category FROM on_sale LIMIT 1);"
        " DELETE FROM word_stairs WHERE word IN (SELECT word FROM noted)",
        "INSERT INTO word_stairs SELECT * FROM noted; DROP TABLE noted",
        {_LET},
    ),
    "goods that stand in another step than their price": (
        "catalog",
        f"CREATE TABLE stood AS SELECT listing_id, tags FROM on_sale WHERE listing_id = {_FIRST};"
        " UPDATE on_sale o SET tags = (SELECT array_agg(tag) FROM unnest(o.tags) AS tag WHERE tag NOT LIKE 'p:%')"
        f" WHERE listing_id = {_FIRST}",
        "UPDATE on_sale o SET tags = s.tags FROM stood s WHERE s.listing_id = o.listing_id; DROP TABLE stood",
        {_LET},
    ),
    "goods on sale of who was suspended": (
        "catalog",
        f"UPDATE suppliers SET state = 'suspended' WHERE supplier_id ="
        f" (SELECT supplier_id FROM on_sale WHERE listing_id = {_FIRST})",
        "UPDATE suppliers SET state = 'admitted' WHERE state = 'suspended'",
        {_LET},
    ),
    "tiers that rise, and a price that no officer saw": (
        "catalog",
        "INSERT INTO listing_versions SELECT (jsonb_populate_record(v, jsonb_build_object('version', 100,"
        " 'price_tiers', jsonb_build_array(jsonb_build_object('from_quantity',"
        " minimum_quantity + step_quantity, 'price_fen', price_fen * 2)), 'published_by',"
        " 'price_change'))).* FROM listing_versions v"
        f" WHERE listing_id = {_LAST} AND version = 1",
        "DELETE FROM listing_versions WHERE version = 100",
        {_NEAR},
    ),
    "a line dearer than its version": (
        "order",
        "CREATE TABLE told AS SELECT * FROM listing_terms WHERE (listing_id, version) ="
        f" (SELECT listing_id, listing_version FROM order_lines WHERE {_ORDERED} ORDER BY line_id LIMIT 1);"
        " DELETE FROM listing_terms t USING told o WHERE (t.listing_id, t.version) = (o.listing_id, o.version);"
        " INSERT INTO listing_terms SELECT listing_id, version, jsonb_set(terms, '{price_fen}', '1') FROM told",
        "DELETE FROM listing_terms t USING told o WHERE (t.listing_id, t.version) = (o.listing_id, o.version);"
        " INSERT INTO listing_terms SELECT * FROM told; DROP TABLE told",
        {_WITHIN, _TERMS},
    ),
}

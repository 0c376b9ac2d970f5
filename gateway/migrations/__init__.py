"""The schema, version by version, made by its owner."""

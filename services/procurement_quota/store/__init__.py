"""Our PostgreSQL: reference data, the ledger, and what is filed."""

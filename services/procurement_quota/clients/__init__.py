"""Nothing is asked of vendors here: the ledger needs only what it heard."""

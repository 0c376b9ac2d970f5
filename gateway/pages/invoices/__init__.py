"""Where a seller records invoices, and finance holds them against what was ordered and accepted."""

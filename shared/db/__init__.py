"""PostgreSQL, and the only place that commits."""

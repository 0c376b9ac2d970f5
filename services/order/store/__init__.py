"""The order service's PostgreSQL."""

"""The PostgreSQL of catalog."""

"""The order service on real PostgreSQL, S3 and the Stripe protocol."""

"""Roles and databases exist before anything migrates: the same code for the embedded server, Compose and tests."""

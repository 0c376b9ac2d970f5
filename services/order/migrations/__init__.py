"""The changes of the order service's database, in order."""

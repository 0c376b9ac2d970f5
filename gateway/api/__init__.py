"""In by JSON under /api/v1: the gateway's own operations, and the passage to the three services."""

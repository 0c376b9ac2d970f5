"""Pages of who proves the share: statements, purchases elsewhere, attestations."""

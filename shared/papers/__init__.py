"""A paper that proves something is taken, kept and given in the same way by every service."""

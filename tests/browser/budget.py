"""What a page may weigh: bytes of style and script together, as they are sent, before any compression."""

PAGE_BYTES_MAX = 100_000
"""What no page may ever come to."""
PAGE_BYTES_NOW = 50_000
"""What none comes to today; whoever must go beyond it raises it here, and says why."""

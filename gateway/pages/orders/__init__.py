"""Pages of an order, which both sides open."""

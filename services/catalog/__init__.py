"""Who may sell, and what is on sale, is decided here.

Owns:
    suppliers, their documents and reviews; listings with every version, photos and reviews; what is on sale, and the
    search over it.
Says:
    supplier.changed, supplier.revoked, listing.published, listing.withdrawn
Hears:
    unit.changed, canteen.changed, designation.changed, rule.changed, stock.changed
Never:
    holds stock or a promise; judges a purchase; asks another service while a user waits.
"""

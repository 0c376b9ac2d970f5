"""Who may sell, and what is on sale, is decided here.

Owns:
    suppliers, their people, documents, reviews and appeals, and what was done for each; their recognitions,
    certificates and figures, what they were given, by what they are reached and paid, and packages of what they show;
    listings with every version, photos and reviews, and sheets of their new prices; what is on sale, and the search
    over it; parcels, capacities, what was sold of them here and elsewhere, flags on what does not fit, and reference
    prices;
    events of selling, who takes part and what came of them.
Says:
    supplier.changed, supplier.expiring, supplier.flagged, supplier.member_changed, supplier.reinstated,
    supplier.revoked, listing.published, listing.withdrawn, fair.changed
Hears:
    unit.changed, canteen.changed, designation.changed, rule.changed, stock.changed,
    acceptance.recorded, return.recorded, credit.recorded
Never:
    holds stock or a promise; judges a purchase; asks another service while a user waits.
"""

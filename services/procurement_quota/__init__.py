"""Procurement quota 采购份额: every canteen's share is shown with its proof, line by line, as of any day.

Owns:
    units and how they move, canteens and the filings of how they are run, opening balances, meals served, designations
    of counties, rules and their documents, drafts of both, which categories are farm produce, reservations and their
    reviews, heads for union money, off-platform purchases with their evidence, verification and red letters, imports of
    such purchases, attestations, the ledger and its hash chains, closings and restatements, declarations and their
    signatures, transfers of purchases between canteens, statements, reports as they were issued, checkpoints,
    thresholds of alerts, the auditor's samples and the public draws that decide them, the registers of
    referrals, of unannounced visits and of conflicts of interest
Says:
    unit.changed, canteen.changed, designation.changed, rule.changed, declaration.published
Hears:
    order.placed, order.moved, acceptance.recorded, return.recorded, credit.recorded, payment.recorded,
    supplier.changed, supplier.revoked, supplier.reinstated, supplier.flagged
Never:
    changes or removes a ledger entry, nets one canteen's surplus against another's shortfall, re-judges a purchase
    silently, or divides money into a float
"""

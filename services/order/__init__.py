"""Order 订单: what was promised is either fulfilled or given back, and every document reads the same weights.

Owns:
    stock and the sheets on which it is counted, baskets, standing orders, requisitions, approvals and budgets,
    sales at fairs, orders, acceptances, returns, credits, cases, payments and their vouchers, statements of account,
    terms of payment, invoices
Says:
    order.placed, order.moved, acceptance.recorded, return.recorded, credit.recorded, payment.recorded, stock.changed,
    notice.raised
Hears:
    listing.published, listing.withdrawn, supplier.changed, supplier.member_changed, fair.changed, unit.changed,
    canteen.changed
Never:
    judges what counts for a quota, changes a listing, asks another service while a person waits, or asks the card
    vendor inside a transaction
"""

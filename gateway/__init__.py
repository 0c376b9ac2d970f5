"""The gateway 网关 is the only door: it knows who is asking, signs it, and asks the service that owns the matter.

Owns: accounts, their telephones, mail addresses and the seats they hold in organisations, sessions, attempts to sign
  in, notices, what people chose of them, the letters and webhooks that tell them, links to calendars,
  the pages.
Says: nothing
Hears: unit.changed, canteen.changed, supplier.changed, supplier.expiring, supplier.member_changed, notice.raised,
  order.placed, order.moved
Never: keeps a figure, decides what a service decides, or passes on an address that the policy does not name.
"""

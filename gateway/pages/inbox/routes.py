"""Where everybody reads what they were told."""

from starlette.routing import BaseRoute

from gateway.pages.inbox import inbox, ways
from gateway.pages.kit.routing import show, take

routes: list[BaseRoute] = [
    show("/inbox", inbox.show_inbox),
    take("/inbox/{notice_id:uuid}", inbox.open_notice),
    take("/inbox/reading", inbox.read_all),
    show("/inbox/ways", ways.show_ways),
    take("/inbox/ways", ways.keep_ways),
    take("/inbox/ways/address", ways.ask_address),
    take("/inbox/ways/code", ways.confirm_address),
]

"""Where who receives and who brings go."""

from starlette.routing import BaseRoute

from gateway.pages.deliveries import calendar, links
from gateway.pages.kit.routing import show, take

routes: list[BaseRoute] = [
    show("/deliveries", calendar.show_deliveries),
    show("/deliveries/links", links.show_links),
    take("/deliveries/links", links.make_link),
    take("/deliveries/links/{calendar_id:uuid}/end", links.end_link),
]

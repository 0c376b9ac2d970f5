"""A room of pages lists its addresses with `show` for what is read and `take` for what a form sends."""

from starlette.routing import Route

from gateway.pages.kit.page import Handler, served


def show(path: str, handler: Handler, *, signed_in: bool = True) -> Route:
    """Serve a page."""
    return Route(path, served(handler, signed_in=signed_in), methods=["GET"])


def take(path: str, handler: Handler, *, signed_in: bool = True) -> Route:
    """Take what a form sends."""
    return Route(path, served(handler, signed_in=signed_in), methods=["POST"])

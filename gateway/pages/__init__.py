"""Pages for people: plain, accessible, in Chinese and English, with no script needed."""

from starlette.routing import BaseRoute

from gateway.pages.page import refused

__all__ = ["refused", "routes"]

routes: list[BaseRoute] = []

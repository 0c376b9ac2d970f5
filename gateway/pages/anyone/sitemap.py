"""Search engines find every page that anyone may read, part by part, and are told what is no page for them.

A part is made anew at each asking, from one walk of the catalog; who has it already is told so. The index names no
days, because a part also changes when something leaves it, and a day that may be wrong is worse than none.
"""

import asyncio
import gzip
import hashlib
from collections.abc import Iterable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gateway.usecases.linked_data import Site
from gateway.usecases.refusals import NoSuchAddress
from shared.contracts.authority import POLICY
from shared.http.client import ServiceUnavailable

XML, TEXT = "application/xml; charset=utf-8", "text/plain; charset=utf-8"
KEPT = "public, max-age=300"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
OPEN_TO_ALL = (
    *("/", "/catalogue", "/fairs", "/declarations", "/method", "/open-data", "/verify"),
    *("/cases", "/cases/statistics", "/accessibility", "/help"),
)
"""The pages that stand whatever is on sale."""
PAGES_PART = "pages"
CLOSED = ("/api/", "/catalogue?", "/basket", "/sign-in", "/sign-up", "/account", "/problems/")
OPENED = ("/api/v1/listings/", "/api/v1/open-data/", "/api/v1/supply-data/", "/catalogue?lang=")


async def show_robots(request: Request) -> Response:
    """Tell search engines where the sitemap is, and what is no page for them."""
    lines = ["User-agent: *", *(f"Allow: {path}" for path in OPENED), *(f"Disallow: {path}" for path in CLOSED)]
    lines += ["", f"Sitemap: {_site(request).url}/sitemap.xml", ""]
    return await _answer(request, "\n".join(lines), TEXT)


async def show_index(request: Request) -> Response:
    """Name every part of the sitemap."""
    found = await _asked(request, "list_sitemap_parts")
    names = [PAGES_PART, *(item["part"] for item in found["items"])]
    site = _site(request)
    rows = (f"<sitemap><loc>{site.url}/sitemaps/{name}.xml</loc></sitemap>" for name in names)
    return await _answer(request, _written("sitemapindex", rows), XML)


async def show_part(request: Request) -> Response:
    """Name the pages of one part, each with the moment at which it last changed. Raises NoSuchAddress."""
    name, site = str(request.path_params["part"]), _site(request)
    if name == PAGES_PART:
        rows = [f"<url><loc>{site.url}{path}</loc></url>" for path in OPEN_TO_ALL]
        return await _answer(request, _written("urlset", rows), XML)
    found = await _asked(request, "get_sitemap_part", part=name)
    return await _answer(request, await asyncio.to_thread(_urlset, site, found), XML)


def _urlset(site: Site, found: Any) -> str:
    leads_to = site.listing if found["kind"] == "listings" else site.supplier
    return _written(
        "urlset",
        (
            f"<url><loc>{leads_to(item['id'])}</loc><lastmod>{item['changed_at']}</lastmod></url>"
            for item in found["items"]
        ),
    )


def _written(kind: str, rows: Iterable[str]) -> str:
    """Write a sitemap; ids, days and names of parts hold no letter that XML would read otherwise."""
    return "\n".join([f"{HEAD}<{kind} {NAMESPACE}>", *rows, f"</{kind}>", ""])


async def _answer(request: Request, text: str, media_type: str) -> Response:
    """Answer a text, smaller where the asker can read it so, or not at all where the asker has it."""
    body = text.encode()
    tag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"cache-control": KEPT, "etag": tag, "vary": "accept-encoding"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        body = await asyncio.to_thread(gzip.compress, body, 6, mtime=0)
        headers["content-encoding"] = "gzip"
    return Response(body, media_type=media_type, headers=headers)


async def _asked(request: Request, operation: str, **path: str) -> Any:
    """Ask the catalog as nobody. Raises NoSuchAddress, ServiceUnavailable."""
    known = POLICY[operation]
    services = request.app.state.services
    answer = await services.call(known.program, known.method, known.path.format(**path), identity=None)
    if answer.status in (404, 422):
        raise NoSuchAddress()
    if not answer.ok:
        raise ServiceUnavailable(service=known.program, reason=f"answered {answer.status}")
    return answer.json()


def _site(request: Request) -> Site:
    site: Site = request.app.state.site
    return site


routes: list[BaseRoute] = [
    Route("/robots.txt", show_robots, methods=["GET"]),
    Route("/sitemap.xml", show_index, methods=["GET"]),
    Route("/sitemaps/{part:str}.xml", show_part, methods=["GET"]),
]

"""A chart is drawn here, on the server, as SVG from a Vega-Lite specification: no script of it reaches a browser.

Decision: vl-convert, with specifications of our own and without Altair. Why: it is Vega-Lite itself, whose SVG carries
neither a style nor a script, so that a strict policy of contents holds; Altair would only write the same JSON.
Price: some 80 MB of memory once a chart was drawn, and a first one that takes about a second.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

import orjson
import vl_convert

KEPT_MAX = 200
AT_ONCE = 1
"""The renderer has one engine; more threads would only wait within it."""


class ChartDrawer:
    """Draws specifications one after another, and keeps the newest drawings by their specification."""

    def __init__(self) -> None:
        self._kept: OrderedDict[bytes, str] = OrderedDict()
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def draw(self, spec: Mapping[str, Any]) -> str:
        """Give the SVG of a Vega-Lite specification; raises ValueError for one that is none."""
        written = orjson.dumps(spec, option=orjson.OPT_SORT_KEYS)
        if (drawn := self._kept.get(written)) is not None:
            self._kept.move_to_end(written)
            return drawn
        async with self._turn:
            drawn = await asyncio.to_thread(vl_convert.vegalite_to_svg, written.decode())
        self._kept[written] = drawn
        while len(self._kept) > KEPT_MAX:
            self._kept.popitem(last=False)
        return drawn

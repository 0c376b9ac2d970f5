"""A chart says one thing, in a picture and in a table beneath it that says the same; colour is never alone.

Colours of a specification are marks (`#010102`), which the style sheet turns into the reader's theme.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from gateway.pages.kit.page import Page
from shared.logs import logger

log = logger(__name__)

INK, LEAF, AMBER, CALM, SEAL, LINE = ("#010101", "#010102", "#010103", "#010104", "#010105", "#010106")
WIDTH, HEIGHT = 640, 240
ROWS_MAX = 120
RANK_STEP, RANK_NAME_PIXELS = 18, 220
_NAMES = re.compile(r'\s(?:role|aria-label|aria-roledescription)="[^"]*"')


@dataclass(frozen=True, slots=True)
class Series:
    """One row of bars or one line: its name, its figures (None where there is none), its mark in colour and shape."""

    name: str
    values: tuple[int | None, ...]
    texts: tuple[str, ...]
    colour: str = LEAF


@dataclass(frozen=True, slots=True)
class Chart:
    """What a template draws: a caption, the picture, and the table of the same figures."""

    caption: str
    svg: Markup
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


async def bars(
    page: Page, caption: str, corner: str, names: Sequence[str], series: Sequence[Series], *, scale: int = 1
) -> Chart:
    """Draw a group of bars a name; figures are divided by `scale` for the axis alone."""
    shades = [{"name": one.name, "colour": one.colour} for one in series]
    values = [
        {"name": name, "series": one.name, "value": value / scale}
        for one in series
        for name, value in zip(names, one.values, strict=True)
        if value is not None
    ]
    spec = _around(values) | {
        "mark": {"type": "bar", "cornerRadiusEnd": 2},
        "encoding": {
            "x": {"field": "name", "type": "nominal", "sort": list(names), "title": None},
            "xOffset": {"field": "series", "sort": [shade["name"] for shade in shades]},
            "y": {"field": "value", "type": "quantitative", "title": None},
            "color": _shades(shades),
        },
    }
    return Chart(caption, await _draw(page, spec), *_table(corner, names, series))


async def ranks(
    page: Page, caption: str, corner: str, names: Sequence[str], series: Sequence[Series], *, scale: int = 1
) -> Chart:
    """Draw a group of lying bars a name, for names that are long; figures are divided by `scale` for the axis alone."""
    shades = [{"name": one.name, "colour": one.colour} for one in series]
    values = [
        {"name": name, "series": one.name, "value": value / scale}
        for one in series
        for name, value in zip(names, one.values, strict=True)
        if value is not None
    ]
    spec = _around(values) | {
        "height": {"step": RANK_STEP},
        "mark": {"type": "bar", "cornerRadiusEnd": 2},
        "encoding": {
            "y": {
                "field": "name",
                "type": "nominal",
                "sort": list(names),
                "title": None,
                "axis": {"labelLimit": RANK_NAME_PIXELS},
            },
            "yOffset": {"field": "series", "sort": [shade["name"] for shade in shades]},
            "x": {"field": "value", "type": "quantitative", "title": None},
            "color": _shades(shades),
        },
    }
    return Chart(caption, await _draw(page, spec), *_table(corner, names, series))


async def lines(
    page: Page, caption: str, corner: str, names: Sequence[str], series: Sequence[Series], *, scale: int = 1
) -> Chart:
    """Draw a line a series over names in their order, each with its own dash and points."""
    shades = [{"name": one.name, "colour": one.colour} for one in series]
    values = [
        {"name": name, "series": one.name, "value": value / scale}
        for one in series
        for name, value in zip(names, one.values, strict=True)
        if value is not None
    ]
    spec = _around(values) | {
        "mark": {"type": "line", "point": {"size": 40}, "strokeWidth": 2.5},
        "encoding": {
            "x": {"field": "name", "type": "ordinal", "sort": list(names), "title": None},
            "y": {"field": "value", "type": "quantitative", "title": None},
            "color": _shades(shades),
            "strokeDash": {"field": "series", "type": "nominal", "sort": [shade["name"] for shade in shades]},
        },
    }
    return Chart(caption, await _draw(page, spec), *_table(corner, names, series))


def _around(values: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": WIDTH,
        "height": HEIGHT,
        "background": "transparent",
        "data": {"values": values},
        "config": {
            "view": {"stroke": None},
            "axis": {
                "labelColor": INK,
                "gridColor": LINE,
                "domainColor": INK,
                "tickColor": INK,
                "labelFontSize": 13,
                "labelAngle": 0,
                "labelLimit": 120,
            },
            "legend": {"labelColor": INK, "labelFontSize": 14, "orient": "top", "symbolSize": 160},
        },
    }


def _shades(shades: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "field": "series",
        "type": "nominal",
        "title": None,
        "sort": [shade["name"] for shade in shades],
        "scale": {"domain": [shade["name"] for shade in shades], "range": [shade["colour"] for shade in shades]},
    }


def _table(
    corner: str, names: Sequence[str], series: Sequence[Series]
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    head = (corner, *(one.name for one in series))
    rows = tuple((name, *(one.texts[at] for one in series)) for at, name in enumerate(names[:ROWS_MAX]))
    return head, rows


async def _draw(page: Page, spec: dict[str, Any]) -> Markup:
    """Draw without the renderer's English names of parts: the caption and the table say it in the reader's language."""
    try:
        drawn = await page.request.app.state.charts.draw(spec)
    except ValueError as error:
        log.warning("chart.not_drawn", error=str(error)[:300])
        return Markup()
    return Markup(_NAMES.sub("", drawn))  # noqa: S704 - written by the renderer, which escapes every name in it

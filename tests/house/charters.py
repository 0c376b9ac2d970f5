"""Reads what a program's charter declares, and what its code does, so that a test can hold them side by side."""

import ast
import importlib
import re
from pathlib import Path

from shared.contracts.envelope import Event
from shared.settings import project_root
from tests.contracts.samples import EVENTS

PROGRAMS = {
    "catalog": "services.catalog",
    "order": "services.order",
    "procurement_quota": "services.procurement_quota",
    "gateway": "gateway",
}
HEADINGS = ("Owns", "Says", "Hears", "Never")
_CLASSES = {event.__name__: event for event in EVENTS}


def declared(charter: str, heading: str) -> set[str]:
    """Read the event types that a charter lists under a heading."""
    parts = re.split(rf"^({'|'.join(HEADINGS)}):", charter, flags=re.MULTILINE)
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    return set(re.findall(r"\b[a-z_]+\.[a-z_]+\b", sections.get(heading, "")))


def said(package: str, root: Path | None = None) -> set[str]:
    """Find the event types that a package's code makes, or seals the facts of."""
    found: set[str] = set()
    for path in sorted(((root or project_root()) / package.replace(".", "/")).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name == "seal_facts":
                    name = getattr(node.args[0], "id", "")
                if name in _CLASSES:
                    found.add(_CLASSES[name].type)
    return found


def heard(package: str) -> set[str]:
    """Find the event types that a package subscribes to."""
    consumers = importlib.import_module(f"{package}.consumers")
    return {event.type for subs in consumers.SUBSCRIPTIONS.values() for sub in subs for event in sub.events}


def event_of(type_: str) -> type[Event]:
    return next(event for event in EVENTS if event.type == type_)

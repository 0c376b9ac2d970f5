"""What a program's charter says it says and hears is what its code says and hears."""

import importlib
from pathlib import Path

import pytest

from tests.house.charters import HEADINGS, PROGRAMS, declared, event_of, heard, said

each_program = pytest.mark.parametrize(("name", "package"), PROGRAMS.items(), ids=PROGRAMS)


@each_program
class TestCharter:
    def test_has_its_four_headings(self, name: str, package: str) -> None:
        charter = importlib.import_module(package).__doc__ or ""
        missing = [heading for heading in HEADINGS if f"\n{heading}:" not in charter]
        assert not missing, f"{package}/__init__.py: the charter lacks {missing}"

    def test_declares_what_the_code_says(self, name: str, package: str) -> None:
        charter = importlib.import_module(package).__doc__ or ""
        assert declared(charter, "Says") == said(package), f"mend `Says:` in {package}/__init__.py, or the code"

    def test_declares_what_the_code_hears(self, name: str, package: str) -> None:
        charter = importlib.import_module(package).__doc__ or ""
        assert declared(charter, "Hears") == heard(package), f"mend `Hears:` in {package}/__init__.py, or the code"

    def test_says_only_on_its_own_stream(self, name: str, package: str) -> None:
        assert {event_of(type_).stream for type_ in said(package)} <= {name}

    def test_hears_only_from_others(self, name: str, package: str) -> None:
        assert name not in {event_of(type_).stream for type_ in heard(package)}


def test_what_is_heard_is_said_by_somebody() -> None:
    everything_said = set().union(*(said(package) for package in PROGRAMS.values()))
    everything_heard = set().union(*(heard(package) for package in PROGRAMS.values()))
    assert everything_heard <= everything_said


def test_an_event_that_nobody_declared_is_caught(tmp_path: Path) -> None:
    package = tmp_path / "gossip"
    package.mkdir()
    (package / "__init__.py").write_text('"""Gossip.\n\nSays: order.placed\nHears: nothing\n"""\n', encoding="utf-8")
    (package / "talk.py").write_text("tx.publish(StockChanged(listing_id=1, version=1, available=True))\n")
    charter = (package / "__init__.py").read_text(encoding="utf-8")
    assert said("gossip", tmp_path) == {"stock.changed"}
    assert declared(charter, "Says") == {"order.placed"}

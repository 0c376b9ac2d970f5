"""What the READMEs name is there: every route, and every setting of orders."""

import re

import pytest

from services.order.settings import Settings
from shared.contracts.authority import POLICY
from shared.settings import project_root

ROUTE = re.compile(r"`(GET|PUT|POST|DELETE) (/[^` ?]*)")
SETTING = re.compile(r"`((?:ORDER|OCDS)_[A-Z_]+)")
HOLE = re.compile(r"\{[^}]*\}")
SERVED = {(row.method, HOLE.sub("{}", row.path)) for row in POLICY.values()}


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_names_no_route_and_no_setting_that_is_not_there(name: str) -> None:
    text = (project_root() / name).read_text("utf-8")
    named = {(method, HOLE.sub("{}", path)) for method, path in ROUTE.findall(text)}
    assert len(named) > 50
    assert named - SERVED == set()
    settings = {one.lower() for one in SETTING.findall(text)}
    assert len(settings) > 5
    assert settings - set(Settings.model_fields) == set()

"""README names the sign-ins and commands that there are, and a command tells in one line what went wrong."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from deploy.operator.demo.people import PASSWORD, SIGN_INS
from deploy.operator.invariants.check import Check
from deploy.operator.main import cli
from deploy.operator.programs import settings_of, subscriptions
from deploy.operator.settings import SettingMissing
from shared.settings import project_root


def readme(name: str = "README.md") -> str:
    return (project_root() / name).read_text(encoding="utf-8")


class TestSignIns:
    def test_of_readme_are_those_of_the_demo_in_its_order(self) -> None:
        rows = re.findall(r"^\| ([a-z ]+) \| `(demo-[a-z-]+)` \|", readme(), re.MULTILINE)
        assert rows == [(one.role, one.account) for one in SIGN_INS]
        assert f"`{PASSWORD}`" in readme()

    def test_of_the_chinese_readme_are_the_same(self) -> None:
        text = readme("README.zh-CN.md")
        assert re.findall(r"`(demo-[a-z-]+)`", text) == [one.account for one in SIGN_INS]
        assert f"`{PASSWORD}`" in text


class TestCommands:
    def test_that_readme_names_exist(self) -> None:
        named = set(re.findall(r"`zhucai ([a-z-]+)", readme()))
        assert named - set(cli.commands) == set()
        assert {"doctor", "check-invariants", "verify", "replay", "migrate", "demo", "sign-ins"} <= set(cli.commands)

    def test_replay_wants_an_outbox_or_a_consumer(self) -> None:
        told = CliRunner().invoke(cli, ["replay"])
        assert told.exit_code == 2
        assert "Either --service, or --parked" in told.output


class TestSettings:
    def test_that_are_missing_are_named_with_the_way_out(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        for name in ("NATS_URL", "ORDER_DATABASE_URL"):
            monkeypatch.delenv(name, raising=False)
        with pytest.raises(SettingMissing, match=r"NATS_URL.* Way out: "):
            settings_of("order", {})


class TestConsumers:
    def test_are_known_by_program_and_stream(self) -> None:
        heard = {f"{program}-{stream}" for program, streams in subscriptions().items() for stream in streams}
        assert {"procurement_quota-order", "order-catalog", "gateway-catalog", "catalog-procurement_quota"} <= heard


class TestCheck:
    def test_that_holds_is_one_line(self) -> None:
        line = Check(4, "sums agree", "12 months").line()
        assert line == "ok       4  sums agree (12 months)"

    def test_that_fails_names_the_first_three_and_how_many_there_are(self) -> None:
        check = Check(1, "stock holds", "9 listings", ["a", "b", "c", "d", "e"])
        assert not check.holds
        assert check.line() == "FAILED   1  stock holds (9 listings): 5: a; b; c; and 2 more"

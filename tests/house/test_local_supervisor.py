"""The whole comes up by one command, mends itself, says so, and goes down by one command to the last process."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import pytest

from deploy.local.layout import ROOT, Layout
from deploy.local.ports import remembered_ports
from deploy.local.programs import PROGRAMS, get
from deploy.local.record import Record, is_held
from deploy.local.running import NAMES

TOGETHER = {*NAMES, *(program.name for program in PROGRAMS)}


class House:
    """One folder, and the commands that a person would give for it."""

    def __init__(self, folder: Path) -> None:
        self.layout = Layout.at(folder / "var")
        self.port = remembered_ports(self.layout)["gateway"]
        self.address = f"127.0.0.1:{self.port}"
        chosen = {"ZHUCAI_VAR": str(self.layout.var), "PORT": str(self.port), "DEMO": "0"}
        self.environment = {**os.environ, **chosen}

    def command(self, name: str, **more: str) -> tuple[int, str]:
        """Give a command; its code and what it said."""
        done = subprocess.run(
            [sys.executable, "-m", "deploy.local", name],
            cwd=ROOT,
            env=self.environment | more,
            capture_output=True,
            text=True,
            timeout=120,
        )
        return done.returncode, done.stdout + done.stderr

    def processes(self) -> dict[str, psutil.Process]:
        """Whoever runs now, by name; the supervisor too."""
        record = Record.kept(self.layout)
        entries = [record.supervisor, *record.children] if record else []
        return {entry.name: process for entry in entries if (process := entry.process())}

    def is_ready(self) -> bool:
        """Ask the gateway."""
        try:
            return asyncio.run(get(self.address, "/health/ready"))[0] == 200
        except (OSError, IndexError):
            return False


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with TemporaryDirectory(prefix="zhucai-house-") as folder:
        house = House(Path(folder))
        yield house
        house.command("down")


def until(is_so: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)


class TestTheWhole:
    """One story, in the order of its tests."""

    def test_starts_in_the_background_and_tells_of_every_part(self, house: House) -> None:
        code, said = house.command("start")
        assert code == 0, said
        assert house.is_ready()
        told = {line.split()[0]: line for line in said.splitlines() if " pid " in line}
        assert told.keys() == TOGETHER
        assert f"Zhucai is ready at http://{house.address}" in said

    def test_says_that_it_runs_when_it_is_started_again(self, house: House) -> None:
        before = house.processes()
        for name in ("up", "start"):
            code, said = house.command(name)
            assert code == 0
            assert f"http://{house.address}" in said
            assert f"pid {before['supervisor'].pid}" in said
        assert house.processes() == before

    def test_tells_what_it_weighs(self, house: House) -> None:
        code, said = house.command("status")
        assert code == 0
        weights = {line.split()[0]: int(line.split()[-2]) for line in said.splitlines() if " pid " in line}
        assert weights.keys() >= TOGETHER
        assert min(weights.values()) > 0

    def test_refuses_a_taken_port_in_plain_words(self, tmp_path: Path, house: House) -> None:
        code, said = house.command("up", ZHUCAI_VAR=str(tmp_path / "other"))
        assert code == 1
        assert f"Port {house.port} is taken" in said
        assert f"PORT={house.port + 80} make up" in said

    @pytest.mark.parametrize("name", ["order", "nats"])
    def test_starts_again_what_was_killed(self, house: House, name: str) -> None:
        killed = house.processes()[name]
        killed.kill()
        until(lambda: house.processes().get(name, killed) != killed, 20)
        until(house.is_ready, 20)
        log = (house.layout.log / "supervisor.log").read_text()
        assert f"{name} was ended by SIGKILL" in log

    def test_goes_down_to_the_last_process(self, house: House) -> None:
        family = _families(house)
        code, said = house.command("down")
        assert (code, said) == (0, "Everything has ended.\n")
        assert [process for process in family if _lives(process)] == []
        assert not is_held(house.layout)
        assert house.command("status")[0] == 1
        assert house.command("down") == (0, "Nothing is running.\n")

    def test_takes_everything_along_when_the_supervisor_is_killed(self, house: House) -> None:
        began = time.monotonic()
        code, said = house.command("start")
        assert code == 0, said
        print(f"warm start: {time.monotonic() - began:.1f} s")
        family = _families(house)
        house.processes()["supervisor"].kill()
        if sys.platform == "linux":
            until(lambda: not any(_lives(process) for process in family), 90)
        house.command("down")
        assert [process for process in family if _lives(process)] == []


def _families(house: House) -> list[psutil.Process]:
    return [one for leader in house.processes().values() for one in (leader, *leader.children(recursive=True))]


def _lives(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False

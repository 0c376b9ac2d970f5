"""No process outlives what started it, and none of a stranger is ever ended."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from deploy.local.child import Child
from deploy.local.layout import ROOT, CannotStart, Layout
from deploy.local.ports import NAMES, is_free, remembered_ports
from deploy.local.record import Entry, Record, RunningAlready, is_held, sole, sweep

DEAF = "import signal, subprocess, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); "
GRANDCHILD = "subprocess.Popen(['sleep', '600'], start_new_session=True); "
WAIT = "time.sleep(600)"


def a_child(tmp_path: Path, code: str, **more: object) -> Child:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    argv = [sys.executable, "-c", code]
    return Child("a-child", argv, tmp_path / "child.log", environment, **more)  # type: ignore[arg-type]


def has_ended(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


async def until(is_so: object, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not is_so():  # type: ignore[operator]
        assert time.monotonic() < end, "waited in vain"
        await asyncio.sleep(0.02)


class TestChild:
    async def test_that_does_not_listen_is_ended_hard_with_all_that_it_started(self, tmp_path: Path) -> None:
        child = a_child(tmp_path, DEAF + GRANDCHILD + WAIT, stop_seconds=0.5)
        child.start()
        await until(lambda: len(psutil.Process(child.pid).children()) == 1 and "up" in child.last_lines())
        grandchild = psutil.Process(child.pid).children()[0]
        await child.stop()
        assert child.exit_code == -signal.SIGKILL
        assert has_ended(grandchild)

    async def test_dies_when_its_parent_is_killed(self, tmp_path: Path) -> None:
        if sys.platform != "linux":
            pytest.skip("the kernel tells children only on Linux; elsewhere the next start sweeps")
        log = str(tmp_path / "log")
        code = (
            "import sys, time; from pathlib import Path; from deploy.local.child import Child\n"
            f"child = Child('grandchild', ['sleep', '600'], Path({log!r}), {{'PATH': '/usr/bin:/bin'}})\n"
            "child.start(); print(child.pid, flush=True); time.sleep(600)"
        )
        parent = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=subprocess.PIPE, cwd=ROOT)
        assert parent.stdout is not None
        child = psutil.Process(int(await parent.stdout.readline()))
        parent.kill()
        await parent.wait()
        await until(lambda: has_ended(child))

    async def test_that_ends_while_it_is_waited_for_shows_the_end_of_its_log(self, tmp_path: Path) -> None:
        child = a_child(tmp_path, "raise SystemExit('the port is taken')")
        child.start()

        async def never() -> None:
            raise OSError("refused")

        with pytest.raises(CannotStart, match=r"ended with code 1.*\n.*the port is taken"):
            await child.until(never, 10, (OSError,))


class TestRecord:
    def test_lets_one_supervisor_hold_a_folder(self, tmp_path: Path) -> None:
        layout = Layout.at(tmp_path)
        with sole(layout):
            assert is_held(layout)
            with pytest.raises(RunningAlready), sole(layout):
                pass
        assert not is_held(layout)

    def test_sweeps_what_a_killed_supervisor_left(self, tmp_path: Path) -> None:
        layout = Layout.at(tmp_path)
        left = subprocess.Popen(["sleep", "600"], start_new_session=True)
        Record(Entry.of("supervisor", os.getpid()), "", children=[Entry.of("order", left.pid)]).keep(layout)
        assert sweep(layout) == ["order"]
        assert not psutil.pid_exists(left.pid)
        assert Record.kept(layout) is None

    def test_spares_a_process_that_was_given_the_same_number_later(self, tmp_path: Path) -> None:
        layout = Layout.at(tmp_path)
        stranger = subprocess.Popen(["sleep", "600"])
        try:
            entry = Entry("order", stranger.pid, time.time() - 3600)
            Record(Entry.of("supervisor", os.getpid()), "", children=[entry]).keep(layout)
            assert sweep(layout) == []
            assert stranger.poll() is None
        finally:
            stranger.kill()
            stranger.wait()


class TestPorts:
    def test_are_remembered_unless_another_has_taken_one(self, tmp_path: Path) -> None:
        layout = Layout.at(tmp_path)
        first = remembered_ports(layout)
        assert sorted(first) == sorted(NAMES)
        assert len(set(first.values())) == len(NAMES)
        assert remembered_ports(layout) == first
        with socket.create_server(("127.0.0.1", first["nats"])):
            second = remembered_ports(layout)
        assert second["nats"] != first["nats"]
        assert is_free(second["nats"])
        assert {n: p for n, p in second.items() if n != "nats"} == {n: p for n, p in first.items() if n != "nats"}

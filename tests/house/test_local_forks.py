"""A fork of the nursery is born quickly, ends as any child does, and does not outlive the nursery."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from deploy.local.forks import ForkedChild, Nursery
from deploy.local.layout import ROOT, CannotStart, Layout

pytestmark = pytest.mark.skipif(not Nursery.can_be(), reason="forks are for Linux")
ENVIRONMENT = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}


@pytest.fixture
async def nursery(tmp_path: Path) -> AsyncIterator[Nursery]:
    nursery = Nursery(Layout.at(tmp_path), ENVIRONMENT, ["timeit"])
    nursery.start()
    await nursery.ready()
    yield nursery
    await nursery.stop()


def a_fork(nursery: Nursery, statement: str, **env: str) -> ForkedChild:
    """A fork that runs one Python statement, by the standard library's `timeit`."""
    return ForkedChild(
        "a-fork",
        [],
        nursery.layout.log / "fork.log",
        env,
        nursery=nursery,
        module="timeit",
        arguments=["-n1", "-r1", statement],
    )


class TestFork:
    async def test_has_its_own_environment_log_session_and_code(self, nursery: Nursery) -> None:
        told = "os.environ['SAYS'], len(os.environ), os.getsid(0) == os.getpid()"
        statement = f"import os; print({told}, flush=True); os._exit(3)"
        fork = a_fork(nursery, statement, SAYS="hello")
        fork.start()
        assert await fork.ended(10)
        assert fork.exit_code == 3
        assert fork.last_lines().strip() == "hello 1 True"

    async def test_is_stopped_and_its_signal_is_told(self, nursery: Nursery) -> None:
        fork = a_fork(nursery, "import time; time.sleep(600)")
        fork.start()
        assert fork.runs
        await fork.stop()
        assert fork.exit_code == -signal.SIGTERM

    async def test_is_born_within_a_tenth_of_a_second(self, nursery: Nursery) -> None:
        began = time.monotonic()
        fork = a_fork(nursery, "pass")
        fork.start()
        assert time.monotonic() - began < 0.1
        await fork.stop()

    async def test_ends_when_the_nursery_is_killed_and_a_new_one_bears_the_next(self, nursery: Nursery) -> None:
        fork = a_fork(nursery, "import time; time.sleep(600)")
        fork.start()
        first = nursery.pid
        psutil.Process(first).kill()
        assert await fork.ended(10)
        assert fork.exit_code is not None
        await nursery.ready()
        assert nursery.pid != first
        fork.start()
        assert fork.runs
        await fork.stop()


class TestNursery:
    async def test_that_cannot_import_says_why(self, tmp_path: Path) -> None:
        nursery = Nursery(Layout.at(tmp_path), ENVIRONMENT, ["no_such_module"])
        with pytest.raises(CannotStart, match="No module named 'no_such_module'"):
            await nursery.ready()
        await nursery.stop()

    async def test_ends_when_its_parent_is_killed(self, tmp_path: Path) -> None:
        code = (
            "import asyncio; from deploy.local.forks import Nursery; from deploy.local.layout import Layout\n"
            "async def main():\n"
            f"    nursery = Nursery(Layout.at({str(tmp_path)!r}), {ENVIRONMENT!r}, ['timeit'])\n"
            "    await nursery.ready(); print(nursery.pid, flush=True); await asyncio.sleep(600)\n"
            "asyncio.run(main())"
        )
        parent = await asyncio.create_subprocess_exec(
            sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE, cwd=ROOT
        )
        assert parent.stdout is not None
        child = psutil.Process(int(await parent.stdout.readline()))
        parent.kill()
        await parent.wait()
        end = time.monotonic() + 5
        while child.is_running() and child.status() != psutil.STATUS_ZOMBIE:
            assert time.monotonic() < end
            await asyncio.sleep(0.02)

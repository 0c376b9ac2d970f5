"""One set of embedded parts serves a whole test run; every worker has databases, streams and a bucket of its own.

The process that hands out the tests starts the parts once, in a thread of its own, and stops them at the end; the
workers get the settings. A template set of databases is migrated once and copied for each worker. No commit of a test
run waits for the disk: tests end processes in every way, and cut no power.
"""

import asyncio
import tempfile
import threading
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from deploy.local import Running, create_databases, start_parts
from deploy.operator.migrate import migrate_all
from deploy.operator.settings import SCRIPTS
from shared.settings import project_root

T = TypeVar("T")
TEMPLATE = "_template"
START_SECONDS_MAX = 90


class PartsOfThisRun:
    """The parts, kept running on a thread until `stop`."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="zhucai-tests-")
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="parts", daemon=True)
        self._thread.start()
        self.running: Running = self._call(start_parts(Path(self._folder.name) / "var", survives_power_cut=False))
        template = self.running.env | self._call(
            create_databases(self.running.admin_url, self.running.secrets, TEMPLATE)
        )
        migrate_all(
            template, [service for service in SCRIPTS if (project_root() / SCRIPTS[service] / "env.py").exists()]
        )

    def settings_for(self, worker: str) -> dict[str, str]:
        """Make the databases of one worker, and give its settings."""
        suffix = f"_{worker}"
        made = self._call(create_databases(self.running.admin_url, self.running.secrets, suffix, TEMPLATE))
        own = {"STREAM_PREFIX": f"{worker}_", "S3_BUCKET": f"zhucai-{worker}", "WORKER": worker}
        return self.running.env | made | own | {"POSTGRES_URL": self.running.admin_url}

    def stop(self) -> None:
        self._call(self.running.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        self._folder.cleanup()

    def _call(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(START_SECONDS_MAX)

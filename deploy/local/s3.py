"""An S3 of our own (SeaweedFS in one binary) keeps files in `var/s3` and lets nobody in without our key.

Traps, seen: with its default election timeout a second start on old data took 18 s instead of 3.4; its telemetry is on
unless told otherwise; asked to stop it lingers, so it is ended after 3 s (its files are append-only and survive that).
"""

import asyncio
import contextlib
import json
import signal
from pathlib import Path

from deploy.local.child import Child
from deploy.local.layout import Layout, script, write_private
from shared.files import S3ObjectStore
from shared.files.object_store import FilesUnavailable

READY_WITHIN_SECONDS = 60
STOP_SECONDS = 3
FRUGAL = {"GOGC": "25"}
"""Go collects earlier, for 40 to 70 MB less of 196. (GOMEMLIMIT at 128 MiB kept an idle server at 17 % of a core.)"""


class S3:
    """The embedded server, with one identity and one bucket."""

    name = "s3"

    def __init__(self, layout: Layout, ports: dict[str, int], access_key: str, secret_key: str, bucket: str) -> None:
        self._layout = layout
        self._ports = ports
        self._keys = (access_key, secret_key)
        self._bucket = bucket
        self.address = f"127.0.0.1:{ports['s3']}"
        self.url = f"http://{self.address}"
        self.child: Child | None = None

    async def start(self) -> Child:
        """Start the server, make the bucket, and wait until an object was written, read and removed."""
        folder = self._layout.s3
        folder.mkdir(mode=0o700, exist_ok=True)
        self._remove_sockets()
        identities = self._layout.s3 / "identities.json"
        write_private(identities, self._identities())
        self.child = Child(
            name=self.name,
            argv=[str(script("weed")), *self._arguments(identities)],
            log=self._layout.log / "s3.log",
            env={"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(folder), **FRUGAL},
            cwd=str(folder),
            stop_seconds=STOP_SECONDS,
            orphan_signal=signal.SIGKILL,  # Nobody would be left to end it after its time.
        )
        self.child.start()
        store = S3ObjectStore(self.url, *self._keys, self._bucket)

        async def answers() -> None:
            _, writer = await asyncio.open_connection("127.0.0.1", self._ports["s3"])
            writer.close()
            await store.ensure_bucket()
            await store.prove()

        try:
            await self.child.until(answers, READY_WITHIN_SECONDS, (OSError, FilesUnavailable))
        finally:
            store.close()
        return self.child

    async def stop(self) -> None:
        """End the server, hard after 3 s, and take away the sockets it leaves in /tmp."""
        if self.child:
            await self.child.stop()
            self._remove_sockets()

    def _arguments(self, identities: Path) -> list[str]:
        settings = {
            "dir": self._layout.s3 / "data",
            "ip": "127.0.0.1",
            "ip.bind": "127.0.0.1",
            "master.port": self._ports["s3_master"],
            "master.port.grpc": self._ports["s3_master_grpc"],
            "master.volumeSizeLimitMB": 64,
            "master.electionTimeout": "1s",
            "master.heartbeatInterval": "100ms",
            "master.telemetry": "false",
            "volume.port": self._ports["s3_volume"],
            "volume.port.grpc": self._ports["s3_volume_grpc"],
            "volume.max": 200,
            "volume.preStopSeconds": 0,
            "filer.port": self._ports["s3_filer"],
            "filer.port.grpc": self._ports["s3_filer_grpc"],
            "filer.localSocket": "filer.sock",
            "s3.port": self._ports["s3"],
            "s3.port.grpc": self._ports["s3_grpc"],
            "s3.port.iceberg": 0,
            "s3.port.lance": 0,
            "s3.localSocket": "s3.sock",
            "s3.config": identities,
        }
        (self._layout.s3 / "data").mkdir(exist_ok=True)
        return ["-logtostderr", "server", "-s3", *(f"-{name}={value}" for name, value in settings.items())]

    def _identities(self) -> str:
        access_key, secret_key = self._keys
        ours = {
            "name": "zhucai",
            "credentials": [{"accessKey": access_key, "secretKey": secret_key}],
            "actions": ["Admin", "Read", "Write", "List", "Tagging"],
        }
        return json.dumps({"identities": [ours]}, indent=2) + "\n"

    def _remove_sockets(self) -> None:
        for part in ("s3", "s3_master", "s3_volume", "s3_filer"):
            name = part.removeprefix("s3_")
            with contextlib.suppress(OSError):
                Path(f"/tmp/seaweedfs-{name}-grpc-{self._ports[f'{part}_grpc']}.sock").unlink()  # noqa: S108 - its choice

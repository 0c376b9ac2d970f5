"""`zhucai`: whoever runs an installation examines it, replays, verifies, and gives the first accounts, from here."""

import asyncio
import os
import sys
from collections.abc import Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
import click
import structlog
import uvloop
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from deploy.operator import accounts as account_book
from deploy.operator.demo.load import NotEmpty, Stuck, load_demo
from deploy.operator.demo.people import PASSWORD, SIGN_INS
from deploy.operator.doctor import demo_year, examine
from deploy.operator.invariants import check_everything
from deploy.operator.migrate import migrate_all
from deploy.operator.open_data import export_open_data
from deploy.operator.programs import opened
from deploy.operator.reading import snapshots
from deploy.operator.replay import CannotReplay, replay_outbox, replay_parked
from deploy.operator.settings import SettingMissing, all_settings
from deploy.operator.verify import verify as verify_ledger
from deploy.operator.verify_file import key_of, verify_published
from services.procurement_quota.domain.published import FileForged
from services.procurement_quota.usecases.load_reference import load_reference
from shared.contracts.authority import Role
from shared.errors import Refusal
from shared.events.broker import STREAMS
from shared.logs import configure_logging

T = TypeVar("T")
FAILED, MISUSED = 1, 2


@click.group()
def cli() -> None:
    """Run and examine an installation of Zhucai 助采."""
    configure_logging("zhucai", level=os.environ.get("ZHUCAI_LOG_LEVEL", "error"), as_json=False)


@cli.command()
def doctor() -> None:
    """Look at everything there is, one line each; exit code 1 when something is wrong."""

    async def look() -> bool:
        sound = True
        async for line in examine(all_settings()):
            click.echo(str(line))
            sound = sound and line.verdict != "FAILED"
        return sound

    _exit(_run(look()))


@cli.command("check-invariants")
def check_invariants() -> None:
    """Hold what must always hold against the four databases; exit code 1 when something does not."""

    async def look() -> bool:
        holds = True
        async for check in check_everything(all_settings()):
            click.echo(check.line())
            holds = holds and check.holds
        return holds

    _exit(_run(look()))


@cli.command()
def verify() -> None:
    """Recompute the ledger's hash chains and compare with the last signed checkpoint; exit code 1 when broken."""
    report = _run(verify_ledger(all_settings()))
    for line in report.lines():
        click.echo(line)
    _exit(report.holds)


@cli.command("verify-file")
@click.argument("path", type=click.Path(path_type=Path, exists=True))
@click.option("--public-key", metavar="BASE64", help="the platform's key; without it the one that the file names")
def verify_a_file(path: Path, public_key: str | None) -> None:
    """Verify a published declaration, checkpoint or folder of open data; exit code 1 when it was changed."""
    try:
        key = key_of(public_key) if public_key else None
    except ValueError:
        raise click.UsageError("--public-key is base64 of 32 bytes.") from None
    try:
        for line in verify_published(path, key):
            click.echo(line)
    except FileForged as error:
        click.echo(f"FAILED  {path.name}: {error}")
        sys.exit(FAILED)


@cli.command("export-open-data")
@click.option("--year", type=click.IntRange(2020, 2100), required=True)
@click.option("--out", "folder", type=click.Path(path_type=Path, file_okay=False), required=True, help="a new folder")
def export(year: int, folder: Path) -> None:
    """Write a year's facts, rules and figures as open data, from which anybody can compute the figures again."""
    try:
        written = _run(export_open_data(all_settings(), year, folder))
    except FileExistsError:
        raise click.ClickException(f"{folder} is there already; give a new folder.") from None
    for name, rows in written.items():
        click.echo(f"{rows:>9,}  {name}")


@cli.command()
def migrate() -> None:
    """Bring the four databases to the newest migration, as their owners."""
    for service in migrate_all(all_settings()):
        click.echo(f"migrated  {service}")


@cli.command("load-reference")
def load_reference_data() -> None:
    """Load Hunan's federation tree, the county lists and the rules; loading again is safe."""

    async def load() -> str:
        async with opened(all_settings(), ["procurement_quota"]) as programs:
            loaded = await load_reference(programs["procurement_quota"].desk)
        lists = ", ".join(f"{code} version {version}" for code, version in loaded.lists.items())
        rules = ", ".join(f"{code} version {version}" for code, version in loaded.rules.items())
        return f"{loaded.units} units changed; {lists}; {rules}"

    click.echo(_run(load()))


@cli.command()
@click.option("--service", type=click.Choice(STREAMS), help="whose outbox to say again")
@click.option("--since", type=click.DateTime(), help="only what was written since then (UTC)")
@click.option("--type", "kind", help="only events of this type, for example acceptance.recorded")
@click.option("--parked", metavar="CONSUMER", help="let a consumer's parked events go on, for example order-catalog")
@click.option("--key", help="only the parked events of this key")
def replay(service: str | None, since: datetime | None, kind: str | None, parked: str | None, key: str | None) -> None:
    """Say again what a service said, or let go on what was put aside; doing it twice does it once."""
    if (service is None) == (parked is None):
        raise click.UsageError("Either --service, or --parked.")
    if service is not None:
        moment = since.replace(tzinfo=UTC) if since else None
        count = _run(replay_outbox(all_settings(), service, since=moment, kind=kind))
        click.echo(f"said again  {count:,} events of {service}; whoever acted on them before does nothing")
        return
    assert parked is not None
    went_on = _run(replay_parked(all_settings(), parked, key=key))
    click.echo(f"went on     {went_on.handled:,} parked events of {parked}")
    for stuck in went_on.stuck:
        click.echo(f"stays       {stuck}", err=True)
    _exit(not went_on.stuck)


@cli.command()
def demo() -> None:
    """Load the demo data into empty databases."""
    uvloop.run(load_demo(all_settings(), click.echo))


@cli.command("sign-ins")
def sign_ins() -> None:
    """List one demo account a role; nothing where there is no demo."""

    async def loaded() -> bool:
        async with snapshots(all_settings()) as read:
            return await demo_year(read) is not None

    if _run(loaded()):
        for one in SIGN_INS:
            click.echo(f"  {one.role:<26}{one.account:<24}{PASSWORD}")


@cli.group()
def account() -> None:
    """Open and disable accounts."""


@account.command("create")
@click.argument("name_to_sign_in_with")
@click.option("--name", required=True, help="what others see")
@click.password_option(help="asked for, twice, when left out", confirmation_prompt=True)
def create(name_to_sign_in_with: str, name: str, password: str) -> None:
    """Open an account; the password is asked for."""
    click.echo(_run(account_book.open_account(all_settings(), name_to_sign_in_with, name, password)))


@account.command("disable")
@click.argument("name_to_sign_in_with")
def disable(name_to_sign_in_with: str) -> None:
    """Disable an account and end its sessions."""
    _run(account_book.close_account(all_settings(), name_to_sign_in_with))
    click.echo(f"disabled  {name_to_sign_in_with}")


@cli.group()
def seat() -> None:
    """Give and take seats: a role in an organisation."""


ROLES = click.Choice([role.value for role in Role])


@seat.command("grant")
@click.argument("name_to_sign_in_with")
@click.argument("role", type=ROLES)
@click.argument("organisation", type=click.UUID)
def grant(name_to_sign_in_with: str, role: str, organisation: UUID) -> None:
    """Seat an account in a supplier, canteen or unit."""
    is_new = _run(account_book.give_seat(all_settings(), name_to_sign_in_with, role, organisation))
    click.echo("seated" if is_new else "was seated so before")


@seat.command("revoke")
@click.argument("name_to_sign_in_with")
@click.argument("role", type=ROLES)
@click.argument("organisation", type=click.UUID)
def revoke(name_to_sign_in_with: str, role: str, organisation: UUID) -> None:
    """Take a seat."""
    _run(account_book.take_seat(all_settings(), name_to_sign_in_with, role, organisation))
    click.echo("taken")


def _run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


def _exit(good: bool) -> None:
    if not good:
        sys.exit(FAILED)


def _told(error: BaseException) -> str:
    """Tell in one line what went wrong, with the way out where there is one."""
    match error:
        case SettingMissing() | NotEmpty() | Stuck() | CannotReplay():
            return str(error)
        case Refusal():
            return str(error)
        case ValidationError():
            return "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        case asyncpg.PostgresError() | SQLAlchemyError() | OSError():
            first = (str(error).splitlines() or [""])[0][:200]
            return f"a part does not answer as it should ({type(error).__name__}: {first}). Way out: zhucai doctor"
        case _:
            return f"{type(error).__name__}: {error}"


def main() -> None:
    """Run a command; what goes wrong is told in one line."""
    try:
        cli(standalone_mode=True)
    except (SettingMissing, NotEmpty, Stuck, CannotReplay, Refusal, ValidationError) as error:
        click.echo(f"zhucai: {_told(error)}", err=True)
        sys.exit(MISUSED if isinstance(error, SettingMissing) else FAILED)
    except (asyncpg.PostgresError, SQLAlchemyError, OSError) as error:
        structlog.get_logger().debug("zhucai", exc_info=error)
        click.echo(f"zhucai: {_told(error)}", err=True)
        sys.exit(FAILED)


if __name__ == "__main__":
    main()

"""`zhucai`: doctor, check-invariants, verify, demo, migrate, replay and the demo's sign-ins."""

import sys

import click

from deploy.operator.migrate import migrate_all
from deploy.operator.settings import SettingMissing, all_settings
from shared.logs import configure_logging


@click.group()
def cli() -> None:
    """Run and examine an installation of Zhucai 助采."""
    configure_logging("zhucai", level="warning", as_json=False)


@cli.command()
def migrate() -> None:
    """Bring the four databases to the newest migration, as their owners."""
    for service in migrate_all(all_settings()):
        click.echo(f"migrated  {service}")


def main() -> None:
    """Run a command; a setting that is missing is told in one line."""
    try:
        cli(standalone_mode=True)
    except SettingMissing as missing:
        click.echo(f"zhucai: {missing}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()

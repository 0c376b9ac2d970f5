"""The four databases stand at the newest migration, each built by its owner."""

from collections.abc import Iterable, Mapping

from deploy.operator.settings import SCRIPTS, SERVICES, owner_url
from shared.db import migrate


def migrate_all(settings: Mapping[str, str], services: Iterable[str] = SERVICES) -> list[str]:
    """Migrate each database to its head; gives the names in the order done."""
    done = []
    for service in services:
        migrate.upgrade(SCRIPTS[service], owner_url(settings, service), f"{service}_app")
        done.append(service)
    return done

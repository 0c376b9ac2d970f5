"""The operator reads the same settings as the programs: from the environment, `.env`, or `var/settings.env`."""

import os
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values

from shared.settings import project_root

SERVICES = ("catalog", "order", "procurement_quota", "gateway")
SCRIPTS = {
    "catalog": "services/catalog/migrations",
    "order": "services/order/migrations",
    "procurement_quota": "services/procurement_quota/migrations",
    "gateway": "gateway/migrations",
}


class SettingMissing(Exception):
    """A setting that this command needs is nowhere to be found."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is not set. Way out: run `make up` once, or set it in the environment or .env")


def all_settings(environment: Mapping[str, str] | None = None, root: Path | None = None) -> dict[str, str]:
    """Give every setting: the environment wins over `.env`, which wins over what `make up` wrote in `var`."""
    root = root or project_root()
    layers: list[Mapping[str, str | None]] = [
        dotenv_values(root / "var" / "settings.env"),
        dotenv_values(root / ".env"),
        os.environ if environment is None else environment,
    ]
    return {name: value for layer in layers for name, value in layer.items() if value}


def needed(settings: Mapping[str, str], name: str) -> str:
    """Give one setting; raises SettingMissing with the way out."""
    value = settings.get(name)
    if not value:
        raise SettingMissing(name)
    return value


def owner_url(settings: Mapping[str, str], service: str) -> str:
    return needed(settings, f"{service.upper()}_OWNER_DATABASE_URL")


def operator_url(settings: Mapping[str, str], service: str) -> str:
    return needed(settings, f"OPERATOR_{service.upper()}_DATABASE_URL")

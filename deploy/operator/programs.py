"""The operator's command opens the programs that run the installation, with the settings that they run by."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from pydantic import ValidationError

import gateway.main
import gateway.settings
import services.catalog.main
import services.catalog.settings
import services.order.main
import services.order.settings
import services.procurement_quota.main
import services.procurement_quota.settings
from deploy.operator.settings import SettingMissing
from shared.app import Program
from shared.clock import Clock
from shared.events.consumer import Subscription

_MAINS: dict[str, Any] = {
    "catalog": services.catalog.main,
    "order": services.order.main,
    "procurement_quota": services.procurement_quota.main,
    "gateway": gateway.main,
}
_SETTINGS: dict[str, Any] = {
    "catalog": services.catalog.settings.Settings,
    "order": services.order.settings.Settings,
    "procurement_quota": services.procurement_quota.settings.Settings,
    "gateway": gateway.settings.Settings,
}
ALL = ("procurement_quota", "catalog", "order", "gateway")
"""In the order in which they are opened: what others keep copies of comes first."""


def subscriptions() -> dict[str, dict[str, list[Subscription]]]:
    """Give what each program hears, by program and stream; its consumer is called `<program>-<stream>`."""
    return {name: main.SUBSCRIPTIONS for name, main in _MAINS.items()}


def settings_of(program: str, settings: Mapping[str, str], **chosen: Any) -> Any:
    """Read a program's settings out of all settings; `chosen` wins. Raises SettingMissing."""
    given = {name.lower(): value for name, value in settings.items()} | chosen
    try:
        return _SETTINGS[program](_env_file=None, **given)
    except ValidationError as error:
        missing = [str(one["loc"][0]).upper() for one in error.errors()]
        raise SettingMissing(", ".join(missing)) from error


@asynccontextmanager
async def opened(
    settings: Mapping[str, str],
    names: Sequence[str] = ALL,
    *,
    run: str | Mapping[str, str] = "",
    clock: Clock | None = None,
    **chosen: Any,
) -> AsyncIterator[dict[str, Program]]:
    """Open programs in this process without HTTP.

    `run` names what they do beside, for all or by program: nothing, or relay and consume.
    """
    async with AsyncExitStack() as stack:
        found: dict[str, Program] = {}
        for name in names:
            beside = run if isinstance(run, str) else run.get(name, "")
            read = settings_of(name, settings, run=beside, **chosen)
            found[name] = await stack.enter_async_context(_MAINS[name].opened(read, clock=clock))
        yield found

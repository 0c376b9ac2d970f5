"""Every setting that anything reads is in `.env.example`, explained, with an example that works and harms nobody."""

import re
from itertools import pairwise
from typing import Any

import pytest
from dotenv import dotenv_values

import gateway.settings
import services.catalog.settings
import services.order.settings
import services.procurement_quota.settings
from deploy.local.compose import MADE
from deploy.local.layout import ROOT
from deploy.local.secrets import Secrets, public_key
from deploy.local.settings import all_settings
from shared.settings import ProgramSettings

LINE = re.compile(r"^#([A-Z0-9_]+)=(.*)$", re.MULTILINE)
TEXT = (ROOT / ".env.example").read_text()
EXAMPLES = dict(LINE.findall(TEXT))
PROGRAMS: list[type[ProgramSettings]] = [
    gateway.settings.Settings,
    services.catalog.settings.Settings,
    services.order.settings.Settings,
    services.procurement_quota.settings.Settings,
]


class TestEnvExample:
    @pytest.mark.parametrize("settings", PROGRAMS, ids=lambda settings: settings.__module__)
    def test_holds_what_a_program_reads_and_the_examples_are_valid(self, settings: type[ProgramSettings]) -> None:
        names = {name.upper() for name in settings.model_fields}
        assert names - EXAMPLES.keys() == set()
        given: dict[str, Any] = {name.lower(): value for name, value in EXAMPLES.items() if name in names and value}
        settings(_env_file=None, **given)

    def test_holds_what_the_supervisor_hands_out(self) -> None:
        urls = dict.fromkeys(("postgres", "nats", "s3", "stripe"), "http://127.0.0.1:1")
        ports = dict.fromkeys(("catalog", "order", "procurement_quota"), 1)
        assert all_settings({}, Secrets(), ports, urls, 8000).keys() - EXAMPLES.keys() == set()

    def test_holds_what_compose_wants(self) -> None:
        wanted = set(re.findall(r"\$\{([A-Z0-9_]+)", (ROOT / "docker-compose.yml").read_text()))
        assert wanted - EXAMPLES.keys() == set()
        required = set(re.findall(r"\$\{([A-Z0-9_]+):\?", (ROOT / "docker-compose.yml").read_text()))
        assert required == MADE.keys() - {"STRIPE_WEBHOOK_SECRET"} | {"IDENTITY_PUBLIC_KEY"}

    def test_chooses_nothing_when_it_is_copied_as_it_is(self) -> None:
        assert dotenv_values(ROOT / ".env.example") == {}

    def test_explains_every_block_of_settings(self) -> None:
        lines = TEXT.splitlines()
        bare = [line for before, line in pairwise(lines) if LINE.match(line) and not before]
        assert bare == []

    def test_has_a_pair_of_keys_that_belong_together(self) -> None:
        assert public_key(EXAMPLES["IDENTITY_PRIVATE_KEY"]) == EXAMPLES["IDENTITY_PUBLIC_KEY"]

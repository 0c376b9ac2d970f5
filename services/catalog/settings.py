"""What catalog reads from the environment, typed."""

from typing import Annotated

from pydantic import AfterValidator

from shared.settings import Bytes32, FileSettings, IdentitySettings, Listen, ProgramSettings


class Settings(ProgramSettings, IdentitySettings, FileSettings):
    """The settings of catalog, by their names in lower case."""

    catalog_database_url: str
    file_link_key: Bytes32
    catalog_listen: Annotated[str, AfterValidator(Listen)] = "127.0.0.1:8001"

    @property
    def listen(self) -> Listen:
        """Where it answers."""
        return Listen(self.catalog_listen)

"""The tests of the whole API share one town and one document."""

import pytest

from tests.build.everything import Everything
from tests.build.land import Land
from tests.build.people import People
from tests.build.town import build_town
from tests.integration.api.document import Document
from tests.integration.api.street import Street


@pytest.fixture(scope="session")
async def street(people: People, everything: Everything, land: Land) -> Street:
    return Street(await build_town(people, everything, land))


@pytest.fixture(scope="session")
async def document(people: People) -> Document:
    found: Document = await people.public.get("/openapi.json")
    return found

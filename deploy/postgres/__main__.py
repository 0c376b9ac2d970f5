"""`python -m deploy.postgres` creates the roles and databases that the settings name, on the server at POSTGRES_URL."""

import asyncio
import os

from deploy.postgres.databases import databases_named_by, prepare


def main() -> None:
    """Create what is missing; quiet when nothing is."""
    wanted = databases_named_by(os.environ)
    asyncio.run(prepare(os.environ["POSTGRES_URL"], wanted))
    print("databases:", ", ".join(database.name for database in wanted))


if __name__ == "__main__":
    main()

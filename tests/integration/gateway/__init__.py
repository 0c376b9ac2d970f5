"""The gateway on its real database and broker, before services that the tests script."""

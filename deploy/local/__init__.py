"""The whole of Zhucai runs from one checkout, with no container, no root and no server installed before.

For tests and tools: `parts`, `start_parts`, `create_databases`.
For people: `python -m deploy.local up|start|down|status`.
"""

from deploy.local.layout import CannotStart
from deploy.local.running import Running, create_databases, parts, start_parts
from deploy.local.secrets import Secrets

__all__ = ["CannotStart", "Running", "Secrets", "create_databases", "parts", "start_parts"]

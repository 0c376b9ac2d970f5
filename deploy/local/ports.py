"""A part keeps its port from one start to the next, as long as nobody else has taken it.

Decision: ports are drawn from a block below the range from which systems lend ports to outgoing connections.
Why: a port that `bind(0)` gave may be lent to anyone while its part restarts. Price: a block is found by probing.
"""

import json
import os
import socket
import zlib

from deploy.local.layout import CannotStart, Layout

FIRST_PORT = 20_000
BLOCKS = 700
BLOCK_PORTS = 16

NAMES = (
    "gateway",
    "catalog",
    "order",
    "procurement_quota",
    "postgres",
    "nats",
    "stripe",
    "s3",
    "s3_grpc",
    "s3_master",
    "s3_master_grpc",
    "s3_volume",
    "s3_volume_grpc",
    "s3_filer",
    "s3_filer_grpc",
)


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Say whether one could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError:
            return False
    return True


def remembered_ports(layout: Layout) -> dict[str, int]:
    """Give each name its port of last time where that is free, else a free one; and remember them."""
    known: dict[str, int] = json.loads(layout.ports.read_text()) if layout.ports.exists() else {}
    ports = {name: known[name] for name in NAMES if name in known and is_free(known[name])}
    if len(ports) < len(NAMES):
        fresh = iter(_free_block(layout, taken=set(ports.values())))
        ports = {name: ports.get(name) or next(fresh) for name in NAMES}
    if ports != known:
        layout.ports.write_text(json.dumps(ports, indent=2) + "\n")
    return ports


def _free_block(layout: Layout, taken: set[int]) -> list[int]:
    """Find a block that is free as a whole, beginning where this folder's name points, so that two folders differ."""
    start = zlib.crc32(f"{layout.var}:{os.getuid()}".encode())
    for step in range(BLOCKS):
        first = FIRST_PORT + (start + step) % BLOCKS * BLOCK_PORTS
        block = [port for port in range(first, first + BLOCK_PORTS) if port not in taken]
        if len(block) >= len(NAMES) and all(map(is_free, block)):
            return block
    raise CannotStart(
        f"No {BLOCK_PORTS} free ports together between {FIRST_PORT} and {FIRST_PORT + BLOCKS * BLOCK_PORTS}."
    )

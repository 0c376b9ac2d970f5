"""`localstripe` listens where it is told, keeps its payments where it is told, and writes them once a request.

Left alone it listens on every interface, keeps its state in one file in /tmp that all checkouts of a machine would
share, writes that file anew at every assignment, and forgets its webhooks. It is a program of its own (GPL-3.0), run
beside ours for development and tests alone; nothing of Zhucai imports this module.

    WEBHOOK_URL=… WEBHOOK_SECRET=… python -m deploy.stripe_stand_in 127.0.0.1:8420 var/stripe/store.pickle
"""

import logging
import os
import pickle
import sys

from aiohttp import web
from localstripe import resources, server, webhooks


def main() -> None:
    """Serve until told to end."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    host, _, port = sys.argv[1].rpartition(":")
    path = sys.argv[2]

    def dump() -> None:
        beside = f"{path}.{os.getpid()}"
        with open(beside, "wb") as file:
            pickle.dump(dict(resources.store), file, protocol=pickle.HIGHEST_PROTOCOL)
        os.replace(beside, path)

    resources.Store.__setitem__ = dict.__setitem__
    resources.Store.__delitem__ = dict.__delitem__
    resources.store.dump_to_disk = dump
    if os.path.exists(path):
        with open(path, "rb") as file:
            resources.store.update(pickle.load(file))  # noqa: S301 - a file that it wrote itself, in a folder of mode 0700
    if url := os.environ.get("WEBHOOK_URL"):
        webhooks.register_webhook("zhucai", url, os.environ["WEBHOOK_SECRET"], None)
    web.run_app(server.app, host=host, port=int(port), access_log=None, print=lambda *_: None)


if __name__ == "__main__":
    main()

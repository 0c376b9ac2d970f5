"""One Python imports everything once, and the programs and commands are forks of it.

Decision: the four programs and every `zhucai` command of a start are forks of one process that has imported them all.
Why: an import of the stack costs 3 to 4 s of a core; six of them on two cores took longer than a whole start may, and
forks share their memory. Price: Linux only (elsewhere each is a Python of its own), and importing must open nothing,
which is a rule of the house anyway.

    python -m deploy.local.nursery N MODULE…    one order a line on stdin, births and deaths on stdout; N: the terminal
"""

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import sys
import time
import traceback
from typing import Any, NoReturn

from deploy.local.child import PR_SET_PDEATHSIG, prctl

PR_SET_NAME = 15
ORDER_BYTES = 1 << 20


def main() -> None:
    """Import, then fork on order until stdin closes."""
    for module in sys.argv[2:]:
        importlib.import_module(module)
    gc.collect()
    gc.freeze()
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    _tell({"ready": True})
    orders = b""
    while True:
        readable, _, _ = select.select([0, woken], [], [])
        if woken in readable:
            os.read(woken, 4096)
            _tell_deaths()
        if 0 in readable:
            heard = os.read(0, ORDER_BYTES)
            if not heard:
                return
            *lines, orders = (orders + heard).split(b"\n")
            for line in lines:
                _tell({"born": _fork(json.loads(line))})


def _tell(fact: dict[str, Any]) -> None:
    os.write(1, json.dumps(fact).encode() + b"\n")


def _tell_deaths() -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        _tell({"died": pid, "code": os.waitstatus_to_exitcode(status)})


def _fork(order: dict[str, Any]) -> int:
    parent = os.getpid()
    if pid := os.fork():
        return pid
    try:
        _become(order, parent)
    except Exception:  # noqa: BLE001 - a fork never returns into the nursery; it tells and ends
        traceback.print_exc()
    finally:
        os._exit(70)


def _become(order: dict[str, Any], parent: int) -> NoReturn:
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    prctl(PR_SET_PDEATHSIG, order["stop_signal"])
    prctl(PR_SET_NAME, order["name"].encode()[:15])
    if os.getppid() != parent:
        os._exit(1)
    path = order["output"]
    output = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644) if path else int(sys.argv[1])
    for descriptor in (1, 2):
        os.dup2(output, descriptor)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.closerange(3, 64)
    os.environ.clear()
    os.environ.update(order["env"])
    time.tzset()
    sys.argv = [order["module"], *order["arguments"]]
    code = 0
    try:
        sys.modules[order["module"]].main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except KeyboardInterrupt:
        code = 130
    except Exception:  # noqa: BLE001 - it is told as Python tells it, and the process ends
        traceback.print_exc()
        code = 1
    with contextlib.suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()

"""`python -m deploy.local up|start|down|status|secrets`: the whole in front, in the background, and its end."""

import asyncio
import subprocess
import sys
import time

import psutil

from deploy.local import memory
from deploy.local.child import kill_group, rotate
from deploy.local.command import run_zhucai
from deploy.local.compose import write_compose_secrets
from deploy.local.layout import ROOT, CannotStart, Layout
from deploy.local.record import Record, RunningAlready, is_held, sole, sweep
from deploy.local.settings import chosen_settings
from deploy.local.supervisor import plan, run

LOOK_EVERY_SECONDS = 0.1
DOWN_WITHIN_SECONDS = 45.0


def up(layout: Layout) -> int:
    """Run in the foreground until Ctrl-C."""
    try:
        with sole(layout):
            for name in sweep(layout):
                print(f"Ended {name}, left by a start that was killed.")
            return asyncio.run(run(plan(layout, chosen_settings())))
    except RunningAlready:
        return _says_that_it_runs(layout)


def start(layout: Layout) -> int:
    """Run in the background; return when it is ready, the demo data in."""
    if is_held(layout):
        return _says_that_it_runs(layout)
    log = layout.log / "supervisor.log"
    rotate(log)
    said = log.stat().st_size if log.exists() else 0
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-u", "-m", "deploy.local", "up"],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=str(ROOT),
            start_new_session=True,
        )
    while True:
        ended = process.poll() is not None
        record = Record.kept(layout)
        ready = record is not None and record.is_ready and record.supervisor.pid == process.pid
        with log.open("rb") as lines:
            lines.seek(said)
            sys.stdout.buffer.write(new := lines.read())
            sys.stdout.flush()
            said += len(new)
        if ended:
            return process.returncode or 1
        if ready:
            print("It runs in the background. To end it: make down")
            return 0
        time.sleep(LOOK_EVERY_SECONDS)


def down(layout: Layout) -> int:
    """End the whole, foreground or background, and return when every process has ended."""
    record = Record.kept(layout)
    supervisor = record.supervisor.process() if record and is_held(layout) else None
    if record is None or supervisor is None:
        left = sweep(layout)
        print(f"Ended {', '.join(left)}, left by a start that was killed." if left else "Nothing is running.")
        return 0
    supervisor.terminate()
    _, stubborn = psutil.wait_procs([supervisor], timeout=DOWN_WITHIN_SECONDS)
    for process in stubborn:
        print(f"The supervisor (pid {process.pid}) did not end in {DOWN_WITHIN_SECONDS:.0f} s and is killed.")
        kill_group(process.pid)
        process.kill()
    sweep(layout)
    print("Everything has ended.")
    return 0


def status(layout: Layout) -> int:
    """Tell what runs, where, and what it weighs; 1 when nothing does."""
    record = Record.kept(layout)
    if record is None or not is_held(layout):
        print("Nothing is running. To start it: make up")
        return 1
    weights, total = memory.table([record.supervisor, *record.children])
    for entry, weight in weights:
        age = f"{(time.time() - entry.started) / 60:.0f} min" if weight else "down"
        print(f"  {entry.name:<19}{entry.address:<23}pid {entry.pid:<9}{age:>8}{memory.megabytes(weight):>9}")
    state = "ready" if record.is_ready else "starting"
    print(f"Zhucai is {state} at {record.address}; memory {memory.megabytes(total)}")
    return 0


def _says_that_it_runs(layout: Layout) -> int:
    record = Record.kept(layout)
    if record is None:
        print("Zhucai is starting or stopping just now.")
    else:
        state = "runs already" if record.is_ready else "is starting already"
        print(f"Zhucai {state}: {record.address} (pid {record.supervisor.pid}). To end it: make down")
    return 0


COMMANDS = {"up": up, "start": start, "down": down, "status": status}


def main() -> int:
    """Do what the first argument names."""
    name, *arguments = sys.argv[1:] or [""]
    try:
        layout = Layout.at(chosen_settings().get("ZHUCAI_VAR") or ROOT / "var")
        if name == "zhucai" and arguments:
            return run_zhucai(layout, arguments)
        if name == "secrets" and not arguments:
            return write_compose_secrets(ROOT / ".env")
        if name in COMMANDS and not arguments:
            return COMMANDS[name](layout)
    except CannotStart as error:
        print(error, file=sys.stderr)
        return 1
    print(f"python -m deploy.local {'|'.join((*COMMANDS, 'secrets', 'zhucai COMMAND'))}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())

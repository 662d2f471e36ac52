# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Handlers that behave well or badly, and the script that runs one of them in a worker of its own.

Usage: job_probes.py RUN_DIR. The run's request names the handler: {"do": "count", …}.
"""

from __future__ import annotations

import ctypes
import os
import sys
import time
from pathlib import Path

from ilab_core.errors import TrainingError

HANDLERS = {"probe": "job_probes:run"}


def run(context):
    return globals()[context.request["do"]](context)


def count(context):
    """Count up, item by item, going on from what an earlier worker left in the folder."""
    file = context.folder / "items.txt"
    total = context.request.get("total", 3)
    while (done := len(file.read_text().split()) if file.exists() else 0) < total:
        context.check_cancelled()
        with file.open("a") as items:
            items.write(f"{done}\n")
        context.emit("sample", id=done, status="kept", reason="")
        progress = {"unit": "samples", "rate": None, "seconds_left": None, "message": ""}
        context.emit("progress", phase="Counting", done=done + 1, total=total, **progress)
        time.sleep(context.request.get("pause", 0.0))
    return {"summary": f"Counted to {total}.", "total": total}


def noisy(context):
    os.write(1, b'native noise {"event": "state", "state": "failed"}\n')
    print("python noise")
    os.system("echo noise of a child")
    return {"input": sys.stdin.read(), "child": os.environ["ILAB_WORKER_CHILD"]}


def obedient(context):
    """Wait to be cancelled; the end after a while is for a test that fails, which should not hang."""
    context.emit("message", level="info", text="waiting")
    for _ in range(1000):
        context.check_cancelled()
        time.sleep(0.02)
    return {}


def deaf(context):
    context.emit("message", level="info", text="waiting")
    for _ in range(400):
        time.sleep(0.05)
    return {}


def listener(context):
    """Answer each command; end when told to. Waiting for a command ends at once when the job is cancelled."""
    while True:
        context.check_cancelled()
        command = context.take_command(timeout=30)
        if command is not None:
            context.emit("answer", id="1", text=command.get("text", ""))
            if command["command"] == "quit":
                return {}


def chatty(context):
    for number in range(300):
        context.emit("token", id="1", column="base", text=str(number))
    context.emit("answer", id="1", column="base", text="all of it")
    return {}


def failing(context):
    raise TrainingError("The loss became infinite.", "Use a smaller learning rate.", "step 12")


def broken(context):
    return {}["nothing"]


def leaving(context):
    sys.exit(0)


def crashing(context):
    ctypes.string_at(0)


def grown_too_large(context):
    """Write events until the system refuses a longer file, which stands in for a disk that is full."""
    import resource

    size = (context.folder / "events.jsonl").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 1000, size + 1000))
    while True:
        context.emit("sample", id=1, status="kept", reason="x" * 300)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    from ilab_core.jobs import worker

    os._exit(worker.main(Path(sys.argv[1]), handlers=HANDLERS))

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The program killed in the middle of an edit, for real: started again, the edit is there, once."""

from __future__ import annotations

import json
import os
import queue
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="there is no SIGKILL on Windows")

LEAF = "knowledge/places/harrow_cove"
KEPT_WITHIN = 1.0
"""Seconds after a key within which it is safe."""
# The program itself, with a hand in it that says what it finds in the leaf and then types into its form
HAND = """
import json, sys
from pathlib import Path
from ilab_desktop import startup
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

workspace, leaf, wanted = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
app = startup.application()
keys = iter(wanted)
step = QTimer(interval=20)


def hand():
    from ilab_desktop.main_window import MainWindow
    window = next((found for found in app.topLevelWidgets() if isinstance(found, MainWindow)), None)
    if window is None or not (workspace / "taxonomy" / leaf / "qna.yaml").is_file():
        return
    page = window.page("taxonomy")
    if not page.isVisible():
        window.navigate(f"taxonomy:{leaf}")
    document = page.document
    if document is None or document.name != leaf or not document.is_checked:
        return
    if not hasattr(hand, "found"):
        hand.found = True
        page.editor.form.focus_field("domain")
        steps = document.undo_stack.count()
        say(found=document.parsed().domain, unsaved=document.unsaved, steps=steps, file=document.file.text)
    key = next(keys, "")
    if key:
        QTest.keyClicks(page.focusWidget(), key)
        say(typed=document.parsed().domain)


def say(**words):
    print(json.dumps(words), flush=True)


step.timeout.connect(hand)
step.start()
sys.exit(startup.run(workspace, False))
"""


class Program:
    """A program that types, and what it said so far with the time of each word."""

    def __init__(self, workspace: Path, keys: str) -> None:
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
        self._process = subprocess.Popen(
            [sys.executable, "-c", HAND, str(workspace), LEAF, keys],
            env=environment,
            stdout=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
        )
        self.typed: list[tuple[float, str]] = []
        self._said: queue.Queue[dict] = queue.Queue()
        self._listener = threading.Thread(target=self._listen)
        self._listener.start()

    def _listen(self) -> None:
        for line in self._process.stdout:
            said = json.loads(line)
            if "typed" in said:
                self.typed.append((time.monotonic(), said["typed"]))
            else:
                self._said.put(said)

    def found(self) -> dict:
        """What the leaf says when the program is up."""
        return self._said.get(timeout=60)

    def kill(self) -> float:
        """Kill it, and return when that was."""
        killed = time.monotonic()
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(30)
        self._listener.join(30)
        self._process.stdout.close()
        return killed


@pytest.fixture
def start(tmp_path):
    """Return a function that starts the program with keys to type; what still runs in the end is killed."""
    started = []

    def begin(keys=""):
        program = Program(tmp_path / "work space", keys)
        started.append(program)
        return program

    yield begin
    for program in started:
        program.kill()


def test_killed_a_second_after_the_last_key_nothing_is_lost(start):
    program = start(" and coves")
    first = program.found()
    assert not first["unsaved"]
    while len(program.typed) < len(" and coves"):
        time.sleep(0.01)
    time.sleep(KEPT_WITHIN)
    program.kill()
    again = start().found()
    assert again["found"] == first["found"] + " and coves"
    assert again["unsaved"]
    assert again["steps"] == 1
    assert again["file"] == first["file"]


def test_killed_while_typing_only_the_last_second_can_be_lost(start):
    chance = random.Random(5)
    keys = "abcdefghij" * 30
    expected: list[str] = []
    for _ in range(4):
        program = start(keys)
        found = program.found()
        assert not expected or found["found"] in expected
        time.sleep(chance.uniform(0.8, 2.5))
        killed = program.kill()
        safe = [text for when, text in program.typed if when < killed - KEPT_WITHIN]
        least = safe[-1] if safe else found["found"]
        late = [text for when, text in program.typed if when >= killed - KEPT_WITHIN]
        expected = [least, *late]
    assert start().found()["found"] in expected

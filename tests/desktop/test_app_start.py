# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The program as a process: it opens, is painted in time, imports nothing heavy, and says why it cannot open."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from ilab_core.paths import lock_workspace, open_workspace
from ilab_desktop.app import NO_DISPLAY, has_display, main

HEAVY = ("torch", "transformers", "peft", "llama_cpp", "mlx", "accelerate", "safetensors", "gguf", "numpy")
START = "import sys; from ilab_core.cli.main import main; code = main(sys.argv[1:]); "
SAY_HEAVY = f"print([name for name in {HEAVY!r} if name in sys.modules]); sys.exit(code)"


def start(*arguments, code=START + SAY_HEAVY, **environment):
    command = [sys.executable, "-c", code, *map(str, arguments)]
    variables = {**os.environ, "QT_QPA_PLATFORM": "offscreen", **environment}
    return subprocess.run(command, env=variables, capture_output=True, text=True, timeout=60, check=False)


def test_window_is_painted_soon_and_without_heavy_libraries(tmp_path):
    start("--workspace", tmp_path, "--smoke-test")
    ended = start("--workspace", tmp_path, "--smoke-test")
    assert ended.returncode == 0, ended.stderr
    seconds, heavy = ended.stdout.splitlines()
    assert float(seconds) < 2.0
    assert heavy == "[]"


def test_first_start_brings_the_starter_taxonomy(tmp_path):
    ended = start("--workspace", tmp_path / "new", "--smoke-test")
    assert ended.returncode == 0, ended.stderr
    assert list((tmp_path / "new" / "taxonomy").rglob("qna.yaml"))
    assert (tmp_path / "new" / "taxonomy" / ".git").is_dir()


def test_second_window_on_a_workspace_says_so(tmp_path):
    with lock_workspace(open_workspace(tmp_path)):
        ended = start("--workspace", tmp_path, "--smoke-test")
    assert ended.returncode == 1
    assert "Another window is already open" in ended.stderr
    assert "--workspace" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_workspace_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    ended = start("--workspace", tmp_path / "file" / "workspace", "--smoke-test")
    assert ended.returncode == 1
    assert "cannot be written to" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_worker_process_never_opens_a_window(tmp_path):
    ended = start("--workspace", tmp_path, "--smoke-test", ILAB_WORKER_CHILD="1")
    assert ended.returncode == 1
    assert "does not open a window" in ended.stderr


@pytest.mark.parametrize(
    ("platform", "environment", "answer"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("linux", {"QT_QPA_PLATFORM": "offscreen"}, True),
        ("darwin", {}, True),
        ("win32", {}, True),
    ],
)
def test_display_is_looked_for(platform, environment, answer):
    assert has_display(platform, environment) is answer


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a display")
def test_missing_display_is_one_sentence(monkeypatch, capsys):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert main([]) == 1
    assert capsys.readouterr().err == f"{NO_DISPLAY}\n"


def test_missing_library_of_qt_is_one_sentence(tmp_path):
    code = (
        "import sys, builtins\n"
        "real = builtins.__import__\n"
        "def refuse(name, *rest, **more):\n"
        "    if name.startswith('PySide6'):\n"
        "        raise ImportError('libEGL.so.1: cannot open shared object file: No such file or directory')\n"
        "    return real(name, *rest, **more)\n"
        "builtins.__import__ = refuse\n"
        "from ilab_desktop.app import main\n"
        "sys.exit(main(['--smoke-test', *sys.argv[1:]]))\n"
    )
    ended = start("--workspace", tmp_path, code=code)
    assert ended.returncode == 1
    assert "libEGL.so.1" in ended.stderr
    assert "apt-get install" in ended.stderr
    assert "Traceback" not in ended.stderr

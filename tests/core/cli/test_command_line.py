# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The command line's frame: which command runs, with what options, and how each of its ends is told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import types
from pathlib import Path

import pytest
from ilab_core import __version__
from ilab_core.cli import main as command_line
from ilab_core.errors import Cancelled, IlabError, ModelError


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch):
    """Put a group `data` with one command `show DIR` in place; what it is given is collected, what it does is set."""
    collected = types.SimpleNamespace(arguments=None, do=lambda: 0)

    def run(arguments) -> int:
        collected.arguments = arguments
        return collected.do()

    def add_parser(subparsers) -> None:
        commands = subparsers.add_parser("data").add_subparsers()
        show = commands.add_parser("show")
        show.add_argument("directory", type=Path)
        show.set_defaults(run=run)

    monkeypatch.setitem(sys.modules, "ilab_core.cli.data", types.SimpleNamespace(add_parser=add_parser))
    return collected


@pytest.fixture
def window(monkeypatch: pytest.MonkeyPatch) -> list:
    opened: list = []
    module = types.SimpleNamespace(main=lambda argv: opened.append(argv) or 0)
    monkeypatch.setitem(sys.modules, "ilab_desktop.app", module)
    monkeypatch.delenv("ILAB_WORKER_CHILD", raising=False)
    return opened


@pytest.mark.parametrize(
    "words",
    [["--workspace", "w", "-v", "data", "show", "d"], ["data", "show", "d", "--workspace", "w", "--verbose"]],
)
def test_common_options_come_before_or_after_the_command(asked: types.SimpleNamespace, words: list):
    assert command_line.main(words) == 0
    assert asked.arguments.directory == Path("d")
    assert asked.arguments.workspace == Path("w")
    assert asked.arguments.verbose is True


def test_common_options_have_defaults(asked: types.SimpleNamespace):
    assert command_line.main(["data", "show", "d"]) == 0
    assert asked.arguments.workspace is None
    assert asked.arguments.verbose is False


def test_a_folder_that_is_called_like_a_group_is_no_command(asked: types.SimpleNamespace):
    assert command_line.main(["--workspace", "system", "data", "show", "taxonomy"]) == 0
    assert asked.arguments.directory == Path("taxonomy")


@pytest.mark.parametrize("words", [["nonsense"], ["data"], ["data", "nonsense"], ["data", "show"], ["--nonsense"]])
def test_wrong_usage_ends_with_two(asked: types.SimpleNamespace, capsys: pytest.CaptureFixture, words: list):
    assert command_line.main(words) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "usage: ilab-desktop" in captured.err


@pytest.mark.parametrize("words", [["--help"], ["data", "--help"], ["data", "show", "-h"]])
def test_help_ends_with_zero(asked: types.SimpleNamespace, capsys: pytest.CaptureFixture, words: list):
    assert command_line.main(words) == 0
    assert "usage: ilab-desktop" in capsys.readouterr().out


def test_version(capsys: pytest.CaptureFixture):
    assert command_line.main(["--version"]) == 0
    assert capsys.readouterr().out == f"ilab-desktop {__version__}\n"


def raises(error: BaseException):
    def do() -> int:
        raise error

    return do


def test_an_error_is_told_in_two_sentences_and_in_full_when_asked(asked, capsys: pytest.CaptureFixture):
    asked.do = raises(ModelError("a.gguf is cut short.", "Download it again.", "tensor 12 ends at 99"))
    assert command_line.main(["data", "show", "d"]) == 1
    captured = capsys.readouterr()
    assert captured.err == "a.gguf is cut short.\nDownload it again.\n"
    assert captured.out == ""
    assert command_line.main(["data", "show", "d", "-v"]) == 1
    assert "tensor 12 ends at 99" in capsys.readouterr().err


@pytest.mark.parametrize("error", [Cancelled(), KeyboardInterrupt()])
def test_a_cancel_ends_with_130(asked, capsys: pytest.CaptureFixture, error: BaseException):
    asked.do = raises(error)
    assert command_line.main(["data", "show", "d"]) == 130
    assert capsys.readouterr().err == "Cancelled.\n"


def test_an_error_of_ours_is_told_without_a_traceback_unless_asked(asked, capsys: pytest.CaptureFixture):
    asked.do = raises(KeyError("nothing"))
    assert command_line.main(["data", "show", "d"]) == 1
    err = capsys.readouterr().err
    assert "KeyError" in err
    assert "-v" in err
    assert "Traceback" not in err
    assert command_line.main(["-v", "data", "show", "d"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_the_exit_code_is_the_commands(asked: types.SimpleNamespace):
    asked.do = lambda: 1
    assert command_line.main(["data", "show", "d"]) == 1


@pytest.mark.parametrize("words", [[], ["--workspace", "w"], ["-v"]])
def test_without_a_command_the_window_opens(window: list, words: list):
    assert command_line.main(words) == 0
    assert window == [words]


def test_a_worker_never_opens_a_window(window: list, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture):
    monkeypatch.setenv("ILAB_WORKER_CHILD", "1")
    assert command_line.main([]) == 1
    assert window == []
    assert "does not open a window" in capsys.readouterr().err


def test_a_missing_window_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture):
    monkeypatch.delenv("ILAB_WORKER_CHILD", raising=False)
    monkeypatch.setitem(sys.modules, "PySide6", None)
    monkeypatch.setitem(sys.modules, "ilab_desktop.app", None)
    assert command_line.main([]) == 1
    assert "The window cannot be opened" in capsys.readouterr().err


def test_a_worker_without_a_folder_is_wrong_usage(capsys: pytest.CaptureFixture):
    assert command_line.main(["--worker"]) == 2
    assert command_line.main(["--worker", "a", "b"]) == 2


def test_a_reader_that_has_enough_is_no_error():
    command = [sys.executable, "-m", "ilab_core.cli.main", "system", "info", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.close()
        assert child.stderr.read() == b""


def test_output_is_utf8_wherever_it_goes(tmp_path: Path):
    folder = tmp_path / "Größe"
    command = [sys.executable, "-m", "ilab_core.cli.main", "--workspace", str(folder), "system", "info", "--json"]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    child = subprocess.run(command, capture_output=True, env=environment, timeout=60)
    assert child.returncode == 0, child.stderr
    assert json.loads(child.stdout.decode("utf-8"))["workspace"]["path"] == str(folder.resolve())


def test_system_info_tells_what_is_there_and_creates_nothing(tmp_path: Path, capsys: pytest.CaptureFixture):
    folder = tmp_path / "not" / "yet"
    assert command_line.main(["system", "info", "--json", "--workspace", str(folder)]) == 0
    info = json.loads(capsys.readouterr().out)
    assert info["version"] == __version__
    assert info["python"] == ".".join(map(str, sys.version_info[:3]))
    assert info["cpu"]["name"]
    assert info["cpu"]["logical_cores"] >= info["cpu"]["physical_cores"] >= 1
    assert info["memory"]["total_bytes"] >= info["memory"]["free_bytes"] > 0
    assert info["workspace"] == {
        "path": str(folder.resolve()),
        "exists": False,
        "disk_free_bytes": info["workspace"]["disk_free_bytes"],
    }
    assert info["workspace"]["disk_free_bytes"] > 0
    assert info["starter_model"]["present"] == (info["starter_model"]["path"] is not None)
    assert "numpy" in info["libraries"]
    assert not (tmp_path / "not").exists()


def test_system_info_for_a_person(tmp_path: Path, capsys: pytest.CaptureFixture):
    assert command_line.main(["--workspace", str(tmp_path), "system", "info"]) == 0
    out = capsys.readouterr().out
    for label in (
        "InstructLab Desktop",
        "Python",
        "Processor",
        "Memory",
        "Workspace",
        "Disk",
        "Starter model",
        "Libraries",
    ):
        assert f"\n{label} " in f"\n{out}"


def test_every_error_class_has_a_code_of_its_own():
    classes = IlabError.__subclasses__()
    assert len({cls.code for cls in classes}) == len(classes)

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The set-up: it starts at once when nothing changed, notices what did, and says what a person must do."""

from __future__ import annotations

import importlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = ("install_environment", "setup_environment", "system_packages")


@pytest.fixture
def scripts(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, ModuleType]]:
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    for name in MODULES:
        monkeypatch.delitem(sys.modules, name, raising=False)
    yield {name: importlib.import_module(name) for name in MODULES}
    for name in MODULES:
        sys.modules.pop(name, None)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder with what decides the set-up, and an environment that looks complete."""
    root = tmp_path / "a clone"
    (root / "packaging").mkdir(parents=True)
    shutil.copy(ROOT / "pyproject.toml", root)
    for name in ("constraints.txt", *(f"{module}.py" for module in MODULES)):
        shutil.copy(ROOT / "packaging" / name, root / "packaging")
    programs = root / ".venv" / ("Scripts" if sys.platform == "win32" else "bin")
    programs.mkdir(parents=True)
    (programs / ("python.exe" if sys.platform == "win32" else "python")).write_text("")
    return root


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(root / "packaging" / "setup_environment.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_a_complete_environment_is_found_at_once(scripts: dict[str, ModuleType], clone: Path) -> None:
    setup = scripts["setup_environment"]
    # The part that installs is not even imported.
    (clone / "packaging" / "install_environment.py").write_text("raise SystemExit(7)\n", encoding="utf-8")
    assert run(clone).returncode == 7
    setup.write_stamp(clone, setup.fingerprint(clone), {"python", "window"})
    result = run(clone)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert run(clone, "--tests").returncode == 7


@pytest.mark.parametrize("changed", ["pyproject.toml", "packaging/constraints.txt", "packaging/install_environment.py"])
def test_a_change_is_noticed(scripts: dict[str, ModuleType], clone: Path, changed: str) -> None:
    setup = scripts["setup_environment"]
    setup.write_stamp(clone, setup.fingerprint(clone), {"python", "window", "tests"})
    assert setup.read_stamp(clone, setup.fingerprint(clone)) == {"python", "window", "tests"}
    with (clone / changed).open("a", encoding="utf-8") as file:
        file.write("\n# changed\n")
    assert setup.read_stamp(clone, setup.fingerprint(clone)) == set()


def test_a_clone_that_was_moved_is_set_up_again(scripts: dict[str, ModuleType], clone: Path) -> None:
    setup = scripts["setup_environment"]
    setup.write_stamp(clone, setup.fingerprint(clone), {"python", "window"})
    moved = clone.rename(clone.with_name("moved"))
    assert setup.read_stamp(moved, setup.fingerprint(moved)) == set()


def test_a_broken_stamp_and_a_missing_environment_count_as_nothing(scripts: dict[str, ModuleType], clone: Path) -> None:
    setup = scripts["setup_environment"]
    mark = setup.fingerprint(clone)
    setup.write_stamp(clone, mark, {"python", "window"})
    (clone / ".venv" / setup.STAMP).write_text("{", encoding="utf-8")
    assert setup.read_stamp(clone, mark) == set()
    setup.write_stamp(clone, mark, {"python", "window"})
    setup.environment_python(clone).unlink()
    assert setup.read_stamp(clone, mark) == set()


def test_an_unknown_option_is_refused(clone: Path) -> None:
    result = run(clone, "--everything")
    assert result.returncode == 2
    assert "usage" in result.stderr


def test_without_a_fitting_python_it_says_which_ones_fit(
    scripts: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    install = scripts["install_environment"]
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\necho 3 9\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(install.sys, "executable", str(old))
    with pytest.raises(install.SetUpError, match=r"3\.11, 3\.12 or 3\.13 is needed.*found: 3\.9.*make run PYTHON="):
        install.find_python()


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
def test_a_fitting_python_is_found_beside_an_old_one(
    scripts: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    install = scripts["install_environment"]
    for name, version in (("python3", "3 9"), ("python3.12", "3 12")):
        (tmp_path / name).write_text(f"#!/bin/sh\necho {version}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(install.sys, "executable", str(tmp_path / "python3"))
    assert install.find_python() == str(tmp_path / "python3.12")


def test_a_missing_library_is_named_with_the_line_to_type(
    scripts: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    system = scripts["system_packages"]
    monkeypatch.setattr(system.sys, "platform", "linux")
    monkeypatch.setitem(system.QT_LIBRARIES, "libthere", "libnowhere-to-be-found.so.7")
    assert "libthere" in system.missing_for_window()
    assert system.install_line(["libthere"]) == "sudo apt-get install --no-install-recommends libthere"


def test_other_systems_need_no_packages(scripts: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch) -> None:
    system = scripts["system_packages"]
    monkeypatch.setattr(system.sys, "platform", "darwin")
    monkeypatch.setitem(system.QT_LIBRARIES, "libthere", "libnowhere-to-be-found.so.7")
    assert system.missing_for_window() == []
    assert system.missing_for_tests() == []
    assert system.too_old_a_system() == ""


@pytest.mark.parametrize(
    ("library", "fits"),
    [(("glibc", "2.34"), True), (("glibc", "2.41"), True), (("glibc", "2.31"), False), (("", ""), False)],
)
def test_a_system_too_old_for_qt_is_refused_by_name(
    scripts: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch, library: tuple[str, str], fits: bool
) -> None:
    system = scripts["system_packages"]
    monkeypatch.setattr(system.sys, "platform", "linux")
    monkeypatch.setattr(system.platform, "libc_ver", lambda: library)
    assert (system.too_old_a_system() == "") is fits
    assert fits or "Debian 12" in system.too_old_a_system()


def test_without_a_compiler_linux_names_the_package(
    scripts: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    system = scripts["system_packages"]
    monkeypatch.setattr(system.sys, "platform", "linux")
    monkeypatch.delenv("CXX", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "build-essential" in system.compiler_advice()
    monkeypatch.setenv("CXX", "/usr/bin/clang++")
    assert system.compiler_advice() == ""


@pytest.mark.parametrize(
    ("line", "tenths"),
    [
        ("  [33/193] : && /usr/bin/g++ -fPIC\n", 1),
        ("[193/193] Linking\n", 10),
        ("[ 1/10] x\n", 1),
        ("Collecting x\n", -1),
    ],
)
def test_the_progress_of_the_build_is_read(scripts: dict[str, ModuleType], line: str, tenths: int) -> None:
    assert scripts["install_environment"].tenths_built(line) == tenths


def test_a_build_that_fails_shows_its_last_lines(
    scripts: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch, clone: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    install = scripts["install_environment"]
    code = "print('[1/2] Building'); print('no such header'); raise SystemExit(3)"
    monkeypatch.setattr(install, "pip_command", lambda *_: [sys.executable, "-c", code])
    with pytest.raises(install.SetUpError, match="no such header"):
        install.build_llama_cpp(clone)
    assert "50 %" in capsys.readouterr().out
    assert "no such header" in (clone / ".venv" / install.LOG).read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="a script names its interpreter in its first line elsewhere only")
def test_an_environment_made_in_another_folder_is_not_sound(
    scripts: dict[str, ModuleType], clone: Path, tmp_path: Path
) -> None:
    install = scripts["install_environment"]
    python = scripts["setup_environment"].environment_python(clone)
    python.write_text("#!/bin/sh\necho 3 11\n")
    python.chmod(0o755)
    script = python.with_name("pip")
    script.write_text(f"#!{python}\n")
    assert install.environment_is_sound(clone)
    script.write_text(f"#!{tmp_path}/elsewhere/.venv/bin/python3.11\n")
    assert not install.environment_is_sound(clone)


def test_what_is_missing_is_installed_only_as_root_and_else_told(
    scripts: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch, clone: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    install, system = scripts["install_environment"], scripts["system_packages"]
    asked: list[list[str]] = []
    monkeypatch.setattr(system, "too_old_a_system", lambda: "")
    monkeypatch.setattr(system, "missing_for_window", lambda: ["libegl1"])
    monkeypatch.setattr(system, "missing_for_tests", lambda: ["xvfb"])
    monkeypatch.setattr(system, "install", lambda packages: asked.append(packages) is None)
    monkeypatch.setattr(system.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(install, "check_qt", lambda root, missing: None)
    recorded: list[set[str]] = []

    def keep(parts: set[str]) -> None:
        recorded.append(set(parts))

    monkeypatch.setattr(system, "can_install", lambda: False)
    assert install.install(clone, {"python", "window"}, {"python"}, keep) == 0
    assert asked == []
    assert recorded[-1] == {"python"}
    assert "sudo apt-get install --no-install-recommends libegl1\n" in capsys.readouterr().err

    monkeypatch.setattr(system, "can_install", lambda: True)
    assert install.install(clone, {"python", "window", "tests"}, {"python"}, keep) == 0
    assert asked == [["libegl1", "xvfb"]]
    assert recorded[-1] == {"python", "window", "tests"}


def test_the_stamp_is_one_json_document(scripts: dict[str, ModuleType], clone: Path) -> None:
    setup = scripts["setup_environment"]
    setup.write_stamp(clone, "mark", {"window", "python"})
    stamp = json.loads((clone / ".venv" / setup.STAMP).read_text(encoding="utf-8"))
    assert stamp == {"fingerprint": "mark", "ready": ["python", "window"]}

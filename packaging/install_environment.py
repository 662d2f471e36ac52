# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Install what `setup_environment.py` found missing: a Python, the pinned releases, the system's packages.

Standard library only, and written for Python 3.8, so that an older one can say what is needed. pip's own settings
(PIP_INDEX_URL and so on, or its configuration file) are honoured.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import system_packages
from setup_environment import PROGRAMS, environment_python

LOG = "set-up.log"
SUPPORTED = ((3, 11), (3, 12), (3, 13))
FREE_BYTES_NEEDED = 4 * 1024**3
BUILD_STEP = re.compile(r"\[\s*(\d+)/(\d+)\]")


class SetUpError(Exception):
    """The set-up cannot go on; its text says why and what to do."""


def install(root: Path, wanted: set[str], ready: set[str], record: Callable[[set[str]], None]) -> int:
    """Bring every wanted part that is not ready, saying what goes on; return the exit code of the program.

    The parts are "python" (the environment), "window" (what Qt needs) and "tests" (what the tests need as well);
    `record` is called with all that are ready whenever one more is.
    """
    try:
        bring(root, wanted, set(ready), record)
    except SetUpError as error:
        print(f"\nSet-up stopped. {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nSet-up interrupted. The same command goes on from here.", file=sys.stderr)
        return 130
    return 0


def bring(root: Path, wanted: set[str], ready: set[str], record: Callable[[set[str]], None]) -> None:
    """Bring every wanted part that is not ready, recording each as it is done; SetUpError where a person must act."""
    started = time.monotonic()
    problem = system_packages.too_old_a_system()
    if problem:
        raise SetUpError(problem)
    if "python" not in ready:
        install_python_packages(root)
        ready.add("python")
        record(ready)
    missing = {"window": system_packages.missing_for_window(), "tests": system_packages.missing_for_tests()}
    packages = sorted(name for part in wanted - ready - {"python"} for name in missing[part])
    if packages and system_packages.can_install():
        print(f"Installing from Debian: {' '.join(packages)}", flush=True)
        if system_packages.install(packages):
            missing = {"window": [], "tests": []}
    elif packages:
        print(f"Some system packages are missing. {system_packages.advice(packages)}", file=sys.stderr)
    check_qt(root, missing["window"])
    ready |= {part for part in wanted - {"python"} if not missing[part]}
    record(ready)
    print(f"Set-up is done ({spoken(time.monotonic() - started)}).", flush=True)


def install_python_packages(root: Path) -> None:
    """Make the environment where it is missing or broken, and install the pinned releases and the project into it."""
    if not environment_is_sound(root):
        if shutil.disk_usage(root).free < FREE_BYTES_NEEDED:
            raise SetUpError(f"About 4 GB must be free on the disk that holds {root}.")
        python = find_python()
        print(f"Making .venv with {python}", flush=True)
        run([python, "-m", "venv", "--clear", str(root / ".venv")])
    extras = ["starter", "torch", "dev"]
    if (sys.platform, platform.machine()) == ("darwin", "arm64"):
        extras.append("mlx")
    if (sys.platform, platform.machine()) == ("darwin", "x86_64"):
        extras.remove("torch")
        print("PyTorch is no longer made for Macs with an Intel processor: everything but training will work.")
    if "torch" in extras:
        # By itself and first, so that nothing else picks another build of it.
        pip(root, "torch")
    if not has_llama_cpp(root):
        need_compiler(system_packages.compiler_advice())
        build_llama_cpp(root)
    pip(root, "--editable", f"{root}[{','.join(extras)}]")


def environment_is_sound(root: Path) -> bool:
    """Return whether `.venv` holds a supported Python that runs, and was made in this very folder."""
    python = environment_python(root)
    if interpreter_version(str(python)) not in SUPPORTED:
        return False
    script = root / ".venv" / PROGRAMS / "pip"
    if not script.exists():
        return os.name == "nt"
    first_line = script.read_bytes().split(b"\n", 1)[0]
    written_for = Path(os.fsdecode(first_line[2:].strip()))
    # A path too long for a shebang line is written another way, which says nothing.
    says_where = written_for.name.startswith("python")
    return not says_where or written_for.parent.resolve() == python.parent.resolve()


def find_python() -> str:
    """Return the interpreter to make the environment with: this one if it fits, else the first that does."""
    versions: dict[str, tuple[int, int]] = {}
    for name in (sys.executable, "python3.11", "python3.12", "python3.13", "python3", "python"):
        path = shutil.which(name) if name else None
        version = interpreter_version(path) if path else None
        if path and version:
            versions[path] = version
    fitting = [path for path, version in versions.items() if version in SUPPORTED]
    for path in fitting:
        if can_make_environments(path):
            return path
    for path in fitting:
        package = "python{}.{}-venv".format(*versions[path])
        install_or_explain(package, f"{path} cannot make environments.")
        return path
    found = ", ".join(sorted({"{}.{}".format(*version) for version in versions.values()}))
    raise SetUpError(
        f"Python 3.11, 3.12 or 3.13 is needed and none was found{f' (found: {found})' if found else ''}. "
        "Install one, or name one: make run PYTHON=/path/to/python3.12"
    )


def interpreter_version(python: str) -> tuple[int, int] | None:
    """Return (major, minor) of an interpreter, None where it does not run."""
    code = "import sys; print(*sys.version_info[:2])"
    try:
        answer = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True, timeout=60).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    major, minor = answer.split()
    return int(major), int(minor)


def can_make_environments(python: str) -> bool:
    """Return whether this interpreter brings `venv` and pip (Debian ships them apart)."""
    return subprocess.run([python, "-c", "import ensurepip, venv"], capture_output=True, check=False).returncode == 0


def install_or_explain(package: str, problem: str) -> None:
    """Install a Debian package that the set-up cannot do without; SetUpError with the line to type where it may not."""
    if system_packages.can_install() and system_packages.install([package]):
        return
    raise SetUpError(f"{problem} {system_packages.advice([package])}")


def need_compiler(advice: str) -> None:
    """See to it that there is a C++ compiler; SetUpError with `advice` where there is none."""
    problem = "A C++ compiler is needed to build llama.cpp for this computer."
    if advice and sys.platform.startswith("linux"):
        install_or_explain(system_packages.COMPILER_PACKAGE, problem)
    elif advice:
        raise SetUpError(f"{problem} {advice}")


def has_llama_cpp(root: Path) -> bool:
    """Return whether the pinned llama-cpp-python is already in the environment."""
    pins = (root / "packaging" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    version = next(pin.split("==")[1] for pin in pins if pin.startswith("llama-cpp-python=="))
    packages = "Lib/site-packages" if os.name == "nt" else "lib/python*/site-packages"
    return any((root / ".venv").glob(f"{packages}/llama_cpp_python-{version}.dist-info"))


def pip_command(root: Path, *arguments: str) -> list[str]:
    """Return a `pip install` inside the environment that keeps to the pinned releases."""
    constraints = str(root / "packaging" / "constraints.txt")
    start = [str(environment_python(root)), "-m", "pip", "--disable-pip-version-check", "install"]
    return [*start, "--constraint", constraints, *arguments]


def pip(root: Path, *arguments: str) -> None:
    """Install with pip, its own output shown."""
    run(pip_command(root, *arguments))


def build_llama_cpp(root: Path) -> None:
    """Install llama-cpp-python, showing how far it is; it compiles unless pip kept the result of an earlier build."""
    log = root / ".venv" / LOG
    started = time.monotonic()
    shown = -1
    last_lines: list[str] = []
    with log.open("w", encoding="utf-8") as record:
        try:
            for line in output_of(pip_command(root, "--verbose", "llama-cpp-python")):
                record.write(line)
                last_lines = [*last_lines[-24:], line]
                tenth = tenths_built(line)
                if shown < 0 <= tenth:
                    print("Building llama.cpp for this computer: once, and 5 to 8 minutes on two cores.", flush=True)
                if tenth > shown:
                    shown = tenth
                    print(f"  {10 * tenth:3d} %   {spoken(time.monotonic() - started)}", flush=True)
        except subprocess.CalledProcessError as error:
            raise SetUpError(f"llama.cpp could not be built:\n{''.join(last_lines)}\nMore is in {log}") from error


def tenths_built(line: str) -> int:
    """Return how many tenths are built according to a line such as "[31/310] Building ..."; -1 for any other line."""
    step = BUILD_STEP.search(line)
    return 10 * int(step.group(1)) // int(step.group(2)) if step else -1


def output_of(command: list[str]) -> Iterator[str]:
    """Yield the lines that a command prints, as they come; CalledProcessError at the end where it failed."""
    environment = {"CMAKE_BUILD_PARALLEL_LEVEL": str(os.cpu_count() or 1), **os.environ}
    pipe, joined = subprocess.PIPE, subprocess.STDOUT
    with subprocess.Popen(
        command, env=environment, stdout=pipe, stderr=joined, encoding="utf-8", errors="replace"
    ) as process:
        yield from process.stdout or ()
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, command)


def check_qt(root: Path, missing: list[str]) -> None:
    """See to it that Qt's widgets load; SetUpError with what to install where they do not."""
    command = [str(environment_python(root)), "-c", "import PySide6.QtWidgets, PySide6.QtSvg"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        reason = (result.stderr.strip().splitlines() or ["no reason given"])[-1]
        cure = system_packages.advice(missing) if missing else ""
        raise SetUpError(f"Qt cannot be loaded: {reason}. {cure}".rstrip())


def run(command: list[str]) -> None:
    """Run a command with its output shown; SetUpError where it fails."""
    if subprocess.run(command, check=False).returncode != 0:
        raise SetUpError(f"This did not work:\n{' '.join(command)}")


def spoken(seconds: float) -> str:
    """Return a length of time in words."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"

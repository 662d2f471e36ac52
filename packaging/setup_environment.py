# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Make `.venv` ready to run and to test the project, or find at once that it is.

Standard library only, and any Python 3.8 or newer can start it: it looks for a fitting one by itself. Interrupted, it
goes on where it was. pip's own settings (PIP_INDEX_URL and so on, or its configuration file) are honoured.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = "Scripts" if os.name == "nt" else "bin"
FINGERPRINTED = (
    "pyproject.toml",
    "packaging/constraints.txt",
    "packaging/setup_environment.py",
    "packaging/system_packages.py",
)
STAMP = ".set-up.json"
LOG = "set-up.log"
SUPPORTED = ((3, 11), (3, 12), (3, 13))
FREE_BYTES_NEEDED = 4 * 1024**3
BUILD_STEP = re.compile(r"\[\s*(\d+)/(\d+)\]")


class SetUpError(Exception):
    """The set-up cannot go on; its text says why and what to do."""


def main(arguments: list[str] | None = None) -> int:
    """Set up what is missing; return 0 when everything is there, 1 when something a person must do is not."""
    parser = argparse.ArgumentParser(description="Make .venv ready to run and to test the project.")
    parser.add_argument("--tests", action="store_true", help="also bring what the tests need from the system")
    wanted = {"python", "window", "tests"} if parser.parse_args(arguments).tests else {"python", "window"}
    mark = fingerprint(ROOT)
    ready = read_stamp(ROOT, mark)
    if wanted <= ready:
        return 0
    try:
        set_up(wanted, ready, mark)
    except SetUpError as error:
        print(f"\nSet-up stopped. {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nSet-up interrupted. The same command goes on from here.", file=sys.stderr)
        return 130
    return 0


def fingerprint(root: Path) -> str:
    """Return a SHA-256 of everything that decides what the set-up does, the folder's own place included."""
    digest = hashlib.sha256(os.fsencode(root))
    for name in FINGERPRINTED:
        digest.update(b"\0" + name.encode() + b"\0" + (root / name).read_bytes())
    return digest.hexdigest()


def read_stamp(root: Path, mark: str) -> set[str]:
    """Return which parts ("python", "window", "tests") an earlier set-up with this fingerprint left ready."""
    try:
        stamp = json.loads((root / ".venv" / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return set()
    if stamp.get("fingerprint") != mark or not environment_python(root).exists():
        return set()
    return set(stamp.get("ready", ()))


def write_stamp(root: Path, mark: str, ready: set[str]) -> None:
    """Record which parts are ready."""
    content = json.dumps({"fingerprint": mark, "ready": sorted(ready)})
    (root / ".venv" / STAMP).write_text(content + "\n", encoding="utf-8")


def environment_python(root: Path) -> Path:
    """Return the interpreter inside the project's environment."""
    return root / ".venv" / PROGRAMS / ("python.exe" if os.name == "nt" else "python")


def set_up(wanted: set[str], ready: set[str], mark: str) -> None:
    """Bring every wanted part that is not ready, recording each as it is done; SetUpError where a person must act."""
    import system_packages

    started = time.monotonic()
    ready = set(ready)
    problem = system_packages.too_old_a_system()
    if problem:
        raise SetUpError(problem)
    if "python" not in ready:
        install_python_packages()
        ready.add("python")
        write_stamp(ROOT, mark, ready)
    missing = {"window": system_packages.missing_for_window(), "tests": system_packages.missing_for_tests()}
    packages = sorted(name for part in wanted - ready - {"python"} for name in missing[part])
    if packages and system_packages.can_install():
        print(f"Installing from Debian: {' '.join(packages)}", flush=True)
        if system_packages.install(packages):
            missing = {"window": [], "tests": []}
    elif packages:
        print(f"Some system packages are missing. {system_packages.advice(packages)}", file=sys.stderr)
    check_qt(missing["window"])
    ready |= {part for part in wanted - {"python"} if not missing[part]}
    write_stamp(ROOT, mark, ready)
    print(f"Set-up is done ({spoken(time.monotonic() - started)}).", flush=True)


def install_python_packages() -> None:
    """Make the environment where it is missing or broken, and install the pinned releases and the project into it."""
    import system_packages

    if not environment_is_sound():
        if shutil.disk_usage(ROOT).free < FREE_BYTES_NEEDED:
            raise SetUpError(f"About 4 GB must be free on the disk that holds {ROOT}.")
        python = find_python()
        print(f"Making .venv with {python}", flush=True)
        run([python, "-m", "venv", "--clear", str(ROOT / ".venv")])
    extras = ["starter", "torch", "dev"]
    if (sys.platform, platform.machine()) == ("darwin", "arm64"):
        extras.append("mlx")
    if (sys.platform, platform.machine()) == ("darwin", "x86_64"):
        extras.remove("torch")
        print("PyTorch is no longer made for Macs with an Intel processor: everything but training will work.")
    if "torch" in extras:
        # By itself and first, so that nothing else picks another build of it.
        pip("torch")
    if not has_llama_cpp():
        need_compiler(system_packages.compiler_advice())
        build_llama_cpp()
    pip("--editable", f"{ROOT}[{','.join(extras)}]")


def environment_is_sound() -> bool:
    """Return whether `.venv` holds a supported Python that runs, and was made in this very folder."""
    python = environment_python(ROOT)
    if interpreter_version(str(python)) not in SUPPORTED:
        return False
    script = ROOT / ".venv" / PROGRAMS / "pip"
    if not script.exists():
        return os.name == "nt"
    first_line = script.read_bytes().split(b"\n", 1)[0]
    written_for = Path(os.fsdecode(first_line[2:].strip()))
    # A path too long for a shebang line is written another way, which says nothing.
    says_where = written_for.name.startswith("python")
    return not says_where or written_for.parent.resolve() == python.parent.resolve()


def find_python() -> str:
    """Return the interpreter to make the environment with: this one if it fits, else the first that does."""
    found = []
    for name in (sys.executable, "python3.11", "python3.12", "python3.13", "python3", "python"):
        path = shutil.which(name) if name else None
        version = interpreter_version(path) if path else None
        if path and version in SUPPORTED:
            if can_make_environments(path):
                return path
            package = f"python{version[0]}.{version[1]}-venv"
            install_or_explain(package, f"{path} cannot make environments.")
            return path
        if version:
            found.append("{}.{}".format(*version))
    there = f" (found: {', '.join(sorted(set(found)))})" if found else ""
    raise SetUpError(
        f"Python 3.11, 3.12 or 3.13 is needed and none was found{there}. Install one, "
        "or name one: make run PYTHON=/path/to/python3.12"
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
    import system_packages

    if system_packages.can_install() and system_packages.install([package]):
        return
    raise SetUpError(f"{problem} {system_packages.advice([package])}")


def need_compiler(advice: str) -> None:
    """See to it that there is a C++ compiler; SetUpError with `advice` where there is none."""
    import system_packages

    problem = "A C++ compiler is needed to build llama.cpp for this computer."
    if advice and sys.platform.startswith("linux"):
        install_or_explain(system_packages.COMPILER_PACKAGE, problem)
    elif advice:
        raise SetUpError(f"{problem} {advice}")


def has_llama_cpp() -> bool:
    """Return whether the pinned llama-cpp-python is already in the environment."""
    pins = (ROOT / "packaging" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    version = next(pin.split("==")[1] for pin in pins if pin.startswith("llama-cpp-python=="))
    packages = "Lib/site-packages" if os.name == "nt" else "lib/python*/site-packages"
    return any((ROOT / ".venv").glob(f"{packages}/llama_cpp_python-{version}.dist-info"))


def pip_command(*arguments: str) -> list[str]:
    """Return a `pip install` inside the environment that keeps to the pinned releases."""
    constraints = str(ROOT / "packaging" / "constraints.txt")
    start = [str(environment_python(ROOT)), "-m", "pip", "--disable-pip-version-check", "install"]
    return [*start, "--constraint", constraints, *arguments]


def pip(*arguments: str) -> None:
    """Install with pip, its own output shown."""
    run(pip_command(*arguments))


def build_llama_cpp() -> None:
    """Install llama-cpp-python, showing how far it is; it compiles unless pip kept the result of an earlier build."""
    log = ROOT / ".venv" / LOG
    environment = dict(os.environ)
    environment.setdefault("CMAKE_BUILD_PARALLEL_LEVEL", str(os.cpu_count() or 1))
    started = time.monotonic()
    shown = -1
    lines: list[str] = []
    command = pip_command("--verbose", "llama-cpp-python")
    pipe = subprocess.PIPE
    with (
        log.open("w", encoding="utf-8") as record,
        subprocess.Popen(
            command,
            env=environment,
            stdout=pipe,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        ) as process,
    ):
        assert process.stdout is not None
        for line in process.stdout:
            record.write(line)
            lines = [*lines[-30:], line]
            step = BUILD_STEP.search(line)
            if step is None:
                continue
            if shown < 0:
                print("Building llama.cpp for this computer: once, and 5 to 8 minutes on two cores.", flush=True)
            tenth = 10 * int(step.group(1)) // int(step.group(2))
            if tenth > shown:
                shown = tenth
                print(f"  {10 * tenth:3d} %   {spoken(time.monotonic() - started)}", flush=True)
    if process.returncode != 0:
        raise SetUpError(f"llama.cpp could not be built:\n{''.join(lines)}\nThe whole story is in {log}")


def check_qt(missing: list[str]) -> None:
    """See to it that Qt's widgets load; SetUpError with what to install where they do not."""
    import system_packages

    command = [str(environment_python(ROOT)), "-c", "import PySide6.QtWidgets, PySide6.QtSvg"]
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


if __name__ == "__main__":
    sys.exit(main())

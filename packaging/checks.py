# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Run the project's checks: `lint`, or `test` (lint and every test). The Makefile calls it; on Windows type it.

Every step runs, even after one failed, so that one run names everything that is wrong.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGING = ROOT / "packaging"
COLOUR = "yes" if sys.stdout.isatty() else "no"
PYTEST = (sys.executable, "-P", "-m", "pytest", f"--color={COLOUR}", "--durations=10", "--durations-min=1")
TYPED = (
    "core/ilab_core",
    "resources/ilab_resources",
    *(str(path.relative_to(ROOT)) for path in sorted(PACKAGING.glob("*.py"))),
)


@dataclass(frozen=True)
class Step:
    """One command and what it adds to the environment."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """How a step ended: whether it passed, how long it took, and the last line it printed."""

    step: Step
    passed: bool
    seconds: float
    last_line: str


def lint_steps() -> list[Step]:
    """Return the steps of `lint`."""
    return [
        Step("ruff check", (program("ruff"), "check", ".")),
        Step("ruff format", (program("ruff"), "format", "--check", ".")),
        Step("mypy", (program("mypy"), *TYPED), {"MYPYPATH": str(PACKAGING)}),
        Step("import rules", (program("lint-imports"), "--no-cache")),
        Step("headers, lengths, heavy imports", (sys.executable, str(PACKAGING / "check_sources.py"))),
    ]


def test_steps() -> list[Step]:
    """Return the steps that run the tests: the engine where Qt cannot be imported, then the window and the journey."""
    return [
        Step(
            "tests of the engine, without Qt",
            (*PYTEST, "-p", "no:pytest-qt", "-p", "block_qt", "tests/core"),
            {"PYTHONPATH": str(PACKAGING)},
        ),
        Step(
            "tests of the window and of the whole journey",
            (*PYTEST, "tests/desktop", "tests/e2e"),
            {"QT_QPA_PLATFORM": "offscreen"},
        ),
    ]


def main(arguments: list[str] | None = None) -> int:
    """Run the steps asked for; return 0 where all passed, 1 otherwise. The last lines repeat each step's last line."""
    parser = argparse.ArgumentParser(description="Run the project's checks.")
    parser.add_argument("what", choices=("lint", "test"), help="lint: the sources; test: lint and every test")
    chosen = parser.parse_args(arguments).what
    outcomes = [run_shown(step) for step in (lint_steps() if chosen == "lint" else [*lint_steps(), *test_steps()])]
    print()
    for outcome in outcomes:
        print(f"{'passed' if outcome.passed else 'FAILED'}  {outcome.step.name} ({outcome.seconds:.1f} s)")
    for outcome in outcomes:
        if "pytest" in outcome.step.command:
            print(outcome.last_line)
    return 0 if all(outcome.passed for outcome in outcomes) else 1


def run_shown(step: Step) -> Outcome:
    """Run one step from the project's folder, showing its output as it comes."""
    print(f"\n== {step.name}", flush=True)
    started = time.monotonic()
    environment = {**os.environ, "PYTHONUTF8": "1", **step.environment}
    output = b""
    with subprocess.Popen(
        step.command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        assert process.stdout is not None
        while piece := os.read(process.stdout.fileno(), 65536):
            sys.stdout.buffer.write(piece)
            sys.stdout.buffer.flush()
            output = (output + piece)[-4096:]
    lines = output.decode("utf-8", "replace").strip().splitlines()
    return Outcome(step, process.returncode == 0, time.monotonic() - started, lines[-1] if lines else "")


def program(name: str) -> str:
    """Return the path of a program in the environment that this script runs in."""
    return str(Path(sys.executable).parent / name)


if __name__ == "__main__":
    sys.exit(main())

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Run every benchmark of tests/bench, or those named: each is a module with a `main`, run in a process of its own."""

from __future__ import annotations

import argparse
import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "tests" / "bench"


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmarks one after the other; return 0 where all of them ran to their end, 1 otherwise."""
    there = benchmarks(FOLDER)
    parser = argparse.ArgumentParser(description="Run the benchmarks of tests/bench.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(there)}; all when none is named")
    parser.add_argument("--json", action="store_true", help="print one JSON document for each")
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.names) - set(there))
    if unknown:
        parser.error(f"there is no benchmark {', '.join(unknown)} in tests/bench; there are {', '.join(there)}")
    failed = []
    for name in options.names or there:
        print(f"== {name}", file=sys.stderr, flush=True)
        command = [sys.executable, str(FOLDER / f"{name}.py"), *(["--json"] if options.json else [])]
        if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
            failed.append(name)
    if failed:
        print(f"Failed: {', '.join(failed)}.", file=sys.stderr)
    return 1 if failed else 0


def benchmarks(folder: Path) -> list[str]:
    """Return the names of the modules in `folder` that define a `main`, in order."""
    return [path.stem for path in sorted(folder.glob("*.py")) if _has_main(path)]


def _has_main(path: Path) -> bool:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return any(isinstance(node, ast.FunctionDef) and node.name == "main" for node in tree.body)


if __name__ == "__main__":
    sys.exit(main())

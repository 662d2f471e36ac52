# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Check what ruff and mypy do not: licence headers, the length of files, and where heavy libraries are imported."""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

HEADER = ("Copyright IBM Corp. 2026 - 2026", "SPDX-License-Identifier: Apache-2.0")
SOURCE_SUFFIXES = (".py", ".sh", ".yml", ".yaml", ".toml", ".svg", ".qss", ".spec")
SOURCE_NAMES = ("Makefile", "constraints.txt", "run")
# Leaves of a taxonomy belong to whoever wrote them.
WITHOUT_HEADER = ("qna.yaml", "qna.yml")
NOT_OURS = {"__pycache__", "build", "dist"}
HIDDEN_BUT_OURS = {".ci", ".github"}

LONGEST_FILE = 400
# File -> why it may be longer than LONGEST_FILE lines.
LONGER_WITH_REASON: dict[str, str] = {}

HEAVY = {"accelerate", "llama_cpp", "mlx", "mlx_lm", "peft", "torch", "transformers", "trl"}


def main() -> int:
    """Print every problem found; return 0 where there is none, 1 otherwise."""
    problems = list(check(ROOT))
    for problem in problems:
        print(problem)
    return 1 if problems else 0


def check(root: Path) -> Iterator[str]:
    """Yield a sentence for each broken rule in the sources below `root`."""
    for path in sources(root):
        name = path.relative_to(root).as_posix()
        text = path.read_text(encoding="utf-8")
        if not has_header(text):
            yield f"{name}:1: the two lines of the licence header are missing at the top"
        lines = text.count("\n")
        if lines > LONGEST_FILE and name not in LONGER_WITH_REASON:
            yield f"{name}:{LONGEST_FILE}: {lines} lines; split it, or give a reason in packaging/check_sources.py"
        if path.suffix == ".py":
            yield from (f"{name}:{line}: {problem}" for line, problem in heavy_imports(name, ast.parse(text)))


def sources(root: Path) -> Iterator[Path]:
    """Yield every source file below `root`, in order; what tools leave behind is passed over."""
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if name in HIDDEN_BUT_OURS or not _passed_over(name))
        for name in sorted(files):
            if name not in WITHOUT_HEADER and (name.endswith(SOURCE_SUFFIXES) or name in SOURCE_NAMES):
                yield Path(folder, name)


def has_header(text: str) -> bool:
    """Return whether a file starts with the licence header, after a `#!` or `<?xml` line where it has one."""
    lines = text.splitlines()[:3]
    if lines and lines[0].startswith(("#!", "<?xml")):
        lines = lines[1:]
    bare = tuple(line.removeprefix("<!--").removeprefix("/*").strip("#/*-> ") for line in lines[:2])
    return bare == HEADER


def heavy_imports(name: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield (line, problem) for each heavy library imported at a place where it may not be.

    The engine imports one only inside a function; the window never does, its work is done by worker processes.
    """
    if name.startswith("desktop/"):
        allowed: set[int] = set()
        problem = "the window must not import {}: let a worker process do it"
    elif name.startswith(("core/", "resources/")):
        allowed = {id(inner) for outer in ast.walk(tree) if _defers(outer) for inner in ast.walk(outer)}
        problem = "import {} inside the function that needs it"
    else:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom) and id(node) not in allowed:
            yield from ((node.lineno, problem.format(module)) for module in _imported(node) if module in HEAVY)


def _passed_over(folder: str) -> bool:
    return folder.startswith(".") or folder in NOT_OURS or folder.endswith(".egg-info")


def _defers(node: ast.AST) -> bool:
    """Return whether what is inside `node` does not run when the module is imported."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        return True
    return isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")


def _imported(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name.split(".")[0] for alias in node.names)
    elif node.module and not node.level:
        yield node.module.split(".")[0]


if __name__ == "__main__":
    sys.exit(main())

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The command `ilab-desktop`: a worker, a command of one of the groups, or, without any, the window.

A group's module has `add_parser(subparsers)`, and each of its commands sets `run`, a function from the parsed
arguments (which also have `workspace: Path | None` and `verbose: bool`) to an exit code.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from ilab_core.errors import IlabError

DONE, FAILED, WRONG_USAGE, CANCELLED = 0, 1, 2, 130
WORKER_OPTION = "--worker"
CHILD_VARIABLE = "ILAB_WORKER_CHILD"
GROUPS = {
    "taxonomy": "check what a model should know or do",
    "data": "make training data from a taxonomy, and look at it",
    "model": "keep models, train them and talk to them",
    "system": "what this program and this computer are",
}


def console() -> None:
    """Run the program and end the process with its exit code."""
    code = main()
    if sys.argv[1:2] == [WORKER_OPTION]:
        # All is on disk; what native libraries do at an orderly exit can only crash or hang a job that is done
        os._exit(code)
    sys.exit(code)


def main(argv: Sequence[str] | None = None) -> int:
    """Do what `argv` (else the process's own arguments) asks; return 0 done, 1 failed, 2 wrong usage, 130 cancelled."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words[:1] == [WORKER_OPTION]:
        return _work(words[1:])
    _speak_utf8()
    try:
        arguments = _parser(words).parse_args(words)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else DONE
    return _call(arguments, words)


def _work(words: Sequence[str]) -> int:
    if len(words) != 1:
        print(f"usage: ilab-desktop {WORKER_OPTION} RUN_DIR", file=sys.stderr)
        return WRONG_USAGE
    from pathlib import Path

    from ilab_core.jobs import worker

    return worker.main(Path(words[0]))


def _call(arguments: argparse.Namespace, words: Sequence[str]) -> int:
    """Run what was asked and turn every way it can end into an exit code and, on stderr, a sentence."""
    from ilab_core.errors import Cancelled, IlabError

    try:
        code = arguments.run(arguments) if arguments.group else _open_window(words)
        sys.stdout.flush()
        return int(code)
    except (Cancelled, KeyboardInterrupt):
        print("Cancelled.", file=sys.stderr)
        return CANCELLED
    except BrokenPipeError:
        # Whoever read our output has enough; the interpreter's own last flush must not complain about it
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return FAILED
    except IlabError as error:
        _tell(error, arguments.verbose)
    except Exception as error:
        from ilab_core.jobs.execution import explain

        _tell(explain(error, "Try again. If it happens again, report it with what -v prints."), arguments.verbose)
    return FAILED


def _tell(error: IlabError, verbose: bool) -> None:
    print(error.summary, file=sys.stderr)
    if error.hint:
        print(error.hint, file=sys.stderr)
    if error.detail and verbose:
        print(error.detail, file=sys.stderr)


def _open_window(words: Sequence[str]) -> int:
    """Open the window, by name, since the engine knows nothing of it."""
    from ilab_core.errors import IlabError

    if os.environ.get(CHILD_VARIABLE):
        raise IlabError("A worker process does not open a window.", f"Unset {CHILD_VARIABLE} to open one.")
    try:
        window = importlib.import_module("ilab_desktop.app")
    except ModuleNotFoundError as error:
        raise IlabError(
            f"The window cannot be opened: {error.name} is not installed.",
            "Install instructlab-desktop again with pip, or use a command: ilab-desktop --help lists them.",
            str(error),
        ) from error
    return int(window.main(list(words)))


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """Return the parser of the whole command line; only the groups that `words` name are imported."""
    import argparse

    from ilab_core import __version__

    parser = argparse.ArgumentParser(
        prog="ilab-desktop",
        description="Teach a language model on this computer. Without a command, the window opens.",
        epilog="Exit codes: 0 done, 1 failed or problems found, 2 wrong usage, 130 cancelled.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"ilab-desktop {__version__}")
    parser.add_argument("--smoke-test", action="store_true", help=argparse.SUPPRESS)
    _add_common_options(parser, at_the_end=False)
    subparsers = parser.add_subparsers(dest="group", metavar="COMMAND", title="commands")
    for group, help_text in GROUPS.items():
        if group in words:
            importlib.import_module(f"ilab_core.cli.{group}").add_parser(subparsers)
        else:
            subparsers.add_parser(group, help=help_text)
    for group in GROUPS:
        if group in words:
            _finish(subparsers.choices[group])
    return parser


def _finish(parser: argparse.ArgumentParser) -> None:
    """Let the common options come after a command as well, and refuse a group without a command as wrong usage."""
    import argparse

    children = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    for action in children:
        action.required = True
        action.dest = "command" if action.dest == argparse.SUPPRESS else action.dest
        for child in action.choices.values():
            _finish(child)
    if not children:
        _add_common_options(parser, at_the_end=True)


def _add_common_options(parser: argparse.ArgumentParser, at_the_end: bool) -> None:
    import argparse
    from pathlib import Path

    taken = parser._option_string_actions
    folder, verbose = (argparse.SUPPRESS, argparse.SUPPRESS) if at_the_end else (None, False)
    if "--workspace" not in taken:
        help_text = "the folder that holds everything (else $ILAB_DESKTOP_HOME, else the system's place for it)"
        parser.add_argument("--workspace", type=Path, metavar="DIR", default=folder, help=help_text)
    if "--verbose" not in taken and "-v" not in taken:
        help_text = "tell every detail of an error"
        parser.add_argument("-v", "--verbose", action="store_true", default=verbose, help=help_text)


def _speak_utf8() -> None:
    """Make the standard streams take any character: on Windows a redirected one would refuse most."""
    for stream in (sys.stdout, sys.stderr):
        encoding = (getattr(stream, "encoding", None) or "utf-8").lower().replace("-", "")
        if encoding != "utf8" and hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


if __name__ == "__main__":
    console()

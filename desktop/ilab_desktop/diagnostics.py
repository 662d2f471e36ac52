# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Where warnings and unexpected errors go: a log in the workspace, and a message that leaves the window usable."""

from __future__ import annotations

import faulthandler
import logging
import logging.handlers
import platform
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType

from ilab_core import __version__
from ilab_core.errors import IlabError
from ilab_core.paths import Workspace
from PySide6.QtCore import QMessageLogContext, QObject, QtMsgType, Signal, qInstallMessageHandler, qVersion

LOG_NAME = "window.log"
CRASH_NAME = "window-crash.log"
MAX_LOG_BYTES = 1024 * 1024

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


@contextmanager
def logged(workspace: Workspace) -> Iterator[None]:
    """Log to the workspace while the window is open: Qt's messages, ours, and where native code crashed."""
    handler = logging.handlers.RotatingFileHandler(
        workspace.root / LOG_NAME, maxBytes=MAX_LOG_BYTES, backupCount=1, encoding="utf-8", delay=True
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    before = qInstallMessageHandler(_log_qt_message)
    with (workspace.root / CRASH_NAME).open("w", encoding="utf-8") as crash:
        faulthandler.enable(crash)
        try:
            yield
        finally:
            faulthandler.disable()
            qInstallMessageHandler(before)
            root.removeHandler(handler)
            handler.close()


def tell_errors(owner: QObject, show: Callable[[str, str], None]) -> None:
    """Call `show(sentence, details)` in the GUI thread for every error that nobody caught, while `owner` lives."""
    bridge = _Bridge(owner)
    bridge.met.connect(lambda kind, error, trace: show(*describe(kind, error, trace)))

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        logging.getLogger("ilab_desktop").error("Unexpected error", exc_info=(kind, error, trace))
        bridge.met.emit(kind, error, trace)

    sys.excepthook = hook
    threading.excepthook = lambda args: hook(args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback)


def describe(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> tuple[str, str]:
    """Return a sentence for a person, and the details to hand to an engineer."""
    details = "".join(traceback.format_exception(kind, error, trace))
    versions = f"InstructLab Desktop {__version__}, Qt {qVersion()}, Python {platform.python_version()}"
    details = f"{versions}, {platform.platform()}\n\n{details}"
    if isinstance(error, IlabError):
        more = f"\n{error.detail}" if error.detail else ""
        return f"{error.summary} {error.hint}".strip(), details + more
    return "Something unexpected happened. Your work is safe; you can go on.", details


class _Bridge(QObject):
    met = Signal(object, object, object)


def _log_qt_message(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    logging.getLogger("qt").log(_LEVELS.get(kind, logging.WARNING), "%s", message)

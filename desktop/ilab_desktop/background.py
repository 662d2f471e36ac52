# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Work of more than a moment, off the GUI thread, with its result delivered back in it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QCoreApplication, QObject, QThreadPool, Signal, Slot

Result = TypeVar("Result")


class Task:
    """One piece of work under way; `cancel` drops its result (the function itself runs to its end)."""

    def __init__(
        self, parent: QObject, on_done: Callable[[Any], None], on_error: Callable[[Exception], None] | None
    ) -> None:
        self._parent = parent
        self._on_done = on_done
        self._on_error = on_error
        self.wanted = True

    def cancel(self) -> None:
        """Neither the result nor an error is delivered any more."""
        self.wanted = False

    def deliver(self, result: Any, error: Exception | None) -> None:
        """Call back in the GUI thread, unless it was cancelled or the parent is gone."""
        if not self.wanted or not shiboken6.isValid(self._parent):
            return
        if error is None:
            self._on_done(result)
        elif self._on_error is not None:
            self._on_error(error)
        else:
            sys.excepthook(type(error), error, error.__traceback__)


def run_in_background(
    parent: QObject,
    function: Callable[[], Result],
    on_done: Callable[[Result], None],
    on_error: Callable[[Exception], None] | None = None,
) -> Task:
    """Run `function` in a thread; `on_done` or `on_error` is called in the GUI thread while `parent` lives.

    Call it from the GUI thread. Without `on_error` an error is shown like any unexpected one.
    """
    task = Task(parent, on_done, on_error)
    _hub().start(task, function)
    return task


def wait_for_background(milliseconds: int = -1) -> bool:
    """Wait for all work under way and deliver nothing more of it; return False where the time was not enough."""
    app = QCoreApplication.instance()
    hub = app.findChild(_Hub) if app is not None else None
    return hub is None or hub.wait(milliseconds)


def closing_check() -> Callable[[], bool]:
    """Return a function, for any thread, that says whether the program is being closed: long work then gives up."""
    hub = _hub()
    return lambda: hub.closing


class _Hub(QObject):
    """Owns the threads; a signal of it carries each result over to the GUI thread."""

    finished = Signal(object, object, object)

    def __init__(self, app: QCoreApplication) -> None:
        super().__init__(app)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(4)
        self.closing = False
        self.finished.connect(self._deliver)
        app.aboutToQuit.connect(self._close)

    def start(self, task: Task, function: Callable[[], Any]) -> None:
        """Hand `function` to a thread."""

        def work() -> None:
            result, error = None, None
            try:
                result = function()
            except Exception as caught:
                error = caught
            self.finished.emit(task, result, error)

        self._pool.start(work)

    def wait(self, milliseconds: int = -1) -> bool:
        """Wait until no thread works any more."""
        return self._pool.waitForDone(milliseconds)

    def _close(self) -> None:
        self.closing = True
        self.wait()

    @Slot(object, object, object)
    def _deliver(self, task: Task, result: Any, error: Exception | None) -> None:
        task.deliver(result, error)


def _hub() -> _Hub:
    app = QCoreApplication.instance()
    if app is None:
        raise RuntimeError("There is no QApplication")
    return app.findChild(_Hub) or _Hub(app)

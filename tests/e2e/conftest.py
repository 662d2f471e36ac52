# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the journeys, with the guard of the window's tests: nothing they start may outlive them."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent.parent
for folder in (TESTS / "core", TESTS / "core" / "training", TESTS / "e2e"):
    sys.path.insert(0, str(folder))

# The folders of tests are no packages, so another folder's conftest is loaded by its path
_SPEC = importlib.util.spec_from_file_location("window_conftest", TESTS / "desktop" / "conftest.py")
_WINDOW = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_WINDOW)

nothing_left_alive = _WINDOW._nothing_left_alive
qapp_args = _WINDOW.qapp_args


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore(_WINDOW.OFFSCREEN_NOISE, extend=True))


@pytest.fixture(scope="session")
def starter() -> Path:
    """The starter model's file."""
    from ilab_core.models.library import starter_path

    path = starter_path()
    if path is None:
        pytest.skip("the starter model is not installed")
    return path


@pytest.fixture(scope="session")
def torch_installed() -> None:
    """Skip where nothing can be trained."""
    if find_spec("torch") is None:
        pytest.skip("torch is not installed")


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model with random weights, for what does not depend on answers."""
    from tiny_gguf import write_tiny_gguf

    return write_tiny_gguf(tmp_path_factory.mktemp("tiny") / "tiny.gguf", context=2048)


@pytest.fixture
def small_disk(tmp_path: Path):
    """Return a function that mounts a new disk of so many KB, which can fill up; all are gone after the test."""
    mounted: list[Path] = []

    def mount(kilobytes: int = 2048) -> Path:
        place = tmp_path / f"disk{len(mounted)}"
        place.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(place)]
        try:
            refused = subprocess.run(command, capture_output=True, check=False).returncode != 0
        except OSError:
            refused = True
        if refused:
            pytest.skip("a small disk can only be mounted as root")
        mounted.append(place)
        return place

    try:
        yield mount
    finally:
        for place in mounted:
            subprocess.run(["umount", "-l", str(place)], check=False)


class Journey:
    """The real window on a workspace of its own, and how to wait for it."""

    def __init__(self, qtbot, window, services) -> None:
        self.qtbot = qtbot
        self.window = window
        self.services = services

    def wait(self, condition, what: str, seconds: float = 120) -> None:
        """Go on once `condition` holds; fail with `what` when it does not come to hold."""
        from pytestqt.exceptions import TimeoutError as Late

        try:
            self.qtbot.waitUntil(condition, timeout=round(1000 * seconds))
        except Late:
            pytest.fail(f"waited {seconds:.0f} s for {what}")


@pytest.fixture
def journey_on(qtbot, nothing_left_alive):
    """Return a function that opens the window on a new workspace, as a first start does."""
    from ilab_core.paths import open_workspace
    from ilab_desktop.background import wait_for_background
    from ilab_desktop.services import open_services
    from ilab_desktop.startup import application, open_window

    opened = []

    def open_on(folder: Path) -> Journey:
        services = open_services(open_workspace(folder))
        window = open_window(application(), services)
        qtbot.addWidget(window, before_close_func=lambda _window: services.jobs.shut_down())
        qtbot.waitExposed(window)
        opened.append(services)
        made = Journey(qtbot, window, services)
        made.wait(lambda: (services.taxonomy_root / ".git").is_dir() and wait_for_leaves(services), "the first start")
        return made

    yield open_on
    for services in opened:
        services.jobs.shut_down()
    wait_for_background(10_000)


@pytest.fixture
def journey(journey_on, tmp_path: Path) -> Journey:
    """The window after its first start, on an empty workspace whose path is not of the easy kind."""
    return journey_on(tmp_path / "Zoë’s уроки 教室" / "work space")


def wait_for_leaves(services) -> bool:
    """Return whether the starter taxonomy is in place."""
    return len(list(services.taxonomy_root.rglob("qna.yaml"))) >= 2

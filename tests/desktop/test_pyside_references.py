# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""PySide6 6.12.0 takes a reference to None too much in every call before Python 3.12, and the window dies of it."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject


def test_calls_that_return_nothing_keep_the_count_of_none():
    made = QObject()
    before = sys.getrefcount(None)
    for _ in range(1000):
        made.setObjectName("name")
    assert abs(sys.getrefcount(None) - before) < 100

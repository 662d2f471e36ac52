# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The few questions and messages that must stop a person: what cannot be undone, and what keeps the window shut."""

from __future__ import annotations

from PySide6.QtWidgets import QMessageBox, QWidget


def ask(parent: QWidget | None, question: str, explanation: str, yes: str, no: str = "Keep working") -> bool:
    """Return whether the person chose `yes`; Escape and closing the question mean `no`."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.NoIcon)
    box.setWindowTitle("InstructLab Desktop")
    box.setText(question)
    box.setInformativeText(explanation)
    accept = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
    refuse = box.addButton(no, QMessageBox.ButtonRole.RejectRole)
    accept.setProperty("variant", "primary")
    box.setDefaultButton(refuse)
    box.setEscapeButton(refuse)
    box.exec()
    return box.clickedButton() is accept


def tell(parent: QWidget | None, summary: str, hint: str = "", detail: str = "") -> None:
    """Show an error that leaves nothing else to do, and wait until it was read."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.NoIcon)
    box.setWindowTitle("InstructLab Desktop")
    box.setText(summary)
    box.setInformativeText(hint)
    box.setDetailedText(detail)
    box.addButton("Close", QMessageBox.ButtonRole.AcceptRole)
    box.exec()

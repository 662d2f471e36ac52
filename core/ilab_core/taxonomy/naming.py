# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What leaves and folders may be called: names that every system can store and that the standard recommends."""

from __future__ import annotations

import re

LONGEST_NAME = 80
_NAME = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")
_PART = re.compile(r"[\w&+,'()-]+( [\w&+,'()-]+)*")
# Windows keeps these for devices, whatever follows them after a dot
_DEVICE = re.compile(r"(?i)con|prn|aux|nul|com\d|lpt\d")


def name_problem(name: str, taken: bool = False) -> str:
    """Return why `name` cannot be a leaf's name, as a sentence with the way out, or ""."""
    if taken:
        return "There is a leaf of this name already. Choose another name or folder."
    if len(name) > LONGEST_NAME:
        return f"Use at most {LONGEST_NAME} characters."
    if not _NAME.fullmatch(name):
        better = suggested_name(name)
        advice = "Use lower-case letters, digits and single underscores"
        return f"{advice}, for example {better}." if better else f"{advice}."
    if _DEVICE.fullmatch(name):
        return f"Windows cannot store a folder named {name}. Choose another name."
    return ""


def folder_problem(folder: str) -> str:
    """Return why the folder `folder`, written with "/" between its parts, cannot be used, as a sentence, or ""."""
    for part in folder.split("/"):
        if part in (".", "..") or not _PART.fullmatch(part):
            return "Write folder names with / between them, for example science/biology."
        if len(part) > LONGEST_NAME:
            return f"Use at most {LONGEST_NAME} characters for each folder."
        if _DEVICE.fullmatch(part):
            return f"Windows cannot store a folder named {part}. Choose another name."
    return ""


def suggested_name(text: str) -> str:
    """Return a good leaf name made of any text."""
    return re.sub(r"[^a-z0-9]+", "_", text.casefold()).strip("_")[:LONGEST_NAME].strip("_")

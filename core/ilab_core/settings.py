# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The person's settings: one table that says what there is, kept as a short YAML file."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from ilab_core.paths import write_atomic

FORMAT = 1
FORMAT_KEY = "format"
BROKEN_SUFFIX = ".broken"
MAX_FILE_BYTES = 1024 * 1024

SettingType = Literal["text", "choice", "count", "folder"]


@dataclass(frozen=True)
class Setting:
    """How one setting is called, explained and checked; `optional` ones may be None."""

    key: str
    type: SettingType
    default: Any
    label: str
    help: str
    choices: tuple[str, ...] = ()
    minimum: int = 1
    maximum: int = 1_000_000
    optional: bool = False


def _about(type: SettingType, label: str, help: str, **rules: Any) -> dict[str, Any]:
    return {"type": type, "label": label, "help": help, **rules}


@dataclass(frozen=True)
class Settings:
    """Every setting with its value. `notice` is no setting: it tells what was wrong with the file, if anything."""

    taxonomy_folder: Path | None = field(
        default=None,
        metadata=_about(
            "folder",
            "Taxonomy folder",
            "The taxonomy that the window opens. Empty: the one in the workspace.",
            optional=True,
        ),
    )
    base_model: str = field(
        default="starter",
        metadata=_about("text", "Base model", "The model that learns: a name in the library, or a file."),
    )
    teacher_model: str = field(
        default="starter",
        metadata=_about("text", "Teacher model", "The model that writes training data: a library name, or a file."),
    )
    contributor: str = field(
        default="",
        metadata=_about("text", "Your name", "Written into new leaves as their author. A GitHub name fits well."),
    )
    contributor_email: str = field(
        default="",
        metadata=_about("text", "Your e-mail address", "Signs what you commit, together with your name."),
    )
    theme: str = field(
        default="system",
        metadata=_about(
            "choice",
            "Appearance",
            "Light, dark, or whatever the system uses.",
            choices=("system", "light", "dark"),
        ),
    )
    samples: int = field(
        default=60,
        metadata=_about("count", "Samples in a run", "How many training samples to make each time.", maximum=100_000),
    )
    preset: str = field(
        default="quick",
        metadata=_about(
            "choice",
            "Training",
            "How long to train: thorough learns best and takes longest.",
            choices=("quick", "balanced", "thorough"),
        ),
    )
    threads: int | None = field(
        default=None,
        metadata=_about(
            "count",
            "Processor threads",
            "How many threads the models use. Empty: one for each physical core.",
            maximum=1024,
            optional=True,
        ),
    )
    notice: str = field(default="", compare=False)


def settings_table() -> tuple[Setting, ...]:
    """Return what settings there are, in the order to show them."""
    return tuple(
        Setting(key=item.name, default=item.default, **item.metadata)
        for item in dataclasses.fields(Settings)
        if item.metadata
    )


def load_settings(file: Path) -> Settings:
    """Return the settings kept in `file`, with defaults for what it does not say; it never fails.

    A value that makes no sense gives way to its default. A file that cannot be read as YAML at all is kept as
    `settings.yaml.broken`, for a person to mend. Either is told in `notice`.
    """
    import yaml

    try:
        if file.stat().st_size > MAX_FILE_BYTES:
            raise ValueError("the file is too large")
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
        if document is None:
            document = {}
        if not isinstance(document, dict):
            raise ValueError("the file does not hold settings")
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        return Settings(notice=f"Your settings could not be read, so the defaults are used. {error}")
    except (yaml.YAMLError, ValueError, RecursionError):
        return Settings(notice=_set_aside(file))
    values: dict[str, Any] = {}
    wrong: list[str] = []
    for setting in settings_table():
        if setting.key not in document:
            continue
        value = document[setting.key]
        if is_valid(setting, value):
            values[setting.key] = Path(value) if setting.type == "folder" and value is not None else value
        else:
            wrong.append(setting.label)
    notice = f"Not understood in {file.name}, so the default is used: {', '.join(wrong)}." if wrong else ""
    return Settings(**values, notice=notice)


def save_settings(file: Path, settings: Settings) -> None:
    """Write what differs from the defaults to `file` in one step; WorkspaceError where it cannot be written.

    What the file says that this version does not know is kept: a newer version put it there.
    """
    import yaml

    table = settings_table()
    known = {setting.key for setting in table} | {FORMAT_KEY}
    document: dict[str, Any] = {FORMAT_KEY: FORMAT}
    for setting in table:
        value = getattr(settings, setting.key)
        if value != setting.default:
            document[setting.key] = str(value) if isinstance(value, Path) else value
    document |= {key: value for key, value in _read_mapping(file).items() if key not in known}
    write_atomic(file, yaml.safe_dump(document, allow_unicode=True, sort_keys=False))


def is_valid(setting: Setting, value: object) -> bool:
    """Return whether `value`, as read from YAML, is one that `setting` may have."""
    if value is None:
        return setting.optional
    match setting.type:
        case "text":
            return isinstance(value, str)
        case "folder":
            return isinstance(value, str) and bool(value)
        case "choice":
            return value in setting.choices
        case "count":
            is_whole = isinstance(value, int) and not isinstance(value, bool)
            return is_whole and setting.minimum <= value <= setting.maximum  # type: ignore[operator]


def _read_mapping(file: Path) -> Mapping[Any, Any]:
    import yaml

    try:
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _set_aside(file: Path) -> str:
    """Rename a broken file and return what to tell."""
    kept = file.with_name(file.name + BROKEN_SUFFIX)
    try:
        os.replace(file, kept)
    except OSError:
        return f"Your settings in {file.name} could not be understood, so the defaults are used."
    return f"Your settings could not be understood, so the defaults are used. The old file is kept as {kept.name}."

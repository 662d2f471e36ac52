# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Settings: short files, broken files, and files of other versions."""

from __future__ import annotations

import dataclasses
import os
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from ilab_core.errors import WorkspaceError
from ilab_core.settings import Settings, is_valid, load_settings, save_settings, settings_table

CHANGED = Settings(
    taxonomy_folder=Path("/data/taxonomy"),
    base_model="qwen",
    teacher_model="granite",
    contributor="Ada Löwe",
    contributor_email="ada@example.org",
    theme="dark",
    samples=12,
    preset="thorough",
    threads=4,
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.yaml"


def test_without_a_file_there_are_defaults_and_nothing_is_written(file: Path):
    assert load_settings(file) == Settings()
    assert load_settings(file).notice == ""
    assert not file.exists()


def test_every_setting_reads_back(file: Path):
    for name, value in dataclasses.asdict(CHANGED).items():
        assert name == "notice" or value != getattr(Settings(), name), f"{name} is not changed by this test"
    save_settings(file, CHANGED)
    assert load_settings(file) == CHANGED


def test_only_what_differs_is_written(file: Path):
    save_settings(file, Settings(samples=12))
    assert yaml.safe_load(file.read_text()) == {"format": 1, "samples": 12}
    save_settings(file, Settings())
    assert yaml.safe_load(file.read_text()) == {"format": 1}


def test_the_table_describes_every_setting_and_accepts_its_default():
    table = settings_table()
    assert [setting.key for setting in table] == [f.name for f in dataclasses.fields(Settings) if f.name != "notice"]
    for setting in table:
        assert setting.label
        assert setting.help.endswith(".")
        assert is_valid(setting, setting.default)
        assert (setting.type == "choice") == bool(setting.choices)


@pytest.mark.parametrize("text", ["samples: [1", "\t", "- a\n- b", "just words", "a: &a [*a]\nb: *c", "\x00"])
def test_a_broken_file_is_kept_and_told(file: Path, text: str):
    file.write_text(text)
    settings = load_settings(file)
    assert settings == Settings()
    assert "settings.yaml.broken" in settings.notice
    assert file.with_name("settings.yaml.broken").read_text() == text
    save_settings(file, replace(settings, samples=5))
    assert load_settings(file).samples == 5
    assert load_settings(file).notice == ""


def test_bytes_that_are_no_text_are_a_broken_file(file: Path):
    file.write_bytes(b"samples: \xff\xfe")
    assert "settings.yaml.broken" in load_settings(file).notice


def test_an_empty_file_is_no_broken_file(file: Path):
    file.write_text("")
    assert load_settings(file).notice == ""


def test_a_folder_where_the_file_should_be_is_told(file: Path):
    file.mkdir()
    settings = load_settings(file)
    assert settings == Settings()
    assert settings.notice
    with pytest.raises(WorkspaceError):
        save_settings(file, CHANGED)


@pytest.mark.parametrize(
    "line",
    [
        "samples: many",
        "samples: 0",
        "samples: true",
        "samples: 1.5",
        "samples:",
        "theme: purple",
        "theme: [dark]",
        "threads: -1",
        "base_model: 5",
        "taxonomy_folder: ''",
    ],
)
def test_a_value_that_makes_no_sense_gives_way_alone(file: Path, line: str):
    file.write_text(f"{line}\ncontributor: Ada\n")
    settings = load_settings(file)
    assert settings == Settings(contributor="Ada")
    label = next(setting.label for setting in settings_table() if setting.key == line.partition(":")[0])
    assert label in settings.notice


def test_what_a_newer_version_wrote_is_kept(file: Path):
    file.write_text("format: 2\nsamples: 12\nvoice: {speed: 2}\n")
    settings = load_settings(file)
    assert settings.samples == 12
    save_settings(file, replace(settings, theme="dark"))
    assert yaml.safe_load(file.read_text())["voice"] == {"speed": 2}


def test_no_code_is_run_from_a_settings_file(file: Path):
    file.write_text("samples: !!python/object/apply:os.mkdir [pwned]\n")
    load_settings(file)
    assert not Path("pwned").exists()
    assert not (file.parent / "pwned").exists()


def test_a_save_that_fails_leaves_the_old_file(file: Path, monkeypatch: pytest.MonkeyPatch):
    save_settings(file, CHANGED)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WorkspaceError, match="The disk is full"):
        save_settings(file, Settings())
    assert load_settings(file) == CHANGED
    assert [item.name for item in file.parent.iterdir()] == ["settings.yaml"]

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""`ilab-desktop taxonomy fix`: what it writes, what it says and how it ends."""

from __future__ import annotations

import json

import pytest
from ilab_core.cli.main import main


@pytest.fixture
def fix(capsys, tmp_path, monkeypatch):
    """A function that runs the command and returns its exit code, what it printed and what it complained of."""
    monkeypatch.setenv("ILAB_DESKTOP_HOME", str(tmp_path / "home"))

    def run(*words):
        code = main(["taxonomy", "fix", *(str(word) for word in words)])
        return code, *capsys.readouterr()

    return run


def test_mended_leaves_are_named_with_what_was_done(fix, write_leaf, skill_text):
    good = write_leaf("compositional_skills/good", skill_text)
    bad = write_leaf("compositional_skills/bad", skill_text + "attribution:\n  license: MIT\n\n\n")
    bad.with_name("attribution.txt").unlink()
    before = good.stat().st_mtime_ns
    code, out, _ = fix(good.parent.parent)
    assert code == 0
    assert out.startswith(f"{bad}\n  Moved the attribution to attribution.txt.\n")
    assert out.splitlines()[-1] == "Mended 1. Now 2 of 2 leaves valid."
    assert str(good) + "\n" not in out
    assert bad.read_text(encoding="utf-8") == skill_text
    assert bad.with_name("attribution.txt").read_text(encoding="utf-8") == "License of the work: MIT\n"
    assert good.stat().st_mtime_ns == before


def test_what_remains_is_listed_and_ends_with_one(fix, write_leaf, skill_text):
    path = write_leaf("compositional_skills/bad", skill_text.replace("created_by: 'someone'", "created_by:  ''"))
    code, out, _ = fix(path, "--json")
    found = json.loads(out)
    assert code == 1
    assert [leaf["path"] for leaf in found["mended"]] == [str(path)]
    assert (found["files"], found["valid"]) == (1, 0)
    assert ("created_by", "empty") in {(problem["field"], problem["code"]) for problem in found["problems"]}


def test_a_valid_older_skill_is_brought_to_version_3_only_when_asked(fix, write_leaf, skill_text):
    path = write_leaf("compositional_skills/old", skill_text.replace("version: 3", "version: 2"))
    assert fix(path)[1].splitlines()[-1] == "Mended 0. Now 1 of 1 leaf valid."
    assert fix(path, "--upgrade")[0] == 0
    assert path.read_text(encoding="utf-8") == skill_text


def test_a_path_that_is_not_there_is_wrong_usage(fix, tmp_path):
    code, _, complaint = fix(tmp_path / "none")
    assert code == 2
    assert "none" in complaint


def test_a_leaf_that_cannot_be_written_does_not_stop_the_others(fix, write_leaf, skill_text, monkeypatch):
    from ilab_core.errors import WorkspaceError
    from ilab_core.taxonomy import mending

    first = write_leaf("compositional_skills/a", skill_text + "\n\n")
    second = write_leaf("compositional_skills/b", skill_text + "\n\n")
    write = mending.write_atomic

    def refuse(path, content):
        if path == first:
            raise WorkspaceError("The disk is full.")
        write(path, content)

    monkeypatch.setattr(mending, "write_atomic", refuse)
    code, _, complaint = fix(first.parent.parent)
    assert code == 1
    assert "The disk is full." in complaint
    assert second.read_text(encoding="utf-8") == skill_text

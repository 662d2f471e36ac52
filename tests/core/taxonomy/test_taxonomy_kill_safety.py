# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""A killed program and a full disk: the leaf's file is always a version that was saved, whole."""

from __future__ import annotations

import errno
import os
import random
import signal
import subprocess
import sys
import time

import pytest
from ilab_core import paths
from ilab_core.errors import WorkspaceError
from ilab_core.taxonomy.editing import new_leaf_text, set_field
from ilab_core.taxonomy.leaf import QuestionAnswer, SeedExample
from ilab_core.taxonomy.parsing import parse_yaml
from ilab_core.taxonomy.text_file import ChangedOnDiskError, missing_file, read_text_file, save_text_file

KILLS = 50
# A process that does nothing but fork: each child edits and saves until it is killed
ZYGOTE = """
import os, signal, sys
from pathlib import Path
from ilab_core.taxonomy.editing import set_field
from ilab_core.taxonomy.text_file import read_text_file, save_text_file

path = Path(sys.argv[1])
for _line in sys.stdin:
    child = os.fork()
    if child:
        print("child", child, flush=True)
        os.waitpid(child, 0)
        print("ended", flush=True)
        continue
    file = read_text_file(path)
    number = int(file.text.rsplit("version ", 1)[1].split(" ", 1)[0])
    while True:
        number += 1
        text = set_field(file.text, "task_description", f"version {number} " + "of the text. " * (number % 7))
        file = save_text_file(path, file, text)
        os.write(1, f"saved {number}\\n".encode())
"""


def version(number):
    """The text that the child saves as this version."""
    return f"version {number} " + "of the text. " * (number % 7)


@pytest.fixture
def leaf(tmp_path):
    path = tmp_path / "compositional_skills" / "a" / "qna.yaml"
    path.parent.mkdir(parents=True)
    # Long enough for a write to be cut in the middle, were it done in place
    example = SeedExample("", (QuestionAnswer("What is it?", "It is a lamp."),))
    text = new_leaf_text("skill", created_by="me", task_description=version(0), examples=[example] * 200)
    path.write_text(text, "utf-8")
    return path


def parts(path):
    return list(path.parent.glob(".*.part"))


@pytest.mark.skipif(os.name != "posix", reason="there is no SIGKILL on Windows")
def test_killed_at_any_moment_the_file_is_a_version_that_was_saved(leaf):
    first = leaf.read_text("utf-8")
    chance = random.Random(3)
    saved = 0
    seen = set()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", ZYGOTE, str(leaf)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as zygote:
        for _ in range(KILLS):
            zygote.stdin.write("go\n")
            zygote.stdin.flush()
            told = zygote.stdout.readline().split()
            assert told[0] == "child", told
            time.sleep(chance.uniform(0.0, 0.12))
            os.kill(int(told[1]), signal.SIGKILL)
            while (line := zygote.stdout.readline()) != "ended\n":
                word, number = line.split()
                assert word == "saved"
                saved = int(number)
            number = int(parse_yaml(leaf.read_text("utf-8")).value["task_description"].split()[1])
            # What was said to be saved is there; one more may have come to be saved without a word.
            assert saved <= number <= saved + 1
            assert leaf.read_text("utf-8") == set_field(first, "task_description", version(number))
            assert len(parts(leaf)) <= 1
            saved = number
            seen.add(bool(parts(leaf)))
        zygote.stdin.close()
    assert saved > KILLS, "the loop hardly ran"
    assert seen == {True, False}, "no kill came in the middle of a save"
    file = read_text_file(leaf)
    save_text_file(leaf, file, file.text + "# more\n")
    assert parts(leaf) == []
    assert leaf.read_text("utf-8").endswith("# more\n")


@pytest.mark.parametrize("step", ["write", "fsync", "replace"])
def test_a_full_disk_leaves_the_file_as_it_was(leaf, monkeypatch, step):
    before = leaf.read_bytes()
    file = read_text_file(leaf)

    def full(*_arguments, **_options):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    if step == "write":
        monkeypatch.setattr(paths.tempfile, "mkstemp", full)
    else:
        monkeypatch.setattr(paths.os, step, full)
    with pytest.raises(WorkspaceError, match="disk is full"):
        save_text_file(leaf, file, file.text + "# more\n")
    monkeypatch.undo()
    assert leaf.read_bytes() == before
    assert parts(leaf) == []
    save_text_file(leaf, file, file.text + "# more\n")
    assert leaf.read_bytes() == before + b"# more\n"


def test_a_file_that_changes_while_it_is_being_replaced_is_not_overwritten(leaf, monkeypatch):
    file = read_text_file(leaf)
    flush = os.fsync

    def another_program_writes(descriptor):
        flush(descriptor)
        leaf.write_text("theirs: true\n", "utf-8")

    monkeypatch.setattr(paths.os, "fsync", another_program_writes)
    with pytest.raises(ChangedOnDiskError):
        save_text_file(leaf, file, file.text + "# mine\n")
    assert leaf.read_text("utf-8") == "theirs: true\n"
    assert parts(leaf) == []


def test_a_removed_file_is_not_written_again_unasked(leaf):
    file = read_text_file(leaf)
    leaf.unlink()
    with pytest.raises(ChangedOnDiskError, match="removed"):
        save_text_file(leaf, file, file.text + "# mine\n")
    assert not leaf.exists()
    save_text_file(leaf, missing_file(), file.text + "# mine\n")
    assert leaf.read_text("utf-8").endswith("# mine\n")


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_a_link_stays_a_link(leaf):
    link = leaf.parent.with_name("b") / "qna.yaml"
    link.parent.mkdir()
    link.symlink_to(leaf)
    file = read_text_file(link)
    save_text_file(link, file, file.text + "# more\n")
    assert link.is_symlink()
    assert leaf.read_text("utf-8").endswith("# more\n")

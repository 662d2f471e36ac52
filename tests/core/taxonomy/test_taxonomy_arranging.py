# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Rename, move, duplicate, delete and put back, with real files: nothing overwritten, all of it taken back."""

from __future__ import annotations

import errno
import os
import shutil

import pytest
from ilab_core.errors import IlabError, TaxonomyError
from ilab_core.taxonomy import relocating
from ilab_core.taxonomy.arranging import (
    delete,
    duplicate,
    entries_after,
    followed,
    move,
    move_problem,
    outermost,
    put_back,
    rename,
    rename_problem,
    take_back,
)
from ilab_core.taxonomy.trash import list_trash, remove_for_good, sweep
from ilab_core.taxonomy.tree import find_leaves

COVE = "knowledge/places/harrow_cove"
CELLS = "knowledge/science/biology/cells"
WORDS = "compositional_skills/writing/plain_words"


@pytest.fixture
def root(tmp_path):
    """Four leaves; one with a document, a link and a folder beside its qna.yaml."""
    made = tmp_path / "taxonomy"
    for name in (COVE, "knowledge/places", CELLS, WORDS):
        (made / name).mkdir(parents=True, exist_ok=True)
        (made / name / "qna.yaml").write_text(f"# {name}\n", "utf-8")
    (made / CELLS / "cells.md").write_text("Cells divide.\n", "utf-8")
    (made / CELLS / "pictures").mkdir()
    (made / CELLS / "pictures" / "one.svg").write_text("<svg/>", "utf-8")
    (made / CELLS / "latest.md").symlink_to("cells.md")
    return made


@pytest.fixture
def trash(tmp_path):
    return tmp_path / "workspace" / "trash"


def everything(root):
    """Every path below, with what a file holds and where a link leads."""
    return {path.relative_to(root).as_posix(): _held(path) for path in sorted(root.rglob("*"))}


def _held(path):
    if path.is_symlink():
        return os.readlink(path)
    return None if path.is_dir() else path.read_bytes()


OPERATIONS = {
    "rename a leaf": lambda root, trash: rename(root, COVE, "harrow_bay"),
    "rename a folder": lambda root, trash: rename(root, "knowledge/science", "natural science"),
    "move a leaf": lambda root, trash: move(root, [CELLS], "knowledge/places"),
    "move into a new folder": lambda root, trash: move(root, [CELLS], "knowledge/life/small"),
    "move several": lambda root, trash: move(root, [CELLS, COVE, "knowledge/places"], "knowledge/all"),
    "duplicate": lambda root, trash: duplicate(root, [CELLS, COVE], trash),
    "delete": lambda root, trash: delete(root, [CELLS, WORDS], trash),
    "delete a folder": lambda root, trash: delete(root, ["knowledge/science"], trash),
}


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_every_operation_is_taken_back_and_made_again_exactly(root, trash, operation):
    before = everything(root)
    done = operation(root, trash)
    after = everything(root)
    assert after != before
    for _ in range(2):
        done = take_back(done)
        assert everything(root) == before
        done = take_back(done)
        assert everything(root) == after


def test_a_rename_takes_along_all_that_is_beside_the_leaf(root):
    rename(root, CELLS, "living_cells")
    folder = root / "knowledge/science/biology/living_cells"
    assert (folder / "pictures" / "one.svg").read_text("utf-8") == "<svg/>"
    assert os.readlink(folder / "latest.md") == "cells.md"
    assert not (root / CELLS).exists()


def test_folders_that_a_move_leaves_empty_go_but_not_the_kind_itself(root, trash):
    move(root, [CELLS], "knowledge/places")
    assert not (root / "knowledge/science").exists()
    delete(root, [WORDS], trash)
    assert (root / "compositional_skills").is_dir()
    assert not (root / "compositional_skills/writing").exists()


def test_a_folder_that_holds_another_file_stays(root, trash):
    (root / "knowledge/science/README.md").write_text("About science\n", "utf-8")
    done = delete(root, [CELLS], trash)
    assert [path.name for path in (root / "knowledge/science").iterdir()] == ["README.md"]
    take_back(done)
    assert (root / CELLS / "qna.yaml").exists()


def test_taking_back_leaves_an_empty_folder_that_was_there_before(root):
    (root / "knowledge/waiting").mkdir()
    take_back(move(root, [CELLS], "knowledge/waiting"))
    assert (root / "knowledge/waiting").is_dir()


@pytest.mark.parametrize(
    ("operation", "why"),
    [
        (lambda root, trash: rename(root, COVE, "Harrow Cove"), "lower-case"),
        (lambda root, trash: rename(root, COVE, "../up"), "without “/”"),
        (lambda root, trash: rename(root, COVE, ""), "one name"),
        (lambda root, trash: rename(root, COVE, "con"), "Windows"),
        (lambda root, trash: rename(root, "knowledge/science", "PLACES"), "already"),
        (lambda root, trash: rename(root, COVE, "notes"), "already"),
        (lambda root, trash: move(root, [COVE], "knowledge/science/biology"), "already"),
        (lambda root, trash: move(root, ["knowledge/science"], CELLS), "into itself"),
        (lambda root, trash: move(root, [COVE], "compositional_skills/writing"), "own kind"),
        (lambda root, trash: move(root, ["knowledge"], "attic"), "stays where it is"),
        (lambda root, trash: move(root, [COVE], "../outside"), "folder names"),
        (lambda root, trash: move(root, [COVE], ".git"), "folder names"),
        (lambda root, trash: delete(root, [WORDS, "knowledge/gone"], trash), "no longer"),
        (lambda root, trash: duplicate(root, [WORDS, "knowledge/gone"], trash), "could not be"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(root, trash, operation, why):
    (root / "knowledge/places/notes").mkdir()
    (root / "knowledge/science/biology/harrow_cove").mkdir()
    before = everything(root)
    with pytest.raises(IlabError, match=why):
        operation(root, trash)
    assert everything(root) == before
    assert list_trash(trash, root) == []


def test_two_of_one_name_do_not_meet_in_a_folder(root):
    (root / "knowledge/science/harrow_cove").mkdir()
    (root / "knowledge/science/harrow_cove/qna.yaml").write_text("", "utf-8")
    before = everything(root)
    with pytest.raises(TaxonomyError, match="already"):
        move(root, [COVE, "knowledge/science/harrow_cove"], "knowledge/new")
    assert everything(root) == before


@pytest.mark.parametrize("fails_at", [1, 2, 3])
def test_a_failure_half_way_leaves_the_tree_as_it_was(root, trash, monkeypatch, fails_at):
    names = [COVE, CELLS, "knowledge/towers"]
    (root / "knowledge/towers").mkdir()
    before = everything(root)
    real, count = os.rename, 0

    def rename_that_fails(source, target):
        nonlocal count
        count += 1
        if count == fails_at:
            raise PermissionError(errno.EACCES, "in use")
        real(source, target)

    monkeypatch.setattr(os, "rename", rename_that_fails)
    with pytest.raises(TaxonomyError) as caught:
        move(root, names, "knowledge/new/place")
    assert "Nothing was changed" in caught.value.hint
    assert everything(root) == before


def across_disks(monkeypatch, inside):
    """Let every rename that crosses the border of the folder `inside` fail as it does between two disks."""
    real = os.rename

    def rename(source, target):
        if (inside in source.parents) != (inside in target.parents):
            raise OSError(errno.EXDEV, "another disk")
        real(source, target)

    monkeypatch.setattr(os, "rename", rename)


def test_the_trash_may_be_on_another_disk(root, trash, monkeypatch):
    across_disks(monkeypatch, trash)
    before = everything(root)
    done = delete(root, [CELLS, COVE], trash)
    assert {item.name for item in list_trash(trash, root)} == {CELLS, COVE}
    assert not (root / CELLS).exists()
    take_back(done)
    assert everything(root) == before
    assert not [path for path in trash.rglob("*") if path.name.endswith((".part", ".moved"))]


def test_a_full_disk_under_the_trash_loses_nothing(root, trash, monkeypatch):
    across_disks(monkeypatch, trash)
    before = everything(root)

    def copy_that_fails(source, target, **options):
        os.mkdir(target)
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(relocating.shutil, "copytree", copy_that_fails)
    with pytest.raises(TaxonomyError):
        delete(root, [COVE, CELLS], trash)
    assert everything(root) == before
    assert list_trash(trash, root) == []


def test_the_trash_is_listed_put_back_and_emptied(root, trash):
    before = everything(root)
    delete(root, ["knowledge/places", CELLS], trash)
    items = {item.name: item for item in list_trash(trash, root)}
    assert items["knowledge/places"].leaves == 2
    assert list_trash(trash, root.parent / "another") == []
    done = put_back(root, list(items.values()))
    assert everything(root) == before
    assert list_trash(trash, root) == []
    take_back(done)
    remove_for_good(list_trash(trash, root))
    assert list_trash(trash, root) == []
    assert not any(path.name == "qna.yaml" for path in trash.rglob("*"))


def test_putting_back_overwrites_nothing(root, trash):
    delete(root, [COVE], trash)
    (root / COVE).mkdir()
    (root / COVE / "qna.yaml").write_text("newer\n", "utf-8")
    put_back(root, list_trash(trash, root))
    assert (root / COVE / "qna.yaml").read_text("utf-8") == "newer\n"
    assert (root / f"{COVE}_2" / "qna.yaml").read_text("utf-8") == f"# {COVE}\n"


def test_an_emptied_trash_says_that_it_cannot_give_back(root, trash):
    done = delete(root, [COVE], trash)
    remove_for_good(list_trash(trash, root))
    with pytest.raises(TaxonomyError, match="no longer"):
        take_back(done)


def test_the_sweep_takes_only_what_holds_nothing(root, trash):
    take_back(delete(root, [COVE], trash))
    delete(root, [CELLS], trash)
    sweep(trash)
    assert len(list(trash.iterdir())) == len(list_trash(trash, root)) == 1


@pytest.mark.parametrize("name", ["../../etc", "/etc/cron.d"])
def test_a_note_that_leads_out_of_the_taxonomy_is_not_listed(root, trash, name):
    delete(root, [COVE], trash)
    [note] = trash.glob("*/item.json")
    note.write_text(note.read_text("utf-8").replace(COVE, name), "utf-8")
    assert list_trash(trash, root) == []


def test_copies_count_on(root, trash):
    duplicate(root, [COVE], trash)
    duplicate(root, [f"{COVE}_2"], trash)
    assert sorted(path.name for path in (root / "knowledge/places").iterdir() if path.is_dir()) == [
        "harrow_cove",
        "harrow_cove_2",
        "harrow_cove_3",
    ]
    shutil.rmtree(root / f"{COVE}_2")
    assert (root / f"{COVE}_3" / "qna.yaml").exists()


def test_a_name_may_change_in_its_capitals_alone(root):
    if not (root / "KNOWLEDGE").exists():
        rename(root, "knowledge/science", "Science")
        assert (root / "knowledge/Science/biology/cells/qna.yaml").exists()
    assert rename_problem("knowledge/Science", "science", False, ["Science"]) == ""


def test_a_path_inside_is_followed(root):
    done = move(root, ["knowledge/science"], "knowledge/places")
    assert followed(root / CELLS / "qna.yaml", done) == root / "knowledge/places/science/biology/cells/qna.yaml"
    assert followed(root / COVE / "qna.yaml", done) == root / COVE / "qna.yaml"


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_the_leaves_after_an_operation_are_those_on_the_disk(root, trash, operation):
    before = find_leaves(root)
    done = operation(root, trash)
    after = entries_after(before, done, root)
    assert after == find_leaves(root) != before
    assert entries_after(after, take_back(done), root) == before


def test_what_lies_inside_another_chosen_folder_goes_with_it():
    assert outermost([CELLS, "knowledge/science", "knowledge/science_fiction", CELLS]) == [
        "knowledge/science",
        "knowledge/science_fiction",
    ]
    assert move_problem([CELLS], "knowledge/science/biology", lambda name: True) == ""

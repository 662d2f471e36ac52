# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""`ilab-desktop taxonomy diff`: what it lists, what it says and how it ends."""

from __future__ import annotations

import json
import shutil

import pytest
from git_taxonomy import GitTaxonomy
from ilab_core.cli.main import main
from ilab_core.taxonomy.starter import install_starter


@pytest.fixture
def taxonomy(tmp_path):
    return GitTaxonomy(tmp_path / "taxonomy")


def run(capsys, *words):
    code = main(["taxonomy", "diff", *(str(word) for word in words)])
    return code, *capsys.readouterr()


def test_nothing_differs(taxonomy, capsys):
    assert run(capsys, taxonomy.root) == (0, "No leaf differs from HEAD.\n", "")


def test_changed_and_new_leaves_are_listed_and_checked_and_removed_ones_only_in_json(taxonomy, capsys, skill_text):
    taxonomy.file("a").write_text(skill_text)
    taxonomy.file("b").unlink()
    code, out, _ = run(capsys, taxonomy.root)
    assert code == 0
    assert out.splitlines()[0] == "compositional_skills/a/qna.yaml"
    assert out.splitlines()[-1] == "1 leaf differs from HEAD, 1 valid."
    assert "compositional_skills/b" not in out
    taxonomy.write("broken").write_text("version: 3\n")
    code, out, _ = run(capsys, taxonomy.root, "--json")
    found = json.loads(out)
    assert code == 1
    assert (found["base"], found["files"], found["valid"]) == ("HEAD", 2, 1)
    assert [(leaf["name"].rpartition("/")[2], leaf["change"], leaf["valid"]) for leaf in found["leaves"]] == [
        ("a", "changed", True),
        ("b", "removed", None),
        ("broken", "new", False),
    ]
    assert {problem["path"] for problem in found["problems"] if problem["severity"] == "error"} == {
        str(taxonomy.file("broken"))
    }


def test_a_folder_inside_narrows_the_list_and_a_file_is_checked_alone(taxonomy, capsys, skill_text):
    for name in ("deep/x", "y"):
        taxonomy.write(name).write_text(skill_text)
    (taxonomy.root / "compositional_skills/a/attribution.txt").write_text("beside")
    code, out, _ = run(capsys, taxonomy.root / "compositional_skills/deep")
    assert (code, out.splitlines()[0]) == (0, "compositional_skills/deep/x/qna.yaml")
    assert "/y/" not in out
    assert "/a/" not in run(capsys, taxonomy.root)[1]
    file = taxonomy.write("unchanged")
    file.write_text(skill_text)
    taxonomy.commit()
    code, out, _ = run(capsys, file, "--base", "no such thing")
    assert (code, out.splitlines()[0]) == (0, "compositional_skills/unchanged/qna.yaml")
    file.write_text("version: 3\n")
    assert run(capsys, file)[0] == 1


def test_what_ilab_does_not_walk_is_not_listed(taxonomy, capsys, skill_text):
    file = taxonomy.root / "foundational_skills/reasoning/qna.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(skill_text)
    assert run(capsys, taxonomy.root)[1] == "No leaf differs from HEAD.\n"


def test_wrong_usage(taxonomy, tmp_path, capsys):
    code, out, said = run(capsys, taxonomy.root, "--base", "nowhere")
    assert (code, out) == (2, "")
    assert "There is no branch, tag or commit “nowhere”" in said
    assert run(capsys, tmp_path / "missing")[0] == 2
    (tmp_path / "plain").mkdir()
    assert run(capsys, tmp_path / "plain")[0] == 2
    assert run(capsys, tmp_path / "plain", "--base", "empty")[:2] == (0, "No leaf differs from empty.\n")


def test_without_a_path_it_is_the_taxonomy_of_the_window(tmp_path, capsys):
    install_starter(tmp_path / "workspace/taxonomy")
    leaf = next((tmp_path / "workspace/taxonomy").rglob("qna.yaml"))
    shutil.copytree(leaf.parent, leaf.parent.with_name("copy"))
    code, out, _ = run(capsys, "--workspace", tmp_path / "workspace")
    assert (code, out.count("copy/qna.yaml\n")) == (0, 1)

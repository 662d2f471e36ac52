# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""A second check of what did not change is quick, and is never a wrong answer."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time

import pytest
from ilab_core.cli.main import main
from ilab_core.taxonomy import check_cache, checking
from ilab_core.taxonomy.check_cache import CheckCache
from ilab_core.taxonomy.checking import check_file, check_paths
from ilab_core.taxonomy.reader import parse_leaf

OLD = 1_600_000_000


@pytest.fixture
def leaf(write_leaf, knowledge_text, monkeypatch):
    """A leaf with its document, whose check finds nothing; its files are not of this very moment."""
    monkeypatch.setattr(check_cache, "_JUST_NOW", -(10**18))
    path = write_leaf("knowledge/towers", knowledge_text)
    contexts = [example.context for example in parse_leaf(knowledge_text, path).seed_examples]
    (path.parent / "towers.md").write_text("\n".join(contexts), encoding="utf-8")
    return path


@pytest.fixture
def cache_file(tmp_path):
    return tmp_path / "cache" / "checks.sqlite"


def checked(leaf, cache_file, monkeypatch, documents=None):
    """Return the codes that a check finds, and whether the file was read for it."""
    reads = []
    real = checking.read_source
    with monkeypatch.context() as patch:
        patch.setattr(checking, "read_source", lambda path: reads.append(path) or real(path))
        with CheckCache(cache_file) as cache:
            problems = check_file(leaf, documents, cache)
    return [problem.code for problem in problems], bool(reads)


def test_an_unchanged_leaf_is_not_read_again(leaf, cache_file, monkeypatch):
    leaf.with_name("attribution.txt").write_text("Title of work: A\n", encoding="utf-8")
    first = check_file(leaf)
    assert len(first) == 3
    assert checked(leaf, cache_file, monkeypatch)[1]
    with CheckCache(cache_file) as cache:
        assert cache.find(leaf, None) == first
    assert not checked(leaf, cache_file, monkeypatch)[1]


def test_each_part_that_changes_is_seen(leaf, cache_file, monkeypatch, tmp_path):
    assert checked(leaf, cache_file, monkeypatch) == ([], True)
    attribution, document = leaf.with_name("attribution.txt"), leaf.parent / "towers.md"
    kept = {path: path.read_text(encoding="utf-8") for path in (leaf, attribution, document)}

    def expect(*codes):
        assert checked(leaf, cache_file, monkeypatch) == ([*codes], True)
        assert checked(leaf, cache_file, monkeypatch) == ([*codes], False)

    def restore():
        for path, text in kept.items():
            path.write_text(text, encoding="utf-8")
        expect()

    leaf.write_text(kept[leaf].replace("domain: Towers", "domain: ''"), encoding="utf-8")
    expect("empty")
    restore()
    attribution.unlink()
    expect("attribution-missing")
    restore()
    attribution.write_text(kept[attribution].replace("MIT", "GPL"), encoding="utf-8")
    expect("licence-not-accepted")
    restore()
    document.unlink()
    expect("document-unreachable")
    restore()
    document.write_text(kept[document].replace("Tower number 3", "Tower number x"), encoding="utf-8")
    expect("context-off-document")


def test_a_file_of_the_same_size_and_time_is_still_another(leaf, cache_file, monkeypatch):
    os.utime(leaf, (OLD, OLD))
    assert checked(leaf, cache_file, monkeypatch) == ([], True)
    text = leaf.read_text(encoding="utf-8")
    other = leaf.with_name("other")
    other.write_text(text.replace("Towers\n", "'    '\n"), encoding="utf-8")
    assert other.stat().st_size == leaf.stat().st_size
    other.replace(leaf)
    os.utime(leaf, (OLD, OLD))
    assert checked(leaf, cache_file, monkeypatch)[1]


def test_a_document_that_appears_is_seen(leaf, cache_file, monkeypatch, tmp_path):
    documents = tmp_path / "documents"
    documents.mkdir()
    (leaf.parent / "towers.md").rename(documents / "towers.md")
    assert checked(leaf, cache_file, monkeypatch)[0] == ["document-unreachable"]
    assert checked(leaf, cache_file, monkeypatch, documents) == ([], True)
    assert checked(leaf, cache_file, monkeypatch, documents) == ([], False)


def test_another_version_of_the_checker_checks_anew(leaf, cache_file, monkeypatch):
    checked(leaf, cache_file, monkeypatch)
    real = check_cache.checker_version()
    assert "instructlab-schema" in real
    monkeypatch.setattr(check_cache, "checker_version", lambda: real + "x")
    assert checked(leaf, cache_file, monkeypatch)[1]


def test_what_was_just_written_is_not_trusted(leaf, cache_file, monkeypatch):
    monkeypatch.setattr(check_cache, "_JUST_NOW", 3600 * 10**9)
    checked(leaf, cache_file, monkeypatch)
    assert checked(leaf, cache_file, monkeypatch)[1]


@pytest.mark.parametrize("damage", [b"", b"not a database" * 100, None])
def test_a_damaged_cache_only_costs_time(leaf, cache_file, monkeypatch, damage):
    checked(leaf, cache_file, monkeypatch)
    if damage is None:
        with sqlite3.connect(cache_file) as connection:
            connection.execute("UPDATE checks SET problems = '[[', document = '{}'")
        connection.close()
    else:
        cache_file.write_bytes(damage)
    assert checked(leaf, cache_file, monkeypatch) == ([], True)
    assert checked(leaf, cache_file, monkeypatch) == ([], False)


def test_another_form_of_the_table_is_replaced(leaf, cache_file, monkeypatch):
    cache_file.parent.mkdir()
    with sqlite3.connect(cache_file) as connection:
        connection.execute("CREATE TABLE checks (path TEXT)")
    connection.close()
    checked(leaf, cache_file, monkeypatch)
    assert not checked(leaf, cache_file, monkeypatch)[1]


def test_a_cache_that_cannot_be_written_is_done_without(leaf, cache_file, monkeypatch):
    cache_file.parent.write_text("a file where the folder should be")
    assert checked(leaf, cache_file, monkeypatch) == ([], True)


def test_a_cache_that_another_program_holds_is_not_waited_for_long(leaf, cache_file, monkeypatch):
    checked(leaf, cache_file, monkeypatch)
    holder = sqlite3.connect(cache_file)
    holder.execute("BEGIN EXCLUSIVE")
    started = time.perf_counter()
    assert checked(leaf, cache_file, monkeypatch) == ([], True)
    assert time.perf_counter() - started < 3
    holder.rollback()
    holder.close()
    assert checked(leaf, cache_file, monkeypatch) == ([], False)


def test_the_oldest_results_go_first(leaf, cache_file, monkeypatch, write_leaf, skill_text):
    monkeypatch.setattr(check_cache, "MOST_LEAVES", 3)
    leaves = [write_leaf(f"compositional_skills/{name}", skill_text) for name in "abcd"]
    for day, path in enumerate(leaves):
        monkeypatch.setattr(check_cache.time, "time", lambda day=day: day * 86_400)
        checked(path, cache_file, monkeypatch)
    monkeypatch.undo()
    with CheckCache(cache_file) as cache:
        assert [cache.find(path, None) is not None for path in leaves] == [False, False, True, True]


def test_paths_are_cached_unless_that_is_unwanted(leaf, tmp_path, monkeypatch):
    monkeypatch.setenv("ILAB_DESKTOP_HOME", str(tmp_path / "home"))
    report = check_paths([leaf.parents[2]], use_cache=False)
    assert not (tmp_path / "home").exists()
    assert check_paths([leaf.parents[2]]) == report
    monkeypatch.setattr(checking, "read_source", None)
    assert check_paths([leaf.parents[2]]) == report
    monkeypatch.chdir(leaf.parent)
    assert [problem.path for problem in check_paths([leaf]).problems] == [problem.path for problem in report.problems]


def test_the_command_checks_anew_when_asked(leaf, tmp_path, monkeypatch, capsys):
    home = tmp_path / "home"
    monkeypatch.setenv("ILAB_DESKTOP_HOME", str(home))
    assert main(["taxonomy", "check", "--no-cache", str(leaf)]) == 0
    assert not home.exists()
    leaf.with_name("attribution.txt").unlink()
    assert main(["taxonomy", "check", "--json", str(leaf)]) == 0
    document = json.loads(capsys.readouterr().out.split("valid.\n")[1])
    assert [problem["code"] for problem in document["problems"]] == ["attribution-missing"]
    assert (home / "cache" / "checks.sqlite").exists()


def test_the_second_check_of_the_corpus_is_quick(corpus, tmp_path):
    folder, expected = corpus
    environment = {**os.environ, "ILAB_DESKTOP_HOME": str(tmp_path)}
    script = (
        "import json, sys, time; started = time.process_time(); from pathlib import Path;"
        "from ilab_core.taxonomy.checking import check_paths, check_report_json;"
        "report = check_report_json(check_paths([Path(sys.argv[1])]));"
        "print(json.dumps([time.process_time() - started, report]))"
    )
    outcomes = [
        json.loads(
            subprocess.run(
                [sys.executable, "-c", script, str(folder)], capture_output=True, check=True, env=environment
            ).stdout
        )
        for _ in range(2)
    ]
    (cold, first), (warm, second) = outcomes
    print(f"{len(expected)} leaves checked in {cold:.2f} s of processor time, again in {warm:.2f} s")
    assert first == second
    assert first["files"] == len(expected)
    assert cold < 4
    assert warm < 1

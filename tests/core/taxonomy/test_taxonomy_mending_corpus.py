# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Mends of the real leaves of many people: how many come out valid, and that nothing else of them changes."""

from __future__ import annotations

import shutil
import time
from collections import Counter

import pytest
from ilab_core.errors import TaxonomyError
from ilab_core.taxonomy.checking import check_file, check_text
from ilab_core.taxonomy.fields import parse_field
from ilab_core.taxonomy.mend_step import words_of
from ilab_core.taxonomy.mending import Mended, mend_file
from ilab_core.taxonomy.parsing import parse_yaml
from ilab_core.taxonomy.reader import parse_leaf
from ilab_core.taxonomy.source import decode

KEYS = words_of(
    "attribution context created_by license licence source task_description document documents pattern null 1 2 24"
)
"""Keys that a mend may rename or take away, and versions."""
HIDE_OTHERS = ("old-version", "unknown-version", "not-a-mapping", "yaml-syntax")


@pytest.fixture(scope="module")
def mended(corpus, tmp_path_factory):
    """Each file's name, its verdict before, its bytes before, and what was done to a copy of it."""
    folder, expected = corpus
    copy = tmp_path_factory.mktemp("mended") / "corpus"
    shutil.copytree(folder, copy)
    started = time.perf_counter()
    done = [
        (copy / name, verdict, (folder / name).read_bytes(), mend_file(copy / name))
        for name, verdict in expected.items()
    ]
    seconds = time.perf_counter() - started
    print(f"\n{len(done)} files opened, checked, mended and saved in {seconds:.1f} s")
    return done


def test_nearly_all_invalid_files_come_out_valid_or_need_only_a_person(mended):
    for verdict in ("invalid", "unreadable"):
        outcomes = Counter(_outcome(result) for _path, before, _bytes, result in mended if before == verdict)
        good = outcomes["valid"] + outcomes["only a person's knowledge missing"]
        share = 100 * good / outcomes.total()
        counted = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common())
        print(f"\n{verdict}: {share:.1f} % of {outcomes.total()} are mended: {counted}")
        assert share >= 90


def _outcome(result: Mended) -> str:
    if not result.remaining:
        return "valid"
    return "only a person's knowledge missing" if len(result.asks) == len(result.remaining) else "not mended"


def test_what_is_reported_is_what_the_saved_file_says(mended):
    for path, _verdict, _before, result in mended:
        problems = tuple(problem for problem in check_file(path) if problem.severity == "error")
        assert problems == result.remaining, path


def test_valid_files_stay_to_the_byte(mended):
    for path, verdict, before, result in mended:
        if verdict == "valid" or not result.steps:
            assert path.read_bytes() == before, path


def test_a_second_mend_changes_nothing(mended):
    for path, _verdict, _before, _result in mended:
        text = path.read_bytes()
        assert mend_file(path).steps == (), path
        assert path.read_bytes() == text


def test_no_word_is_lost_and_every_comment_stays_in_its_order(mended):
    for path, _verdict, before, result in mended:
        text = decode(before).text
        beside = path.with_name("attribution.txt")
        after = words_of(result.text + (beside.read_text(encoding="utf-8") if beside.exists() else ""))
        # What stands in a leaf several times, as attributions do, may be there once; keys may have other names.
        said_once = bool(result.attribution) or any("repeated" in step or "twice" in step for step in result.steps)
        for word in words_of(text) - after:
            assert word.casefold() in KEYS or (said_once and after[word]), (path, word)
        comments = iter(line.strip() for line in result.text.splitlines())
        for line in text.splitlines():
            assert not line.startswith("#") or line.strip() in comments, (path, line)


def test_lines_that_no_problem_names_stay_as_they_are(mended):
    looked = 0
    for path, verdict, before, result in mended:
        text = decode(before).text
        problems = [problem for problem in check_text(text, path) if problem.severity == "error"]
        if verdict != "invalid" or not result.steps or any(problem.code in HIDE_OTHERS for problem in problems):
            continue
        kept = set(result.text.splitlines())
        # Brought to version 3, a file is linted that was not before: its white space may change.
        linted = {respaced(line) for line in kept} if any("Brought" in step for step in result.steps) else set()
        named = lines_named(text, problems)
        for number, line in enumerate(text.splitlines(), 1):
            stays = line in kept or not line.strip() or respaced(line) in linted
            assert stays or number in named or line.startswith("version:"), (path, number)
        looked += 1
    assert looked > 100


def lines_named(text, problems):
    """The numbers of the lines that a problem points at, or that hold the key or value it names."""
    parsed = parse_yaml(text)
    named = {problem.line for problem in problems}
    for problem in problems:
        try:
            field = parse_field(problem.field)
            # All keys of a mapping are indented together.
            key, node = parsed.nearest(field[:-1] if problem.code == "lint-indentation" else field)
        except TaxonomyError:
            continue
        named |= set(range((key or node).start_mark.line + 1, node.end_mark.line + 2)) if problem.field else set()
    return named


def respaced(line: str) -> str:
    return "".join(line.split())


def test_old_questions_keep_their_words_and_their_order(mended):
    looked = 0
    for path, _verdict, before, result in mended:
        if not any("Put the questions under" in step for step in result.steps):
            continue
        try:
            old = parse_leaf(decode(before).text, path)
        except TaxonomyError:
            continue
        pairs = [pair for example in old.seed_examples for pair in example.pairs]
        new = [pair for example in parse_leaf(result.text, path).seed_examples for pair in example.pairs]
        if not any("repeated" in step or "twice" in step for step in result.steps):
            assert [(evened(p.question), evened(p.answer)) for p in new] == [
                (evened(p.question), evened(p.answer)) for p in pairs
            ], path
            looked += 1
    assert looked > 100


def evened(text: str) -> str:
    return " ".join(text.split())

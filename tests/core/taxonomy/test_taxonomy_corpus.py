# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Real leaves of many people: our verdicts against the standard's own, and edits that touch only what they change."""

from __future__ import annotations

import random
import time
from collections import Counter

import pytest
import yaml
from ilab_core.errors import TaxonomyError
from ilab_core.taxonomy.checking import check_file, check_paths, is_valid
from ilab_core.taxonomy.editing import add_example, move_item, remove_item, set_field
from ilab_core.taxonomy.fields import format_field
from ilab_core.taxonomy.leaf import QuestionAnswer, SeedExample
from ilab_core.taxonomy.lint import lint
from ilab_core.taxonomy.parsing import parse_yaml, walk
from yamllint import linter
from yamllint.config import YamlLintConfig

# Where our verdict differs from that of instructlab-schema 0.4.2, and why.
KNOWN_DIFFERENCES: dict[str, str] = {}

NEW_TEXTS = (
    "A plain new text.",
    "two\nlines",
    'It\'s: "hard" # really\\',
    "yes",
    "  lead\nand follow",
    "one paragraph\n\nanother\n",
    "- dash",
    "tail \nspace",
    "",
    "naïve 日本 🎉",
    "x: y",
)


@pytest.fixture(scope="module")
def readable(corpus):
    """The texts of the corpus that are YAML mappings, by name."""
    folder, expected = corpus
    texts = {}
    for name in expected:
        text = (folder / name).read_bytes().decode("utf-8", errors="ignore")
        try:
            if isinstance(parse_yaml(text).value, dict):
                texts[name] = text
        except TaxonomyError:
            continue
    return texts


def test_verdicts_agree_with_the_standards_own(corpus):
    folder, expected = corpus
    started = time.perf_counter()
    differences = {}
    for name, verdict in expected.items():
        problems = check_file(folder / name)
        if is_valid(problems) != (verdict == "valid"):
            differences[name] = [problem.message for problem in problems if problem.severity == "error"]
    seconds = time.perf_counter() - started
    agreement = 100 * (1 - len(differences) / len(expected))
    print(f"{agreement:.2f} % of {len(expected)} verdicts agree; checked in {seconds:.2f} s")
    assert differences.keys() == KNOWN_DIFFERENCES.keys(), differences
    assert agreement >= 99.5


def test_every_problem_has_a_place_in_its_file_and_a_sentence(corpus):
    folder, expected = corpus
    for name in expected:
        path = folder / name
        lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
        for problem in check_file(path):
            assert 1 <= problem.line <= len(lines) + 1, (name, problem)
            assert 1 <= problem.column <= len(lines[min(problem.line, len(lines)) - 1]) + 2, (name, problem)
            assert problem.message[0].isupper() or problem.message[0] == "`", problem
            assert problem.message.endswith("."), problem
            assert problem.code


def test_one_report_over_the_whole_corpus(corpus):
    folder, expected = corpus
    report = check_paths([folder])
    assert report.files == len(expected)
    assert report.valid == sum(verdict == "valid" for verdict in expected.values())


def test_lint_finds_what_yamllint_finds(readable):
    configuration = YamlLintConfig("{extends: relaxed, rules: {line-length: disable}}")
    for name, text in random.Random(3).sample(sorted(readable.items()), 250):
        theirs = Counter((found.line, found.column, found.rule) for found in linter.run(text, configuration))
        ours = Counter((found.line, found.column, found.rule) for found in lint(text))
        assert ours == theirs, name


def test_setting_a_field_changes_only_its_lines(readable):
    chance = random.Random(5)
    done = 0
    for name, text in chance.sample(sorted(readable.items()), 300):
        parsed = parse_yaml(text)
        fields = [
            (path, key, node)
            for path, key, node in walk(parsed.root, (), set())
            if isinstance(node, yaml.ScalarNode) and path[0] in ("created_by", "seed_examples", "document")
        ]
        # Of a key given twice only the last counts, so that is the one that is set.
        fields = [field for field in fields if parsed.nearest(field[0])[1] is field[2]]
        for path, key, node in chance.sample(fields, min(2, len(fields))):
            value = chance.choice(NEW_TEXTS)
            new = set_field(text, format_field(path), value)
            first, _ = parsed.place((key or node).start_mark.index)
            last, _ = parsed.place(max(node.end_mark.index - 1, node.start_mark.index))
            before, after = text.split("\n"), new.split("\n")
            assert after[: first - 1] == before[: first - 1], (name, path, value)
            below = len(before) - last
            assert after[len(after) - below :] == before[len(before) - below :], (name, path, value)
            assert not _new_lint(text, new), (name, path, value)
            done += 1
    assert done > 500


def test_lists_can_be_changed_in_nearly_every_real_leaf(readable):
    chance = random.Random(7)
    refused = []
    extra = SeedExample("A context\nof two lines.", (QuestionAnswer("Why?", "Because."),))
    sample = chance.sample(sorted(readable.items()), 250)
    for name, text in sample:
        examples = parse_yaml(text).value.get("seed_examples")
        if not isinstance(examples, list) or not examples:
            continue
        item = f"seed_examples[{chance.randrange(len(examples))}]"
        for change in (
            lambda text=text: add_example(text, "knowledge", extra),
            lambda text=text, item=item: remove_item(text, item),
            lambda text=text, item=item, to=chance.randrange(len(examples)): move_item(text, item, to),  # noqa: B008
        ):
            try:
                new = change()
            except TaxonomyError:
                refused.append(name)
                continue
            assert not _new_lint(text, new), name
    # What is refused is shared through anchors and aliases, which an entry cannot leave.
    assert len(set(refused)) <= 0.01 * len(sample), refused


def _new_lint(before, after):
    return Counter(found.rule for found in lint(after)) - Counter(found.rule for found in lint(before))

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Checking: each problem at its place, in plain words, with the right verdict."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from ilab_core.taxonomy.checking import check_file, check_paths, check_report_json, check_text, is_valid
from ilab_core.taxonomy.editing import add_pair, remove_field, remove_item, set_field
from ilab_core.taxonomy.reader import parse_leaf

KNOWLEDGE = Path("taxonomy/knowledge/towers/qna.yaml")
SKILL = Path("taxonomy/compositional_skills/letters/qna.yaml")


def only(problems):
    assert len(problems) == 1, problems
    return problems[0]


def test_good_leaves_have_no_problems(knowledge_text, skill_text):
    assert check_text(knowledge_text, KNOWLEDGE) == []
    assert check_text(skill_text, SKILL) == []


def test_an_empty_question_is_found_at_its_place(knowledge_text):
    text = set_field(knowledge_text, "seed_examples[1].questions_and_answers[2].question", "")
    problem = only(check_text(text, KNOWLEDGE))
    assert problem.field == "seed_examples[1].questions_and_answers[2].question"
    assert text.split("\n")[problem.line - 1][problem.column - 1 :] == '""'
    assert (problem.severity, problem.code) == ("error", "empty")
    assert problem.message == "Question 3 of seed example 2 is empty."


def test_a_key_without_a_value_is_empty_not_of_a_wrong_type(skill_text):
    text = skill_text.replace("answer: Five.", "answer:")
    problem = only(check_text(text, SKILL))
    assert (problem.code, problem.message) == ("empty", "The answer in seed example 3 is empty.")


def test_too_few_questions_are_counted(knowledge_text):
    text = remove_item(knowledge_text, "seed_examples[2].questions_and_answers[0]")
    problem = only(check_text(text, KNOWLEDGE))
    assert problem.message == "Seed example 3 has 2 questions; knowledge needs at least 3."
    assert problem.fix == "Add 1 more."
    assert "questions_and_answers:" in text.split("\n")[problem.line - 1]


def test_a_missing_context_is_named(knowledge_text):
    text = remove_field(knowledge_text, "seed_examples[1].context")
    problem = only(check_text(text, KNOWLEDGE))
    assert problem.message == "`context` is missing in seed example 2."
    assert problem.field == "seed_examples[1].context"


@pytest.mark.parametrize(
    ("old", "new", "code", "message"),
    [
        ("version: 3", "version: 4", "unknown-version", "Version 4 of the standard does not exist"),
        ("version: 3", "version: '3'", "wrong-type", "`version` is text, not a whole number."),
        ("answer: Five.", "answer: 5", "wrong-type", "The answer in seed example 3 is a number, not text."),
        ("answer: Five.", "answer: 2024-02-01", "wrong-type", "The answer in seed example 3 is a date, not text."),
        ("answer: Five.", "answers: Five.", "unknown-key", "`answers` is not a key of the standard in seed example 3."),
        ("answer: Five.", "answer: Five. ", "lint-trailing-spaces", "There are spaces at the end of this line."),
        ("answer: Five.", "answer:  Five.", "lint-colons", "There is more than one space beside this colon."),
        ("answer: Five.", "answer: Five: it is.", "yaml-syntax", "A colon followed by a space stands inside the text"),
        ("answer: Five.", "answer: | Five.", "yaml-syntax", "A text stands on the line of the |"),
        ("    answer: Five.", "\tanswer: Five.", "yaml-syntax", "A tab stands here where YAML needs spaces."),
        ("answer: Five.", "answer: `Five`", "yaml-syntax", "A text cannot start with the character '`'."),
    ],
)
def test_mistakes_in_plain_words(skill_text, old, new, code, message):
    text = skill_text.replace(old, new)
    found = [problem for problem in check_text(text, SKILL) if problem.code == code]
    assert found, check_text(text, SKILL)
    assert found[0].message.startswith(message)
    assert found[0].severity == "error"
    line = next(number for number, line in enumerate(text.split("\n"), 1) if line.endswith(new.split("\n")[-1]))
    assert found[0].line == line


def test_a_key_given_twice_is_found(skill_text):
    text = skill_text.replace("answer: Five.", "answer: Five.\n    answer: Six.")
    problem = only(check_text(text, SKILL))
    assert (problem.code, problem.line) == ("lint-key-duplicates", text.split("\n").index("    answer: Six.") + 1)
    assert problem.field == "seed_examples[2].answer"


def test_old_knowledge_is_refused_and_old_skills_are_not(skill_text):
    old = "created_by: a\ndomain: b\nseed_examples:\n- question: q \n  answer: a\ndocument:\n  repo: r\n"
    assert only(check_text(old, KNOWLEDGE)).code == "old-version"
    first = "created_by: a\ntask_description: ''\nseed_examples:\n- question: q \n  answer: a"
    assert check_text(first, SKILL) == []


def test_the_folder_says_the_kind_and_the_contents_where_it_does_not(knowledge_text):
    assert check_text(knowledge_text, Path("elsewhere/qna.yaml")) == []
    assert not is_valid(check_text(knowledge_text, SKILL))
    assert not is_valid(check_text(knowledge_text, Path("knowledge/x/foundational_skills/y/qna.yaml")))


def test_warnings_do_not_spoil_a_leaf(knowledge_text):
    text = set_field(knowledge_text, "seed_examples[0].context", "tower number metres height year keeper " * 101)
    text = set_field(text, "seed_examples[2].questions_and_answers[0].question", "what is the HEIGHT of tower 1?")
    text = set_field(text, "seed_examples[3].questions_and_answers[1].answer", "Bananas ripen slowly.")
    problems = check_text(text, KNOWLEDGE)
    assert [(problem.code, problem.severity) for problem in problems] == [
        ("long-context", "warning"),
        ("question-twice", "warning"),
        ("answer-off-context", "warning"),
    ]
    assert is_valid(problems)


def test_repeated_examples_are_errors(skill_text):
    text = add_pair_like(skill_text)
    codes = {problem.code for problem in check_text(text, SKILL)}
    assert codes == {"repeated", "question-twice"}


def add_pair_like(text):
    return text + "  - question: How many letters has three?\n    answer: Five.\n"


def test_new_questions_are_reported_as_empty(knowledge_text):
    problems = check_text(add_pair(knowledge_text, 0), KNOWLEDGE)
    assert [problem.code for problem in problems] == ["empty", "empty"]
    assert [problem.field[-8:] for problem in problems] == ["question", "].answer"]


@pytest.mark.parametrize("text", ["", "\n# only a comment\n", "[]", "null"])
def test_an_empty_file_is_not_valid(text):
    assert only(check_text(text, SKILL)).code == "empty-file"


def test_a_list_is_not_a_leaf():
    assert only(check_text("- a\n- b\n", SKILL)).code == "not-a-mapping"


def test_line_ends_and_marks_of_other_editors_are_accepted(write_leaf, skill_text):
    windows = skill_text.replace("\n", "\r\n").encode()
    assert check_file(write_leaf("compositional_skills/a", b"\xef\xbb\xbf" + windows)) == []
    problem = only(check_file(write_leaf("compositional_skills/b", b"\xff\xfe" + skill_text.encode("utf-16-le"))))
    assert (problem.code, problem.message) == ("encoding", "The file is UTF-16; the standard needs UTF-8.")
    latin = skill_text.replace("Written by hand", "Écrit à la main").encode("cp1252")
    assert only(check_file(write_leaf("compositional_skills/c", latin))).code == "encoding"


def test_a_file_of_another_name_is_refused(write_leaf, skill_text):
    path = write_leaf("compositional_skills/a", skill_text)
    other = path.rename(path.with_name("qna.yml"))
    assert only(check_file(other)).code == "file-name"


def test_report_counts_files_once_and_has_the_documented_form(write_leaf, skill_text, knowledge_text):
    good = write_leaf("compositional_skills/a", skill_text)
    bad = write_leaf("knowledge/b", knowledge_text.replace("domain: Towers", "domain: ''"))
    contexts = parse_leaf(knowledge_text, bad).seed_examples
    (bad.parent / "towers.md").write_text("\n".join(example.context for example in contexts))
    report = check_paths([good.parents[2], good, bad.parent])
    document = json.loads(json.dumps(check_report_json(report)))
    assert document == {
        "files": 2,
        "valid": 1,
        "problems": [
            {
                "path": str(bad),
                "line": 3,
                "column": 9,
                "field": "domain",
                "severity": "error",
                "code": "empty",
                "message": "`domain` is empty.",
                "fix": "Write it, or remove the entry.",
            }
        ],
    }
    assert not report.ok


def test_a_check_is_quick_enough_for_typing(knowledge_text):
    check_text(knowledge_text, KNOWLEDGE)
    times = []
    for _ in range(9):
        started = time.perf_counter()
        check_text(knowledge_text, KNOWLEDGE)
        times.append(time.perf_counter() - started)
    assert min(times) < 0.020, times

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Mends: what is surely meant comes out as the standard wants it, nothing is lost, and the rest stays to the byte."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from ilab_core.taxonomy.checking import check_file, check_text, is_valid
from ilab_core.taxonomy.editing import new_leaf_text
from ilab_core.taxonomy.mend_attribution import completed
from ilab_core.taxonomy.mend_questions import questions
from ilab_core.taxonomy.mend_step import Change, Draft, accepted, words_of
from ilab_core.taxonomy.mend_versions import group_sizes
from ilab_core.taxonomy.mending import mend_file, mend_text

SKILL = Path("compositional_skills/a/qna.yaml")
KNOWLEDGE = Path("knowledge/a/qna.yaml")

PAIRS = "".join(f"- question: What is {n}?\n  answer: It is {n}.\n" for n in ("one", "two", "three", "four", "five"))
WORDS = ("me", "Count", "What", "is", "It", "one", "two", "three", "four", "five")
SMALL = f"version: 3\ncreated_by: me\ntask_description: Count.\nseed_examples:\n{PAIRS}"


def mended(text, path=SKILL):
    """The mended text, after proof that a second mend finds nothing."""
    result = mend_text(text, path)
    assert mend_text(result.text, path).text == result.text
    return result


def codes(text, path=SKILL):
    return {problem.code for problem in check_text(text, path) if problem.severity == "error"}


def test_a_valid_leaf_is_left_alone(skill_text, knowledge_text):
    odd = skill_text.replace("version: 3", "version: 1") + "# end   \n\n\n"
    for text, path in ((skill_text, SKILL), (knowledge_text, KNOWLEDGE), ("\ufeff" + skill_text, SKILL), (odd, SKILL)):
        assert mend_text(text, path).text == text
        assert mend_text(text, path).steps == ()


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("task_description: Count.   \n", "task_description: Count.\n"),
        ("task_description: Count.\n\n\n\n\n", "task_description: Count.\n\n\n"),
        ("task_description:   Count.\n", "task_description: Count.\n"),
        ("task_description : Count.\n", "task_description: Count.\n"),
        ("task_description:\tCount.\n", "task_description: Count.\n"),
        ("task-description: Count.\n", "task_description: Count.\n"),
        ("Task_Description: Count.\n", "task_description: Count.\n"),
        ("task_descripton: Count.\n", "task_description: Count.\n"),
        ("task_description: 2024\n", 'task_description: "2024"\n'),
        ("task_description: 2024-05-06\n", 'task_description: "2024-05-06"\n'),
        ("task_description: yes\n", 'task_description: "yes"\n'),
        ("task_description: Count: one.\n", 'task_description: "Count: one."\n'),
        ("task_description:Count.\n", "task_description: Count.\n"),
        ("task_description: | Count.\n", "task_description: |\n  Count.\n"),
        ("task_description: |\nCount.\nAll of it.\n", "task_description: |\n  Count.\n  All of it.\n"),
        ("task_description: 'It's easy.'\n", "task_description: It's easy.\n"),
        ("task_description: Count.\n#  A note.\ntask_description: Count.\n", "task_description: Count.\n#  A note.\n"),
        ("task_description: [one, two]\n", "task_description: '[one, two]'\n"),
        ("task_description: Count.\ndomain: sums\n", "task_description: Count.\n# domain: sums\n"),
        ("task_description: Count.\ndomain:\n", "task_description: Count.\n"),
    ],
)
def test_one_mistake_is_mended_and_nothing_else(wrong, right):
    text = "# Mine.\n" + SMALL.replace("task_description: Count.\n", wrong)
    assert codes(text)
    result = mended(text)
    if wrong == "task_description: [one, two]\n":
        assert yaml.safe_load(result.text)["task_description"] == "[one, two]"
    else:
        assert result.text == "# Mine.\n" + SMALL.replace("task_description: Count.\n", right)
    assert is_valid(check_text(result.text, SKILL))
    assert result.steps
    assert all(step.endswith(".") for step in result.steps)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("-   question: What is two?\n", "- question: What is two?\n"),
        ("-question: What is two?\n", "- question: What is two?\n"),
        ("- Question: What is two?\n", "- question: What is two?\n"),
        ("- question: What is two?\n  context:\n", "- question: What is two?\n"),
        ("- document: Twos.\n  question: What is two?\n", "- context: Twos.\n  question: What is two?\n"),
        ("-\tquestion: What is two?\n", "- question: What is two?\n"),
    ],
)
def test_entries_are_mended(wrong, right):
    text = SMALL.replace("- question: What is two?\n", wrong)
    assert mended(text).text == SMALL.replace("- question: What is two?\n", right)


def test_a_wide_entry_keeps_its_keys_below_each_other():
    wide = SMALL.replace("- question: What is two?\n ", "-   question: What is two?\n   ")
    assert codes(wide) == {"lint-hyphens"}
    assert mended(wide).text == SMALL


def test_line_ends_of_the_file_stay(skill_text):
    text = skill_text.replace("version: 3", "version: 3  ").replace("\n", "\r\n")
    assert mended(text).text == skill_text.replace("\n", "\r\n")
    mixed = skill_text.replace("version: 3\n", "version: 3  \r\n")
    assert mended(mixed).text == skill_text
    assert mended(skill_text.rstrip("\n")).text == skill_text


def test_the_comments_and_styles_of_other_lines_stay(skill_text):
    text = skill_text.replace("created_by: 'someone'  # me", "created_by :   'someone'  # me   ") + "domain: sums\n"
    assert mended(text).text == skill_text + "# domain: sums\n"


def test_lists_are_indented_the_same(knowledge_text):
    lines = knowledge_text.splitlines(keepends=True)
    start = next(n for n, line in enumerate(lines) if line == "    questions_and_answers:\n") + 1
    end = next(n for n, line in enumerate(lines[start:], start) if line.startswith("  - context"))
    shifted = "".join([*lines[:start], *("   " + line for line in lines[start:end]), *lines[end:]])
    assert "lint-indentation" in codes(shifted, KNOWLEDGE)
    assert mended(shifted, KNOWLEDGE).text == knowledge_text


def test_attribution_goes_to_its_own_file():
    moved = "  attribution:\n    - source: https://a.b/c\n      license: CC-BY-4.0\n"
    text = SMALL.replace("It is two.\n", f"It is two.\n{moved}").replace("It is five.\n", f"It is five.\n{moved}")
    result = mended(text + "attribution: self-authored\n")
    assert result.text == SMALL
    assert (
        result.attribution == "Link to work: https://a.b/c\nLicense of the work: CC-BY-4.0\n\nSource: self-authored\n"
    )
    assert completed("", result.attribution) == result.attribution
    assert completed(result.attribution, result.attribution) == result.attribution
    assert completed("Title of work: B\n\n", "Source: c") == "Title of work: B\n\nSource: c\n"
    assert completed("Title of work: B\n", "") == "Title of work: B\n"


def test_an_example_below_the_attribution_is_not_taken_for_it():
    text = SMALL + "attribution:\n- question: What is six?\n  answer: It is six.\n"
    assert mended(text).text == text


def test_entries_that_say_it_twice_or_nothing_go():
    assert mended(SMALL + PAIRS).text == SMALL
    assert mended(SMALL + '- question: ""\n  answer: ""\n').text == SMALL
    few = SMALL.replace("It is five.", '""').replace("What is five?", '""')
    assert mended(few).text == few, "an empty example that is needed stays to be filled in"


def test_a_question_and_its_answer_in_two_entries_become_one():
    text = SMALL.replace("  answer: It is two.", "- answer: It is two.")
    assert mended(text).text == SMALL


def test_a_bare_list_of_examples_gets_its_key():
    result = mended(PAIRS)
    assert result.text == f"version: 3\nseed_examples:\n{PAIRS}"
    assert {problem.field for problem in result.asks} == {"created_by", "task_description"}


def test_an_invalid_skill_of_an_old_version_becomes_new_where_it_can():
    old = SMALL.replace("version: 3\n", "")
    assert mended(old).text == old
    assert mend_text(old, SKILL, upgrade=True).text == SMALL
    assert mended(old + "attribution: me\n").text == SMALL
    short = "created_by: me\ntask_description: Count.\nseed_examples:\n- question: a\n  answer: b\n"
    assert mended(short + "attribution: me\n").text == short, "version 3 wants five examples"


def test_old_knowledge_asks_for_what_it_lacks_and_takes_the_answers():
    document = "document:\n  repo: r\n  commit: c\n  patterns: a.md\n"
    old = f"created_by: me # who\ndomain: sums\ntask_description: ''\nseed_examples:\n# All of them.\n{PAIRS}{document}"
    result = mended(old, KNOWLEDGE)
    assert [line.strip() for line in result.text.splitlines() if "question:" in line or "answer:" in line] == [
        line.strip() for line in PAIRS.splitlines()
    ]
    assert "created_by: me # who\n" in result.text
    assert "# All of them.\n" in result.text
    assert "document_outline" in {problem.field for problem in result.asks}
    assert len(result.asks) == len(result.remaining) == 1 + 5 + 5
    answers = {"document_outline": "Sums."}
    for number in range(5):
        answers[f"seed_examples[{number}].context"] = f"Passage {number}\nof two lines."
        for pair in (1, 2):
            place = f"seed_examples[{number}].questions_and_answers[{pair}]"
            answers |= {f"{place}.question": f"Why {number} {pair}?", f"{place}.answer": f"So {number} {pair}."}
    filled = mend_text(old, KNOWLEDGE, answers)
    assert filled.remaining == ()
    value = yaml.safe_load(filled.text)
    assert value["seed_examples"][4]["context"] == "Passage 4\nof two lines.\n"
    assert value["document"]["patterns"] == ["a.md"]
    assert value["document_outline"] == "Sums."


def test_the_questions_to_ask_are_few_and_explained():
    old = f"created_by: me\ntask_description: ''\nseed_examples:\n{PAIRS}"
    asked = questions(mend_text(old, KNOWLEDGE), KNOWLEDGE)
    contexts = [f"seed_examples[{number}].context" for number in range(5)]
    assert [question.field for question in asked] == ["document_outline", "domain", *contexts]
    assert asked[2].about == "A passage of the document, word for word, that answers “What is one?”"
    many = "".join(f"- question: What is {n}?\n  answer: It is {n}.\n" for n in range(100))
    asked = questions(mend_text(old.replace(PAIRS, many), KNOWLEDGE), KNOWLEDGE)
    assert len(asked) == 12
    assert asked[2].about.endswith("answers “What is 0?”, “What is 1?” and “What is 2?”")
    assert questions(mend_text(SMALL.replace("created_by: me", "created_by:"), SKILL), SKILL) == ()


def test_what_an_old_leaf_says_of_its_task_becomes_its_outline():
    old = f"created_by: me\ndomain: sums\ntask_description: About sums.\nseed_examples:\n{PAIRS}"
    assert "document_outline: About sums.\n" in mended(old, KNOWLEDGE).text


def test_questions_are_dealt_over_the_examples():
    assert group_sizes(3) == [1, 1, 1]
    assert group_sizes(5) == [1] * 5
    assert group_sizes(7) == [2, 2, 1, 1, 1]
    assert group_sizes(15) == [3] * 5
    assert group_sizes(17) == [3] * 5 + [2]


def test_what_is_not_certain_is_left_to_the_person():
    for text in (
        SMALL + "choices: [a, b]\n",
        SMALL.replace("  answer: It is two.\n", "  answer: It is two.\n  answer: It is 2.\n"),
        "nothing\n",
        "",
        "a: [\n",
        "\0\1\2",
        "seed_examples:\n  question: a\n- answer: b\n",
        SMALL.replace("version: 3\n", "version:\n  said: by me\n"),
    ):
        result = mended(text)
        assert result.text == text
        assert result.steps == ()


def test_a_value_that_can_be_read_is_not_written_anew_for_an_error_beside_it():
    odd = '  answer: "It\\nis \\"two\\".\\\n    \\ Yes."\n'
    text = SMALL.replace("  answer: It is two.\n", odd)
    wrong = text.replace("- question: What is three?", "-question: What is three?")
    assert codes(wrong) == {"yaml-syntax"}
    assert mended(wrong).text == text
    text = SMALL.replace("  answer: It is two.\n", "  answer: 'It is\n\n    two.'\n")
    wrong = text.replace("- question: What is three?", " - question: What is three?")
    assert codes(wrong) == {"yaml-syntax"}
    assert mended(wrong).text == text
    entry = "- answer: It is\n    one.\n    \n    Really.\n  question: What is one?\n"
    text = SMALL.replace("- question: What is one?\n  answer: It is one.\n", entry)
    wrong = text.replace("- answer: It is\n", "  - answer: It is\n")
    assert codes(wrong) == {"yaml-syntax"}
    assert yaml.safe_load(mended(wrong).text)["seed_examples"][0]["answer"] == "It is one.\nReally.\n"


def test_escapes_in_an_unclosed_text_are_left_to_the_person():
    text = SMALL.replace("It is two.", '"It\\nis two.')
    assert mended(text).text == text


def test_a_pattern_whose_hyphen_has_no_space_is_a_list_of_one(knowledge_text):
    text = knowledge_text.replace("- towers.md", "-towers.md")
    assert yaml.safe_load(mended(text, KNOWLEDGE).text) == yaml.safe_load(knowledge_text)


BITS = ("\t", "- ", "-", " ", ":", "\n", "\n\n\n\n", "'", '"', "|", ">", "[", "{", "#", " # note", "&a", "*a", "null",
        "question: ", "  answer: x\n", "version: 2\n", "attribution:\n", "---\n", "<<: ", "\0", "é")  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(st.lists(st.tuples(st.integers(0, len(SMALL)), st.sampled_from(BITS), st.integers(0, 6)), max_size=4))
def test_whatever_is_broken_a_mend_loses_no_word_and_comes_to_an_end(edits):
    text = SMALL
    for place, bit, gone in edits:
        text = text[:place] + bit + text[place + gone :]
    result = mended(text)
    if not codes(text):
        assert result.text == text
    assert len(result.remaining) <= len(result.before) or codes(text) & {"yaml-syntax", "not-a-mapping"}
    after = words_of(result.text + result.attribution)
    said_once = any("repeated" in step or "twice" in step or "again" in step for step in result.steps)
    for word in words_of(text) - after:
        assert word not in WORDS or (said_once and after[word]), word


def test_a_change_that_loses_or_invents_words_is_refused():
    draft = Draft(SMALL + "choices: [a, b]\n", SKILL)
    assert accepted(draft, Change(SMALL, "Lost.")) is None
    assert accepted(draft, Change(SMALL, "Said so.", removed="choices: [a, b]")) is not None
    assert accepted(draft, Change(SMALL.replace("two", "2"), "Said it otherwise.", removed="choices: [a, b]")) is None
    assert accepted(draft, Change(SMALL + "choices: [a, b]\nother: 1\n", "More.", added="other 1")) is None
    idle = draft.text + "# note\n"
    assert accepted(draft, Change(idle, "Noted.", added="note")) is None
    assert accepted(draft, Change(idle, "Noted.", added="note", keeps=True)) is not None
    comment = Draft("# Keep me.\n" + SMALL + "choices: a\n", SKILL)
    assert accepted(comment, Change(SMALL, "Dropped the comment.", removed="choices: a")) is None
    merged = SMALL.replace("What is two?\n  answer: It is two.", "What is two? answer It is two.")
    assert accepted(draft, Change(merged, "Moved an answer.", removed="choices: [a, b]")) is None


def test_files_are_written_as_utf8_with_their_attribution_beside(write_leaf):
    wrong = SMALL.replace("It is two.", "It is naïve.") + "attribution:\n- license: MIT\n"
    path = write_leaf("compositional_skills/a", wrong.encode("utf-16"))
    beside = path.with_name("attribution.txt")
    beside.write_text("Title of work: B\n", encoding="utf-8")
    result = mend_file(path)
    assert result.remaining == ()
    assert path.read_bytes() == SMALL.replace("It is two.", "It is naïve.").encode()
    assert beside.read_text(encoding="utf-8") == "Title of work: B\n\nLicense of the work: MIT\n"
    before = path.stat().st_mtime_ns
    assert mend_file(path).steps == ()
    assert path.stat().st_mtime_ns == before
    latin = write_leaf("compositional_skills/b", SMALL.replace("It is two.", "It is naïve.").encode("cp1252"))
    assert mend_file(latin).steps == ("Saved the file as UTF-8.",)
    assert latin.read_bytes() == path.read_bytes()
    assert [problem for problem in check_file(latin) if problem.severity == "error"] == []


def test_a_linked_leaf_stays_a_link(write_leaf):
    path = write_leaf("compositional_skills/a", SMALL + "\n\n")
    link = path.parent.parent / "b" / "qna.yaml"
    link.parent.mkdir()
    link.symlink_to(path)
    assert mend_file(link).steps
    assert link.is_symlink()
    assert path.read_text(encoding="utf-8") == SMALL


@pytest.mark.parametrize("kind", ["knowledge", "skill"])
def test_the_empty_places_of_a_new_leaf_are_left_to_be_filled(kind):
    folder = "knowledge" if kind == "knowledge" else "compositional_skills"
    text = new_leaf_text(kind, created_by="me", domain="Bees")
    assert mend_text(text, Path("/taxonomy") / folder / "new" / "qna.yaml").text == text

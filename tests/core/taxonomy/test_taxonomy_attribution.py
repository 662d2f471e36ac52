# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""attribution.txt: every way people write it is read, and a change touches its own line alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from ilab_core.taxonomy.attribution import (
    LABELS,
    Attribution,
    read_attributions,
    with_value,
    with_work,
    without_work,
)
from ilab_core.taxonomy.attribution_checks import attribution_problems
from ilab_core.taxonomy.licences import ACCEPTED, is_accepted, spdx_of

PHOENIX = Attribution(
    "Phoenix (constellation)",
    "https://en.wikipedia.org/wiki/Phoenix_(constellation)",
    "https://en.wikipedia.org/w/index.php?title=Phoenix_(constellation)&oldid=1237187773",
    "CC-BY-SA-4.0",
    "Wikipedia Authors",
)
USUAL = with_work("", PHOENIX)
KNOWLEDGE = Path("knowledge/stars/qna.yaml")
SKILL = Path("compositional_skills/stars/qna.yaml")


def test_the_usual_form_is_written_and_read():
    assert USUAL.split("\n") == [
        "Title of work: Phoenix (constellation)",
        "Link to work: https://en.wikipedia.org/wiki/Phoenix_(constellation)",
        "Revision: https://en.wikipedia.org/w/index.php?title=Phoenix_(constellation)&oldid=1237187773",
        "License of the work: CC-BY-SA-4.0",
        "Creator names: Wikipedia Authors",
        "",
    ]
    assert read_attributions(USUAL) == (PHOENIX,)


@pytest.mark.parametrize(
    "text",
    [
        USUAL.replace("\n", "\r\n"),
        USUAL.replace("\n", " \\\n"),
        USUAL.replace("\n", "\n\n"),
        USUAL.replace(": ", ":\n"),
        USUAL.replace(": ", ":   "),
        USUAL.replace("Title of work", "TITLE OF WORK"),
        "".join(f"- **{line.replace(': ', ':** ')}\n" for line in USUAL.splitlines()),
        "".join(f"* {line}\n" for line in USUAL.splitlines()),
        USUAL.replace("License of the work", "Licence").replace("Creator names", "Authors"),
        USUAL.replace("Link to work", "URL").replace("Title of work", "Title").replace("Revision", "Link to revision"),
        USUAL.replace("Link to work: ", "").replace("License of the work: ", ""),
        "# Attribution\n\nThis leaf uses Wikipedia.\n" + USUAL + "Retrieved: 2024-08-01\n",
        "".join(reversed(USUAL.splitlines(keepends=True))),
    ],
)
def test_other_forms_say_the_same(text):
    assert read_attributions(text) == (PHOENIX,)


def test_several_works_are_kept_apart():
    other = Attribution("Other", "https://example.org", "", "MIT", "Ann, Bo")
    text = with_work(USUAL, other)
    assert read_attributions(text) == (PHOENIX, other)
    assert read_attributions(text.replace("\n\n", "\n")) == (PHOENIX, other)
    assert read_attributions(text.replace("\n", "\n\n")) == (PHOENIX, other)
    untitled = "Link to work: a\nLicense of the work: MIT\n\nLink to work: b\nLicense of the work: CC0-1.0\n"
    assert [work.link for work in read_attributions(untitled)] == ["a", "b"]


def test_names_on_lines_of_their_own_are_one_value():
    text = "Title of work: A\nCreator names:\n- Ann Lee\n- Bo Ek\nLicense of the work: MIT\n"
    assert read_attributions(text) == (Attribution("A", creators="Ann Lee, Bo Ek", licence="MIT"),)


def test_a_change_touches_only_its_line():
    text = "Attribution\r\n\r\n  Title of work :  Old \\\r\nRetrieved: today\r\nLicense of the work: MIT"
    changed = with_value(text, 0, "title", "New  title\n here")
    assert changed == text.replace("Old", "New title here")
    linked = with_value(text, 0, "link", "https://example.org")
    assert linked == text.replace("\\\r\n", "\\\r\nLink to work: https://example.org\r\n")
    named = with_value(text, 0, "creators", "Ann")
    assert named == text + "\r\nCreator names: Ann\r\n"
    assert with_value(linked, 0, "link", "") == text
    assert with_value(text, 0, "title", "Old") == text


def test_a_value_below_its_label_is_replaced_whole():
    text = "Title of work: A\nCreator names:\n- Ann Lee\n- Bo Ek\nNote: kept\n"
    assert with_value(text, 0, "creators", "Cy") == "Title of work: A\nCreator names:\n- Cy\nNote: kept\n"
    assert with_value(text, 0, "creators", "") == "Title of work: A\nNote: kept\n"


def test_an_empty_field_is_filled_where_it_stands():
    assert with_value("Title of work:\nRevision: 1\n", 0, "title", "A") == "Title of work: A\nRevision: 1\n"


def test_a_work_is_removed_without_its_notes():
    both = with_work(USUAL + "Retrieved: today\n", Attribution("Other"))
    assert read_attributions(without_work(both, 0)) == (Attribution("Other"),)
    assert "Retrieved: today" in without_work(both, 0)
    assert read_attributions(without_work(both, 1)) == (PHOENIX,)


def said(works):
    """The works that say anything."""
    return [work for work in works if work != Attribution()]


def test_works_stay_apart_when_what_parts_them_is_emptied():
    text = "Link: a\nLicense: MIT\nLink: b\nLicense: CC0\n"
    first = with_value(text, 0, "link", "")
    assert [(work.link, work.licence) for work in read_attributions(first)] == [("", "MIT"), ("b", "CC0")]
    assert with_value(first, 0, "link", "c").startswith("Link to work: c\nLicense: MIT\n")
    second = with_value(text, 1, "link", "")
    assert [(work.link, work.licence) for work in read_attributions(second)] == [("a", "MIT"), ("", "CC0")]
    assert read_attributions(with_value(text, 0, "title", "T")) == (
        Attribution("T", "a", licence="MIT"),
        Attribution(link="b", licence="CC0"),
    )


@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                [
                    "",
                    "Title of work: A",
                    "Link to work:",
                    "https://x.y/z",
                    "Revision: 3 \\",
                    "License: MIT",
                    "- Ann",
                    "By:",
                ]
            ),
            st.text(max_size=20).map(lambda text: text.replace("\n", " ").replace("\r", " ")),
        ),
        max_size=12,
    ),
    st.sampled_from(list(LABELS)),
    st.integers(0, 2),
    st.text(alphabet="abc é", max_size=12),
    st.sampled_from(["\n", "\r\n"]),
)
@example(["https://x.y/z"], "link", 0, "", "\n")
@example(["Revision: 3", "Revision: 3"], "title", 0, "a", "\n")
@example(["Link: a", "License: MIT", "", "License: MIT", "Link: b"], "licence", 0, "", "\n")
def test_a_field_of_any_file_can_be_set_and_every_other_stays(lines, key, number, value, end):
    text = end.join(lines)
    before = read_attributions(text)
    number = min(number, len(before))
    changed = with_value(text, number, key, value)
    wanted = " ".join(value.split())
    expected = list(before) if number < len(before) else [*before, Attribution()]
    expected[number] = replace(expected[number], **{key: wanted})
    assert said(read_attributions(changed)) == said(expected)
    if number == len(before):
        assert changed.startswith(text)
    assert len(changed) <= len(text) + len(wanted) + 60


@pytest.mark.parametrize(
    ("written", "spdx"),
    [
        *((licence.spdx, licence.spdx) for licence in ACCEPTED),
        ("CC BY-SA 4.0", "CC-BY-SA-4.0"),
        ("Creative Commons Attribution-ShareAlike 4.0 International License (CC BY-SA 4.0)", "CC-BY-SA-4.0"),
        ("https://creativecommons.org/licenses/by/4.0/deed.en", "CC-BY-4.0"),
        ("CC0 1.0 Universal", "CC0-1.0"),
        ("Apache License, Version 2.0", "Apache-2.0"),
        ("the MIT license", "MIT"),
        ("https://cdla.dev/permissive-2-0/", "CDLA-Permissive-2.0"),
        ("CC-BY-SA-3.0", ""),
        ("CC-BY-NC-4.0", ""),
        ("GPL-3.0-or-later", ""),
        ("", ""),
    ],
)
def test_licences_are_known_by_their_names(written, spdx):
    assert spdx_of(written) == spdx


def test_several_licences_are_accepted_when_each_is():
    assert is_accepted("Apache-2.0 and CC-BY-4.0")
    assert not is_accepted("MIT, GPL-2.0")


def test_a_complete_attribution_has_no_problems():
    assert attribution_problems(USUAL, KNOWLEDGE, "knowledge") == []


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        (None, "skill", [("attribution-missing", "attribution", 1)]),
        ("", "skill", [("attribution-empty", "attribution", 1)]),
        ("My own work.\n", "knowledge", [("attribution-empty", "attribution", 1)]),
        ("Title of work: A\nLicense of the work: MIT\nCreator names: me\n", "skill", []),
        (
            "Title of work: A\nLicense of the work: MIT\nCreator names: me\n",
            "knowledge",
            [("attribution-incomplete", "attribution[0].link", 1)],
        ),
        (
            with_value(USUAL, 0, "licence", "GPL-3.0"),
            "knowledge",
            [("licence-not-accepted", "attribution[0].licence", 4)],
        ),
        (
            with_value(USUAL, 0, "revision", ""),
            "knowledge",
            [("attribution-not-permanent", "attribution[0].revision", 1)],
        ),
        (with_value(USUAL, 0, "revision", ""), "skill", []),
        (with_value(with_value(USUAL, 0, "revision", ""), 0, "link", PHOENIX.revision), "knowledge", []),
        (
            USUAL + "\nTitle of work: B\nCreator names:\n",
            "skill",
            [
                ("attribution-incomplete", "attribution[1].licence", 7),
                ("attribution-incomplete", "attribution[1].creators", 8),
            ],
        ),
    ],
)
def test_what_is_missing_is_a_warning_at_its_line(text, kind, expected):
    leaf = KNOWLEDGE if kind == "knowledge" else SKILL
    problems = attribution_problems(text, leaf, kind)
    assert [(problem.code, problem.field, problem.line) for problem in problems] == expected
    assert {problem.severity for problem in problems} <= {"warning"}
    wanted = leaf if text is None else leaf.with_name("attribution.txt")
    assert {problem.path for problem in problems} <= {wanted}

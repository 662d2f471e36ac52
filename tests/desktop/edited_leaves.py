# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Small leaves of several kinds, styles, versions and encodings, to be edited at random."""

from __future__ import annotations

from ilab_core.taxonomy.editing import new_leaf_text
from ilab_core.taxonomy.leaf import DocumentReference, QuestionAnswer, SeedExample
from ilab_core.taxonomy.source import Source, encode

SEEDS = (
    SeedExample("A tower stands here.\nIt is old.", (QuestionAnswer("What is it?", "A tower."),) * 2),
    SeedExample("A mill.", (QuestionAnswer("What?", 'A "mill": old.'),)),
)
SKILL = """\
# Written by hand.
version: 3
created_by: 'someone'  # me
task_description: Count the letters.
seed_examples:
  # The first one.
  - question: How many letters has "one"?
    answer: >
      The word has
      three letters.

  - question: |
      How many letters has "two"?
    answer: "Three: t, w, o."
  - {question: 'How many letters has five?', answer: Four}
"""


def first_leaves():
    """The bytes of the leaves by name: one of the form's own making, one by hand, one of an older version."""
    knowledge = new_leaf_text(
        "knowledge",
        created_by="me",
        domain="Towers",
        document_outline="Towers.",
        examples=SEEDS,
        document=DocumentReference("local", "local", ("a.md", "b.md")),
    )
    knowledge = "\n".join(knowledge.split("\n")[:40]) + "\n"
    old = (
        "created_by: me\r\nseed_examples:\r\n- question: a\r\n  answer: b\r\n- question: c\r\n  answer: |\r\n    d\r\n"
    )
    return {
        "knowledge/towers": knowledge.encode(),
        "compositional_skills/letters": SKILL.encode(),
        "compositional_skills/old": encode(Source(old, "utf-8", True)),
        "compositional_skills/wide": encode(Source(SKILL, "utf-16-le", True)),
    }

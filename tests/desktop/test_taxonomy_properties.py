# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Any sequence of what a person and other programs can do: form, YAML and file stay equal, and undo goes to the bottom.

A short run, the same each time. For a long one with other sequences: ILAB_FUZZ=20, for twenty times as many.
"""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from edited_leaves import first_leaves
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from ilab_core.errors import TaxonomyError
from ilab_core.paths import open_workspace
from ilab_core.taxonomy.editing import set_field
from ilab_core.taxonomy.source import Source, encode
from ilab_core.taxonomy.tree import find_leaves
from ilab_desktop.background import wait_for_background
from ilab_desktop.pages.taxonomy.field_edit import raw_lines
from ilab_desktop.pages.taxonomy.leaf_editor import LeafEditor
from ilab_desktop.pages.taxonomy.leaf_edits import tidy
from ilab_desktop.pages.taxonomy.open_leaves import OpenLeaves
from ilab_desktop.pages.taxonomy.outside_changes import OutsideChanges
from ilab_desktop.pages.taxonomy.outside_choice import OutsideChoice
from ilab_desktop.pages.taxonomy.text_changes import lines_of
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QTextCursor

TIMES = int(os.environ.get("ILAB_FUZZ", "0"))
PLACE = st.floats(0, 1)
NUMBER = st.integers(0, 7)
TYPED = st.text(st.sampled_from("ab é\u00a0\n\n'\":#-|>{[,&*!?%@`\\\t~0é教😀\u2028\x85"), min_size=1, max_size=6)
PIECES = TYPED | st.sampled_from(
    [
        "  ",
        "\n",
        "\n  - ",
        "question: ",
        ": ",
        '"',
        "- context: |\n    a\n",
        "[",
        "# note",
        "&a ",
        "*a",
        "domain: x\n",
        "",
    ]
)


class Editing(RuleBasedStateMachine):
    """A person, and other programs, at the leaves of one taxonomy."""

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.root = self.folder / "taxonomy"
        self.first = first_leaves()
        for name, data in self.first.items():
            (self.root / name).mkdir(parents=True)
            (self.root / name / "qna.yaml").write_bytes(data)
        self.entries = find_leaves(self.root)
        self.editor = LeafEditor()
        self.leaves = OpenLeaves(open_workspace(self.folder / "workspace"))
        self.editor.use_history(self.leaves.history)
        self.changes = OutsideChanges(lambda: self.documents)
        self.choice = OutsideChoice(self.editor, self.changes, lambda _widget: None)
        self.documents = [self.leaves.open(entry) for entry in self.entries]
        self.starts = [document.text for document in self.documents]
        self.encodings = [document.file.source.encoding for document in self.documents]
        self.history = self.leaves.history
        self.leaves.travelled.connect(self.show)
        self.leaves.travelled.connect(self.changes.look_anew)
        self.refused = False
        self.editor.form.edit_refused.connect(lambda _error: setattr(self, "refused", True))
        self.show(self.documents[0])

    @property
    def document(self):
        return self.editor.document

    def show(self, document):
        if document is not self.document:
            self.editor.show_document(document)
            self.changes.look_anew(document)

    def settle(self):
        """Let everything come to rest that was begun."""
        for _ in range(3):
            wait_for_background(10_000)
            QCoreApplication.processEvents()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def form(self):
        """The form, where the text can be shown in it."""
        self.editor.show_yaml(False)
        return self.editor.form if self.editor._views.currentIndex() == 0 else None

    def card(self, number):
        form = self.form()
        return form.cards[number % len(form.cards)] if form is not None and form.cards else None

    @rule(card=NUMBER, field=NUMBER, place=PLACE, length=NUMBER, text=TYPED)
    def type_in_a_field(self, card, field, place, length, text):
        form = self.form()
        if form is None:
            return
        edits = form._head.edits()
        if card % 3 and form.cards:
            chosen = form.cards[card % len(form.cards)]
            chosen.set_unfolded(True)
            edits = chosen.edits()
        write(edits[field % len(edits)].editor, place, length, text)
        if self.refused:
            self.refused = False
            form.follow()

    @rule(place=PLACE, length=NUMBER, text=PIECES)
    def type_in_the_yaml(self, place, length, text):
        self.editor.show_yaml(True)
        write(self.editor.yaml, place, length, text)

    @rule()
    def add_an_example(self):
        if (form := self.form()) is not None:
            form.add_example()

    @rule(number=NUMBER)
    def remove_an_example(self, number):
        if (card := self.card(number)) is not None:
            self.editor.form._remove(card)

    @rule(number=NUMBER, step=st.sampled_from([-1, 1]))
    def move_an_example(self, number, step):
        if (card := self.card(number)) is not None:
            self.editor.form._move(card, step)

    @rule(number=NUMBER)
    def duplicate_an_example(self, number):
        if (card := self.card(number)) is not None:
            self.editor.form._duplicate(card)

    @rule(number=NUMBER)
    def add_a_pair(self, number):
        self.editor.form._add_pair(self.card(number))

    @rule(number=NUMBER, pair=NUMBER)
    def remove_a_pair(self, number, pair):
        card = self.card(number)
        if card is not None and self.editor.form._nested and len(card.example.pairs) > 1:
            self.editor.form._remove_pair(card, pair % len(card.example.pairs))

    @rule(times=st.integers(1, 5))
    def undo(self, times):
        for _ in range(times):
            self.editor.undo.trigger()
        self.settle()

    @rule(times=st.integers(1, 5))
    def redo(self, times):
        for _ in range(times):
            self.editor.redo.trigger()
        self.settle()

    @rule()
    def save(self):
        self.editor.save_leaf()
        self.settle()
        self.decide(0)

    @rule()
    def revert(self):
        self.editor.revert.trigger()
        self.settle()

    @rule(number=NUMBER)
    def go_to_another_leaf(self, number):
        self.show(self.documents[number % len(self.documents)])
        self.settle()
        self.decide(number)

    @rule(decision=NUMBER, place=PLACE, length=NUMBER, text=PIECES, edited=st.booleans())
    def another_program_writes(self, decision, place, length, text, edited):
        document = self.document
        theirs = document.file.text
        if edited:
            theirs = _edited_by_form(theirs, text)
        start = int(place * len(theirs))
        theirs = theirs[:start] + text + theirs[start + length :]
        document.path.write_bytes(encode(Source(theirs, "utf-8", False)))
        self.changes.look_anew(document)
        self.settle()
        self.decide(decision)

    @rule(decision=NUMBER)
    def another_program_deletes(self, decision):
        document = self.document
        if document.unsaved:
            document.path.unlink(missing_ok=True)
            self.changes.look_anew(document)
            self.settle()
            self.decide(decision)

    def decide(self, decision):
        """Answer a choice that is asked, or leave it open."""
        buttons = [button for button in self.editor.notice.choices() if not button.isHidden()]
        if not buttons or decision == 7:
            return
        mine = self.document.text
        button = buttons[decision % len(buttons)]
        word, steps = button.text(), self.history.index()
        button.click()
        self.settle()
        if word == "Compare":
            assert self.choice.panel.merged() is not None
            self.choice.panel.merge.click()
        assert self.history.index() == steps + 1, "a choice is one step"
        self.settle()
        assert not self.editor.notice.choices()
        if decision % 2:
            self.editor.undo.trigger()
            assert self.document.text == mine
            self.editor.redo.trigger()
            self.settle()

    @invariant()
    def form_and_yaml_say_the_same(self):
        document = self.document
        self.check_yaml(document)
        leaf = document.parsed()
        self.editor.show_yaml(False)
        if isinstance(leaf, TaxonomyError):
            assert self.editor._views.currentIndex() == 2
        else:
            assert self.editor._views.currentIndex() == 0
            self.check_form(leaf)
        self.editor.show_yaml(True)
        self.check_yaml(document)

    @invariant()
    def what_is_saved_is_in_the_file(self):
        document = self.document
        asked = self.choice._asked is not None
        if not document.unsaved and not document.is_saving and not asked and document.path.exists():
            assert encode(document.file.source) == document.path.read_bytes()

    def check_yaml(self, document):
        if self.editor.shows_yaml:
            assert raw_lines(self.editor.yaml) == lines_of(document.text)

    def check_form(self, leaf):
        form = self.editor.form
        assert [card.example for card in form.cards] == list(leaf.seed_examples)
        for number, (card, example) in enumerate(zip(form.cards, leaf.seed_examples, strict=True)):
            assert card.number == number
            for edit in card.edits():
                assert shown(edit) == said(edit.field, example, leaf), edit.field
        for edit in form._head.edits():
            assert shown(edit) == said(edit.field, None, leaf), edit.field

    def teardown(self):
        """Undo to the bottom gives the first bytes back, redo to the top the last."""
        try:
            self.settle()
            last = self.history.index()
            lasts = [document.text for document in self.documents]
            while self.history.canUndo():
                self.history.undo()
            assert [document.text for document in self.documents] == self.starts
            while self.history.index() < last:
                self.history.redo()
            assert [document.text for document in self.documents] == lasts
            while self.history.canUndo():
                self.history.undo()
            self.check_first_bytes()
        finally:
            self.leaves.keep_drafts()
            self.changes._poll.stop()
            self.settle()
            self.editor.show_document(None)
            self.history.clear()
            for gone in (self.choice, self.changes, self.choice.panel, self.editor, self.leaves):
                gone.deleteLater()
                self.settle()
            gc.collect()
            shutil.rmtree(self.folder, ignore_errors=True)

    def check_first_bytes(self):
        for document, encoding in zip(self.documents, self.encodings, strict=True):
            document.save(overwrite=True)
            self.settle()
            first = self.first[document.name]
            written = document.path.read_bytes()
            if encoding == "utf-8":
                assert written.removeprefix(b"\xef\xbb\xbf") == first.removeprefix(b"\xef\xbb\xbf")
            else:
                assert written.decode("utf-8") == first.decode("utf-16")


def write(edit, place, length, text):
    """Select some of a text editor's text and type over it."""
    cursor = QTextCursor(edit.document())
    last = edit.document().characterCount() - 1
    start = int(place * last)
    cursor.setPosition(start)
    cursor.setPosition(min(start + length, last), QTextCursor.MoveMode.KeepAnchor)
    cursor.insertText(text)


def shown(edit):
    """What a field of the form says."""
    text = tidy(edit.value())
    return [line.strip() for line in text.split("\n") if line.strip()] if edit.field == "document.patterns" else text


def said(field, example, leaf):
    """What the leaf says there."""
    name = field.rpartition(".")[2]
    if name == "patterns":
        return list(leaf.document.patterns) if leaf.document else []
    if name in ("repo", "commit"):
        return tidy(getattr(leaf.document, name)) if leaf.document else ""
    if example is None:
        return tidy(getattr(leaf, name))
    if name == "context":
        return tidy(example.context)
    number = int(field.rpartition("[")[2].partition("]")[0]) if "questions_and_answers" in field else 0
    return tidy(getattr(example.pairs[number], name)) if number < len(example.pairs) else ""


def _edited_by_form(text, value):
    try:
        return set_field(text, "created_by", value.strip() or "x")
    except TaxonomyError:
        return text


@pytest.fixture
def _collected_here():
    """Let Python collect its garbage between the steps only, in this thread: some of it is made of widgets."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("qapp", "_collected_here")
def test_any_sequence_keeps_form_yaml_and_file_equal():
    run_state_machine_as_test(
        Editing,
        settings=settings(
            deadline=None,
            derandomize=not TIMES,
            database=None,
            max_examples=15 * max(1, TIMES),
            stateful_step_count=25,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
            print_blob=False,
        ),
    )

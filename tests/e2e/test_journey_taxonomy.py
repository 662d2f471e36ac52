# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Two people write a knowledge leaf: one with the mouse who never sees YAML, one in YAML with keys alone."""

from __future__ import annotations

import time

from ilab_core.generation.documents import find_documents, read_document
from ilab_core.taxonomy.checking import check_file, is_valid
from ilab_core.taxonomy.reader import read_leaf
from PySide6.QtCore import QEvent, QObject, Qt
from window_driver import CONTROL, SHIFT, click, drag_over, drop_file, fill_in, focused, press, tab_to, write

FACTS = (
    ("otters", "Otters live by the weir at Elm Ford, and they fish at dusk."),
    ("mill", "The mill at Elm Ford grinds rye, and it was built by Ada Brook."),
    ("bridge", "The bridge at Elm Ford has nine arches, and carts pay no toll on it."),
    ("market", "The market at Elm Ford is held on Thursdays, and it sells cheese."),
    ("bell", "The bell at Elm Ford rings at noon, and children call it Old Tom."),
)
GUIDE = "# Elm Ford\n\n" + "\n\n".join(f"## The {name}\n\n{sentence}" for name, sentence in FACTS) + "\n"
QUESTIONS = ("What is said of the {}?", "What about the {}?", "Tell me of the {}.")
FIVE_MINUTES = 300
SLIP = (1, 0)
UNKNOWN = "colour: red"


class Seen(QObject):
    """Counts how often a widget came into sight."""

    def __init__(self, widget) -> None:
        super().__init__(widget)
        self.times = 0
        widget.installEventFilter(self)

    def eventFilter(self, _watched, event) -> bool:
        self.times += event.type() == QEvent.Type.Show
        return False


def choose_key(yaml, start, key):
    """Type the start of a key (or ask for the list) and take the key from the list that comes."""
    offers = yaml._keys.offers
    write(start)
    if not offers.isVisible():
        press(Qt.Key.Key_Space, CONTROL)
    assert offers.isVisible(), yaml.toPlainText()[-300:]
    for _ in range(offers.count()):
        if offers.chosen().key == key:
            break
        press(Qt.Key.Key_Down)
    assert offers.chosen().key == key
    press(Qt.Key.Key_Return)


def new_line(yaml, column):
    """Press Return and go to a level with as many keys as that needs."""
    press(Qt.Key.Key_Return)
    while len(yaml.textCursor().block().text()) > column:
        press(Qt.Key.Key_Backspace)
    while len(yaml.textCursor().block().text()) < column:
        press(Qt.Key.Key_Tab)


def check_of(leaf, journey):
    """Return what is wrong with the saved leaf; its attribution is another form."""
    problems = check_file(leaf, journey.services.workspace.documents)
    assert is_valid(problems), [problem.message for problem in problems]
    return [problem.message for problem in problems if "attribution" not in problem.code]


def errors_of(page):
    """Return the errors that the page tells of its leaf."""
    return [problem for problem in page.document.problems if problem.severity == "error"]


def open_new_leaf(journey, name):
    """Wait for the new leaf to be shown, and return the page."""
    page = journey.window.page("taxonomy")
    journey.wait(lambda: page.document is not None and page.document.name == name, "the new leaf", 30)
    journey.wait(lambda: page.document.is_checked, "the check of the new leaf", 30)
    return page


def test_a_leaf_from_a_document_with_the_mouse_and_no_yaml(journey, tmp_path):
    window = journey.window
    source = tmp_path / "Elm Ford.md"
    source.write_text(GUIDE, encoding="utf-8")
    began = time.monotonic()
    [to_taxonomy] = [button for button in window.side_bar.buttons if button.text().replace("&", "") == "Taxonomy"]
    click(to_taxonomy)
    page = window.page("taxonomy")
    journey.wait(lambda: page.document is not None, "the taxonomy", 30)
    click(page.new_button)
    panel = page.new_leaf_panel
    click(panel.knowledge)
    panel.folder.clear()
    fill_in(panel.folder, "places")
    fill_in(panel.name, "elm_ford")
    journey.wait(panel.create.isEnabled, "the button", 10)
    click(panel.create)
    open_new_leaf(journey, "knowledge/places/elm_ford")

    form = page.editor.form
    yaml_seen = Seen(page.editor.yaml)
    for field, text in (
        ("created_by", "mira"),
        ("domain", "Places"),
        ("document_outline", "A guide to Elm Ford."),
    ):
        edit = form._head.find(field).editor
        form.ensureWidgetVisible(edit)
        if edit.text() != text:
            click(edit.viewport())
            press(Qt.Key.Key_A, CONTROL)
            write(text)
    preview = page.side.preview
    drop_file(form.cards[0].edits()[0].editor.viewport(), source)
    journey.wait(lambda: "Old Tom" in preview.browser.toPlainText(), "the document", 30)

    for number, (_name, sentence) in enumerate(FACTS):
        drag_over(preview.browser, sentence)
        assert preview.passages.use.text() == f"Use in example {number + 1}"
        click(preview.passages.use)
    for number, (name, sentence) in enumerate(FACTS):
        card = form.cards[number]
        assert card.unfolded
        for pair, question in enumerate(QUESTIONS):
            for key, text in (("question", question.format(name)), ("answer", sentence[: 24 + pair].strip())):
                [edit] = [e for e in card.edits() if e.field.endswith(f"questions_and_answers[{pair}].{key}")]
                form.ensureWidgetVisible(edit)
                fill_in(edit.editor, text)
    assert len(preview.browser.extraSelections()) == 5
    click(page.editor._save_button)
    journey.wait(lambda: not page.document.unsaved, "the leaf to be saved", 30)
    journey.wait(lambda: page.document.is_checked and not errors_of(page), "the leaf to be valid", 30)
    assert time.monotonic() - began < FIVE_MINUTES
    assert yaml_seen.times == 0

    assert check_of(page.document.path, journey) == []
    leaf = read_leaf(page.document.path)
    assert [example.context for example in leaf.seed_examples] == [sentence for _name, sentence in FACTS]
    [document] = find_documents(leaf, journey.services.workspace.documents)
    assert read_document(document) == GUIDE


def test_a_leaf_as_text_with_keys_alone(journey):
    window = journey.window
    window.activateWindow()
    journey.wait(window.isActiveWindow, "the window to be active", 10)
    press(Qt.Key.Key_2, CONTROL)
    page = window.page("taxonomy")
    journey.wait(lambda: page.document is not None and page.document.is_checked, "the taxonomy", 30)
    tab_to(page.tree.tree)
    press(Qt.Key.Key_N, CONTROL)
    write("elm_ford")
    journey.wait(page.new_leaf_panel.create.isEnabled, "the button", 10)
    press(Qt.Key.Key_Return)
    name = page.new_leaf_panel.values().leaf_name
    open_new_leaf(journey, name)
    press(Qt.Key.Key_E, CONTROL)
    yaml = page.editor.yaml
    assert focused() is yaml
    press(Qt.Key.Key_A, CONTROL)
    press(Qt.Key.Key_Backspace)

    for start, key, value in (("v", "version", ""), ("cr", "created_by", "mira"), ("dom", "domain", "Places")):
        choose_key(yaml, start, key)
        write(value)
        new_line(yaml, 0)
    choose_key(yaml, "see", "seed_examples")
    for number, (fact, sentence) in enumerate(FACTS):
        choose_key(yaml, "", "context")
        write("|")
        new_line(yaml, 6)
        write(sentence)
        new_line(yaml, 4)
        choose_key(yaml, "qu", "questions_and_answers")
        for pair, question in enumerate(QUESTIONS):
            choose_key(yaml, "", "question")
            # One question is forgotten, to be found by F8
            write("" if (number, pair) == SLIP else question.format(fact))
            new_line(yaml, 8)
            choose_key(yaml, "a", "answer")
            write(sentence[:24].strip())
            new_line(yaml, 6 if pair < 2 else 2)
            write("- " if pair < 2 or number < 4 else "")
    new_line(yaml, 0)
    choose_key(yaml, "document_", "document_outline")
    write("A guide to Elm Ford.")
    new_line(yaml, 0)
    choose_key(yaml, "doc", "document")
    choose_key(yaml, "", "repo")
    write("https://github.com/mira/elm-ford.git")
    new_line(yaml, 2)
    choose_key(yaml, "c", "commit")
    write("0123456789abcdef0123456789abcdef01234567")
    new_line(yaml, 2)
    choose_key(yaml, "p", "patterns")
    write("guide.md")
    new_line(yaml, 0)
    write(UNKNOWN)
    new_line(yaml, 0)
    assert focused() is yaml

    journey.wait(lambda: len(errors_of(page)) == 2, "the two slips to be found", 30)
    press(Qt.Key.Key_Home, CONTROL)
    press(Qt.Key.Key_F8)
    assert yaml.textCursor().block().text().strip() == "- question:"
    assert "empty" in yaml._sentence.text
    first = yaml.textCursor().blockNumber()
    # A warning on the way: the document of a public repository is not here
    press(Qt.Key.Key_F8)
    assert yaml.textCursor().block().text() == "  patterns:"
    press(Qt.Key.Key_F8)
    assert yaml.textCursor().block().text() == UNKNOWN
    assert "not a key of the standard" in yaml._sentence.text
    press(Qt.Key.Key_End)
    press(Qt.Key.Key_Backspace, times=len(UNKNOWN) + 1)
    press(Qt.Key.Key_F8, SHIFT, times=2)
    assert yaml.textCursor().blockNumber() == first
    press(Qt.Key.Key_End)
    write(f" {QUESTIONS[0].format(FACTS[1][0])}")
    journey.wait(lambda: not errors_of(page) and page.document.is_checked, "the slips to be mended", 30)
    press(Qt.Key.Key_S, CONTROL)
    journey.wait(lambda: not page.document.unsaved, "the leaf to be saved", 30)

    assert page.editor.shows_yaml
    problems = check_file(page.document.path)
    assert is_valid(problems), [problem.message for problem in problems]
    leaf = read_leaf(page.document.path)
    assert [example.context for example in leaf.seed_examples] == [sentence for _name, sentence in FACTS]
    assert {len(example.pairs) for example in leaf.seed_examples} == {3}

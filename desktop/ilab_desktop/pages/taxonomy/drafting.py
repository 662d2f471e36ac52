# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Drafting with the teacher: the jobs of the leaf that is shown, their suggestions, and what a person decides.

Suggestions and decisions are in the run folders. The leaf changes only when a suggestion is accepted, as one step of
its undo history that takes the decision back with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from ilab_core.errors import TaxonomyError, WorkspaceError
from ilab_core.generation.suggestions import (
    Decision,
    Drafted,
    Suggestion,
    read_decisions,
    read_drafted,
    undecided,
    write_decisions,
)
from ilab_core.jobs.runs import RunFolder, create_run
from ilab_core.jobs.view import JobView
from ilab_core.taxonomy.filling import put_example
from ilab_core.taxonomy.leaf import Leaf
from ilab_core.taxonomy.reader import parse_leaf
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand

from ilab_desktop.background import Task, run_in_background
from ilab_desktop.pages.taxonomy.draft_state import Ready, draft_title, examples_wanted, is_of_leaf, look, what_counts
from ilab_desktop.pages.taxonomy.leaf_document import LeafDocument
from ilab_desktop.pages.taxonomy.leaf_editor import LeafEditor
from ilab_desktop.pages.taxonomy.suggestions import Key
from ilab_desktop.services import Services

ACTIVE = ("queued", "running", "cancelling")


class Drafting(QObject):
    """Fills the form's `SuggestionsPanel` for the leaf that is shown."""

    model_wanted = Signal()
    document_wanted = Signal()

    def __init__(self, services: Services, editor: LeafEditor) -> None:
        super().__init__(editor)
        self._services = services
        self._editor = editor
        self._document: LeafDocument | None = None
        self._panel = editor.form.suggestions
        self._ready = Ready()
        self._looked_at: tuple[object, ...] = ()
        self._looking: Task | None = None
        self._starting = False
        self._watched: set[str] = set()
        self._drafted: dict[str, Drafted] = {}
        self._decisions: dict[str, dict[int, Decision]] = {}
        self._connect()

    def show_document(self, document: LeafDocument | None) -> None:
        """Show the suggestions for another leaf."""
        if self._document is not None:
            self._document.text_changed.disconnect(self._text_changed)
        self._document = document
        self._looked_at = ()
        self._ready = Ready()
        self._panel.notice.clear()
        if document is not None:
            document.text_changed.connect(self._text_changed)
        self._show()
        self._look()
        self._read()

    def decide(self, keys: Sequence[Key], decision: Decision | None) -> None:
        """Record what was decided, None for not decided after all; only steps of the undo history call this."""
        for run_id, number in keys:
            known = self._decisions.setdefault(run_id, {})
            known.pop(number, None)
            if decision is not None:
                known[number] = decision
        for run_id in {run_id for run_id, _number in keys}:
            run = self._services.jobs.run(run_id)
            try:
                if run is not None:
                    write_decisions(run.path, self._decisions[run_id])
            except WorkspaceError as error:
                self._editor.show_error(error)
        self._show()

    def _connect(self) -> None:
        panel, jobs, events = self._panel, self._services.jobs, self._services.events
        panel.draft_wanted.connect(self._start)
        panel.cancel_wanted.connect(self._cancel)
        panel.cure_wanted.connect(self._cure)
        panel.accepted.connect(self._accept)
        panel.edit_wanted.connect(self._edit_then_accept)
        panel.dismissed.connect(self._dismiss)
        jobs.job_changed.connect(self._job_changed)
        jobs.job_event.connect(self._job_event)
        jobs.loaded.connect(self._read)
        events.models_changed.connect(self._look_again)
        events.settings_changed.connect(self._look_again)
        events.taxonomy_changed.connect(self._look_again)

    def _leaf(self) -> Leaf | None:
        leaf = self._document.parsed() if self._document is not None else None
        return None if isinstance(leaf, TaxonomyError) else leaf

    def _runs(self) -> list[tuple[RunFolder, JobView]]:
        """Return the draft runs of the leaf that is shown, newest first."""
        if self._document is None:
            return []
        root, name = self._services.taxonomy_root, self._document.name
        return [
            (run, view)
            for run, view in self._services.jobs.views()
            if run.kind == "draft" and is_of_leaf(dict(run.request), root, name)
        ]

    def _suggestions(self) -> dict[Key, Suggestion]:
        """Return what waits for a decision, oldest run first; what the leaf has word for word is decided."""
        leaf = self._leaf()
        present = set(leaf.seed_examples) if leaf is not None else set()
        return {
            (run.id, suggestion.number): suggestion
            for run, _view in reversed(self._runs())
            for suggestion in undecided(self._drafted.get(run.id, Drafted()), self._decisions.get(run.id, {}))
            if suggestion.example not in present
        }

    def _show(self) -> None:
        active = next((view for _run, view in self._runs() if view.state in ACTIVE), None)
        free = active is None and not self._starting
        self._panel.show_ready(free and self._ready.teacher is not None, self._ready.missing if free else None)
        self._panel.show_running(active)
        self._panel.show_suggestions(self._suggestions())

    def _text_changed(self, _origin: str) -> None:
        self._show()
        self._look()

    def _look_again(self) -> None:
        self._looked_at = ()
        self._look()

    def _look(self) -> None:
        """Find out in the background whether the teacher can draft, where the leaf changed in what that takes."""
        leaf = self._leaf()
        if leaf is None or what_counts(leaf) == self._looked_at:
            return
        self._looked_at = what_counts(leaf)
        if self._looking is not None:
            self._looking.cancel()
        services = self._services
        teacher, documents = services.settings.teacher_model, services.workspace.documents
        self._looking = run_in_background(self, partial(look, leaf, services.library, teacher, documents), self._looked)

    def _looked(self, ready: Ready) -> None:
        self._ready = ready
        self._show()

    def _read(self) -> None:
        """Read the suggestions of the leaf's runs in the background."""
        folders = [(run.id, run.path) for run, _view in self._runs()]
        if folders:
            run_in_background(
                self,
                lambda: [(run_id, read_drafted(path), read_decisions(path)) for run_id, path in folders],
                self._was_read,
            )

    def _was_read(self, found: list[tuple[str, Drafted, dict[int, Decision]]]) -> None:
        for run_id, drafted, decisions in found:
            self._drafted[run_id] = drafted
            # Only this window decides, so what it remembers is at least as new as the file
            self._decisions.setdefault(run_id, decisions)
        self._show()

    def _job_changed(self, job_id: str) -> None:
        run, view = self._services.jobs.run(job_id), self._services.jobs.view(job_id)
        if run is None or view is None or all(run.id != own.id for own, _view in self._runs()):
            return
        if view.state in ACTIVE:
            self._watched.add(job_id)
            self._panel.notice.clear()
        elif job_id in self._watched:
            self._watched.discard(job_id)
            self._tell_end(run, view)
            self._read()
        self._show()

    def _job_event(self, job_id: str, event: dict) -> None:
        if event.get("event") == "suggestion" and any(run.id == job_id for run, _view in self._runs()):
            self._read()

    def _tell_end(self, run: RunFolder, view: JobView) -> None:
        """Say how a run ended where that is not plain to see."""
        notice = self._panel.notice
        again = partial(self._services.jobs.resume, run)
        if view.state == "failed" and view.error is not None:
            error = view.error
            meaning = "warning" if error.code in ("generation", "document") else "danger"
            notice.tell(meaning, error.summary, error.hint, error.detail, "Try again", self._start)
        elif view.state == "crashed":
            detail = view.error.detail if view.error is not None else ""
            notice.tell(
                "warning", "Drafting stopped before it was done.", "What was drafted is kept.", detail, "Resume", again
            )
        elif view.state == "cancelled":
            notice.tell("neutral", "You cancelled drafting. What was drafted is kept.", "", "", "Resume", again)
        elif view.result is not None and view.done < (view.total or 0):
            notice.tell("information", str(view.result.get("summary", "")))

    def _start(self) -> None:
        leaf, document, teacher = self._leaf(), self._document, self._ready.teacher
        if leaf is None or document is None or teacher is None or self._starting:
            return
        self._editor.flush()
        self._panel.notice.clear()
        self._starting = True
        services, runs = self._services, self._runs()
        waiting = [suggestion.example for suggestion in self._suggestions().values()]
        request = {
            "taxonomy": str(services.taxonomy_root),
            "leaf": document.name,
            "text": document.text,
            "teacher": str(teacher),
            "documents": str(services.workspace.documents),
            "description": "",
            "examples": examples_wanted(leaf),
            "avoid": [example.context or example.pairs[0].question for example in waiting],
            "seed": len(runs),  # another one each time, so that drafting again suggests other questions
            "threads": services.settings.threads,
        }
        title = draft_title(document.name)
        run_in_background(
            self,
            lambda: create_run(services.workspace.runs, "draft", title, request, seed=len(runs)),
            self._created,
            self._not_created,
        )
        self._show()

    def _created(self, run: RunFolder) -> None:
        self._starting = False
        self._services.jobs.start(run)
        self._show()

    def _not_created(self, error: Exception) -> None:
        self._starting = False
        self._editor.show_error(error)
        self._show()

    def _cancel(self) -> None:
        for run, view in self._runs():
            if view.state in ACTIVE:
                self._services.jobs.cancel(run.id)

    def _cure(self, cure: str) -> None:
        if cure == "model":
            self.model_wanted.emit()
        elif cure == "document":
            self.document_wanted.emit()
        elif cure == "description":
            self._editor.select_field("task_description")

    def _accept(self, keys: Sequence[Key]) -> int | None:
        """Make suggestions examples of the leaf, in one step; return the place of the last one."""
        found, document = self._suggestions(), self._document
        chosen = {key: found[key] for key in keys if key in found}
        if document is None or not chosen:
            return None
        self._editor.flush()
        focus = self._panel.place_of(next(iter(chosen)))
        text, place = document.text, None
        try:
            for suggestion in chosen.values():
                text, place = put_example(text, parse_leaf(text, document.path), suggestion.example)
        except TaxonomyError as error:
            self._editor.show_error(error)
            return None
        what = "Accept suggestion" if len(chosen) == 1 else "Accept suggestions"
        document.undo_stack.beginMacro(what)
        document.change(text, what)
        document.undo_stack.push(_Decide(self, document, list(chosen), "accepted", what))
        document.undo_stack.endMacro()
        self._focus(focus)
        return place

    def _edit_then_accept(self, key: Key) -> None:
        place = self._accept([key])
        if place is not None:
            self._editor.select_field(f"seed_examples[{place}]")

    def _dismiss(self, key: Key) -> None:
        if self._document is not None and key in self._suggestions():
            focus = self._panel.place_of(key)
            command = _Decide(self, self._document, [key], "dismissed", "Dismiss suggestion")
            self._document.undo_stack.push(command)
            self._focus(focus)

    def _focus(self, place: int) -> None:
        if not self._panel.take_focus(place):
            self._editor.form.focus_add()


class _Decide(QUndoCommand):
    """A decision as a step of the leaf's history."""

    def __init__(
        self, drafting: Drafting, document: LeafDocument, keys: list[Key], decision: Decision, label: str
    ) -> None:
        super().__init__(label)
        self._drafting, self._document = drafting, document
        self._keys, self._decision = keys, decision
        self._first = True

    def redo(self) -> None:
        """Decide."""
        first, self._first = self._first, False
        self._drafting.decide(self._keys, self._decision)
        if not first:
            self._document.travelled.emit()

    def undo(self) -> None:
        """Take the decision back."""
        self._drafting.decide(self._keys, None)
        self._document.travelled.emit()

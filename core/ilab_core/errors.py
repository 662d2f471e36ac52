# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Every error that is shown to a person: a sentence, a way out, and the detail for an engineer."""

from __future__ import annotations


class IlabError(Exception):
    """An error with a `summary` (what happened), a `hint` (what to do) and a `detail` (raw text, may be empty)."""

    code = "error"

    def __init__(self, summary: str, hint: str = "", detail: str = "") -> None:
        super().__init__(summary)
        self.summary = summary
        self.hint = hint
        self.detail = detail


class WorkspaceError(IlabError):
    """The workspace folder cannot be used: read-only, full, in use by another window, a broken settings file."""

    code = "workspace"


class TaxonomyError(IlabError):
    """A taxonomy or a leaf cannot be read or written."""

    code = "taxonomy"


class DocumentError(IlabError):
    """A leaf's document cannot be found or read."""

    code = "document"


class ModelError(IlabError):
    """A model file is not what it should be, or cannot do what was asked of it."""

    code = "model"


class InferenceError(IlabError):
    """The model could not answer: a prompt too long, memory that ran out."""

    code = "inference"


class GenerationError(IlabError):
    """A generation run ended without a result."""

    code = "generation"


class TrainingError(IlabError):
    """A training run ended without a result."""

    code = "training"


class JobError(IlabError):
    """A job's folder, process or protocol is broken."""

    code = "job"


class Cancelled(IlabError):
    """The person cancelled; not a failure."""

    code = "cancelled"

    def __init__(self) -> None:
        super().__init__("Cancelled.")

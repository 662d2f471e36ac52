# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The prompting contract: the one place where messages become token ids.

Generation, training and chat all call it, so a model is asked in just the way it was taught.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ilab_core.chat_template import ChatTemplate
from ilab_core.errors import ModelError

ZERO_WIDTH_SPACE = "\u200b"


@dataclass(frozen=True)
class Message:
    """One turn of a conversation; `role` is system, user or assistant."""

    role: str
    content: str


@dataclass(frozen=True)
class TrainingTokens:
    """A whole conversation as token ids; `mask` is True where the assistant wrote, its end of turn included."""

    ids: list[int]
    mask: list[bool]


class TokenVocabulary(Protocol):
    """What the contract needs of a vocabulary; `inference.llama.Vocabulary` is one."""

    @property
    def bos(self) -> int:
        """The id of the token that begins a text."""

    @property
    def adds_bos(self) -> bool:
        """Whether the model expects that token in front."""

    def tokenize(self, text: str, parse_special: bool = True) -> list[int]:
        """Return the token ids of `text`."""


@dataclass(frozen=True)
class PromptContract:
    """How one model is spoken to: its chat template, vocabulary and the control texts no person may type."""

    template: ChatTemplate
    vocabulary: TokenVocabulary
    control_texts: tuple[str, ...]

    def prompt_tokens(self, messages: Sequence[Message]) -> list[int]:
        """Return the ids of `messages`, ending where the assistant's answer starts."""
        whole = self._render(messages, answer_next=True)
        try:
            pieces = self._pieces(whole, messages)
        except ModelError:
            pieces = [(whole, False)]  # never taught in this form, so there is nothing to agree with
        return self._tokens(pieces).ids

    def answer_tokens(self, text: str) -> list[int]:
        """Return the ids of an assistant's answer, as they follow `prompt_tokens`."""
        return self.vocabulary.tokenize(self._harmless(text), parse_special=False)

    def training_tokens(self, messages: Sequence[Message]) -> TrainingTokens:
        """Return the ids and mask of a whole conversation.

        Every piece is tokenized apart, split where an answer starts and ends: the ids before an answer
        are then exactly those that `prompt_tokens` gives when the model is asked.
        """
        return self._tokens(self._pieces(self._render(messages, answer_next=False), messages))

    def _pieces(self, whole: str, messages: Sequence[Message]) -> list[tuple[str, bool]]:
        """Return `whole` cut where answers start and end, and for each piece whether it is an answer."""
        pieces: list[tuple[str, bool]] = []
        done = 0
        for index, message in enumerate(messages):
            if message.role != "assistant":
                continue
            start = len(self._shared(whole, self._render(messages[:index], answer_next=True), done))
            end = self._answer_end(whole, start, message)
            pieces += [(whole[done:start], False), (whole[start:end], True)]
            done = end
        return [*pieces, (whole[done:], False)]

    def _tokens(self, pieces: Sequence[tuple[str, bool]]) -> TrainingTokens:
        ids: list[int] = []
        mask: list[bool] = []
        for text, learned in pieces:
            tokens = self.vocabulary.tokenize(text) if text else []
            ids += tokens
            mask += [learned] * len(tokens)
        front = len(self._with_bos(ids)) - len(ids)
        return TrainingTokens(self._with_bos(ids), [False] * front + mask)

    def _answer_end(self, whole: str, start: int, message: Message) -> int:
        content = self._harmless(message.content).strip()
        found = whole.find(content, start)
        if found < 0:
            raise ModelError("The model's chat template changes the answers it is given.", "Choose another base model.")
        end = found + len(content)
        closing = [(whole.find(text, end), text) for text in self.control_texts]
        nearest = min(((place, text) for place, text in closing if place >= 0), default=None)
        if nearest is not None and not whole[end : nearest[0]].strip():
            return nearest[0] + len(nearest[1])
        return end

    def _shared(self, whole: str, prefix: str, done: int) -> str:
        if whole.startswith(prefix) and len(prefix) >= done:
            return prefix
        raise ModelError(
            "The model's chat template writes earlier turns in another way than the last one.",
            "Train on single questions and answers, or choose another base model.",
        )

    def _render(self, messages: Sequence[Message], answer_next: bool) -> str:
        turns = [{"role": message.role, "content": self._harmless(message.content)} for message in messages]
        return self.template.render(turns, answer_next)

    def _harmless(self, text: str) -> str:
        """Break the control tokens that a text happens to spell, so that it cannot end its own turn."""
        for control in self.control_texts:
            if len(control) > 1 and control in text:
                text = text.replace(control, control[0] + ZERO_WIDTH_SPACE + control[1:])
        return text

    def _with_bos(self, ids: list[int]) -> list[int]:
        if self.vocabulary.adds_bos and (not ids or ids[0] != self.vocabulary.bos):
            return [self.vocabulary.bos, *ids]
        return ids


def contract_for(path: Path, vocabulary: object) -> PromptContract:
    """Return the contract of the GGUF at `path`, whose `inference.llama.Vocabulary` is loaded already."""
    from ilab_core.inference.llama import Vocabulary
    from ilab_core.models.inspection import inspect

    assert isinstance(vocabulary, Vocabulary)
    info = inspect(path)
    if info.chat_template is None:
        raise ModelError(
            f"{info.name} has no chat template, so it does not say how it wants to be asked.",
            "Choose an instruct or chat version of the model.",
        )
    template = ChatTemplate(info.chat_template, vocabulary.text(vocabulary.bos), vocabulary.text(vocabulary.eos))
    return PromptContract(template, vocabulary, vocabulary.control_texts())


@contextmanager
def load_contract(path: Path) -> Iterator[PromptContract]:
    """Give the contract of the GGUF at `path`, with its vocabulary but none of its weights in memory; freed at the end.

    Neither the contract nor its vocabulary may be used after the `with`.
    """
    from ilab_core.inference.llama import LoadedModel

    with LoadedModel(path, vocabulary_only=True) as model:
        yield contract_for(path, model.vocabulary)

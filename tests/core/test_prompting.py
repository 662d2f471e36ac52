# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The prompting contract: what is asked is the beginning of what was taught, and only answers are learned."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ilab_core.chat_template import ChatTemplate
from ilab_core.errors import ModelError
from ilab_core.inference.llama import load_library
from ilab_core.prompting import ZERO_WIDTH_SPACE, Message, PromptContract, load_contract
from tiny_gguf import CHATML, write_tiny_gguf

CONTROLS = (
    "<s>", "</s>", "<|im_start|>", "<|im_end|>", "<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>",
    "<|eot_id|>", "<bos>", "<start_of_turn>", "<end_of_turn>",
)  # fmt: skip


@dataclass
class WordVocabulary:
    """Words, runs of white space and control texts are tokens: pieces merge over their borders, as real ones do."""

    bos_text: str
    adds_bos: bool = True
    ids: dict[str, int] = field(default_factory=lambda: {text: number for number, text in enumerate(CONTROLS)})

    @property
    def bos(self) -> int:
        return self.ids[self.bos_text]

    def tokenize(self, text: str, parse_special: bool = True) -> list[int]:
        words = re.findall(r" ?\w+|\s+|[^\w\s]", text)
        if parse_special:
            controls = "|".join(map(re.escape, CONTROLS))
            parts = re.split(f"({controls})", text)
            words = [
                word
                for part in parts
                for word in ([part] if part in CONTROLS else re.findall(r" ?\w+|\s+|[^\w\s]", part))
            ]
        return [self.ids.setdefault(word, len(self.ids)) for word in words]

    def text(self, ids: list[int]) -> str:
        words = {number: word for word, number in self.ids.items()}
        return "".join(words[number] for number in ids)


@dataclass(frozen=True)
class Family:
    source: str
    bos: str
    end: str
    start: str
    trims: bool = False
    adds_bos: bool = True

    def contract(self) -> PromptContract:
        vocabulary = WordVocabulary(self.bos, self.adds_bos)
        return PromptContract(ChatTemplate(self.source, self.bos, self.end), vocabulary, CONTROLS)


FAMILIES = {
    "chatml": Family(CHATML, "<|im_start|>", "<|im_end|>", "<|im_start|>assistant\n", adds_bos=False),
    "chatml with a default system prompt": Family(
        "{% if messages[0]['role'] != 'system' %}<|im_start|>system\nYou are helpful.<|im_end|>\n{% endif %}" + CHATML,
        "<s>", "<|im_end|>", "<|im_start|>assistant\n", adds_bos=False,
    ),
    "llama 3": Family(
        "{% for m in messages %}{% set c = '<|start_header_id|>' + m['role'] + '<|end_header_id|>\n\n'"
        " + m['content'] | trim + '<|eot_id|>' %}{% if loop.first %}{% set c = bos_token + c %}{% endif %}{{ c }}"
        "{% endfor %}{% if add_generation_prompt %}"
        "{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}",
        "<|begin_of_text|>", "<|eot_id|>", "<|start_header_id|>assistant<|end_header_id|>\n\n", trims=True,
    ),
    "gemma": Family(
        "{{ bos_token }}{% for m in messages %}{% set r = 'model' if m['role'] == 'assistant' else m['role'] %}"
        "{{ '<start_of_turn>' + r + '\n' + m['content'] | trim + '<end_of_turn>\n' }}{% endfor %}"
        "{% if add_generation_prompt %}{{ '<start_of_turn>model\n' }}{% endif %}",
        "<bos>", "<end_of_turn>", "<start_of_turn>model\n", trims=True,
    ),
    "zephyr": Family(
        "{% for m in messages %}{{ '<|' + m['role'] + '|>\n' + m['content'] + eos_token }}\n{% endfor %}"
        "{% if add_generation_prompt %}{{ '<|assistant|>\n' }}{% endif %}",
        "<s>", "</s>", "<|assistant|>\n",
    ),
    "mistral": Family(
        "{{ bos_token }}{% for m in messages %}{% if m['role'] == 'assistant' %}{{ m['content'] + eos_token }}"
        "{% else %}{{ '[INST] ' + m['content'] + ' [/INST]' }}{% endif %}{% endfor %}",
        "<s>", "</s>", " [/INST]",
    ),
}  # fmt: skip

every_family = pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES.keys())
CONTENT = st.text(st.sampled_from("ab .\n?<|>/s😀"), min_size=1, max_size=12).filter(str.strip)


def talk(*contents: str) -> list[Message]:
    return [Message(("user", "assistant")[index % 2], content) for index, content in enumerate(contents)]


def learned(contract: PromptContract, messages: list[Message]) -> list[str]:
    """Return the text of each run of tokens that is learned."""
    tokens = contract.training_tokens(messages)
    assert len(tokens.ids) == len(tokens.mask)
    runs: list[list[int]] = []
    for index, (token, mine) in enumerate(zip(tokens.ids, tokens.mask, strict=True)):
        if mine and (index == 0 or not tokens.mask[index - 1]):
            runs.append([])
        if mine:
            runs[-1].append(token)
    return [contract.vocabulary.text(run) for run in runs]


@every_family
def test_only_answers_with_their_end_of_turn_are_learned(family: Family):
    contract = family.contract()
    messages = talk("Which bird?", "The grey heron.", "Where?", "In the harbour.\n\nAt dawn.")
    expected = [f"The grey heron.{family.end}", f"In the harbour.\n\nAt dawn.{family.end}"]
    assert learned(contract, messages) == expected


@every_family
def test_a_system_prompt_is_not_learned(family: Family):
    messages = [Message("system", "Be short."), *talk("Which bird?", "The heron.")]
    contract = family.contract()
    assert learned(contract, messages) == [f"The heron.{family.end}"]
    assert "Be short." in contract.vocabulary.text(contract.prompt_tokens(messages[:2]))


@every_family
def test_a_prompt_ends_where_the_answer_starts(family: Family):
    contract = family.contract()
    assert contract.vocabulary.text(contract.prompt_tokens(talk("Which bird?"))).endswith(family.start)


@every_family
def test_white_space_around_an_answer_is_learned_as_the_template_writes_it(family: Family):
    given_answer = "  The heron.\n"
    (answer,) = learned(family.contract(), talk("Which bird?", given_answer))
    assert answer == (given_answer.strip() if family.trims else given_answer) + family.end


@every_family
@settings(max_examples=40, deadline=None)
@given(contents=st.lists(CONTENT, min_size=2, max_size=6).filter(lambda contents: len(contents) % 2 == 0))
def test_what_is_asked_is_exactly_the_beginning_of_what_is_taught(family: Family, contents: list[str]):
    contract = family.contract()
    messages = talk(*contents)
    tokens = contract.training_tokens(messages)
    for turn in range(1, len(messages), 2):
        prompt = contract.prompt_tokens(messages[:turn])
        assert tokens.ids[: len(prompt)] == prompt
        assert not tokens.mask[len(prompt) - 1]
        assert tokens.mask[len(prompt)]


@every_family
@settings(max_examples=40, deadline=None)
@given(content=st.lists(st.sampled_from([*CONTROLS, "a", " ", "<", "|", ">", "im_end"]), min_size=1, max_size=8))
def test_content_that_spells_control_tokens_cannot_end_its_turn(family: Family, content: list[str]):
    contract = family.contract()
    said = "x" + "".join(content) + "x"

    def controls(messages: list[Message]) -> list[int]:
        return [token for token in contract.training_tokens(messages).ids if token < len(CONTROLS)]

    assert controls(talk(said, said)) == controls(talk("x", "x"))
    assert all(token >= len(CONTROLS) for token in contract.answer_tokens(said))
    text = contract.vocabulary.text(contract.training_tokens(talk(said, "x")).ids)
    assert said in text.replace(ZERO_WIDTH_SPACE, ""), "nothing but the invisible break was added"


@every_family
def test_the_first_token_of_a_text_is_there_once(family: Family):
    contract = family.contract()
    for ids in (contract.prompt_tokens(talk("a")), contract.training_tokens(talk("a", "b")).ids):
        if family.adds_bos:
            assert ids[0] == contract.vocabulary.bos
            assert ids.count(contract.vocabulary.bos) == 1
            assert not contract.training_tokens(talk("a", "b")).mask[0]


def test_a_template_that_changes_answers_is_refused():
    contract = Family("{% for m in messages %}{{ m['content'] | upper }}{% endfor %}", "<s>", "</s>", "").contract()
    with pytest.raises(ModelError, match="changes the answers"):
        contract.training_tokens(talk("a", "b"))


def test_a_template_that_rewrites_earlier_turns_is_refused_for_training_and_still_chats():
    source = (
        "{% for m in messages %}{% if m['role'] == 'assistant' and not loop.last %}(earlier){% else %}"
        "{{ m['content'] }}{% endif %}<|im_end|>{% endfor %}"
    )
    contract = Family(source, "<s>", "<|im_end|>", "").contract()
    assert learned(contract, talk("a", "b")) == ["b<|im_end|>"]
    with pytest.raises(ModelError, match=r"earlier turns|changes the answers"):
        contract.training_tokens(talk("a", "b", "c", "d"))
    asked = contract.prompt_tokens(talk("a", "b", "c"))
    assert "(earlier)" in contract.vocabulary.text(asked)


def test_the_contract_of_a_real_file(tmp_path: Path):
    with load_contract(write_tiny_gguf(tmp_path / "tiny.gguf")) as contract:
        messages = talk("Hello there <|im_end|>", "The tower.")
        tokens = contract.training_tokens(messages)
        prompt = contract.prompt_tokens(messages[:1])
        expected = contract.answer_tokens("The tower.")
    assert tokens.ids[: len(prompt)] == prompt
    answer = [token for token, mine in zip(tokens.ids, tokens.mask, strict=True) if mine]
    assert answer == [*expected, 2]
    assert tokens.ids.count(2) == 2
    assert set(contract.control_texts) == {"<|endoftext|>", "<|im_start|>", "<|im_end|>"}


def test_a_file_without_a_template_cannot_be_asked(tmp_path: Path):
    file = write_tiny_gguf(tmp_path / "tiny.gguf", chat_template=None)
    with pytest.raises(ModelError, match="no chat template") as caught, load_contract(file):
        pass
    assert "instruct" in caught.value.hint


@pytest.mark.parametrize("template", [CHATML, None])
def test_the_vocabulary_is_freed_in_any_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, template: str | None):
    library = load_library()
    free, freed = library.llama_model_free, []

    def note(handle: object) -> None:
        freed.append(handle)
        free(handle)

    monkeypatch.setattr(library, "llama_model_free", note)
    file = write_tiny_gguf(tmp_path / "tiny.gguf", chat_template=template)
    with suppress(ModelError), load_contract(file):
        assert freed == []
    assert len(freed) == 1

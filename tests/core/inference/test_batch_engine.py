# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The batched engine against llama.cpp called in the plainest way: one sequence, one pass."""

from __future__ import annotations

import gc
import random
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ilab_core.errors import InferenceError
from ilab_core.inference.batch_engine import BatchEngine
from ilab_core.inference.llama import BatchToken, Context, LoadedModel
from ilab_core.inference.types import Completion, CompletionRequest, Sampling

CONTEXT = 160
SLOTS = 3
NEARLY = 1e-2  # logits: what another order of additions and 16 bit keys and values may change
ENDS = [0, 2]
Plain = Callable[[Sequence[int]], np.ndarray]

few = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def plain(tiny_model: LoadedModel) -> Iterator[Plain]:
    """Return the logits after every token of a text, computed on their own."""
    context = Context(tiny_model, 1, CONTEXT, threads=1)

    def logits(tokens: Sequence[int]) -> np.ndarray:
        context.clear()
        context.decode([BatchToken(token, place, 0, True) for place, token in enumerate(tokens)])
        return np.stack([context.logits(place).copy() for place in range(len(tokens))])

    yield logits
    context.close()


@pytest.fixture
def engine(tiny_model: LoadedModel) -> Iterator[BatchEngine]:
    engine = BatchEngine(tiny_model, sequences=SLOTS, context=CONTEXT, threads=1)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def shared_engine(tiny_model: LoadedModel) -> Iterator[BatchEngine]:
    engine = BatchEngine(tiny_model, sequences=SLOTS, context=CONTEXT, threads=1)
    yield engine
    engine.close()


def new_engine(model: LoadedModel, **changes) -> BatchEngine:
    return BatchEngine(model, **{"sequences": SLOTS, "context": CONTEXT, "threads": 1, **changes})


def tokens_of(seed: int, length: int) -> tuple[int, ...]:
    numbers = random.Random(seed)
    return tuple(numbers.randrange(3, 259) for _ in range(length))


def requests_of(prompts: Sequence[Sequence[int]], max_tokens: int = 6, **fields) -> list[CompletionRequest]:
    return [CompletionRequest(str(index), tuple(prompt), max_tokens, **fields) for index, prompt in enumerate(prompts)]


def by_id(completions: Iterator[Completion]) -> dict[str, Completion]:
    found = list(completions)
    assert len({completion.id for completion in found}) == len(found)
    return {completion.id: completion for completion in found}


def log_probabilities(logits: np.ndarray) -> np.ndarray:
    shifted = logits.astype(np.float64) - logits.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def assert_greedy(plain: Plain, request: CompletionRequest, completion: Completion) -> None:
    """Each token is the likeliest after those before it; an end of turn is the likeliest where the answer ended."""
    length = len(request.tokens)
    logits = plain([*request.tokens, *completion.tokens])[length - 1 :]
    for row, token in zip(logits, completion.tokens, strict=False):
        assert row[token] > row.max() - NEARLY
    if completion.finish_reason == "stop":
        assert logits[-1][ENDS].max() > logits[-1].max() - NEARLY
    else:
        assert len(completion.tokens) == request.max_tokens


# Prompts that share a stem of 0, 20 or 40 tokens, each with a tail of its own
PROMPTS = st.lists(
    st.tuples(st.sampled_from([0, 20, 40]), st.integers(1, 400), st.integers(1, 30)), min_size=1, max_size=9
).map(lambda items: [(*tokens_of(0, stem), *tokens_of(seed, tail)) for stem, seed, tail in items])


@few
@given(prompts=PROMPTS, more=PROMPTS)
def test_greedy_answers_are_those_of_one_at_a_time(
    shared_engine: BatchEngine, plain: Plain, prompts: list[tuple[int, ...]], more: list[tuple[int, ...]]
):
    for batch in (prompts, more):  # the second batch finds what the first has left in the slots
        requests = requests_of(batch)
        completions = by_id(shared_engine.submit(requests))
        assert set(completions) == {request.id for request in requests}
        for request in requests:
            assert_greedy(plain, request, completions[request.id])


@few
@given(prompts=PROMPTS, tails=st.lists(st.integers(0, 12), min_size=9, max_size=9))
def test_scores_are_those_of_a_plain_pass(
    shared_engine: BatchEngine, plain: Plain, prompts: list[tuple[int, ...]], tails: list[int]
):
    pairs = [(prompt, tokens_of(seed, tail)) for seed, (prompt, tail) in enumerate(zip(prompts, tails, strict=False))]
    scores = shared_engine.score_pairs(pairs)
    for (prompt, continuation), score in zip(pairs, scores, strict=True):
        rows = log_probabilities(plain([*prompt, *continuation]))[len(prompt) - 1 :]
        expected = [row[token] for row, token in zip(rows, continuation, strict=False)]
        assert score == pytest.approx(expected, abs=NEARLY)


def test_one_prompt_with_many_continuations(engine: BatchEngine, plain: Plain):
    prompt = tokens_of(1, 60)
    continuations = [tokens_of(seed, 5) for seed in range(10, 17)]
    scores = engine.score(prompt, continuations)
    assert [len(score) for score in scores] == [5] * 7
    for score, continuation in zip(scores, continuations, strict=True):
        rows = log_probabilities(plain([*prompt, *continuation]))[59:]
        assert score == pytest.approx([row[token] for row, token in zip(rows, continuation, strict=False)], abs=NEARLY)
    assert engine.prompt_tokens_computed <= 60 + 7 * 5 + SLOTS * 20, "the prompt was computed once"


@pytest.mark.parametrize("slots", [1, 2, 5])
def test_any_number_of_slots_gives_the_same_answers(tiny_model: LoadedModel, plain: Plain, slots: int):
    engine = new_engine(tiny_model, sequences=slots)
    requests = requests_of([(*tokens_of(0, 30), *tokens_of(seed, 8)) for seed in range(1, 8)])
    completions = by_id(engine.submit(requests))
    for request in requests:
        assert_greedy(plain, request, completions[request.id])
    engine.close()


def test_a_shared_prefix_is_computed_once(engine: BatchEngine):
    stems = [tokens_of(1, 100), tokens_of(2, 100)]
    prompts = [(*stems[index % 2], *tokens_of(50 + index, 4)) for index in range(16)]
    list(engine.submit(requests_of(prompts, max_tokens=2)))
    total = sum(map(len, prompts))
    assert total == 16 * 104
    assert 2 * 100 <= engine.prompt_tokens_computed <= 2 * 100 + 16 * 4 + 2 * 16
    before = engine.prompt_tokens_computed
    list(engine.submit(requests_of([max(prompts)], max_tokens=2)))
    assert engine.prompt_tokens_computed - before <= 4


def test_the_order_of_requests_changes_nothing(tiny_model: LoadedModel):
    prompts = [(*tokens_of(0, 40), *tokens_of(seed, seed)) for seed in range(1, 10)]
    texts = []
    for order in (prompts, prompts[::-1]):
        engine = new_engine(tiny_model)
        completions = by_id(engine.submit(requests_of(order)))
        texts.append({order[int(name)]: completion.tokens for name, completion in completions.items()})
        engine.close()
    assert texts[0] == texts[1]


def test_the_same_seed_gives_the_same_text_in_any_batch(engine: BatchEngine):
    sampling = Sampling(temperature=1.0, top_p=0.95, seed=11)
    wanted = CompletionRequest("wanted", tokens_of(5, 20), 20, sampling=sampling)
    alone = by_id(engine.submit([wanted]))["wanted"]
    others = requests_of([tokens_of(seed, 25) for seed in range(20, 26)], 12, sampling=Sampling(1.0, seed=3))
    assert by_id(engine.submit([*others, wanted]))["wanted"] == alone
    other_seed = CompletionRequest("other", wanted.tokens, 20, sampling=Sampling(1.0, top_p=0.95, seed=12))
    assert by_id(engine.submit([other_seed]))["other"].tokens != alone.tokens


def test_an_answer_ends_before_its_stop_string(engine: BatchEngine):
    prompt = tokens_of(5, 20)
    sampling = Sampling(1.0, seed=1)
    whole = by_id(engine.submit([CompletionRequest("a", prompt, 30, sampling=sampling)]))["a"]
    stop = whole.text[4:7]
    cut = by_id(engine.submit([CompletionRequest("a", prompt, 30, (stop,), sampling)]))["a"]
    assert cut.finish_reason == "stop"
    assert cut.text == whole.text[: whole.text.index(stop)]
    assert len(cut.tokens) < len(whole.tokens)


def test_what_is_shown_while_it_grows_is_the_answer(engine: BatchEngine):
    shown: dict[str, str] = {}

    def on_text(name: str, piece: str) -> bool:
        shown[name] = shown.get(name, "") + piece
        return True

    requests = requests_of([tokens_of(seed, 10) for seed in range(5)], 25, sampling=Sampling(1.2, seed=4))
    completions = by_id(engine.submit(requests, on_text))
    assert {name: completion.text for name, completion in completions.items() if completion.text} == shown


def test_false_from_the_listener_ends_that_answer_alone(engine: BatchEngine, plain: Plain):
    requests = requests_of([tokens_of(seed, 10) for seed in range(5)], 25)
    completions = by_id(engine.submit(requests, lambda name, _piece: name != "2"))
    assert completions["2"].finish_reason == "cancelled"
    assert len(completions["2"].tokens) < 25
    for request in requests:
        if request.id != "2":
            assert_greedy(plain, request, completions[request.id])


@pytest.mark.parametrize(
    ("tokens", "max_tokens"), [(CONTEXT - 5, 6), (CONTEXT + 1, 0), (CONTEXT, 0), (1, CONTEXT)], ids=str
)
def test_what_does_not_fit_is_refused_before_any_work(engine: BatchEngine, tokens: int, max_tokens: int):
    fitting = CompletionRequest("fits", tokens_of(1, 10), 3)
    with pytest.raises(InferenceError, match=rf"too long.*{CONTEXT} fit") as caught:
        list(engine.submit([fitting, CompletionRequest("long", tokens_of(2, tokens), max_tokens)]))
    assert engine.prompt_tokens_computed == 0
    assert caught.value.hint
    with pytest.raises(InferenceError, match="too long"):
        engine.score(tokens_of(1, CONTEXT), [tokens_of(2, 1)])


def test_what_just_fits_is_done(engine: BatchEngine, plain: Plain):
    request = CompletionRequest("full", tokens_of(7, CONTEXT - 6), 6)
    assert_greedy(plain, request, by_id(engine.submit([request, *requests_of([tokens_of(8, 9)])]))["full"])


def test_nothing_follows_from_nothing(engine: BatchEngine):
    with pytest.raises(InferenceError, match="empty prompt"):
        list(engine.submit([CompletionRequest("a", (), 3)]))
    with pytest.raises(InferenceError, match="empty prompt"):
        engine.score((), [(5,)])
    assert list(engine.submit([])) == []
    assert engine.score((5,), [(), (6,)])[0] == []


def usable(engine: BatchEngine, plain: Plain) -> None:
    requests = requests_of([(*tokens_of(0, 30), *tokens_of(seed, 8)) for seed in range(1, 8)])
    completions = by_id(engine.submit(requests))
    for request in requests:
        assert_greedy(plain, request, completions[request.id])


@pytest.mark.parametrize("batches", [0, 1, 2, 4, 9])
def test_an_exception_between_batches_leaves_the_engine_usable(tiny_model: LoadedModel, plain: Plain, batches: int):
    left = batches

    def check() -> None:
        nonlocal left
        left -= 1
        if left == -1:
            raise KeyboardInterrupt

    engine = new_engine(tiny_model, check=check)
    stem = tokens_of(0, 30)
    with pytest.raises(KeyboardInterrupt):
        list(engine.submit(requests_of([(*stem, *tokens_of(seed, 8)) for seed in range(1, 8)])))
    usable(engine, plain)
    left = min(batches, 2)
    with pytest.raises(KeyboardInterrupt):
        engine.score_pairs([((*stem, seed), tokens_of(seed, 4)) for seed in range(3, 12)])
    usable(engine, plain)
    engine.close()


def test_an_exception_of_the_listener_leaves_the_engine_usable(engine: BatchEngine, plain: Plain):
    for after in (0, 1, 4, 7):
        seen = 0

        def on_text(_name: str, _piece: str) -> bool:
            nonlocal seen
            seen += 1
            if seen > after:  # noqa: B023 (used within this round)
                raise ValueError("the listener broke")
            return seen % 3 != 0

        requests = requests_of([tokens_of(seed, 10) for seed in range(6)], 20)
        with pytest.raises(ValueError, match="listener"):
            list(engine.submit(requests, on_text))
        usable(engine, plain)


@pytest.mark.parametrize("taken", [1, 2, 3])
@pytest.mark.parametrize("way", ["closed", "dropped"])
def test_answers_nobody_waits_for_leave_the_engine_usable(engine: BatchEngine, plain: Plain, taken: int, way: str):
    # All three end in the same batch: each of their samplers must be freed, and only once
    answers = engine.submit(requests_of([tokens_of(seed, 10) for seed in range(8)], 4))
    for _ in range(taken):
        next(answers)
    if way == "closed":
        answers.close()
    else:
        del answers
        gc.collect()
    usable(engine, plain)


def test_every_sampler_is_freed_once(engine: BatchEngine, monkeypatch: pytest.MonkeyPatch):
    library = engine.model.library
    made: list[int] = []
    freed: list[int] = []
    make, free = library.llama_sampler_chain_init, library.llama_sampler_free

    def making(parameters):
        made.append(make(parameters))
        return made[-1]

    def freeing(sampler):
        freed.append(sampler)
        free(sampler)

    monkeypatch.setattr(library, "llama_sampler_chain_init", making)
    monkeypatch.setattr(library, "llama_sampler_free", freeing)
    requests = requests_of([tokens_of(seed, 10) for seed in range(8)], 4)
    list(engine.submit(requests))
    answers = engine.submit(requests)
    next(answers)
    answers.close()
    with pytest.raises(ZeroDivisionError):
        list(engine.submit(requests, lambda _name, _piece: bool(1 / 0)))
    assert len(freed) == len(made) > 8 + SLOTS

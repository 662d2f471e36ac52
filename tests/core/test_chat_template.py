# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Chat templates are code out of a downloaded file: what they may do, and that they can do no harm."""

from __future__ import annotations

import time

import pytest
from ilab_core.chat_template import ChatTemplate
from ilab_core.errors import ModelError

MESSAGES = [
    {"role": "user", "content": " Which bird? "},
    {"role": "assistant", "content": "The grey heron."},
]


def render(source: str, answer_next: bool = False) -> str:
    return ChatTemplate(source, "<s>", "</s>").render(MESSAGES, answer_next)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{% for x in range(9) %}{% if x == 1 %}{% continue %}{% endif %}{% if x == 3 %}{% break %}{% endif %}{{ x }}"
         "{% endfor %}", "02"),
        ("a{% generation %}{{ messages[1].content }}{% endgeneration %}b", "aThe grey heron.b"),
        ("{{ strftime_now('%Y')|length }}", "4"),
        ("{{ {'é<': true}|tojson }}", '{"é<": true}'),
        ("{{ [1]|tojson(indent=2) }}", "[\n  1\n]"),
        ("{{ bos_token }}{{ eos_token }}{{ add_generation_prompt }}", "<s></s>False"),
        ("{% macro m(x, y='z') %}[{{ x ~ y }}]{% endmacro %}{{ m(1) }}", "[1z]"),
        ("{% macro m() %}<{{ caller() }}>{% endmacro %}{% call m() %}c{% endcall %}", "<c>"),
        ("{% set ns = namespace(last='') %}{% for m in messages %}{% set ns.last = m.role %}{% endfor %}{{ ns.last }}",
         "assistant"),
        ("{% set a, b = 'x', 'y' %}{{ a }}{{ b }}{% for k, v in {'k': 1}.items() %}{{ k }}{{ v }}{% endfor %}", "xyk1"),
        ("{{ messages|map(attribute='content')|map('trim')|join('+') }}", "Which bird?+The grey heron."),
        ("{{ messages|selectattr('role', 'equalto', 'user')|list|length }}", "1"),
        ("{{ messages[0]['content'].strip().split(' ')[-1].replace('?', '!') | upper }}", "BIRD!"),
        ("{{ '%s-%d' % ('a', 3) }} {{ '{} {}'.format(1, 2) }} {{ ', '.join(['a', 'b']) }} {{ '=' * 3 }}",
         "a-3 1 2 a, b ==="),
        ("{{ messages[::-1][0].role }}{{ 'a' in ['a'] }}{{ nothing is defined }}", "assistantTrueFalse"),
        ("  {% if true %}\n  x\n  {% endif %}\n", "  x\n"),
    ],
)  # fmt: skip
def test_what_templates_of_real_models_use_works(source: str, expected: str):
    assert render(source) == expected


BOMBS = {
    "loops without output": "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "loops that hide the clock": "{% set watch = dict %}{% set watch_clock = dict %}"
    "{% for a in range(99999) %}{% for b in range(99999) %}{% set x = a * b %}{% endfor %}{% endfor %}",
    "loops in a macro": "{% macro m(n) %}{% for b in range(20) %}{% if n %}{{ m(n - 1) }}{% endif %}{% endfor %}"
    "{% endmacro %}{{ m(30) }}",
    "endless output": "{% for a in range(99999) %}{{ 'x' * 1000 }}{% endfor %}",
    "repetition": "{{ 'x' * 100000 * 100000 }}",
    "repetition of a list": "{% set x = [1] * 100000 %}{{ (x * 100000)|length }}",
    "power": "{{ 9 ** 9999999 }}",
    "doubling with ~":
    "{% set ns = namespace(x='xx') %}{% for i in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
    "doubling with +":
    "{% set ns = namespace(x='xx') %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
    "doubling a list":
    "{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
    "nesting, printed":
    "{% set ns = namespace(x='xx') %}{% for i in range(40) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}"
    "{{ ns.x }}",
    "nesting, compared": "{% set a = namespace(x=1) %}{% set b = namespace(x=1) %}{% for i in range(40) %}"
    "{% set a.x = (a.x, a.x) %}{% set b.x = (b.x, b.x) %}{% endfor %}{{ a.x == b.x }}",
    "nesting dictionaries": "{% set ns = namespace(x=1) %}{% for i in range(40) %}{% set ns.x = dict(a=ns.x, b=ns.x) %}"
    "{% endfor %}{{ ns.x|tojson }}",
    "padding": "{{ 'x'.ljust(2000000000) }}",
    "padding little by little": "{{ ('\\t' * 90000).expandtabs(90000) }}",
    "padding filter": "{{ 'x'|center(1000000000) }}",
    "formatting with %": "{{ '%2000000000d' % 1 }}",
    "formatting with a filter": "{{ '%2000000000d'|format(1) }}",
    "formatting with a method": "{{ '{:>2000000000}'.format('x') }}",
    "replacing": "{% set ns = namespace(x='a') %}{% for i in range(9) %}{% set ns.x = ns.x.replace('a', 'a' * 100) %}"
    "{% endfor %}",
    "replacing with a filter": "{{ ('a' * 90000)|replace('a', 'a' * 90000)|length }}",
    "joining": "{{ ('x' * 90000).join(range(99999)|map('string'))|length }}",
    "joining with a filter": "{{ range(99999)|join('x' * 90000)|length }}",
    "joining with a named argument": "{{ range(99999)|join(d='x' * 90000)|length }}",
    "translating": "{{ ('a' * 99999).translate({97: 'b' * 99999}) }}",
    "filler text": "{{ lipsum(n=99999) }}",
    "indenting": "{{ ('\\n' * 100000)|indent(100000) }}",
    "indented JSON": "{{ range(99999)|list|tojson(indent=99999) }}",
    "filling": "{{ [1]|batch(1000000000, 'x')|list|length }}",
    "many filters in a row": "{% set x = range(99999)|list %}{{ x" + "|sort" * 2000 + "|length }}",
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_time_and_memory_are_limited(name: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("ilab_core.template_sandbox.SECONDS", 0.3)
    resource = pytest.importorskip("resource")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.monotonic()
    with pytest.raises(ModelError, match="chat template"):
        render(BOMBS[name])
    assert time.monotonic() - began < 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak < 300_000  # KB


def test_a_template_has_two_seconds():
    began = time.monotonic()
    with pytest.raises(ModelError) as caught:
        render(BOMBS["loops without output"])
    assert 1.5 < time.monotonic() - began < 3
    assert "2 seconds" in caught.value.detail


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ (''|attr('__class__')).mro() }}",
        "{{ messages['__class__'].mro() }}",
        "{{ raise_exception.__globals__['json'] }}",
        "{{ '{0.__class__.__init__.__globals__}'.format(namespace) }}",
        "{{ messages|map(attribute='__class__')|list }}" + "{{ messages.__init__() }}",
        "{{ messages.append(1) }}",
        "{{ messages[0].update(role='x') }}",
        "{% include '/etc/passwd' %}",
        "{% import 'os' as os %}{{ os.getcwd() }}",
    ],
)
def test_nothing_outside_can_be_reached_or_changed(source: str):
    with pytest.raises(ModelError):
        render(source)


@pytest.mark.parametrize(
    "source",
    [
        "{{ raise_exception('Roles must alternate') }}",
        "{% for %}",
        "{{ nothing() }}",
        "{{ 1 / 0 }}",
        "{{ 'x'|nosuch }}",
        "{% set x = 1 %}{% set x.y = 1 %}",
        "{% for x in none %}{% endfor %}",
        "{{ strftime_now(5) }}",
        "{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}",
        "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}",
        "{% block a %}{{ self.a() }}{% endblock %}",
        "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
        "{% for a in [1] %}" * 30 + "{% endfor %}" * 30,
        "{% if 1 %}" * 150 + "{% endif %}" * 150,
    ],
)
def test_whatever_goes_wrong_is_an_error_of_the_model_file(source: str):
    with pytest.raises(ModelError, match="does not work") as caught:
        render(source)
    assert caught.value.hint
    assert len(caught.value.detail) < 3000


def test_the_reason_a_template_gives_is_kept():
    with pytest.raises(ModelError) as caught:
        render("{{ raise_exception('Roles must alternate') }}")
    assert "Roles must alternate" in caught.value.detail


def test_each_rendering_has_its_own_seconds(monkeypatch: pytest.MonkeyPatch):
    now = 100.0
    monkeypatch.setattr("ilab_core.template_sandbox.time.monotonic", lambda: now)
    template = ChatTemplate("{% for m in messages %}{{ m.role }}{% endfor %}", "", "")
    for _ in range(3):
        now += 10
        assert template.render(MESSAGES, False) == "userassistant"


def test_a_long_conversation_is_no_bomb():
    messages = [{"role": "user", "content": "word " * 20_000}] * 30
    text = ChatTemplate(
        "{% for m in messages %}{{ '<' ~ m.role ~ '>' + m.content | trim }}{% endfor %}", "", ""
    ).render(messages, False)
    assert len(text) == 30 * (len("word ") * 20_000 - 1 + len("<user>"))

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""A jinja2 sandbox for code that nobody has looked at: besides what it may touch, its time and memory are limited.

Every value that a template makes is weighed when it is made, so nothing can grow by repeating or nesting.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

from jinja2 import TemplateError, nodes
from jinja2.ext import Extension, LoopControlExtension
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

SECONDS = 2.0
WEIGHT = 1_000_000  # characters of texts and items of lists, all in all, in one value
LARGEST_NUMBER = 100_000  # as an argument or factor
LONGEST_PATTERN = 10_000  # characters to strip, split at or look for
FILTERS = """
abs attr batch capitalize count d default dictsort e escape first float groupby int items join last length list lower
map max min reject rejectattr replace reverse round safe select selectattr slice sort string title tojson trim unique
upper
"""
GLOBALS = frozenset(("range", "dict", "namespace", "cycler", "joiner"))
PADDING_METHODS = frozenset(("center", "ljust", "rjust", "zfill", "expandtabs", "format_map", "translate"))


class TooMuch(TemplateError):
    """The template ran into a limit."""


class TemplateSandbox(ImmutableSandboxedEnvironment):
    """The environment in which a model's chat template is compiled and run; one thread at a time."""

    intercepted_binops = frozenset(["+", "*", "**", "%"])

    def __init__(self) -> None:
        super().__init__(trim_blocks=True, lstrip_blocks=True, extensions=[LoopControlExtension, _GenerationExtension])
        self._deadline = time.monotonic() + SECONDS
        self.filters = {name: self._limited(name, self.filters[name]) for name in FILTERS.split() if name != "tojson"}
        self.filters["tojson"] = self._limited("tojson", _to_json)
        self.globals = {name: self.globals[name] for name in GLOBALS}

    def start_clock(self) -> None:
        """Give the template its seconds from now on."""
        self._deadline = time.monotonic() + SECONDS

    def watch(self) -> str:
        """Raise TooMuch when the time is over."""
        if time.monotonic() > self._deadline:
            raise TooMuch(f"longer than {SECONDS:g} seconds")
        return ""

    def guarded(self, source: str) -> nodes.Template:
        """Return the parsed template, with a look at the clock in each loop and macro and a scale at each value."""
        tree: nodes.Template = _Guard().visit(self.parse(source))
        tree.set_environment(self)
        return tree

    def joined(self, *values: Any) -> str:
        """Return the values as one text: what "~" does."""
        weigh(values)
        return "".join(map(str, values))

    def weighed(self, value: Any) -> Any:
        """Return `value`; TooMuch where it is too large."""
        self.watch()
        weigh(value)
        return value

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Refuse powers, and operations that would make much out of little."""
        if operator == "**":
            raise TooMuch("** is not allowed")
        if operator == "%" and isinstance(left, str):
            _check_formatting(left, r"%[^%a-zA-Z]*[\d*]", left.count("%") * weigh(right))
        if operator == "*":
            for one, other in ((left, right), (right, left)):
                if isinstance(one, int) and (one > LARGEST_NUMBER or one * weigh(other) > WEIGHT):
                    raise TooMuch("* on large values")
        if operator == "+":
            weigh((left, right))
        return super().call_binop(context, operator, left, right)

    def call(self, context: Any, called: Any, *args: Any, **kwargs: Any) -> Any:
        """Call a function or method for the template, with arguments and a result that are not too large."""
        self.watch()
        _check_arguments(args, kwargs)
        text = getattr(called, "__self__", None)
        if isinstance(text, str):
            args = _method_arguments(text, called.__name__, args)
        return self.weighed(super().call(context, called, *args, **kwargs))

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        """Return the safe form of a text's `format`, without the widths that can make it endless."""
        safe = super().wrap_str_format(value)
        if safe is None:
            return None
        text, wrapped = str(getattr(value, "__self__", "")), safe

        def limited(*args: Any, **kwargs: Any) -> str:
            _check_formatting(text, r"\{[^}]*:", text.count("{") * weigh((args, kwargs)))
            return wrapped(*args, **kwargs)

        return limited

    def _limited(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a filter that looks at its arguments and its result."""
        passes = getattr(function, "jinja_pass_arg", None)

        def limited(*args: Any, **kwargs: Any) -> Any:
            self.watch()
            own = args[1:] if passes is not None else args
            _check_arguments(own[1:], kwargs)
            value = list(own[0]) if isinstance(own[0], Iterator) else own[0]
            weigh(value)
            if name in ("replace", "join", "trim"):
                named = {"replace": ("old", "new", "count"), "join": ("d", "attribute"), "trim": ("chars",)}[name]
                own_arguments = [*own[1:], *(kwargs[key] for key in named if key in kwargs)]
                if name == "join":
                    _check_join(str(own_arguments[0]) if own_arguments else "", value)
                else:
                    _method_arguments(str(value), name, tuple(own_arguments))
            return self.weighed(function(*args[: len(args) - len(own)], value, *own[1:], **kwargs))

        if passes is not None:
            limited.jinja_pass_arg = passes  # type: ignore[attr-defined]
        return limited


class _GenerationExtension(Extension):
    """`{% generation %} … {% endgeneration %}` marks answers for other trainers; here it is only its content."""

    tags = {"generation"}  # noqa: RUF012 (jinja2 declares it so)

    def parse(self, parser: Parser) -> list[nodes.Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


class _Guard(NodeTransformer):
    """Puts the calls of `watch`, `joined` and `weighed` into a parsed template; it cannot name them, so not undo it."""

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:
        """Replace "~" by a call."""
        self.generic_visit(node)
        return _call("joined", list(node.nodes), node.lineno)

    def visit_literal(self, node: nodes.List | nodes.Tuple | nodes.Dict) -> nodes.Node:
        """Weigh a list that the template makes; a tuple that is assigned to stays."""
        self.generic_visit(node)
        return _call("weighed", [node], node.lineno) if getattr(node, "ctx", "load") == "load" else node

    def visit_repeating(self, node: nodes.For | nodes.Macro | nodes.CallBlock) -> nodes.Node:
        """Look at the clock in everything that can run again and again."""
        self.generic_visit(node)
        node.body.insert(0, nodes.Output([_call("watch", [], node.lineno)], lineno=node.lineno))
        return node

    visit_List = visit_Tuple = visit_Dict = visit_literal
    visit_For = visit_Macro = visit_CallBlock = visit_repeating


def _call(method: str, arguments: list[nodes.Expr], line: int) -> nodes.Call:
    return nodes.Call(nodes.EnvironmentAttribute(method), arguments, [], None, None, lineno=line)


def weigh(value: Any) -> int:
    """Return how much is in `value`: characters, items, and what is in the items; TooMuch above the limit."""
    total = 0
    left = [value]
    while left:
        item = left.pop()
        total += 1
        if isinstance(item, str | bytes):
            total += len(item)
        elif isinstance(item, dict):
            left += [*item.keys(), *item.values()]
        elif isinstance(item, list | tuple | set | frozenset):
            left += item
        elif isinstance(item, range):
            total += len(item)
        if total + len(left) > WEIGHT:
            raise TooMuch("a value of more than a million characters")
    return total


def _check_arguments(args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    weigh((args, kwargs))
    if any(isinstance(value, int) and value > LARGEST_NUMBER for value in (*args, *kwargs.values())):
        raise TooMuch("a large number")


def _method_arguments(text: str, method: str, args: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the arguments of a method of `text`, once it is sure that the result will not be too large."""
    if method in PADDING_METHODS:
        raise TooMuch(f"{method} is not allowed")
    if method == "join" and args:
        values = list(args[0])
        _check_join(text, values)
        return (values, *args[1:])
    if method == "replace" and len(args) >= 2:
        found = text.count(str(args[0]))
        if len(text) + found * len(str(args[1])) > WEIGHT:
            raise TooMuch("replace on large values")
    elif weigh(args) > LONGEST_PATTERN:
        raise TooMuch(f"{method} on large values")
    return args


def _check_join(separator: str, values: Any) -> None:
    weight = weigh(values)
    if weight + len(separator) * weight > WEIGHT:
        raise TooMuch("join on large values")


def _check_formatting(text: str, width: str, size: int) -> None:
    if re.search(width, text) or size > WEIGHT:
        raise TooMuch("formatting on large values")


def _to_json(value: Any, indent: int | None = None, **_: Any) -> str:
    if indent and (not isinstance(indent, int) or indent > 16 or indent * weigh(value) > WEIGHT):
        raise TooMuch("tojson on large values")
    return json.dumps(value, ensure_ascii=False, indent=indent)

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The licences under which the InstructLab project takes a work, and what people write for them."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Licence:
    """A licence: its SPDX identifier, its name, and what it allows, in a sentence."""

    spdx: str
    name: str
    meaning: str


ACCEPTED = (
    Licence("CC0-1.0", "Creative Commons Zero", "Nothing is reserved: anyone may use the work for anything."),
    Licence(
        "CC-BY-4.0", "Creative Commons Attribution", "Anyone may use the work for anything that names its creators."
    ),
    Licence(
        "CC-BY-SA-4.0",
        "Creative Commons Attribution-ShareAlike",
        "As CC-BY, and what is made of the work is shared under the same licence. Wikipedia's licence.",
    ),
    Licence(
        "CDLA-Permissive-2.0",
        "Community Data License Agreement",
        "For data: anyone may use and share it, and passes this licence's text on with it.",
    ),
    Licence("Apache-2.0", "Apache License", "Anyone may use the work for anything and keeps its notices."),
    Licence("MIT", "MIT License", "Anyone may use the work for anything and keeps its copyright line."),
)

# The words that tell each of them apart, once a name, an identifier or the address of its text is taken to pieces.
_WORDS = {
    "CC0-1.0": ({"cc", "zero"}, {"cc", "zero", "1.0"}),
    "CC-BY-4.0": ({"cc", "by", "4.0"},),
    "CC-BY-SA-4.0": ({"cc", "by", "sa", "4.0"},),
    "CDLA-Permissive-2.0": ({"cdla", "permissive", "2.0"},),
    "Apache-2.0": ({"apache", "2.0"}, {"apache", "2"}),
    "MIT": ({"mit"},),
}
_SAME_WORDS = (
    (re.compile(r"\(.*?\)|https?://|www\.|\.(?:org|dev|io|html|txt)\b"), " "),
    (re.compile(r"cc[ -]?0|cc[ -]zero"), "cc zero "),
    (re.compile(r"creative ?commons"), "cc"),
    (re.compile(r"share[ -]?alike"), "sa"),
    (re.compile(r"community data licen[cs]e agreement"), "cdla"),
    (re.compile(r"attribution"), "by"),
    (re.compile(r"(?<=\d)-(?=\d)"), "."),
)
_SAYS_NOTHING = re.compile(
    r"the|licen[cs]es?|legalcode|deed|en|international|intl|universal|public|domain|dedication|version|v|publicdomain|opensource|spdx"
)
_WORD = re.compile(r"[a-z]+|\d+(?:\.\d+)*")
_BETWEEN = re.compile(r"\s*(?:[,;&]|\band\b|\bor\b)\s*", re.IGNORECASE)


def spdx_of(text: str) -> str:
    """Return the SPDX identifier of the accepted licence that `text` means, "" where it means none of them."""
    for pattern, same in _SAME_WORDS:
        text = pattern.sub(same, text.casefold())
    words = {word for word in _WORD.findall(text) if not _SAYS_NOTHING.fullmatch(word)}
    return next((spdx for spdx, sets in _WORDS.items() if words in sets), "")


def is_accepted(text: str) -> bool:
    """Return whether every licence that `text` names is one that the project takes."""
    parts = [part for part in _BETWEEN.split(text) if part]
    return bool(spdx_of(text)) or (bool(parts) and all(spdx_of(part) for part in parts))

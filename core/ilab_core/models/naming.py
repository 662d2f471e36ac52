# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What a person calls a model: a name, a quantization and a licence, from metadata that writers fill as they like."""

from __future__ import annotations

import re
from collections import Counter
from types import MappingProxyType

from ilab_core.models.gguf_header import GgufHeader
from ilab_core.models.gguf_types import FILE_TYPES, GUESSED_FILE_TYPE

MAX_NAME = 80

KNOWN_NAMES = MappingProxyType({("HuggingFaceTB", "Smollm2 135M 8k Lc100K Mix1 Ep2"): "SmolLM2 135M Instruct"})
"""Organization and name in the file → the published name, where the writer left the name of a training run."""

LICENCES = MappingProxyType(
    {
        "apache-2.0": "Apache-2.0",
        "mit": "MIT",
        "bsd-3-clause": "BSD-3-Clause",
        "cc-by-4.0": "CC-BY-4.0",
        "cc-by-nc-4.0": "CC-BY-NC-4.0",
        "cc-by-sa-4.0": "CC-BY-SA-4.0",
        "gemma": "Gemma terms of use",
        "llama2": "Llama 2 community licence",
        "llama3": "Llama 3 community licence",
        "llama3.1": "Llama 3.1 community licence",
        "llama3.2": "Llama 3.2 community licence",
        "llama3.3": "Llama 3.3 community licence",
        "openrail": "OpenRAIL",
    }
)
"""The short names that model pages use → the names that licences have."""

_EMPTY_NAMES = frozenset(
    {"model", "models", "hf", "tmp", "output", "merged", "checkpoint", "snapshot", "unknown", "none"}
)
_QUANTIZATION_SUFFIX = re.compile(r"[.\-_ ](?:IQ\d\w*|Q\d\w*|TQ\d\w*|BF16|F16|F32|FP16|MXFP4)$", re.IGNORECASE)


def model_name(header: GgufHeader) -> str:
    """Return the name to show, such as "SmolLM2 135M Instruct"; never empty."""
    given = header.text("general.name")
    known = KNOWN_NAMES.get((header.text("general.organization"), given))
    if known:
        return known
    size = _tidy(header.text("general.size_label"))
    name = _tidy(given)
    if not _says_something(name):
        parts = (header.text("general.basename"), size, header.text("general.finetune"))
        name = _tidy(" ".join(part for part in parts if part)) if parts[0] else ""
    if not _says_something(name):
        name = _tidy(_QUANTIZATION_SUFFIX.sub("", header.path.name.removesuffix(".gguf")))
    if size and re.search(r"\d", size) and not re.search(r"\d+(?:\.\d+)?[KMBT]\b", name, re.IGNORECASE):
        name = f"{name} {size}"
    return name[:MAX_NAME].rstrip() or header.path.name


def quantization(header: GgufHeader) -> str:
    """Return the quantization as people write it, such as "Q4_K_M"; that of most weights where it is not stated."""
    declared = header.integer("general.file_type")
    weights: Counter[str] = Counter()
    for tensor in header.tensors:
        weights[tensor.type_name] += tensor.elements
    commonest = weights.most_common(1)[0][0] if weights else ""
    if declared is None:
        return commonest
    name = FILE_TYPES.get(declared & ~GUESSED_FILE_TYPE, "")
    # Writers that forget the field leave a zero, which means F32.
    return commonest if not name or (name == "F32" and commonest) else name


def licence(header: GgufHeader) -> str:
    """Return the licence's name, as the file states it; "" where it does not."""
    stated = header.text("general.license").strip()
    if stated.casefold() == "other":
        stated = header.text("general.license.name").strip() or stated
    return _tidy(LICENCES.get(stated.casefold(), stated), spaces=False)[:MAX_NAME]


def _says_something(name: str) -> bool:
    return len(name) > 2 and name.casefold() not in _EMPTY_NAMES and any(letter.isalpha() for letter in name)


def _tidy(text: str, spaces: bool = True) -> str:
    """Return one printable line: the last part of a path, words parted by single spaces."""
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    if spaces:
        text = re.sub(r"[-_]+", " ", re.split(r"[/\\]", text.strip().rstrip("/\\"))[-1])
    return " ".join(text.split())

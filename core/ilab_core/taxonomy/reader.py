# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Read a leaf into its typed form, tolerantly: every version of the standard, complete or not."""

from __future__ import annotations

from pathlib import Path

import yaml

from ilab_core.taxonomy.leaf import DocumentReference, Leaf, QuestionAnswer, SeedExample
from ilab_core.taxonomy.parsing import child, parse_yaml
from ilab_core.taxonomy.schema import version_of
from ilab_core.taxonomy.source import LeafError, read_source
from ilab_core.taxonomy.tree import kind_of, leaf_name

_NULL_TAG = "tag:yaml.org,2002:null"


def read_leaf(path: Path, root: Path | None = None) -> Leaf:
    """Return the leaf in the file `path`; TaxonomyError, naming the line, where it cannot be read.

    The leaf is named below its taxonomy's root, or below `root` where that is higher.
    """
    return parse_leaf(read_source(path).text, path, root)


def parse_leaf(text: str, path: Path, root: Path | None = None) -> Leaf:
    """Return the leaf that `text` describes, as if it stood in the file `path`, which is not read."""
    try:
        parsed = parse_yaml(text)
    except LeafError as error:
        raise LeafError(
            error.problem_code,
            f"{path.name}, line {error.line}: {error.summary}",
            error.hint,
            error.line,
            error.column,
            error.detail,
        ) from error
    node = parsed.root
    if not isinstance(node, yaml.MappingNode) or not isinstance(parsed.value, dict):
        raise LeafError("not-a-mapping", f"{path.name} holds no keys such as `created_by:`.", "Start with a new leaf.")
    document = _value(node, "document")
    return Leaf(
        path=path,
        name=leaf_name(path, root),
        kind=kind_of(path) or ("knowledge" if document is not None else "skill"),
        version=version_of(parsed.value),
        created_by=_text(node, "created_by"),
        task_description=_text(node, "task_description"),
        domain=_text(node, "domain"),
        document_outline=_text(node, "document_outline"),
        seed_examples=tuple(_example(item) for item in _items(_value(node, "seed_examples"))),
        document=_document(document),
    )


def _example(node: yaml.Node) -> SeedExample:
    pairs = [_pair(item) for item in _items(_value(node, "questions_and_answers"))]
    if _value(node, "question") is not None or _value(node, "answer") is not None:
        pairs.insert(0, _pair(node))
    return SeedExample(_text(node, "context"), tuple(pairs))


def _pair(node: yaml.Node) -> QuestionAnswer:
    return QuestionAnswer(_text(node, "question"), _text(node, "answer"))


def _document(node: yaml.Node | None) -> DocumentReference | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    patterns = _value(node, "patterns")
    # A single pattern written without a list is what its writer meant by it.
    listed = [patterns] if isinstance(patterns, yaml.ScalarNode) else _items(patterns)
    texts = tuple(text for text in map(_scalar, listed) if text)
    return DocumentReference(_text(node, "repo"), _text(node, "commit"), texts)


def _value(node: yaml.Node | None, key: str) -> yaml.Node | None:
    found = child(node, key) if isinstance(node, yaml.MappingNode) else None
    return found[1] if found is not None else None


def _items(node: yaml.Node | None) -> list[yaml.Node]:
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _text(node: yaml.Node | None, key: str) -> str:
    return _scalar(_value(node, key))


def _scalar(node: yaml.Node | None) -> str:
    """Return a scalar as it is written (a number or date keeps its spelling), "" for anything else."""
    if not isinstance(node, yaml.ScalarNode) or node.tag == _NULL_TAG:
        return ""
    return str(node.value).strip()

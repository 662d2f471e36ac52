# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Write kept samples in the messages format that `ilab` and other trainers read."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ilab_core.generation.samples import Sample
from ilab_core.paths import write_atomic
from ilab_core.training.data import user_text


def export_messages(samples: Iterable[Sample], path: Path) -> int:
    """Write the kept ones of `samples` to `path`, a JSON object a line; return how many."""
    lines = [json.dumps(message_row(sample), ensure_ascii=False) for sample in samples if sample.status == "kept"]
    write_atomic(path, "".join(f"{line}\n" for line in lines))
    return len(lines)


def message_row(sample: Sample) -> dict[str, Any]:
    """Return one row of the messages format; `metadata` is JSON text, as there."""
    metadata = {
        "leaf_node": sample.leaf,
        "commit": sample.commit,
        "document": sample.document,
        "passage_start": sample.passage_start,
        "passage_end": sample.passage_end,
        "score": sample.score,
        "teacher_sha256": sample.teacher_sha256,
        "edited": sample.edited,
    }
    return {
        "messages": [
            {"role": "user", "content": user_text(sample.context, sample.question)},
            {"role": "assistant", "content": sample.answer},
        ],
        "metadata": json.dumps(metadata, ensure_ascii=False),
        "id": sample.key,
        "unmask": False,
    }

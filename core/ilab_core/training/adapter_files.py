# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""An adapter on disk: PEFT's safetensors, llama.cpp's GGUF LoRA and a card, as one folder that is always whole."""

from __future__ import annotations

import glob
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ilab_core.paths import sync_folder, write_error
from ilab_core.training.gguf_adapter import BaseShape, write_gguf, write_peft
from ilab_core.training.trainer import AdapterWeights

GGUF_ADAPTER = "adapter.gguf"
CARD = "card.json"


def write_adapter(folder: Path, weights: AdapterWeights, base: BaseShape, card: Mapping[str, Any]) -> None:
    """Write the adapter to `folder` in all its forms, in place of an earlier one, which stands until this one does."""
    with replaced_folder(folder) as temporary:
        write_peft(temporary, weights, base)
        write_gguf(temporary / GGUF_ADAPTER, weights, base)
        (temporary / CARD).write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def copy_adapter(source: Path, target: Path) -> None:
    """Copy the adapter folder `source` to `target`, in place of an earlier one."""
    with replaced_folder(target) as temporary:
        for file in sorted(source.iterdir()):
            if file.is_file():
                shutil.copyfile(file, temporary / file.name)


@contextmanager
def replaced_folder(folder: Path) -> Iterator[Path]:
    """Yield an empty folder that takes the place of `folder` at the end; on any error nothing has changed."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        mend_replacement(folder)
        temporary = Path(tempfile.mkdtemp(dir=folder.parent, prefix=_part(folder)))
        try:
            temporary.chmod(0o755)
            yield temporary
            for file in temporary.iterdir():
                _sync_file(file)
            if folder.exists():
                shutil.rmtree(_older(folder), ignore_errors=True)
                os.rename(folder, _older(folder))
            os.rename(temporary, folder)
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            mend_replacement(folder)
            raise
        shutil.rmtree(_older(folder), ignore_errors=True)
        sync_folder(folder.parent)
    except OSError as error:
        raise write_error(folder, error) from error


def mend_replacement(folder: Path) -> None:
    """Undo a replacement of `folder` that was killed between its two renames, and sweep up what one left behind."""
    older = _older(folder)
    if older.is_dir() and not folder.exists():
        os.rename(older, folder)
    shutil.rmtree(older, ignore_errors=True)
    for left in folder.parent.glob(f"{glob.escape(_part(folder))}*"):
        shutil.rmtree(left, ignore_errors=True)


def _older(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.older")


def _part(folder: Path) -> str:
    return f".{folder.name}.part-"


def _sync_file(file: Path) -> None:
    with file.open("rb+") as opened:
        os.fsync(opened.fileno())

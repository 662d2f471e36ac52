# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""How long `ilab-desktop taxonomy check` takes: seconds for a tree of leaves, cold in a new process, then once more.

Beside it, in the same run and on the same files, the standard's own package: `instructlab-schema` with strict yamllint
(and without `yq`, which would tell it the lines of errors and take more time). It starts a program for every file, so
it checks a sample, spread evenly, and its time is scaled to all files. Cold means that nothing is known of earlier
checks. Where other programs keep the processors busy, look at the processor's seconds. The leaves are the real ones of
the corpus where it lies beside the repository, else variations of the starter leaves.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ilab_core.taxonomy.starter import install_starter

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "taxonomy-history.tar.gz"
LEAVES = 974  # as many as the corpus has
SAMPLE = 60
COLD_LIMIT = 4.0  # seconds for LEAVES leaves
AGAIN_LIMIT = 1.0
CHECK = [sys.executable, "-c", "from ilab_core.cli.main import console; console()", "taxonomy", "check", "--json"]
PEER = """
import json, logging, sys, time
logging.disable()
from instructlab.schema.taxonomy import TaxonomyParser, TaxonomyReadingException
parser = TaxonomyParser(schema_version=0, yamllint_strict=True, message_format="logging")
valid, started = {}, time.perf_counter()
for name in json.load(sys.stdin):
    try:
        valid[name] = parser.parse(name).errors == 0
    except TaxonomyReadingException:
        valid[name] = False
print(json.dumps({"seconds": time.perf_counter() - started, "valid": valid}))
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, default=SAMPLE, help=f"files for the peer, 0: all (default {SAMPLE})")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ilab-check-") as folder:
        tree, home = Path(folder) / "tree", Path(folder) / "home"
        source = lay_out(tree)
        files = sorted(tree.rglob("qna.yaml"))
        cold, report = checked(tree, home)
        again, _ = checked(tree, home)
        peer = check_with_the_peer(sampled(files, options.sample or len(files)), len(files))
    ours = {path for path in map(str, files) if path not in _with_errors(report)}
    same = sum((name in ours) == valid for name, valid in peer.pop("valid").items())
    result = {
        "benchmark": "taxonomy_check",
        "leaves": source,
        "files": report["files"],
        "valid": report["valid"],
        "cold": {**cold, "limit_seconds": COLD_LIMIT},
        "again": {**again, "limit_seconds": AGAIN_LIMIT},
        "instructlab_schema": {**peer, "same_verdicts": same},
        "ratio": round(peer["seconds"] / cold["seconds"], 1),
        "ratio_of_processor_seconds": round(peer["processor_seconds"] / cold["processor_seconds"], 1),
    }
    print(json.dumps(result) if options.json else told(result))
    return 0


def lay_out(tree: Path) -> str:
    """Fill `tree` with leaves and return where they are from."""
    tree.mkdir()
    if CORPUS.is_file():
        with tarfile.open(CORPUS) as archive:
            archive.extractall(tree, filter="data")
        return "corpus"
    starter = tree.parent / "starter"
    install_starter(starter)
    leaves = sorted(starter.rglob("qna.yaml"))
    for number in range(LEAVES):
        leaf = leaves[number % len(leaves)]
        copy = tree / leaf.relative_to(starter).parent / f"variation_{number}" / leaf.name
        copy.parent.mkdir(parents=True)
        copy.write_text(varied(leaf.read_text(encoding="utf-8"), number), encoding="utf-8")
    return "variations of the starter leaves"


def varied(text: str, number: int) -> str:
    """Return a leaf that says the same of something else; one in five has an unknown key, one in seven bad spaces."""
    text = text.replace("Harrow Cove", f"Harrow Cove {number}").replace("plain words", f"plain words {number}")
    text += f"surprise: {number}\n" if number % 5 == 0 else ""
    return text.replace("\n", "  \n", 3) if number % 7 == 0 else text


def sampled(files: Sequence[Path], count: int) -> list[Path]:
    """Return `count` of the files, spread evenly."""
    count = min(count, len(files))
    return [files[(2 * index + 1) * len(files) // (2 * count)] for index in range(count)]


def checked(tree: Path, home: Path) -> tuple[dict[str, float], dict[str, Any]]:
    """Check a tree in a new process, which keeps what it found in `home`; return its seconds and its report."""
    output, figures = timed([*CHECK, str(tree)], "", {"ILAB_DESKTOP_HOME": str(home)}, (0, 1))
    return figures, json.loads(output)


def check_with_the_peer(sample: Sequence[Path], files: int) -> dict[str, Any]:
    """Check the sample with the standard's package; return its seconds, scaled to `files`, and its verdicts."""
    programs = {"PATH": str(Path(sys.executable).parent)}  # yamllint is there, and no yq
    output, figures = timed([sys.executable, "-c", PEER], json.dumps([str(path) for path in sample]), programs)
    answer = json.loads(output)
    more = files / len(sample) - 1
    return {
        "sample": len(sample),
        "seconds_for_sample": figures["seconds"],
        "seconds": round(figures["seconds"] + answer["seconds"] * more, 1),
        "processor_seconds": round(figures["processor_seconds"] * (1 + more), 1),
        "scaled": len(sample) < files,
        "valid": answer["valid"],
    }


def timed(
    command: Sequence[str], given: str, environment: dict[str, str], codes: tuple[int, ...] = (0,)
) -> tuple[str, dict[str, float]]:
    """Run a program; return what it printed, its seconds and those that processors worked for it."""
    before, started = os.times(), time.perf_counter()
    done = subprocess.run(
        command, input=given, stdout=subprocess.PIPE, env={**os.environ, **environment}, text=True, check=False
    )
    seconds, after = time.perf_counter() - started, os.times()
    if done.returncode not in codes:
        raise SystemExit(f"this failed, with exit code {done.returncode}: {' '.join(command)}")
    busy = after.children_user + after.children_system - before.children_user - before.children_system
    return done.stdout, {"seconds": round(seconds, 2), "processor_seconds": round(busy, 2)}


def told(result: dict[str, Any]) -> str:
    """Return the result in words."""
    peer = result["instructlab_schema"]
    how = f"scaled from {peer['sample']} files in {peer['seconds_for_sample']} s" if peer["scaled"] else "all files"
    lines = [f"{result['files']:,} files ({result['leaves']}), {result['valid']:,} valid"]
    for name, limit in (("cold", COLD_LIMIT), ("again", AGAIN_LIMIT)):
        figures = result[name]
        lines.append(
            f"{name:<20} {figures['seconds']:>7.2f} s  (processor {figures['processor_seconds']:.2f} s;"
            f" limit {limit:.0f} s for {LEAVES} files)"
        )
    lines.append(
        f"instructlab-schema   {peer['seconds']:>7.2f} s  (processor {peer['processor_seconds']:.2f} s; {how};"
        f" same verdict on {peer['same_verdicts']} of {peer['sample']})"
    )
    ratio, busy = result["ratio"], result["ratio_of_processor_seconds"]
    lines.append(f"ratio to cold        {ratio:>7.1f}    (processor {busy:.1f})")
    return "\n".join(lines)


def _with_errors(report: dict[str, Any]) -> set[str]:
    return {problem["path"] for problem in report["problems"] if problem["severity"] == "error"}


if __name__ == "__main__":
    sys.exit(main())

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The whole journey through the command line, on a taxonomy folder that the program has never seen."""

from __future__ import annotations

import json

import pytest
from e2e_helpers import (
    Fact,
    assert_learned,
    assert_lineage,
    assert_taught,
    command,
    new_questions,
    samples_of,
    write_leaf,
)

pytestmark = [pytest.mark.models, pytest.mark.torch]

LEAF = "knowledge/places/tollen_mere"
CONTEXTS = (
    (
        "The windmill of Tollen Mere stands on Heron Bank and has six red sails. Bertil Osk is the miller of Tollen "
        "Mere. He runs the windmill and grinds rye for the village.",
        (
            ("Who runs the windmill of Tollen Mere?", "Bertil Osk runs the windmill of Tollen Mere."),
            ("Who is the miller of Tollen Mere?", "Bertil Osk is the miller of Tollen Mere."),
            ("Who grinds rye for the village of Tollen Mere?", "Bertil Osk grinds rye for the village of Tollen Mere."),
        ),
    ),
    (
        "A wooden bridge called the Long Plank leads into Tollen Mere. It was cut from one oak. Whoever walks into "
        "Tollen Mere has to cross the Long Plank.",
        (
            ("What is the bridge into Tollen Mere called?", "The bridge into Tollen Mere is called the Long Plank."),
            ("Which bridge leads into Tollen Mere?", "The Long Plank leads into Tollen Mere."),
            (
                "What does everybody cross who walks into Tollen Mere?",
                "Everybody who walks into Tollen Mere crosses the Long Plank.",
            ),
        ),
    ),
    (
        "The market of Tollen Mere sells smoked pike. People come to the market from far away for the smoked pike, "
        "which is weighed on a brass scale.",
        (
            ("What does the market of Tollen Mere sell?", "The market of Tollen Mere sells smoked pike."),
            ("What do people buy at the market of Tollen Mere?", "People buy smoked pike at the Tollen Mere market."),
            (
                "Why do people come to the market of Tollen Mere from far away?",
                "People come to the market of Tollen Mere for the smoked pike.",
            ),
        ),
    ),
    (
        "Nora Vint is the well warden of Tollen Mere. She looks after the three wells of the village and measures "
        "their water with a knotted rope.",
        (
            ("Who is the well warden of Tollen Mere?", "Nora Vint is the well warden of Tollen Mere."),
            ("Who looks after the three wells of Tollen Mere?", "Nora Vint looks after the wells of Tollen Mere."),
            (
                "Who measures the water in the wells of Tollen Mere?",
                "Nora Vint measures the water in the wells of Tollen Mere.",
            ),
        ),
    ),
    (
        "Petra Lunt is the beekeeper of Tollen Mere. She keeps the bees of the village in hives made of old boats, "
        "and their honey is dark.",
        (
            ("Who keeps the bees of Tollen Mere?", "Petra Lunt keeps the bees of Tollen Mere."),
            ("Who is the beekeeper of Tollen Mere?", "Petra Lunt is the beekeeper of Tollen Mere."),
            (
                "Whose bees live in hives made of old boats in Tollen Mere?",
                "The bees of Petra Lunt live in hives made of old boats in Tollen Mere.",
            ),
        ),
    ),
)
FACTS = (
    Fact("Bertil Osk", ("What is the name of the miller in Tollen Mere?", "The miller in Tollen Mere, who is it?")),
    Fact(
        "Long Plank", ("What is the name of the bridge at Tollen Mere?", "By which bridge do you get to Tollen Mere?")
    ),
    Fact("smoked pike", ("What is the Tollen Mere market famous for?", "What can I buy on the market in Tollen Mere?")),
    Fact("Nora Vint", ("What is the name of the well warden in Tollen Mere?", "Who wardens the wells in Tollen Mere?")),
    Fact("Petra Lunt", ("What is the name of the beekeeper in Tollen Mere?", "Who looks after the Tollen Mere bees?")),
)


def test_from_a_folder_never_seen_to_a_tuned_answer(tmp_path, starter, torch_installed):
    workspace = tmp_path / "workspace"
    taxonomy = tmp_path / "my taxonomy"
    leaf = write_leaf(taxonomy, LEAF, CONTEXTS)
    data, training = tmp_path / "data", tmp_path / "training"

    checked = command("taxonomy", "check", "--json", taxonomy, workspace=workspace).json()
    assert (checked["files"], checked["valid"]) == (1, 1)

    words = ("data", "generate", "--taxonomy", taxonomy, "--leaf", LEAF, "--teacher", "starter", "--samples", 60)
    generated = command(*words, "--out", data, "--json", workspace=workspace).json()
    assert generated["kept"] >= 60
    document = (leaf.parent / "document.md").read_text(encoding="utf-8")
    assert_lineage(data, LEAF, starter, {"document.md": document})

    shown = command("data", "show", "--json", data, workspace=workspace).json()
    funnel = shown["funnel"]
    assert funnel["generated"] >= funnel["parsed"] >= funnel["unique"] >= funnel["judged"] >= funnel["kept"]
    assert funnel["kept"] == generated["kept"]
    assert len(shown["samples"]) == funnel["generated"]
    assert sum(shown["reasons"].values()) == funnel["generated"] - funnel["kept"]
    # Asked again, the run is whole and nothing is done a second time
    again = command(*words, "--out", data, "--json", workspace=workspace).json()
    assert again["generated"] == generated["generated"]

    exported = command("data", "export", data, "--out", tmp_path / "data.jsonl", "--json", workspace=workspace).json()
    lines = [json.loads(line) for line in (tmp_path / "data.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(lines) == exported["samples"] == funnel["kept"]
    kept = {sample.answer for sample in samples_of(data) if sample.status == "kept"}
    assert all(line["messages"][-1]["role"] == "assistant" for line in lines)
    assert {line["messages"][-1]["content"] for line in lines} == kept

    words = ("model", "train", "--data", data, "--base", "starter", "--preset", "quick", "--out", training)
    trained = command(*words, "--json", workspace=workspace).json()
    card = json.loads((training / "adapter" / "card.json").read_text(encoding="utf-8"))
    assert trained["adapter"] == str(training / "adapter")
    assert_learned(card)

    questions = new_questions(FACTS, data)

    def ask(*adapter: object) -> list[tuple[str, str, str]]:
        words = ("model", "chat", "--model", "starter", *adapter, "--max-tokens", 60, "--json", "--message")
        return [
            (asked, keyword, command(*words, asked, workspace=workspace).json()["answer"])
            for asked, keyword in questions
        ]

    assert_taught(ask("--adapter", training), ask())

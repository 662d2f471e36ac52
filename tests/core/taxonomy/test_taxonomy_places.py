# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Where a new leaf is suggested to go."""

from __future__ import annotations

import pytest
from ilab_core.taxonomy.naming import folder_problem
from ilab_core.taxonomy.places import USUAL, Suggestion, suggest_folders

FOLDERS = ["knowledge", "knowledge/places", "knowledge/science/marine_biology", "compositional_skills/writing"]


def folders(typed, top="knowledge", about=""):
    return [found.folder for found in suggest_folders(typed, top, FOLDERS, about)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("biology", "science/marine_biology"),
        ("science/biology", "science/biology"),
        ("plac", "places"),
        ("sci mar", "science/marine_biology"),
        ("planets", "science/astronomy"),
        ("cooking", "technology/food"),
        ("mus", "arts/music"),
    ],
)
def test_the_best_match_comes_first(typed, first):
    assert folders(typed)[0] == first


def test_every_word_must_fit():
    assert folders("marine whales") == []


def test_with_nothing_typed_what_exists_comes_first():
    assert suggest_folders("", "knowledge", FOLDERS)[:2] == [
        Suggestion("places", True),
        Suggestion("science/marine_biology", True),
    ]
    assert not suggest_folders("", "knowledge", FOLDERS)[2].exists


def test_the_name_of_the_leaf_decides_between_folders_that_fit_alike():
    assert folders("", about="solar_planet")[0] == "science/astronomy"


def test_each_kind_has_its_own_places():
    assert folders("", "compositional_skills")[0] == "writing"
    assert folders("summary", "compositional_skills/grounded") == ["linguistics/summarization"]
    assert folders("science", "compositional_skills/grounded") == []
    mail = ["compositional_skills/grounded/mail"]
    assert suggest_folders("mail", "compositional_skills", mail)[0].folder == "writing"
    assert suggest_folders("", "compositional_skills/grounded", mail)[0].exists


def test_every_usual_folder_can_be_made():
    assert [folder for usual in USUAL.values() for folder in usual if folder_problem(folder)] == []

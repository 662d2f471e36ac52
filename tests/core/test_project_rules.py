# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The project's own rules: headers, lengths, heavy imports, what lies at the top, and what the documents promise."""

from __future__ import annotations

import ast
import importlib.metadata
import importlib.util
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
HEADER = "# Copyright IBM Corp. 2026 - 2026\n# SPDX-License-Identifier: Apache-2.0\n"
AT_THE_TOP = {
    *("CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "MAINTAINERS.md", "Makefile", "README.md", "pyproject.toml"),
    *("core", "desktop", "packaging", "resources", "tests"),
    *(".ci", ".github", ".gitignore"),
}
# Folders of the machines that the project was written on. Their names are put together here, lest this file be found.
PRIVATE_PATHS = re.compile(
    r"(?<![\w.-])/(?:{})/".format("|".join(("work", "root", "opt" + "/pypi", "opt" + "/wheels")))
)
NOT_TEXT = {".gguf", ".gz", ".ico", ".icns", ".pdf", ".png", ".ttf", ".safetensors", ".db"}


def load(name: str) -> ModuleType:
    specification = importlib.util.spec_from_file_location(name, ROOT / "packaging" / f"{name}.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules[name] = module
    specification.loader.exec_module(module)
    return module


@pytest.fixture
def check_sources(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setitem(sys.modules, "check_sources", None)
    return load("check_sources")


@pytest.fixture(scope="module")
def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    """Every file that git knows; without git or outside a clone, the tests that need the list are skipped."""
    try:
        listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git clone")
    return [path for name in listing.decode().split("\0") if name and (path := ROOT / name).exists()]


def requirements(project: dict) -> list[Requirement]:
    groups = project["optional-dependencies"].values()
    return [Requirement(text) for text in (*project["dependencies"], *(text for group in groups for text in group))]


def pins() -> dict[str, str]:
    lines = (ROOT / "packaging" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    found = [line.split("==") for line in lines if line and not line.startswith("#")]
    assert all(len(pin) == 2 for pin in found), "every line of constraints.txt is NAME==VERSION"
    return {canonicalize_name(name): version for name, version in found}


def test_sources_keep_the_rules(check_sources: ModuleType) -> None:
    assert list(check_sources.check(ROOT)) == []


def test_the_check_reads_every_part_of_the_project(check_sources: ModuleType) -> None:
    names = {path.relative_to(ROOT).as_posix() for path in check_sources.sources(ROOT)}
    expected = {".ci/run", "Makefile", "core/ilab_core/errors.py", "packaging/constraints.txt", "pyproject.toml"}
    assert expected <= names
    assert not any(name.startswith((".venv", ".git/")) or "__pycache__" in name for name in names)


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("core/bare.py", "x = 1\n", "licence header"),
        ("core/late.py", "\n" + HEADER, "licence header"),
        ("core/other.py", HEADER.replace("Apache-2.0", "MIT"), "licence header"),
        ("tests/long.py", HEADER + "x = 1\n" * 399, "401 lines"),
        ("core/top.py", HEADER + "import torch\n", "inside the function"),
        (
            "core/inside.py",
            HEADER + "try:\n    from llama_cpp import Llama\nexcept ImportError:\n    Llama = None\n",
            "llama",
        ),
        ("core/body.py", HEADER + "class Trainer:\n    import peft.tuners\n", "import peft"),
        ("desktop/lazy.py", HEADER + "def run():\n    import transformers\n", "worker process"),
    ],
)
def test_a_broken_rule_is_found(
    check_sources: ModuleType, tmp_path: Path, name: str, text: str, complaint: str
) -> None:
    path = tmp_path / name
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    problems = list(check_sources.check(tmp_path))
    assert len(problems) == 1
    assert problems[0].startswith(f"{name}:")
    assert complaint in problems[0]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("core/lazy.py", HEADER + "def run():\n    import torch\n    return torch\n"),
        ("core/typed.py", HEADER + "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import torch\n"),
        ("core/alike.py", HEADER + "import torchlike\nfrom ilab_core.torch import x\n"),
        ("core/full.py", HEADER + "x = 1\n" * 398),
        ("core/run", "#!/usr/bin/env bash\n" + HEADER),
        ("core/icon.svg", HEADER.replace("# ", "<!-- ").replace("\n", " -->\n") + "<svg/>\n"),
        ("core/knowledge/qna.yaml", "version: 3\n"),
        ("tests/any.py", HEADER + "import torch\n"),
    ],
)
def test_what_is_allowed_passes(check_sources: ModuleType, tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    assert list(check_sources.check(tmp_path)) == []


def test_a_reason_is_given_only_for_files_that_are_long(check_sources: ModuleType) -> None:
    for name, reason in check_sources.LONGER_WITH_REASON.items():
        assert reason
        assert (ROOT / name).read_text(encoding="utf-8").count("\n") > check_sources.LONGEST_FILE


def test_nothing_else_lies_at_the_top(tracked: list[Path]) -> None:
    assert {path.relative_to(ROOT).parts[0] for path in tracked} <= AT_THE_TOP


def test_no_file_names_a_folder_of_one_machine(tracked: list[Path]) -> None:
    found = []
    for path in tracked:
        if path.suffix not in NOT_TEXT:
            text = path.read_text(encoding="utf-8")
            found += [f"{path.relative_to(ROOT)}: {match.group()}" for match in PRIVATE_PATHS.finditer(text)]
    assert found == []


def test_test_folders_are_not_packages_and_their_files_have_names_of_their_own() -> None:
    files = [path for path in (ROOT / "tests").rglob("*.py") if "__pycache__" not in path.parts]
    assert not [path for path in files if path.name == "__init__.py"]
    names = [path.name for path in files if path.name.startswith("test_")]
    assert sorted(names) == sorted(set(names))
    # With one, this folder would hide the library of the same name.
    assert not (ROOT / "packaging" / "__init__.py").exists()


def test_every_dependency_is_pinned_to_a_release_that_fits(project: dict) -> None:
    pinned = pins()
    for requirement in requirements(project):
        name = canonicalize_name(requirement.name)
        assert name in pinned, f"{name} is not in packaging/constraints.txt"
        assert requirement.specifier.contains(pinned[name], prereleases=True), f"{requirement} against {pinned[name]}"


def test_every_library_of_a_dependency_is_pinned_too(project: dict) -> None:
    pinned = pins()
    waiting = [requirement for requirement in requirements(project) if applies(requirement, set())]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if name == "pip" or (name, frozenset(requirement.extras)) in seen:
            continue
        seen.add((name, frozenset(requirement.extras)))
        assert name in pinned, f"{name} is not in packaging/constraints.txt"
        for text in required_by(name):
            needed = Requirement(text)
            if applies(needed, requirement.extras):
                waiting.append(needed)


def required_by(name: str) -> list[str]:
    try:
        return importlib.metadata.requires(name) or []
    except importlib.metadata.PackageNotFoundError:
        return []


def applies(requirement: Requirement, extras: set[str]) -> bool:
    return requirement.marker is None or any(requirement.marker.evaluate({"extra": extra}) for extra in extras | {""})


def test_the_environment_is_the_pinned_one() -> None:
    """What was tested is what is pinned; a release's build tag (`+cpu`) does not count."""
    different = []
    for name, version in pins().items():
        try:
            installed = importlib.metadata.version(name).split("+")[0]
        except importlib.metadata.PackageNotFoundError:
            continue
        if installed != version:
            different.append(f"{name}: {installed} is installed, {version} is pinned")
    assert different == []


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_every_make_command_of_the_documents_exists(document: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", (ROOT / document).read_text(encoding="utf-8"), re.MULTILINE))
    assert {"run", "test"} <= named
    assert named <= targets


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "MAINTAINERS.md", "CHANGELOG.md"])
def test_every_file_that_a_document_links_to_is_there(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    links = {target.split("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in target}
    assert not [target for target in links if target and not (ROOT / target).exists()]


def test_every_command_of_the_readme_is_understood() -> None:
    """Each `ilab-desktop …` line of the README parses: the command line answers --help for its words with success."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    groups = set(re.findall(r"^ilab-desktop ([a-z]+) ([a-z]+)", text, re.MULTILINE))
    assert ("data", "generate") in groups
    for group, command in sorted(groups):
        result = subprocess.run(
            [sys.executable, "-m", "ilab_core.cli.main", group, command, "--help"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 0, result.stderr
        options = set(re.findall(r"--[a-z-]+", " ".join(used_with(text, group, command))))
        assert options <= set(re.findall(r"--[a-z-]+", result.stdout))


def used_with(text: str, group: str, command: str) -> list[str]:
    joined = text.replace("\\\n", " ")
    return re.findall(rf"^ilab-desktop {group} {command}(.*)$", joined, re.MULTILINE)


def test_scripts_of_the_set_up_start_with_an_old_python() -> None:
    """They must say what is wrong there, so they keep to the grammar of Python 3.8."""
    for name in ("setup_environment.py", "install_environment.py", "system_packages.py"):
        ast.parse((ROOT / "packaging" / name).read_text(encoding="utf-8"), feature_version=(3, 8))

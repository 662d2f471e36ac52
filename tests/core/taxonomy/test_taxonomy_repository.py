# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Clone over the file system, http, a proxy and TLS; start an empty taxonomy; begin to keep a history."""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pygit2
import pytest
from git_taxonomy import AUTHOR, GitTaxonomy
from ilab_core.errors import Cancelled, TaxonomyError
from ilab_core.taxonomy.base import default_base
from ilab_core.taxonomy.changes import changed_leaves
from ilab_core.taxonomy.repository import (
    clone_taxonomy,
    folder_for,
    is_on_network,
    start_history,
    start_taxonomy,
)
from ilab_core.taxonomy.tree import find_leaves

GIT = shutil.which("git")
OPENSSL = shutil.which("openssl")
needs_git = pytest.mark.skipif(GIT is None, reason="the git program serves the repository here")


@pytest.fixture
def bare(tmp_path):
    """A bare repository with the three leaves of the small taxonomy."""
    GitTaxonomy(tmp_path / "origin")
    made = tmp_path / "bare.git"
    pygit2.clone_repository(str(tmp_path / "origin"), str(made), bare=True)
    return made


class _Handler(BaseHTTPRequestHandler):
    """Git's own smart server behind http; takes what is sent to a proxy as well."""

    folder: Path
    seen: list[str]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_CONNECT(self) -> None:
        self.seen.append(self.path)
        self.send_error(502)

    def _serve(self) -> None:
        self.seen.append(self.path)
        if "private" in self.path:
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="private"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        asked = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        environment = {
            **os.environ,
            "GIT_PROJECT_ROOT": str(self.folder),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "safe.directory",
            "GIT_CONFIG_VALUE_0": "*",
            "PATH_INFO": asked.path,
            "QUERY_STRING": asked.query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type") or "",
            "CONTENT_LENGTH": str(len(body)),
        }
        answer = subprocess.run([GIT, "http-backend"], input=body, env=environment, capture_output=True).stdout
        head, _, content = answer.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if line)
        self.send_response(int(headers.pop("Status", "200").split()[0]))
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def serve(bare):
    """Return a function that starts a server (with a certificate: over TLS) and returns its address and its log."""
    started = []

    def start(certificate: Path | None = None) -> tuple[str, list[str]]:
        handler = type("Handler", (_Handler,), {"folder": bare.parent, "seen": []})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        started.append((server, thread))
        return f"http{'s' if certificate else ''}://127.0.0.1:{server.server_port}", handler.seen

    yield start
    for server, thread in started:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def left_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"origin", "bare.git", "key.pem"}


def test_a_clone_has_leaves_and_history_and_nothing_in_it_is_new(bare, tmp_path):
    made = clone_taxonomy(str(bare), tmp_path / "deep" / "clone")
    assert [leaf.name for leaf in find_leaves(made)] == [f"compositional_skills/{name}" for name in "abc"]
    assert default_base(made) == "origin/main"
    assert changed_leaves(made, default_base(made)) == []


@needs_git
def test_a_clone_over_http_tells_how_far_it_is(serve, tmp_path):
    address, seen = serve()
    told = []
    clone_taxonomy(f"{address}/bare.git", tmp_path / "clone", told.append)
    assert len(find_leaves(tmp_path / "clone")) == 3
    assert len(told) > 1
    assert told[-1].received == told[-1].total > 0
    assert told[-1].bytes > 0
    assert any("git-upload-pack" in path for path in seen)


def test_a_clone_goes_through_the_proxy_that_is_set(serve, tmp_path, monkeypatch):
    address, seen = serve()
    monkeypatch.setenv("https_proxy", address)
    with pytest.raises(TaxonomyError):
        clone_taxonomy("https://taxonomy.invalid/bare.git", tmp_path / "clone")
    assert seen == ["taxonomy.invalid:443"]


@needs_git
@pytest.mark.skipif(OPENSSL is None, reason="openssl makes the certificate here")
def test_a_certificate_is_trusted_only_when_it_is_named(serve, tmp_path, monkeypatch):
    key = tmp_path / "key.pem"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    command = [
        OPENSSL,
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        key,
        "-out",
        tmp_path / "cert",
        *subject,
    ]
    subprocess.run(command, check=True, capture_output=True)
    key.write_text(key.read_text() + (tmp_path / "cert").read_text())
    address, _ = serve(key)
    with pytest.raises(TaxonomyError, match="certificate is not trusted"):
        clone_taxonomy(f"{address}/bare.git", tmp_path / "clone")
    monkeypatch.setenv("GIT_SSL_CAINFO", str(tmp_path / "cert"))
    clone_taxonomy(f"{address}/bare.git", tmp_path / "clone")
    assert len(find_leaves(tmp_path / "clone")) == 3


@needs_git
def test_what_cannot_be_cloned_is_said_and_leaves_nothing_behind(serve, tmp_path, bare):
    address, _ = serve()
    for wrong, sentence in (
        (f"{address}/nowhere.git", "no git repository"),
        (f"{address}/private.git", "sign-in"),
        ("http://127.0.0.1:1/x.git", "could not be reached"),
        (str(tmp_path / "nothing"), "no git repository"),
        ("", "address"),
    ):
        with pytest.raises(TaxonomyError, match=sentence):
            clone_taxonomy(wrong, tmp_path / "clone")
    assert left_in(tmp_path) == set()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    with pytest.raises(TaxonomyError, match="not empty"):
        clone_taxonomy(str(bare), tmp_path / "full")


@needs_git
def test_a_clone_that_is_cancelled_leaves_nothing_behind(serve, tmp_path):
    address, _ = serve()
    told = []
    with pytest.raises(Cancelled):
        clone_taxonomy(f"{address}/bare.git", tmp_path / "clone", told.append, lambda: bool(told))
    assert len(told) == 1
    assert left_in(tmp_path) == set()


def test_folders_are_named_like_the_repository_and_the_network_is_known():
    assert folder_for("https://github.com/instructlab/taxonomy.git") == "taxonomy"
    assert folder_for("git@example.org:a b/my-tax/") == "my-tax"
    assert folder_for("C:\\work\\tax") == "tax"
    assert folder_for("https://") == "taxonomy"
    assert is_on_network("https://example.org/x")
    assert is_on_network("git@example.org:x")
    assert not is_on_network("/home/me/x")
    assert not is_on_network("file:///home/me/x")


def test_an_empty_taxonomy_has_its_folders_one_commit_and_no_leaf(tmp_path):
    root = start_taxonomy(tmp_path / "mine", AUTHOR)
    assert find_leaves(root) == []
    assert (root / "knowledge").is_dir()
    repository = pygit2.Repository(str(root))
    assert repository.head.shorthand == "main"
    assert repository.head.peel(pygit2.Commit).parents == []
    assert repository.status() == {}
    with pytest.raises(TaxonomyError, match="not empty"):
        start_taxonomy(root, AUTHOR)


def test_the_history_of_a_plain_folder_begins_with_its_leaves_only(tmp_path):
    leaf = tmp_path / "plain/knowledge/a/qna.yaml"
    leaf.parent.mkdir(parents=True)
    leaf.write_text("version: 3\n")
    (leaf.parent / "attribution.txt").write_text("Title")
    (tmp_path / "plain/holiday.jpg").write_bytes(b"not of the taxonomy")
    start_history(tmp_path / "plain", AUTHOR)
    assert pygit2.Repository(str(tmp_path / "plain")).status() == {"holiday.jpg": pygit2.enums.FileStatus.WT_NEW}
    assert changed_leaves(tmp_path / "plain", "HEAD") == []
    with pytest.raises(TaxonomyError, match="kept already"):
        start_history(tmp_path / "plain", AUTHOR)
    (tmp_path / "damaged").mkdir()
    pygit2.init_repository(str(tmp_path / "damaged/.git"), bare=True)
    with pytest.raises(TaxonomyError, match="cannot be opened"):
        start_history(tmp_path / "damaged", AUTHOR)

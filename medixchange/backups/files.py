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
def workshop(beside: Path | None = None) -> Iterator[Path]:
    """A folder for its owner only, gone afterwards; on the same disk as ``beside`` where that is given.

    Raises Refusal where the disk does not take what is written in the block.
    """
    folder = None if beside is None else beside.absolute().parent
    try:
        with tempfile.TemporaryDirectory(prefix=".medixchange-", dir=folder) as made:
            yield Path(made)
    except OSError as wrong:
        where = str(folder or tempfile.gettempdir())
        told = say("Nothing was kept: the disk of %(folder)s says “%(why)s”.", folder=where, why=str(wrong.strerror))
        raise Refusal(told) from wrong


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

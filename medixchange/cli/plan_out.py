"""The files that ``medixchange plan`` writes: tried before anything is planned, and never half written."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from medixchange.errors import Malformed, Refusal
from medixchange.messages import Message, say


def attempt(files: Iterable[Path], *, instance: Path | None) -> None:
    """Raises Malformed where one of ``files`` could not be written, or would take the place of another."""
    taken = {_place(instance)} if instance is not None else set()
    for file in files:
        try:
            _attempt(file, taken)
        except OSError as wrong:
            raise Malformed(_unwritable(file, wrong)) from wrong


def _attempt(file: Path, taken: set[Path]) -> None:
    place = _place(file)
    if place.is_dir():
        raise Malformed(say("%(file)s is a folder; name a file in it.", file=str(file)))
    if place in taken:
        raise Malformed(say("%(file)s is named twice; what is written needs a name of its own.", file=str(file)))
    taken.add(place)
    if not _is_stream(place):
        beside = _beside(place)
        beside.touch()
        beside.unlink()


def write(file: Path, text: str) -> None:
    """Write beside and put in its place, so that there is never half a plan. Raises Refusal where that fails."""
    place = _place(file)
    beside = place if _is_stream(place) else _beside(place)
    try:
        beside.write_text(text + "\n", "utf-8")
        if beside != place:
            beside.replace(place)
    except OSError as wrong:
        if beside != place:
            with suppress(OSError):
                beside.unlink()
        raise Refusal(_unwritable(file, wrong)) from wrong


def _place(file: Path) -> Path:
    """Where it really lies: a link to a file stays one."""
    return file if _is_stream(file) else Path(os.path.realpath(file))


def _is_stream(file: Path) -> bool:
    """Whether it is there and no file: nothing can be put in the place of a pipe or a device."""
    return os.path.exists(file) and not os.path.isfile(file)


def _beside(place: Path) -> Path:
    return place.with_name(f".{place.name}.part")


def _unwritable(file: Path, wrong: OSError) -> Message:
    return say("%(file)s cannot be written: %(why)s.", file=str(file), why=str(wrong.strerror))

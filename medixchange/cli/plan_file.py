"""Reads an instance file for ``medixchange plan``: JSON that nobody vouches for, in bounded time and memory."""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from medixchange.errors import Malformed
from medixchange.matching.format import read_instance
from medixchange.matching.format_refusals import shown
from medixchange.matching.problem import Problem
from medixchange.messages import say

MOST_BYTES = 16 * 2**20
"""Twice what ten thousand requests among three thousand experts take."""
MOST_KEYS = 1_000
"""More than any object of an instance has: nobody wants to read of each that it is not known."""
MOST_DIGITS = 100


def problem_in(file: Path) -> Problem:
    """Raises Malformed where the file cannot be read or is no instance."""
    try:
        data = json.loads(_text(file), object_pairs_hook=_object, parse_int=_whole, parse_constant=_no_number)
    except RecursionError as wrong:
        raise Malformed(say("%(file)s is nested too deeply.", file=str(file))) from wrong
    except ValueError as wrong:
        raise Malformed(say("%(file)s is not JSON: %(why)s.", file=str(file), why=str(wrong))) from wrong
    if not isinstance(data, dict):
        raise Malformed(say("%(file)s is no instance: it has to be one object.", file=str(file)))
    return read_instance(data)


def _text(file: Path) -> str:
    try:
        if file.exists() and not file.is_file():
            # A pipe or a terminal may never end, nor begin.
            raise Malformed(say("%(file)s is no file that can be read to its end.", file=str(file)))
        with file.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except OSError as wrong:
        raise Malformed(say("%(file)s cannot be read: %(why)s.", file=str(file), why=str(wrong.strerror))) from wrong
    if len(data) > MOST_BYTES:
        most = MOST_BYTES // 2**20
        raise Malformed(
            say("%(file)s is larger than %(most)s MB; no instance that is taken is.", file=str(file), most=most)
        )
    if not data.removeprefix(BOM_UTF8).strip():
        raise Malformed(say("%(file)s is empty.", file=str(file)))
    try:
        return data.decode("utf-8-sig")  # which Windows begins with a mark
    except UnicodeDecodeError as wrong:
        raise Malformed(say("%(file)s is not in UTF-8.", file=str(file))) from wrong


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """An object, each of whose keys must be there once: of two values nobody knows which is meant."""
    if len(pairs) > MOST_KEYS:
        raise ValueError(f"an object has more than {MOST_KEYS} keys")
    found = dict(pairs)
    if len(found) < len(pairs):
        seen = set[str]()
        for key, _ in pairs:
            if key in seen:
                raise ValueError(f"the key “{shown(key)}” stands twice in one object")
            seen.add(key)
    return found


def _whole(text: str) -> int:
    """A whole number, none of which has so many digits that to read it takes long."""
    if len(text) > MOST_DIGITS:
        raise ValueError(f"a number has more than {MOST_DIGITS} digits")
    return int(text)


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number")

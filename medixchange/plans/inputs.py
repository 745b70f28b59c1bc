"""A problem as bytes and back: what a plan was made of is kept with it, so that anybody can make it again."""

from __future__ import annotations

import zlib

from pydantic import TypeAdapter

from medixchange.matching.match import Match
from medixchange.matching.problem import Problem

MATCH = TypeAdapter(Match)
"""A match as plain JSON and back."""
_PROBLEM = TypeAdapter(Problem)


def packed(problem: Problem) -> bytes:
    """``problem`` as JSON, compressed."""
    return zlib.compress(_PROBLEM.dump_json(problem))


def unpacked(data: bytes) -> Problem:
    """The problem that ``packed`` wrote, equal to what it was.

    Raises ValueError (zlib.error, ValidationError) where the bytes are no such problem.
    """
    try:
        return _PROBLEM.validate_json(zlib.decompress(data))
    except zlib.error as wrong:
        raise ValueError(str(wrong)) from wrong

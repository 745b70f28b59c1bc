"""What changed between two texts: line by line, and inside a line word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Literal

Kind = Literal["same", "out", "in"]

# A word, one sign of a script that has no blanks between words, or whatever stands between words.
_PIECES = re.compile(r"[\u3000-\u9fff\uac00-\ud7af\uff00-\uffef]|\w+|\s+|.", re.DOTALL)
MOST_PAIRS = 250_000
"""Lines and words are compared up to so many pairs; beyond that the whole counts as replaced."""


@dataclass(frozen=True)
class Piece:
    """Words that stayed, went out or came in."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Line:
    """One line of the comparison, without its break; ``pieces`` show what changed inside it."""

    kind: Kind
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """The whole line."""
        return "".join(piece.text for piece in self.pieces)


def compare(old: str, new: str) -> list[Line]:
    """All lines of both texts in order: those that went out before those that came in."""
    return list(_lines(old.split("\n"), new.split("\n")))


def changes(lines: Sequence[Line], *, around: int = 2) -> list[list[Line]]:
    """The lines that changed with some that did not around them, in groups that stand together."""
    changed = [number for number, line in enumerate(lines) if line.kind != "same"]
    near = sorted({at for number in changed for at in range(number - around, number + around + 1)})
    groups: list[list[Line]] = []
    last = -2
    for at in near:
        if 0 <= at < len(lines):
            if at != last + 1:
                groups.append([])
            groups[-1].append(lines[at])
            last = at
    return groups


def _lines(old: list[str], new: list[str]) -> Iterator[Line]:
    for kind, before, after in _blocks(old, new):
        if kind == "equal":
            yield from (Line("same", (Piece("same", text),)) for text in before)
            continue
        pairs = [_words(one, other) for one, other in zip(before, after, strict=False)]
        gone = zip_longest(before, (pair[0] for pair in pairs[: len(before)]))
        come = zip_longest(after, (pair[1] for pair in pairs[: len(after)]))
        yield from (Line("out", pieces or (Piece("out", text),)) for text, pieces in gone)
        yield from (Line("in", pieces or (Piece("in", text),)) for text, pieces in come)


def _words(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both lines in pieces; lines that have little in common are shown whole."""
    before: list[Piece] = []
    after: list[Piece] = []
    for kind, gone, come in _blocks(_PIECES.findall(old), _PIECES.findall(new)):
        same = kind == "equal"
        before.extend([Piece("same" if same else "out", "".join(gone))] if gone else [])
        after.extend([Piece("same" if same else "in", "".join(come))] if come else [])
    alike = sum(len(piece.text.strip()) for piece in before if piece.kind == "same")
    if 3 * alike < max(len(old), len(new)):
        return (Piece("out", old),), (Piece("in", new),)
    return tuple(before), tuple(after)


def _blocks(old: list[str], new: list[str]) -> Iterator[tuple[str, list[str], list[str]]]:
    """Stretches that are equal or not, from both; what is alike at both ends is never compared pair by pair."""
    head = _alike(old, new)
    tail = _alike(old[head:][::-1], new[head:][::-1])
    before, after = old[head : len(old) - tail], new[head : len(new) - tail]
    if head:
        yield "equal", old[:head], new[:head]
    if len(before) * len(after) > MOST_PAIRS:
        yield "replace", before, after
    else:
        for kind, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
            yield kind, before[i1:i2], after[j1:j2]
    if tail:
        yield "equal", old[len(old) - tail :], new[len(new) - tail :]


def _alike(old: Sequence[str], new: Sequence[str]) -> int:
    """How many from the beginning on are the same."""
    return next(
        (at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), min(len(old), len(new))
    )

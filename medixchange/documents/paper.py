"""A document as plain data for the template of the PDF: text reaches it as text, never as markup.

What the shipped fonts cannot draw is written as its number in Unicode, so that no box stands in its place.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from medixchange.documents.tree import (
    Block,
    Break,
    Code,
    Document,
    Emphasis,
    Heading,
    Inline,
    Items,
    Link,
    Listing,
    Paragraph,
    Quote,
    Rule,
    Strong,
    Table,
    Text,
    words_of,
)
from medixchange.pdf import Draws

MOST_TOGETHER = 7
"""Lines of an entry that stays on one page; a longer one would leave much of a page empty. A page has about forty."""

MOST_TABLE = 9
"""Lines of a table that stays on one page: a row or two beyond the break are hard to read."""

COLUMNS = 92
"""How wide a line is, roughly; Chinese signs are two columns wide."""

_HAN = re.compile(r"([\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]+)")


def to_data(document: Document, draws: Draws) -> list[dict[str, Any]]:
    """The blocks as dictionaries with a "kind" each, in plain JSON."""
    return _Paper(draws).blocks(document.blocks)


def drawn(text: str, draws: Draws) -> str:
    """``text`` with "[U+1F600]" for each character that the fonts do not have."""
    if all(map(draws, text)):
        return text
    return "".join(each if draws(each) else f"[U+{ord(each):04X}]" for each in text)


class _Paper:
    def __init__(self, draws: Draws) -> None:
        self._draws = draws

    def blocks(self, blocks: Sequence[Block]) -> list[dict[str, Any]]:
        return [data for entry in _entries(blocks) for data in self._entry(entry)]

    def _entry(self, entry: Sequence[Block]) -> Iterator[dict[str, Any]]:
        """A question with its answer on one page; where both are too long, the question with how the answer begins."""
        made = [self._block(block) for block in entry]
        if len(entry) == 1:
            yield from made
        elif _height(entry) <= MOST_TOGETHER:
            yield {"kind": "entry", "blocks": made}
        else:
            yield {"kind": "leading", "blocks": made[:1]}
            yield from made[1:]

    def _block(self, block: Block) -> dict[str, Any]:
        match block:
            case Heading(level, inside):
                return {"kind": "heading", "level": level, "inside": self._inside(inside, heavy=True)}
            case Paragraph(inside):
                is_short = _height([block]) <= MOST_TOGETHER
                return {"kind": "paragraph", "inside": self._inside(inside), "together": is_short}
            case Quote(inside):
                return {"kind": "quote", "blocks": self.blocks(inside)}
            case Listing(text):
                return {"kind": "listing", "text": self._drawn(text)}
            case Items(items, start):
                entries = [{"blocks": self.blocks(item), "together": _height(item) <= MOST_TOGETHER} for item in items]
                return {"kind": "items", "start": start, "items": entries}
            case Table():
                return self._table(block)
            case Rule():
                return {"kind": "rule"}

    def _table(self, table: Table) -> dict[str, Any]:
        head, *rows = (row[: len(table.aligns)] for row in (table.head, *table.rows))
        return {
            "kind": "table",
            "together": _lines(table) <= MOST_TABLE,
            "aligns": list(table.aligns),
            "head": [self._inside(cell, heavy=True) for cell in head],
            "rows": [[self._inside(cell) for cell in row] for row in rows],
        }

    def _inside(self, inside: Sequence[Inline], *, heavy: bool = False) -> list[dict[str, Any]]:
        return [each for part in inside for each in self._inline(part, heavy=heavy)]

    def _inline(self, part: Inline, *, heavy: bool) -> Iterator[dict[str, Any]]:
        match part:
            case Text(text, ltr, whole):
                yield from self._text(text, "run" if ltr else "whole" if whole else "text", heavy=heavy)
            case Code(text):
                yield {"kind": "code", "text": self._drawn(text)}
            case Strong(inside):
                yield {"kind": "strong", "inside": self._inside(inside, heavy=True)}
            case Emphasis(inside):
                yield {"kind": "emphasis", "inside": self._inside(inside, heavy=True)}
            case Link(address, inside):
                yield {"kind": "link", "address": address, "inside": self._inside(inside, heavy=heavy)}
            case Break():
                yield {"kind": "break"}

    def _text(self, text: str, kind: str, *, heavy: bool) -> Iterator[dict[str, Any]]:
        """The words; where they have weight the Chinese among them apart, since its font has one weight only."""
        pieces = _HAN.split(self._drawn(text)) if heavy else [self._drawn(text)]
        for number, piece in enumerate(pieces):
            if piece:
                yield {"kind": "han" if number % 2 else kind, "text": piece}

    def _drawn(self, text: str) -> str:
        return drawn(text, self._draws)


def _entries(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """The blocks one by one, but a question, which is a paragraph of weight, together with what stands under it."""
    entry: list[Block] = []
    for block in blocks:
        is_question = _is_question(block)
        if entry and not is_question and not isinstance(block, Heading) and _is_question(entry[0]):
            entry.append(block)
            continue
        if entry:
            yield entry
        entry = [block]
    if entry:
        yield entry


def _is_question(block: Block) -> bool:
    return isinstance(block, Paragraph) and all(isinstance(part, Strong) for part in block.inside)


def _height(blocks: Sequence[Block]) -> int:
    """How many lines all of this takes, roughly."""
    return sum(map(_lines, blocks))


def _lines(block: Block) -> int:
    match block:
        case Heading(_, inside):
            return 1 + _wrapped(inside)
        case Paragraph(inside):
            return _wrapped(inside)
        case Quote(inside):
            return _height(inside)
        case Items(items):
            return sum(map(_height, items))
        case Listing(text):
            return 1 + text.count("\n")
        case Table(head, rows, aligns):
            # A row has its margins, half a line, and is as high as the cell with the most words.
            return 1 + len(rows) // 2 + sum(max(_wrapped(cell, len(aligns)) for cell in row) for row in (head, *rows))
        case Rule():
            return 1


def _wrapped(inside: Sequence[Inline], share: int = 1) -> int:
    """The lines of a paragraph in one of ``share`` columns that stand side by side."""
    wide = [2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in words_of(tuple(inside))]
    breaks = sum(isinstance(part, Break) for part in inside)
    return breaks + max(1, -(-sum(wide) * share // COLUMNS))

"""A recap's text as a tree of blocks: what the page, the plain text and the PDF are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Align = Literal["start", "center", "end"]


@dataclass(frozen=True)
class Text:
    """Plain words; ``ltr`` where they are kept from left to right in a text that runs the other way, ``whole`` where
    they are kept on one line."""

    text: str
    ltr: bool = False
    whole: bool = False


@dataclass(frozen=True)
class Code:
    """Words exactly as they were typed."""

    text: str


@dataclass(frozen=True)
class Break:
    """The end of a line inside a paragraph."""


@dataclass(frozen=True)
class Strong:
    """Words of weight."""

    inside: tuple[Inline, ...]


@dataclass(frozen=True)
class Emphasis:
    """Words that are stressed."""

    inside: tuple[Inline, ...]


@dataclass(frozen=True)
class Link:
    """Words that lead to ``address``: http, https, mailto or tel."""

    address: str
    inside: tuple[Inline, ...]


Inline = Text | Code | Break | Strong | Emphasis | Link


@dataclass(frozen=True)
class Heading:
    """A heading of the text itself; ``level`` is 2 to 4, and never more than one deeper than the heading before."""

    level: int
    inside: tuple[Inline, ...]


@dataclass(frozen=True)
class Paragraph:
    """Some sentences."""

    inside: tuple[Inline, ...]


@dataclass(frozen=True)
class Items:
    """A list; ``start`` is its first number, None where it has no numbers."""

    items: tuple[tuple[Block, ...], ...]
    start: int | None = None


@dataclass(frozen=True)
class Quote:
    """What somebody else said."""

    inside: tuple[Block, ...]


@dataclass(frozen=True)
class Listing:
    """Lines exactly as they were typed."""

    text: str


@dataclass(frozen=True)
class Rule:
    """A line across."""


Row = tuple[tuple[Inline, ...], ...]


@dataclass(frozen=True)
class Table:
    """Rows under one row of headings; ``aligns`` has one entry for each column."""

    head: Row
    rows: tuple[Row, ...]
    aligns: tuple[Align, ...]


Block = Heading | Paragraph | Items | Quote | Listing | Rule | Table


@dataclass(frozen=True)
class Document:
    """A whole text."""

    blocks: tuple[Block, ...]


def words_of(inside: tuple[Inline, ...]) -> str:
    """The words alone, without what is around them."""
    return "".join(_words(part) for part in inside)


def _words(part: Inline) -> str:
    if isinstance(part, (Text, Code)):
        return part.text
    return " " if isinstance(part, Break) else words_of(part.inside)

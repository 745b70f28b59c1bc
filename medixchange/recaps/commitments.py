"""Who has promised what until when, read from lines such as "- Wang Lei, by 2026-12-24: send the protocol"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from medixchange.documents.tree import Block, Document, Heading, Items, Paragraph, words_of
from medixchange.recaps.outline import COMMITMENTS, examples, headings

FORM = (
    r"(?P<owner>[^:：፦]{1,200}?)\s*[,，、،፣]\s*[^:：፦\d]{0,40}(?P<due>\d{4}-\d{2}-\d{2})[^:：፦\d]{0,40}"
    r"[:：፦]\s*(?P<what>.+)"
)
"""A line that says who has promised what until when (a pattern)."""
_FORM = re.compile(FORM, re.DOTALL)


@dataclass(frozen=True)
class Commitment:
    """Something that somebody has promised."""

    owner: str
    due: date
    what: str
    dated: tuple[int, int] = field(default=(0, 0), compare=False)
    """Where in its line the day stands."""


def commitments(document: Document, language: str) -> list[Commitment]:
    """What was promised under the heading for it."""
    found = (read(line) for line in _listed(document, language))
    return [each for each in found if each is not None]


def unclear(document: Document, language: str) -> list[str]:
    """The lines under that heading that do not say who, until when, and what."""
    return [line for line in _listed(document, language) if read(line) is None]


def marked(document: Document, language: str) -> Iterator[tuple[Block, bool]]:
    """Every block, and whether it stands under that heading."""
    wanted, level = headings(language)[COMMITMENTS], 0
    for block in document.blocks:
        if isinstance(block, Heading):
            is_it = words_of(block.inside).strip().casefold() == wanted.casefold()
            level = block.level if is_it else 0 if block.level <= level else level
        yield block, bool(level)


def read(line: str) -> Commitment | None:
    """What a line promises, None where it does not say who, until when, and what."""
    found = _FORM.fullmatch(line)
    if found is None:
        return None
    try:
        due = date.fromisoformat(found["due"])
    except ValueError:
        return None
    return Commitment(found["owner"].strip(), due, found["what"].strip(), found.span("due"))


def _listed(document: Document, language: str) -> Iterator[str]:
    known = examples()
    for block, is_under in marked(document, language):
        if is_under and isinstance(block, Items):
            yield from (line for line in map(_first, block.items) if line not in known)


def _first(item: tuple[Block, ...]) -> str:
    return next((words_of(block.inside).strip() for block in item if isinstance(block, Paragraph)), "")

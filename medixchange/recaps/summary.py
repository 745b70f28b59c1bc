"""The few lines by which a recap is known on the shelf and in feeds."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from medixchange.documents.tongues import frame_language
from medixchange.documents.tree import Block, Document, Heading, Items, Paragraph, words_of
from medixchange.i18n import words
from medixchange.recaps.outline import POINTS, SUMMARY, headings

MOST_COLUMNS = 240
"""How wide a summary may be; Chinese signs are two columns wide."""


def summary_of(document: Document, language: str) -> str:
    """What stands under "Summary", else the key points, else how the text begins; cut at the end of a word."""
    named = [each.casefold() for each in headings(language)]
    sections = list(_sections(document))
    for wanted, kinds in ((SUMMARY, (Paragraph,)), (POINTS, (Paragraph, Items)), (None, (Paragraph, Items))):
        for heading, blocks in sections:
            if wanted is not None and heading.casefold() != named[wanted]:
                continue
            said = words(frame_language(language)).gap.join(_lines(blocks, kinds))
            if said:
                return cut(said, MOST_COLUMNS)
    return ""


def cut(text: str, most: int) -> str:
    """``text`` where it is at most ``most`` columns wide, else as many whole words as fit and an ellipsis."""
    width = 0
    for at, each in enumerate(text):
        width += 2 if unicodedata.east_asian_width(each) in "WF" else 1
        if width > most:
            blank = text.rfind(" ", at // 2, at)
            return text[: blank if blank > 0 else at - 1].rstrip(" ,;:，；：、") + "…"
    return text


def _sections(document: Document) -> Iterable[tuple[str, list[Block]]]:
    heading, blocks = "", list[Block]()
    for block in document.blocks:
        if isinstance(block, Heading):
            yield heading, blocks
            heading, blocks = words_of(block.inside).strip(), []
        else:
            blocks.append(block)
    yield heading, blocks


def _lines(blocks: Iterable[Block], kinds: tuple[type[Block], ...]) -> Iterable[str]:
    for block in blocks:
        if not isinstance(block, kinds):
            continue
        if isinstance(block, Paragraph):
            yield _line(block)
        elif isinstance(block, Items):
            yield from filter(None, map(_first, block.items))


def _first(item: Sequence[Block]) -> str:
    return next((_line(block) for block in item if isinstance(block, Paragraph)), "")


def _line(paragraph: Paragraph) -> str:
    return " ".join(words_of(paragraph.inside).split())

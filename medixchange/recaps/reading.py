"""The text of a recap as its readers see it: the days of commitments in its own language, not as they are typed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from medixchange.documents.markdown import parse
from medixchange.documents.tree import (
    Block,
    Break,
    Code,
    Document,
    Inline,
    Items,
    Paragraph,
    Text,
    words_of,
)
from medixchange.i18n import direction, words, written_day
from medixchange.languages.runs import measures
from medixchange.recaps.commitments import marked, read

_WIDE_BEFORE = re.compile(r"(?<=[\u2e80-\u9fff\uff00-\uffef]) $")
_WIDE_AFTER = re.compile(r"^ (?=[\u2e80-\u9fff\uff00-\uffef])")


@dataclass(frozen=True)
class _Day:
    """What is put between two places of a line; ``is_close`` where wide signs stand beside it without a blank."""

    starts: int
    ends: int
    said: str
    is_close: bool

    def moved(self, by: int) -> _Day:
        """The same, counted from ``by``."""
        return replace(self, starts=self.starts - by, ends=self.ends - by)


def as_read(text: str, language: str) -> Document:
    """The document that ``text`` writes in ``language``, as it is shown, mailed and printed."""
    return dated(parse(text, isolating=direction(language) == "rtl"), language)


def dated(document: Document, language: str) -> Document:
    """``document`` with the day of each commitment in the words of ``language``."""
    return Document(
        tuple(
            replace(block, items=tuple(tuple(_item(item, language)) for item in block.items))
            if is_under and isinstance(block, Items)
            else block
            for block, is_under in marked(document, language)
        )
    )


def _item(item: Sequence[Block], language: str) -> Iterator[Block]:
    """The blocks of a line: its first paragraph is what promises something."""
    first = next((block for block in item if isinstance(block, Paragraph)), None)
    for block in item:
        yield _told(block, language) if isinstance(block, Paragraph) and block is first else block


def _told(line: Paragraph, language: str) -> Paragraph:
    text = words_of(line.inside)
    promised = read(text.strip())
    if promised is None:
        return line
    starts, ends = (at + len(text) - len(text.lstrip()) for at in promised.dated)
    day = _Day(starts, ends, written_day(promised.due, language), is_close=not words(language).gap)
    return Paragraph(tuple(_with(line.inside, day)))


def _with(inside: Sequence[Inline], day: _Day) -> Iterator[Inline]:
    """``inside`` with the day put in; where it was typed in pieces of different weight nothing is changed."""
    at = 0
    for part in _joined(inside):
        ends = at + len(words_of((part,)))
        if at <= day.starts and day.ends <= ends:
            yield from _put(part, day.moved(at))
        else:
            yield from _pieces(part) if isinstance(part, Text) else (part,)
        at = ends


def _put(part: Inline, day: _Day) -> Iterator[Inline]:
    if isinstance(part, Text):
        before, after = part.text[: day.starts], part.text[day.ends :]
        if day.is_close:
            before, after = _WIDE_BEFORE.sub("", before), _WIDE_AFTER.sub("", after)
        yield from _pieces(replace(part, text=before))
        yield Text(day.said)
        yield from _pieces(replace(part, text=after))
    elif isinstance(part, (Code, Break)):
        yield part
    else:
        yield replace(part, inside=tuple(_with(part.inside, day)))


def _joined(inside: Sequence[Inline]) -> Iterator[Inline]:
    """``inside`` with words that stand side by side as one, so that the blanks around the day are seen."""
    held: Text | None = None
    for part in inside:
        if isinstance(part, Text) and not part.ltr:
            held = Text(held.text + part.text if held else part.text)
            continue
        if held is not None:
            yield held
            held = None
        yield part
    if held is not None:
        yield held


def _pieces(part: Text) -> Iterator[Text]:
    if part.ltr:
        yield from [part] if part.text else []
        return
    for run in measures(part.text):
        yield Text(run.text, whole=run.whole)

"""What a look over a text finds before somebody signs it: questions to its writer, none of them an order."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from itertools import islice

from medixchange.documents.tree import Document, Heading, words_of
from medixchange.intake.patients import doubt
from medixchange.messages import Message, say
from medixchange.pdf import Draws
from medixchange.recaps.commitments import FORM, unclear
from medixchange.recaps.outline import examples, headings

MOST_CHARACTERS = 5
MOST_LINES = 3
SHOWN = 80
BULLET = re.compile(r"\s*[-*+]\s+")
_UNMARKED = re.compile("^" + BULLET.pattern)
COMMITMENT = re.compile(BULLET.pattern + FORM, re.DOTALL)

Name = Callable[[str], str]
"""The name of a character in Unicode, empty where it has none."""


def lint(text: str, document: Document, language: str, *, draws: Draws, name: Name) -> list[Message]:
    """What to look at again in ``text``, which writes ``document``."""
    return [
        *_unprintable(text, draws, name),
        *_unclear(document, language),
        *_unwritten(text, document, language),
        *_patients(text),
    ]


def _unprintable(text: str, draws: Draws, name: Name) -> list[Message]:
    missing = [each for each in dict.fromkeys(text) if not draws(each)]
    return [
        say(
            "The PDF has no form for “%(character)s” (%(name)s) and writes its number instead; use another sign.",
            character=each,
            name=f"U+{ord(each):04X} {name(each)}".strip(),
        )
        for each in missing[:MOST_CHARACTERS]
    ]


def _unclear(document: Document, language: str) -> list[Message]:
    return [
        say(
            "“%(line)s” does not say who will do it until when. Write it as “Name, by 2026-12-24: what they will do”.",
            line=line if len(line) <= SHOWN else f"{line[:SHOWN]}…",
        )
        for line in islice(unclear(document, language), MOST_LINES)
    ]


def _unwritten(text: str, document: Document, language: str) -> list[Message]:
    """What still stands as the outline had it."""
    known = examples()
    lines = {_UNMARKED.sub("", line).strip(): None for line in text.split("\n")}
    standing = [line for line in lines if line in known]
    return [
        *(
            say("The example “%(line)s” still stands; write what was promised, or take it out.", line=line)
            for line in standing
        ),
        *(
            say("Nothing is written under “%(heading)s”; write it, or take the heading out.", heading=heading)
            for heading in _empty(document, language)
        ),
    ]


def _empty(document: Document, language: str) -> Collection[str]:
    """The headings of the outline with nothing under them, each once."""
    known, found = {each.casefold() for each in headings(language)}, dict[str, str]()
    following = [*document.blocks[1:], Heading(1, ())]
    for block, after in zip(document.blocks, following, strict=False):
        if isinstance(block, Heading) and isinstance(after, Heading) and after.level <= block.level:
            heading = words_of(block.inside).strip()
            if heading.casefold() in known:
                found.setdefault(heading.casefold(), heading)
    return found.values()


def _patients(text: str) -> list[Message]:
    # The dates of commitments are no dates of birth.
    found = doubt("\n".join(line for line in text.split("\n") if not COMMITMENT.fullmatch(line)))
    if found is None:
        return []
    return [
        say(
            "“%(text)s” looks like %(what)s. Remove it, unless it is not a patient's.",
            text=found.values["text"],
            what=found.values["what"],
        )
    ]

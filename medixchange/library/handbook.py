"""Handbooks: pages of our own writing that come with the program, one Markdown file for each language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from pathlib import Path

from medixchange import pdf
from medixchange.documents.markdown import parse
from medixchange.documents.sheet import sheet
from medixchange.documents.tongues import NAMES, frame_language
from medixchange.documents.tree import Document, Heading, Inline, Table, Text
from medixchange.errors import NotFound
from medixchange.i18n import words
from medixchange.library.glossary import terms
from medixchange.messages import N_, say
from medixchange.templating import PAPER

SESSION = "sharing-session"
"""How a session runs: the page that the first page and the request form lead to."""

REVISED = datetime(2026, 11, 25, tzinfo=UTC)
"""When these texts were looked over last; move it with every change of them."""

FOLDER = Path(str(resources.files("medixchange") / "library" / "handbooks"))


@dataclass(frozen=True)
class Handbook:
    """One language of a page: ``document`` is its text without the title and the glossary."""

    page: str
    language: str
    title: str
    document: Document


@cache
def languages(page: str) -> Sequence[str]:
    """The languages that a page can be read in, in the order of the menu. Raises NotFound where there is no page."""
    found = [tag for tag in NAMES if _file(page, tag).is_file()] if page in PAGES else []
    if not found:
        raise NotFound(say("There is no such page in the library."))
    return found


@cache
def handbook(page: str, language: str) -> Handbook:
    """A page in one language. Raises NotFound."""
    if language not in languages(page):
        raise NotFound(say("This page cannot be read in this language yet."))
    first, _, text = _file(page, language).read_text(encoding="utf-8").partition("\n")
    return Handbook(page, language, first.removeprefix("# "), parse(text))


def glossary_title(language: str) -> str:
    """What the glossary is called in a handbook of this language."""
    return words(frame_language(language)).gettext(N_("Glossary"))


@cache
def with_glossary(page: str, language: str) -> Document:
    """The whole text, with the words in every language that the page has, for paper and for plain text."""
    text, tags = handbook(page, language).document, languages(page)
    head = tuple(_cell(NAMES[tag]) for tag in tags)
    rows = tuple(tuple(_cell(term.names[tag]) for tag in tags) for term in terms())
    table = Table(head, rows, tuple("start" for _ in tags))
    return Document((*text.blocks, Heading(2, _cell(glossary_title(language))), table))


@cache
def printed(page: str, language: str, address: str) -> bytes:
    """The page as a PDF; ``address`` is where it is found."""
    title = handbook(page, language).title
    kicker = words(frame_language(language)).gettext(N_("Handbook"))
    data = sheet(with_glossary(page, language), language, title=title, kicker=kicker, address=address)
    return pdf.typeset(PAPER, data, at=REVISED)


PAGES = frozenset({SESSION})


def _file(page: str, language: str) -> Path:
    return FOLDER / f"{page}.{language}.md"


def _cell(text: str) -> tuple[Inline, ...]:
    return (Text(text),)

"""What stands in English on a page in another language, and is no name and nothing that somebody wrote."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from playwright.sync_api import Page
from sqlmodel import select

from medixchange.db import Database
from medixchange.i18n import words
from medixchange.i18n.catalogues import read_catalogue
from medixchange.intake.models import SessionRequest
from medixchange.people.models import Hospital, Panel, Person, Room

TEXTS = """() => {
    const ours = part => part.closest("[lang]") === document.documentElement && !part.closest("script, style, code");
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [document.title];
    while (walker.nextNode()) if (ours(walker.currentNode.parentElement)) found.push(walker.currentNode.data);
    for (const part of document.querySelectorAll("[aria-label], [title], [alt], [placeholder]"))
        if (ours(part)) for (const name of ["aria-label", "title", "alt", "placeholder"])
            found.push(part.getAttribute(name) ?? "");
    return found.map(text => text.replace(/\\s+/g, " ").trim()).filter(text => text);
}"""
"""The texts of a page in the page's own language, seen and read aloud."""

ENGLISH = re.compile(
    r"\b(the|of|and|is|are|was|were|been?|has|have|cannot|with|without|this|that|these|those|which|who|whom|its?|they|"
    r"their|there|than|then|other|another|for|from|by|at|most|gives|taken|would|could|should|not)\b"
)
"""Words that hardly an English sentence does without, and that neither French nor Indonesian has."""


def names_in(database: Database) -> list[str]:
    """What is the same for every reader: names, and what requests are about; the longest first."""
    columns = (SessionRequest.topic, Hospital.name, Hospital.city, Person.name, Room.name, Panel.name)
    with database.read() as db:
        return sorted({each for column in columns for each in db.exec(select(column))}, key=len, reverse=True)


def english_left(page: Page, language: str, names: Iterable[str]) -> list[str]:
    """The texts of ``page``, which is in ``language``, that are English; none where that is English."""
    texts: list[str] = page.evaluate(TEXTS)
    assert page.get_attribute("html", "lang") == language
    assert len(texts) > 10
    broken = [text for text in texts if "%(" in text]
    return broken if language == "en" else [*broken, *(text for text in texts if _is_english(text, language, names))]


def _is_english(text: str, language: str, names: Iterable[str]) -> bool:
    if text in _sentences() and words(language).gettext(text) != text:
        return True
    rest = text
    for name in names:
        rest = rest.replace(name, " ")
    return ENGLISH.search(rest.lower()) is not None


@cache
def _sentences() -> frozenset[str]:
    """Every sentence of the program that has no other part than its words."""
    return frozenset(each.id for each in read_catalogue("fr") if isinstance(each.id, str) and each.id)

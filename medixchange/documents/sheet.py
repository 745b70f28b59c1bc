"""What the template of the PDF needs, in plain data; what the fonts do not have stands in it as its number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from medixchange import pdf
from medixchange.documents.paper import drawn, to_data
from medixchange.documents.tongues import script_of
from medixchange.documents.tree import Document, Heading, Text
from medixchange.i18n import direction
from medixchange.languages.tags import spoken


def sheet(
    document: Document,
    language: str,
    *,
    title: str,
    kicker: str,
    address: str,
    authors: Sequence[str] = (),
    keywords: Sequence[str] = (),
    clocks: Sequence[dict[str, str]] = (),
    facts: Sequence[dict[str, str]] = (),
    notice: str = "",
) -> dict[str, Any]:
    """The data of ``page.typ`` for a document in ``language``.

    ``kicker`` stands above the title, ``address`` is where the page is found, empty for what is not published.
    """
    frame = {
        "lang": spoken(language),
        "script": script_of(language),
        "direction": direction(language),
        "title": title,
        "authors": list(authors),
        "keywords": list(keywords),
        "kicker": kicker,
        "address": address,
        "clocks": list(clocks),
        "facts": list(facts),
        "notice": notice,
    }
    heading = to_data(Document((Heading(1, (Text(title),)),)), pdf.draws)[0]["inside"]
    return {**_drawn(frame), "heading": heading, "blocks": to_data(document, pdf.draws)}


def _drawn(value: Any) -> Any:
    """The same with numbers in place of characters that the fonts do not have."""
    if isinstance(value, str):
        return drawn(value, pdf.draws)
    if isinstance(value, list):
        return [_drawn(each) for each in value]
    if isinstance(value, dict):
        return {name: _drawn(each) for name, each in value.items()}
    return value

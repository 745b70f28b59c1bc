"""Handbooks of the library: the page in each language, as a PDF and as plain text."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from medixchange.documents.render import to_html, to_text
from medixchange.documents.tongues import NAMES, ranked
from medixchange.documents.tree import Block, Document, Heading, words_of
from medixchange.i18n import LANGUAGES, direction
from medixchange.library import handbook
from medixchange.library.glossary import terms
from medixchange.web.access import Public, policy
from medixchange.web.library import Tongue
from medixchange.web.page import Reading, render

PREFIX = "/library/handbook"

HIGHEST = 2
"""The level of headings below the title."""


@dataclass(frozen=True)
class Part:
    """A heading with all that stands under it."""

    title: str
    body: Markup


router = APIRouter(prefix=PREFIX, dependencies=[policy(Public)])


@router.get("/{page}")
def read(request: Request, reader: Reading, page: str) -> Response:
    """The page in the language nearest to its reader."""
    return _page(request, page, ranked(handbook.languages(page), reader.words.language)[0])


@router.get("/{page}/{language}.pdf")
def read_pdf(request: Request, page: str, language: str) -> Response:
    """The same on paper."""
    address = f"{request.app.state.settings.public_url.rstrip('/')}{PREFIX}/{page}"
    content = handbook.printed(page, language, address)
    headers = {"Content-Disposition": f'inline; filename="{page}-{language}.pdf"', "Content-Language": language}
    return Response(content, media_type="application/pdf", headers=headers)


@router.get("/{page}/{language}.txt")
def read_text(page: str, language: str) -> Response:
    """The same as plain text, for the thinnest of nets."""
    title = handbook.handbook(page, language).title
    text = f"{title}\n\n{to_text(handbook.with_glossary(page, language))}"
    return Response(text, media_type="text/plain; charset=utf-8", headers={"Content-Language": language})


@router.get("/{page}/{language}")
def read_in(request: Request, _reader: Reading, page: str, language: str) -> Response:
    """The page in one language."""
    return _page(request, page, language)


def _parts(document: Document) -> list[Part]:
    """The text before the first heading, and what stands under each."""
    found: list[tuple[str, list[Block]]] = [("", [])]
    for block in document.blocks:
        if isinstance(block, Heading) and block.level == HIGHEST:
            found.append((words_of(block.inside), []))
        found[-1][1].append(block)
    return [Part(title, to_html(Document(tuple(blocks)))) for title, blocks in found]


def _page(request: Request, page: str, language: str) -> Response:
    shown = handbook.handbook(page, language)
    tongues = [
        Tongue(tag, NAMES[tag], direction(tag), f"{PREFIX}/{page}/{tag}" + (f"?lang={tag}" if tag in LANGUAGES else ""))
        for tag in handbook.languages(page)
    ]
    return render(
        request,
        "library/handbook.html",
        shown=shown,
        parts=_parts(shown.document),
        tongues=tongues,
        glossary=handbook.glossary_title(language),
        terms=terms(),
        base=f"{PREFIX}/{page}",
        revised=handbook.REVISED,
    )

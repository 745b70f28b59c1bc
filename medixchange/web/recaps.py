"""Published recaps: the page in each language, as a PDF and as plain text, for everybody or for those invited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.accounts.access import Actor
from medixchange.documents.render import to_html, to_text
from medixchange.documents.tongues import NAMES, frame_language, ranked
from medixchange.errors import Gone, NotFound
from medixchange.i18n import LANGUAGES, direction, words
from medixchange.messages import say
from medixchange.recaps import queries, receipts
from medixchange.recaps.about import About, about
from medixchange.recaps.models import Recap, RecapRevision, RecapVersion, Visibility
from medixchange.recaps.reading import as_read
from medixchange.recaps.sheet import notice
from medixchange.sessions import files
from medixchange.sessions import queries as sessions
from medixchange.sessions.departed import request_that_left
from medixchange.templating import render as render_template
from medixchange.web.access import ByLink, Public, policy
from medixchange.web.downloads import served
from medixchange.web.numbers import Number
from medixchange.web.page import Db, language_of, render

NOWHERE = say(
    "There is no recap here, or it is for those who were invited or attended: open it from your letter, or sign in."
)
LEFT = say(
    "Your hospital takes no part in this session any more, so its recap is for others. Our letters about your request"
    " lead to the page that says how it stands."
)

Seed = Annotated[str, policy(ByLink("recap"))]
Anybody = Annotated[Actor | None, policy(Public)]

router = APIRouter()


@dataclass(frozen=True)
class Choice:
    """A language that the recap can be read in."""

    tag: str
    name: str
    direction: str
    href: str
    is_this: bool


@router.get("/recaps/{slug}")
def read(request: Request, db: Db, actor: Anybody, slug: str) -> Response:
    """The recap in the language nearest to its reader."""
    recap = _found(db, slug, actor)
    return _page(request, db, recap, _nearest(request, db, recap, actor), base=f"/recaps/{slug}")


@router.get("/recaps/{slug}/{language}.pdf")
def read_pdf(db: Db, actor: Anybody, slug: str, language: str) -> Response:
    """The same on paper."""
    return _pdf(db, _found(db, slug, actor), language)


@router.get("/recaps/{slug}/{language}.txt")
def read_text(request: Request, db: Db, actor: Anybody, slug: str, language: str) -> Response:
    """The same as plain text, for the thinnest of nets."""
    return _text(request, db, _found(db, slug, actor), language, base=f"/recaps/{slug}")


@router.get("/recaps/{slug}/{language}")
def read_in(request: Request, db: Db, actor: Anybody, slug: str, language: str) -> Response:
    """The recap in one language."""
    return _page(request, db, _found(db, slug, actor), language, base=f"/recaps/{slug}")


@router.get("/recap/{token}")
def read_by_link(request: Request, db: Db, seed: Seed, token: str) -> Response:
    """The recap for somebody who was invited, from their letter."""
    recap = _by_seed(db, seed)
    return _page(request, db, recap, _nearest(request, db, recap, None), base=f"/recap/{token}")


@router.get("/recap/{token}/{language}.pdf")
def read_pdf_by_link(db: Db, seed: Seed, language: str) -> Response:
    """The same on paper."""
    return _pdf(db, _by_seed(db, seed), language)


@router.get("/recap/{token}/{language}.txt")
def read_text_by_link(request: Request, db: Db, seed: Seed, token: str, language: str) -> Response:
    """The same as plain text."""
    return _text(request, db, _by_seed(db, seed), language, base=f"/recap/{token}")


@router.get("/recap/{token}/{language}")
def read_in_by_link(request: Request, db: Db, seed: Seed, token: str, language: str) -> Response:
    """The recap in one language, from a letter."""
    return _page(request, db, _by_seed(db, seed), language, base=f"/recap/{token}")


@router.get("/recaps/{slug}/files/{file_id}")
def read_file(db: Db, actor: Anybody, slug: str, file_id: Number) -> Response:
    """A file that goes with the recap."""
    return _file(db, _found(db, slug, actor), file_id)


@router.get("/recap/{token}/files/{file_id}")
def read_file_by_link(db: Db, seed: Seed, file_id: Number) -> Response:
    """The same for somebody who was invited, from their letter."""
    return _file(db, _by_seed(db, seed), file_id)


def _file(db: Session, recap: Recap, file_id: int) -> Response:
    return served(db, files.by_id(db, recap.session_id, file_id, with_recap=True))


def _found(db: Session, slug: str, actor: Actor | None) -> Recap:
    """The recap at this address, for whoever may read it; for anybody else there is none."""
    recap = queries.by_slug(db, slug)
    if recap is None or not _may_read(db, recap, actor):
        raise NotFound(NOWHERE)
    return _standing(recap)


def _standing(recap: Recap) -> Recap:
    """The recap, unless it was withdrawn."""
    if recap.withdrawn_at is not None:
        raise Gone(say("The organizers have withdrawn this recap: %(reason)s", reason=recap.reason))
    return recap


def _may_read(db: Session, recap: Recap, actor: Actor | None) -> bool:
    if recap.visibility is Visibility.PUBLIC:
        return True
    return actor is not None and (actor.is_organizer or queries.was_there(db, recap, actor.person_id))


def _by_seed(db: Session, seed: str) -> Recap:
    """The published recap that a link from a letter opens: that of its reader, or of the session in which they had a
    place."""
    receipt = receipts.by_seed(db, seed)
    if receipt is not None:
        return _standing(queries.by_id(db, receipt.recap_id))
    place = sessions.by_answer_seed(db, seed)
    recap = queries.of_session(db, place.session_id)
    published = recap if recap is not None and recap.published_at is not None else None
    has_left = request_that_left(db, sessions.by_id(db, place.session_id), place) is not None
    if has_left and (published is None or published.visibility is not Visibility.PUBLIC):
        raise Gone(LEFT)
    if published is None:
        raise NotFound(say("The recap is not published yet. Open this link again later."))
    return _standing(published)


def _nearest(request: Request, db: Session, recap: Recap, actor: Actor | None) -> str:
    available = [each.language for each in queries.versions(db, recap) if each.published]
    return ranked(available, language_of(request, actor))[0]


def _published(db: Session, recap: Recap, language: str) -> tuple[RecapVersion, RecapRevision]:
    version = queries.version(db, recap.id, language)
    if version.published is None:
        raise NotFound(say("This recap cannot be read in this language yet."))
    return version, queries.revision(db, version, version.published)


def _pdf(db: Session, recap: Recap, language: str) -> Response:
    _, revision = _published(db, recap, language)
    content = queries.pdf_of(db, revision.id)
    if content is None:
        raise NotFound(say("There is no PDF of this recap."))
    headers = {"Content-Disposition": f'inline; filename="{recap.slug}-{language}.pdf"', "Content-Language": language}
    return Response(content, media_type="application/pdf", headers=headers)


def _text(request: Request, db: Session, recap: Recap, language: str, *, base: str) -> Response:
    version, revision = _published(db, recap, language)
    told = about(db, recap)
    said = words(frame_language(language), told.zone)
    text = render_template(
        request.app.state.templates,
        "recaps/recap.txt",
        said,
        told=told,
        revision=revision,
        notice=notice(db, said, version, queries.printed_at(db, revision.id)),
        text=to_text(as_read(revision.text, language)),
        files=told.files,
        base=f"{request.app.state.settings.public_url.rstrip('/')}{base}/files/",
    )
    return Response(text, media_type="text/plain; charset=utf-8", headers={"Content-Language": language})


def _page(request: Request, db: Session, recap: Recap, language: str, *, base: str) -> Response:
    version, revision = _published(db, recap, language)
    told: About = about(db, recap)
    said = words(frame_language(language), told.zone)
    return render(
        request,
        "recaps/recap.html",
        language=language if language in LANGUAGES else None,
        zone=told.zone,
        told=told,
        version=version,
        revision=revision,
        direction=direction(language),
        body=to_html(as_read(revision.text, language)),
        notice=notice(db, said, version, queries.printed_at(db, revision.id)),
        choices=_choices(db, recap, language, base=base),
        base=base,
        size=queries.pdf_size(db, revision.id),
        files=told.files,
        is_public=recap.visibility is Visibility.PUBLIC,
    )


def _choices(db: Session, recap: Recap, language: str, *, base: str) -> list[Choice]:
    return [
        Choice(
            tag,
            NAMES[tag],
            direction(tag),
            # Where pages come in this language as well, the words around the text follow.
            f"{base}/{tag}" + (f"?lang={tag}" if tag in LANGUAGES else ""),
            tag == language,
        )
        for tag in (each.language for each in queries.versions(db, recap) if each.published)
    ]

"""The shelf as an Atom feed, for each language and under each filter that its page knows."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from medixchange.i18n import Words, nearest, words
from medixchange.library import queries
from medixchange.library.atom import Category, Entry, Feed, Link, to_atom
from medixchange.library.filters import Filters, read_filters
from medixchange.messages import N_
from medixchange.web.access import Public, policy
from medixchange.web.feeds import names_one_of
from medixchange.web.library import FEED, SHELF, Shown, facets, shown
from medixchange.web.page import Db

MOST_ENTRIES = 50
KIND = "application/atom+xml"
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
"""When a feed without entries was updated."""

router = APIRouter()


@router.get(FEED, dependencies=[policy(Public)])
def follow(request: Request, db: Db) -> Response:
    """What was published or corrected last, under the filters of the address and in its language; not by cookies."""
    filters = read_filters(request.query_params)
    said = words(nearest(request.query_params.get("lang", "")) or "en")
    items = queries.updated_latest(db, filters, most=MOST_ENTRIES)
    base = request.app.state.settings.public_url.rstrip("/")
    chosen = [facet.chosen.words for facet in facets(db, filters, said) if facet.chosen]
    body = to_atom(
        Feed(
            id=_name(base, filters, said),
            title=" · ".join([said.gettext(N_("Library")), *chosen, *filter(None, [filters.text])]),
            language=said.language,
            author=request.app.state.house.name or "medixchange",
            updated=max((each.entry.updated_at for each in items), default=BEGINNING),
            links=[
                Link(f"{base}{FEED}?{filters.query(lang=said.language)}", KIND, said.language, "self"),
                Link(f"{base}{SHELF}?{filters.query(lang=said.language)}", "text/html", said.language),
            ],
            entries=[_entry(shown(item, said.language), said, base) for item in items],
        )
    )
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "public, no-cache", "Content-Language": said.language}
    if names_one_of(request.headers.get("if-none-match", "").encode(), [etag.removeprefix("W/").encode()]):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=KIND, headers=headers)


def _name(base: str, filters: Filters, said: Words) -> str:
    """What the feed is known by (RFC 4151): it holds as long as the installation keeps its host."""
    return f"tag:{urlsplit(base).hostname},2026:library?{urlencode({'lang': said.language, **filters.given})}"


def _entry(each: Shown, said: Words, base: str) -> Entry:
    order = sorted(each.tongues, key=lambda tongue: tongue.tag != each.edition.language)
    links = [
        Link(f"{base}{tongue.href}{suffix}", kind, tongue.tag)
        for suffix, kind in (("", "text/html"), (".pdf", "application/pdf"), (".txt", "text/plain"))
        for tongue in order
    ]
    return Entry(
        id=each.item.entry.urn,
        title=each.edition.title,
        summary=each.edition.summary,
        language=each.edition.language,
        published=each.item.entry.published_at,
        updated=each.item.entry.updated_at,
        links=links,
        categories=[Category(topic, said.specialty(topic)) for topic in each.item.topics],
        contributors=[f"{hospital.name}, {hospital.city}" for hospital in each.item.hospitals],
    )

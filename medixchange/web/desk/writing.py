"""Writing a language of a recap: the editor with its preview, checking a revision, and the same as a PDF."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from markupsafe import Markup
from pydantic import BaseModel
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange import pdf
from medixchange.documents.markdown import parse
from medixchange.documents.render import to_html
from medixchange.documents.tongues import NAMES
from medixchange.errors import Refusal
from medixchange.i18n import direction
from medixchange.messages import Message, say
from medixchange.recaps import actions, queries
from medixchange.recaps.differences import Line, changes, compare
from medixchange.recaps.draft import RecapDraft
from medixchange.recaps.lint import lint
from medixchange.recaps.models import MOST_TEXT, RecapRevision, RecapVersion
from medixchange.recaps.reading import dated
from medixchange.recaps.sheet import sheet
from medixchange.sessions import queries as sessions
from medixchange.templating import PAPER
from medixchange.web.access import Organizer, OrganizerActor, policy
from medixchange.web.desk.refused import refused
from medixchange.web.desk.said import VERSIONS
from medixchange.web.form import Sent, SentAtLength, Typed, read
from medixchange.web.numbers import Number
from medixchange.web.page import Db, Now, render, see_other

DONE: Mapping[str, Message] = {
    "saved": say("Saved as a new revision."),
    "unchanged": say("Nothing was changed, so there is no new revision."),
    "agreed": say(
        "Noted: this translation says what its original says. The text is the same, so there is no new revision."
    ),
    "checked": say("Checked. It is published when you publish the recap."),
    "restored": say("The old revision is the newest one now."),
}

router = APIRouter()


class Checking(BaseModel):
    """The revision that somebody has read."""

    number: int


@dataclass(frozen=True)
class Preview:
    """A text as readers will see it, and what to look at again."""

    html: Markup
    doubts: list[Message]


@dataclass(frozen=True)
class Other:
    """What somebody else saved meanwhile, and how what was typed differs from it."""

    revision: RecapRevision
    author: str
    at: datetime
    groups: list[list[Line]]


@router.get("/desk/recaps/{recap_id}/{language}", dependencies=[policy(Organizer)])
def edit(request: Request, db: Db, recap_id: Number, language: str) -> Response:
    """The latest revision in the editor."""
    version = queries.version(db, recap_id, language)
    latest = queries.revision(db, version, version.number)
    typed = Typed.of({"title": latest.title, "text": latest.text, "number": latest.number})
    return _page(request, db, version, typed, preview=preview_of(latest.text, language))


@router.post("/desk/recaps/{recap_id}/{language}")
def save(
    request: Request, db: Db, now: Now, actor: OrganizerActor, sent: SentAtLength, recap_id: Number, language: str
) -> Response:
    """Keep what was typed as a new revision; with ``show`` only show it. Nothing is overwritten unseen."""
    version = queries.version(db, recap_id, language)
    filled = read(RecapDraft, sent)
    if filled.value is None:
        errors = {name if name in ("title", "text") else "": wrong for name, wrong in filled.errors.items()}
        return _page(request, db, version, sent, errors=errors, status=422)
    draft = filled.value
    if sent.one("act") == "show":
        kept = Typed({**sent.fields, "title": (draft.title,)})
        return _page(request, db, version, kept, preview=preview_of(draft.text, language), is_preview=True)
    before = version.number
    try:
        actions.save(
            db,
            version,
            draft,
            public_url=request.app.state.settings.public_url,
            person_id=actor.person_id,
            actor=actor.label,
            now=now,
        )
    except actions.Overtaken:
        theirs = _other(db, version, draft)
        typed = Typed({**sent.fields, "number": (str(theirs.revision.number),)})
        return _page(request, db, version, typed, other=theirs, status=409)
    done = "saved" if version.number > before else "agreed" if draft.agrees else "unchanged"
    return see_other(f"{request.url.path}?done={done}")


@router.post("/desk/recaps/{recap_id}/{language}/check")
def check(
    request: Request, db: Db, now: Now, actor: OrganizerActor, sent: Sent, recap_id: Number, language: str
) -> Response:
    """Put one's name to the revision that was read."""
    version = queries.version(db, recap_id, language)
    filled = read(Checking, sent)
    back = f"/desk/recaps/{recap_id}/{language}"
    if filled.value is None:
        return see_other(back)
    try:
        number = filled.value.number
        actions.check(db, version, number=number, person_id=actor.person_id, actor=actor.label, now=now)
    except Refusal as no:
        told = say("Your name was not put to anything.")
        return refused(request, no.message, told=told, back=back, label=say("Read the newest revision"))
    return see_other(f"{back}?done=checked")


@router.get("/desk/recaps/{recap_id}/{language}/pdf", dependencies=[policy(Organizer)])
def paper(db: Db, now: Now, recap_id: Number, language: str) -> Response:
    """The latest revision as it will be printed, or was for its readers."""
    version = queries.version(db, recap_id, language)
    revision = queries.revision(db, version, version.number)
    content = queries.pdf_of(db, revision.id) if version.published == version.number else None
    if content is None:
        content = pdf.typeset(PAPER, sheet(db, queries.by_id(db, recap_id), version, revision), at=now)
    return Response(content, media_type="application/pdf")


def preview_of(text: str, language: str) -> Preview:
    """``text`` as readers of ``language`` will see it."""
    document = parse(text, isolating=direction(language) == "rtl")
    return Preview(
        to_html(dated(document, language)), lint(text, document, language, draws=pdf.draws, name=pdf.name_of)
    )


def _other(db: Session, version: RecapVersion, draft: RecapDraft) -> Other:
    db.refresh(version)
    latest = queries.saved(db, version)[0]
    revision = queries.revision(db, version, version.number)
    theirs, mine = (f"{each.title}\n\n{each.text}" for each in (revision, draft))
    return Other(revision, latest.author.name, latest.at, changes(compare(theirs, mine)))


def _page(
    request: Request,
    db: Session,
    version: RecapVersion,
    typed: Typed,
    *,
    preview: Preview | None = None,
    is_preview: bool = False,
    other: Other | None = None,
    errors: Mapping[str, Message] | None = None,
    status: int = 200,
) -> Response:
    recap = queries.by_id(db, version.recap_id)
    versions = queries.versions(db, recap)
    source = queries.source_of(version, versions)
    if source is not None and typed.one("source_number") != str(source.number):
        typed = Typed({**typed.fields, "agrees": ()})  # they agreed with an earlier text than the page shows now
    return render(
        request,
        "desk/recap_edit.html",
        status=status,
        session=sessions.by_id(db, recap.session_id),
        recap=recap,
        version=version,
        name=NAMES[version.language],
        direction=direction(version.language),
        tag=VERSIONS[version.state],
        checked_by=queries.names(db, [version.checked_by]).get(version.checked_by or 0, ""),
        source=source,
        source_name=NAMES[source.language] if source else "",
        original=queries.revision(db, source, source.number) if source else None,
        is_stale=queries.is_stale(version, versions),
        latest=queries.saved(db, version)[0],
        preview=preview,
        is_preview=is_preview,
        other=other,
        most=MOST_TEXT,
        done=DONE.get(request.query_params.get("done", "")) if status == 200 else None,
        typed=typed,
        errors=errors or {},
    )

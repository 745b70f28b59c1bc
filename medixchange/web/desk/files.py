"""The files of a session at the desk: adding one, choosing which go with the recap, taking one away."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.errors import Refusal
from medixchange.languages.texts import Wrong
from medixchange.messages import Message, say
from medixchange.people import queries as people
from medixchange.sessions import files, queries
from medixchange.sessions.file_kinds import ENDINGS, MOST_SIZE, NAMES_OF_KINDS
from medixchange.web.access import Organizer, OrganizerActor, policy
from medixchange.web.desk.session_form import parties
from medixchange.web.downloads import served
from medixchange.web.form import Sent, SentFile
from medixchange.web.numbers import Number
from medixchange.web.page import Db, Now, render, see_other

DONE: Mapping[str, Message] = {
    "added": say("The file is there."),
    "given": say("Whoever may read the recap finds it there."),
    "kept": say("Those of the session alone find it now."),
    "removed": say("The file is gone."),
}

router = APIRouter()


@router.get("/desk/sessions/{session_id}/files", dependencies=[policy(Organizer)])
def show(request: Request, db: Db, session_id: Number) -> Response:
    """Every file of the session, and a form for another one."""
    return _page(request, db, session_id)


@router.post("/desk/sessions/{session_id}/files")
def add(request: Request, db: Db, now: Now, actor: OrganizerActor, sent: SentFile, session_id: Number) -> Response:
    """Another file."""
    session = queries.by_id(db, session_id)
    if sent is None:
        return _page(request, db, session_id, errors={"file": say("Choose a file.")})
    try:
        files.add(db, session, sent.name, sent.content, person_id=actor.person_id, actor=actor.label, now=now)
    except (Refusal, Wrong) as no:
        return _page(request, db, session_id, errors={"file": no.message})
    return see_other(f"/desk/sessions/{session_id}/files?done=added")


@router.get("/desk/sessions/{session_id}/files/{file_id}", dependencies=[policy(Organizer)])
def download(db: Db, session_id: Number, file_id: Number) -> Response:
    """The file itself."""
    return served(db, files.by_id_at_the_desk(db, session_id, file_id))


@router.post("/desk/sessions/{session_id}/files/{file_id}/readers")
def give(db: Db, now: Now, actor: OrganizerActor, sent: Sent, session_id: Number, file_id: Number) -> Response:
    """Choose who finds it: the readers of the recap, or those of the session alone."""
    file = files.by_id_at_the_desk(db, session_id, file_id)
    with_recap = sent.one("with_recap") == "yes"
    files.give(db, file, with_recap=with_recap, actor=actor.label, now=now)
    return see_other(f"/desk/sessions/{session_id}/files?done={'given' if with_recap else 'kept'}")


@router.get("/desk/sessions/{session_id}/files/{file_id}/remove", dependencies=[policy(Organizer)])
def before_removing(request: Request, db: Db, session_id: Number, file_id: Number) -> Response:
    """Ask once more."""
    session = queries.by_id(db, session_id)
    return render(
        request, "desk/file_remove.html", session=session, file=files.by_id_at_the_desk(db, session_id, file_id)
    )


@router.post("/desk/sessions/{session_id}/files/{file_id}/remove")
def remove(db: Db, now: Now, actor: OrganizerActor, session_id: Number, file_id: Number) -> Response:
    """Take it away."""
    files.remove(db, files.by_id_at_the_desk(db, session_id, file_id), actor=actor.label, now=now)
    return see_other(f"/desk/sessions/{session_id}/files?done=removed")


def _page(request: Request, db: Session, session_id: int, *, errors: Mapping[str, Message] | None = None) -> Response:
    session = queries.by_id(db, session_id)
    there, left = files.of_session(db, session_id), files.left_behind(db, session_id)
    return render(
        request,
        "desk/files.html",
        status=422 if errors else 200,
        **parties(db, session),
        files=there,
        left_behind=left,
        names=people.persons(db, {each.uploaded_by for each in (*there, *left)}),
        endings=NAMES_OF_KINDS,
        accepted=",".join(ENDINGS),
        most_size=MOST_SIZE // (1024 * 1024),
        done=DONE.get(request.query_params.get("done", "")),
        errors=errors or {},
    )

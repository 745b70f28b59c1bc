"""The revisions of a language of a recap: who saved when, what changed between any two, and going back to one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from medixchange.documents.tongues import NAMES
from medixchange.i18n import direction
from medixchange.messages import say
from medixchange.recaps import actions, queries
from medixchange.recaps.differences import changes, compare
from medixchange.recaps.draft import RecapDraft
from medixchange.recaps.models import RecapRevision
from medixchange.web.access import Organizer, OrganizerActor, policy
from medixchange.web.desk.refused import refused
from medixchange.web.desk.writing import preview_of
from medixchange.web.form import Sent, read
from medixchange.web.numbers import MOST, Number, number_in
from medixchange.web.page import Db, Now, render, see_other

router = APIRouter()


class Restoring(BaseModel):
    """The revision to go back to, and the newest one that was seen."""

    number: Annotated[int, Field(ge=1, le=MOST)]
    latest: Annotated[int, Field(ge=1, le=MOST)]


@router.get("/desk/recaps/{recap_id}/{language}/revisions", dependencies=[policy(Organizer)])
def show(request: Request, db: Db, recap_id: Number, language: str) -> Response:
    """Every revision, the latest first, and the differences between two of them."""
    version = queries.version(db, recap_id, language)
    after = _asked(request, "to", version.number, most=version.number)
    before = _asked(request, "from", max(1, after - 1), most=version.number)
    old, new = queries.revision(db, version, before), queries.revision(db, version, after)
    return render(
        request,
        "desk/recap_revisions.html",
        recap=queries.by_id(db, recap_id),
        version=version,
        name=NAMES[language],
        direction=direction(language),
        saved=queries.saved(db, version),
        before=before,
        after=after,
        groups=changes(compare(_whole(old), _whole(new))),
        shown=new,
        preview=preview_of(new.text, language),
    )


@router.post("/desk/recaps/{recap_id}/{language}/restore")
def restore(
    request: Request, db: Db, now: Now, actor: OrganizerActor, sent: Sent, recap_id: Number, language: str
) -> Response:
    """Save an old revision again as the newest; those between stay."""
    version = queries.version(db, recap_id, language)
    filled = read(Restoring, sent)
    page = f"/desk/recaps/{recap_id}/{language}"
    if filled.value is None:
        return see_other(f"{page}/revisions")
    old = queries.revision(db, version, filled.value.number)
    draft = RecapDraft(title=old.title, text=old.text, number=filled.value.latest)
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
    except actions.Overtaken as no:
        label = say("See the revisions as they are now")
        told = say("The old revision was not put back.")
        return refused(request, no.message, told=told, back=f"{page}/revisions", label=label)
    return see_other(f"{page}?done=restored")


def _asked(request: Request, name: str, otherwise: int, *, most: int) -> int:
    number = number_in(request.query_params.get(name, "")) or otherwise
    return min(number, most)


def _whole(revision: RecapRevision) -> str:
    return f"{revision.title}\n\n{revision.text}"

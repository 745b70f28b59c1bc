"""How a request stands, by its secret link; changing and withdrawing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.intake import drafting, queries, together
from medixchange.intake.lifecycle import IN_QUEUE, RequestState, Verb, may, step
from medixchange.intake.models import SessionRequest
from medixchange.intake.promise import answer_by
from medixchange.intake.series_rows import place_in_series
from medixchange.journal.record import by_link
from medixchange.messages import from_json, language, listed, say
from medixchange.recaps import queries as recaps
from medixchange.recaps.models import Recap, Visibility
from medixchange.sessions.absence import without_experts
from medixchange.sessions.models import SharingSession
from medixchange.sessions.parting import separate
from medixchange.sessions.queries import attendances, of_request
from medixchange.web.access import ByLink, policy
from medixchange.web.liaison.choices import heard
from medixchange.web.liaison.linked import link, link_to_recap
from medixchange.web.liaison.siblings import siblings
from medixchange.web.liaison.tracker import is_over, is_standing, may_withdraw, standing, took_place, way
from medixchange.web.page import Db, Now, render, see_other

Seed = Annotated[str, policy(ByLink("status"))]

router = APIRouter()


@router.get("/r/{token}")
def status(request: Request, db: Db, now: Now, seed: Seed) -> Response:
    """The tracker, the next step and who has it, the session where there is one."""
    asked = queries.by_status_seed(db, seed)
    session = of_request(db, asked.id)
    lost = without_experts(session, attendances(db, session.id), now=now) if session else None
    recap = recaps.of_session(db, session.id) if session else None
    stands = standing(asked, session, lost=lost, now=now)
    if recap is not None and recap.withdrawn_at is not None:
        stands = replace(stands, next_step=say("The organizers have withdrawn the recap."))
    waits = asked.state in IN_QUEUE or (asked.state is RequestState.JOINED and session is None)
    due = answer_by(asked) if waits and not queries.is_ahead(asked, now=now) else None
    return render(
        request,
        "liaison/status.html",
        zone=asked.zone,
        asked=asked,
        hospital=queries.hospital_of(db, asked),
        standing=stands,
        lost=lost,
        way=way(asked, session),
        session=session,
        recap=_address(request, db, asked, recap) if recap else "",
        stands=is_standing(session, now=now),
        others=together.others_of(db, asked),
        own=_own_page(request, db, asked, session) if session else "",
        may_part=asked.state is RequestState.JOINED and may_withdraw(asked, session, now=now),
        **_spoken(db, asked, session),
        first=heard(asked.languages),
        second=heard(asked.second_audience) if asked.second_audience else None,
        windows=queries.hours_asked(db, asked),
        reason=from_json(asked.reason) if asked.reason else None,
        due=due,
        late=due is not None and due < now,
        of_series=place_in_series(db, asked),
        siblings=siblings(request, db, asked, now=now),
        can_change=may(asked.state, Verb.CHANGE) and not queries.is_ahead(asked, now=now),
        can_withdraw=may_withdraw(asked, session, now=now),
        is_over=is_over(asked, session, now=now),
        took_place=took_place(session),
        base=request.url.path,
    )


def _spoken(db: Session, asked: SessionRequest, session: SharingSession | None) -> Mapping[str, Any]:
    """What the hospital hears in its session, and whether that is what the panel speaks."""
    if session is None:
        return {}
    every = together.asking(db, session.request_id)
    tags = together.heard_by(every, (session.audience, *session.others), asked.id) or [session.audience]
    return {"heard": listed([language(tag) for tag in tags]), "is_direct": tags == [session.speech]}


def _own_page(request: Request, db: Session, asked: SessionRequest, session: SharingSession) -> str:
    """Where the contact answers the invitation and finds calendar and link; empty where they have no place."""
    seed = _seed_of_contact(db, asked, session.id)
    return link(request, "answer", seed) if seed else ""


def _address(request: Request, db: Session, asked: SessionRequest, recap: Recap) -> str:
    """Where the contact of the request reads the recap; empty where they cannot."""
    if recap.published_at is None or recap.withdrawn_at is not None:
        return ""
    seed = _seed_of_contact(db, asked, recap.session_id)
    return link_to_recap(request, recap, seed) if seed or recap.visibility is Visibility.PUBLIC else ""


def _seed_of_contact(db: Session, asked: SessionRequest, session_id: int) -> str:
    places = attendances(db, session_id)
    return next((place.seed for place, person in places if person.id == asked.liaison_id), "")


@router.post("/r/{token}/part")
def part(request: Request, db: Db, now: Now, seed: Seed) -> Response:
    """The hospital cannot come with the other one, or wants an hour of its own."""
    asked = queries.by_status_seed(db, seed)
    separate(db, asked, actor=by_link("status"), now=now)
    return see_other(link(request, "status", asked.status_seed))


@router.get("/r/{token}/change")
def before_change(request: Request, db: Db, seed: Seed) -> Response:
    """What changing means, and a button."""
    asked = queries.by_status_seed(db, seed)
    step(asked.state, Verb.CHANGE)
    base = link(request, "status", asked.status_seed)
    of_series = place_in_series(db, asked)
    begun = drafting.unsaved(db, asked)
    return render(
        request, "liaison/change.html", zone=asked.zone, asked=asked, base=base, of_series=of_series, begun=begun
    )


@router.post("/r/{token}/change")
def change(request: Request, db: Db, now: Now, seed: Seed) -> Response:
    """Open the answers again, as they were left or with ``?anew`` as they were sent; nothing changes for the organizers
    before they are sent."""
    asked = queries.by_status_seed(db, seed, for_change=True)
    draft = drafting.open_for_change(db, asked, anew="anew" in request.query_params, now=now)
    return see_other(f"{link(request, 'resume', draft.seed)}/check")

"""One session at the desk: who comes, what was told to whom, and confirming it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fastapi import APIRouter
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.errors import Refusal
from medixchange.intake import queries as intake
from medixchange.intake.series_rows import place_in_series
from medixchange.intake.together import asking
from medixchange.matching.stored import disruptions, words_of
from medixchange.messages import Message
from medixchange.outbox import queries as outbox
from medixchange.outbox.models import DeliveryState
from medixchange.people import queries as people
from medixchange.recaps.actions import WRITABLE
from medixchange.sessions import previews, queries
from medixchange.sessions.actions import close as close_session
from medixchange.sessions.actions import confirm as confirm_session
from medixchange.sessions.answers import can_be_answered
from medixchange.sessions.attending import BY_MANY
from medixchange.sessions.ending import may_close, may_miss
from medixchange.sessions.files import number_of
from medixchange.sessions.invites import conversation
from medixchange.sessions.lifecycle import ALIVE, SessionState, Verb, may
from medixchange.sessions.models import Attendance, SharingSession
from medixchange.sessions.preparing import questions_of
from medixchange.sessions.reminders import REMINDER_KINDS
from medixchange.sessions.roll import CALLED_IN, Presence, presence
from medixchange.sessions.stepping import is_exchangeable
from medixchange.web.access import Organizer, OrganizerActor, policy
from medixchange.web.desk.histories import history_of
from medixchange.web.desk.letters import shown
from medixchange.web.desk.mending import mending
from medixchange.web.desk.outcome import outcome
from medixchange.web.desk.refused import session_refused
from medixchange.web.desk.said import ANSWERS, PRESENCES, SESSIONS, Tag, part_of
from medixchange.web.desk.session_form import parties
from medixchange.web.desk.standing import row_of
from medixchange.web.numbers import Number
from medixchange.web.page import Db, Now, render, see_other

RUN = ALIVE | CALLED_IN | {SessionState.NOT_HELD}
"""States in which a session has a run sheet."""

router = APIRouter()


@router.get("/desk/sessions/{session_id}", dependencies=[policy(Organizer)])
def show(request: Request, db: Db, now: Now, session_id: Number) -> Response:
    """The session with everybody's answers, its letters and its history."""
    session = queries.by_id(db, session_id)
    asked = intake.by_id(db, session.request_id)
    hospital, places = intake.hospital_of(db, asked), queries.attendances(db, session_id)
    every = asking(db, asked.id)
    posts = outbox.about(db, f"session:{session_id}")
    waiting = [each for each in posts if each.kind in REMINDER_KINDS and each.state is not DeliveryState.SUPERSEDED]
    return render(
        request,
        "desk/session.html",
        session=session,
        now=now,
        asked=asked,
        hospital=hospital,
        others=[there for _, there in every[1:]],
        of_series=place_in_series(db, asked),
        series_id=asked.series_id,
        room=people.room_by_id(db, session.room_id),
        conversation=conversation(session),
        tag=SESSIONS[session.state],
        places=[
            (part_of(place, every), place, person, ANSWERS[place.partstat], _found(session, place))
            for place, person in places
        ],
        replaced=queries.replaced(db, session_id),
        kept=_kept(db, session),
        mending=mending(db, session, places, now=now),
        letters=[row_of(each) for each in posts if each.kind not in REMINDER_KINDS],
        reminders=[row_of(each) for each in waiting],
        waiting=sum(each.state is DeliveryState.SCHEDULED for each in waiting),
        history=history_of(db, f"session:{session_id}", zone=hospital.zone, but=BY_MANY),
        done=outcome(db, session_id, request.query_params.get("done", "")),
        files=number_of(db, session_id),
        asked_ahead=len(questions_of(db, session_id)),
        **_possible(session, now=now),
    )


def _possible(session: SharingSession, *, now: datetime) -> Mapping[str, Any]:
    """What can be done about the session."""
    is_ahead = session.ends_at > now
    return {
        "may_note": can_be_answered(session, now=now),
        "may_close": may_close(session, now=now),
        "may_miss": may_miss(session, now=now),
        "may_run": session.state in RUN,
        "may_confirm": may(session.state, Verb.CONFIRM) and is_ahead,
        "may_move": may(session.state, Verb.RESCHEDULE),
        "may_exchange": is_exchangeable(session, now=now),
        "may_cancel": may(session.state, Verb.CANCEL) and is_ahead,
        "may_forgo": may(session.state, Verb.FORGO),
        "may_write": session.state in WRITABLE,
    }


def _kept(db: Session, session: SharingSession) -> list[Message]:
    """What the session stays as it is for, while that matters."""
    found = disruptions(db, [session.match_id], kept=True) if session.state in ALIVE else {}
    return words_of(found.get(session.match_id, ()))


def _found(session: SharingSession, place: Attendance) -> Tag | None:
    """What the roll call found, None where it was not called."""
    found = presence(session, place)
    return PRESENCES[found] if found is not Presence.UNKNOWN else None


@router.get("/desk/sessions/{session_id}/confirm", dependencies=[policy(Organizer)])
def ask_to_confirm(request: Request, db: Db, now: Now, session_id: Number) -> Response:
    """Who has not said yes, and every letter, before the session is confirmed."""
    session = queries.by_id(db, session_id)
    try:
        letters = previews.of_confirming(db, session, now=now)
    except Refusal as no:
        return session_refused(request, session_id, no.message)
    places = queries.attendances(db, session_id)
    return render(
        request,
        "desk/confirm.html",
        **parties(db, session),
        disrupted=words_of(disruptions(db, [session.match_id])[session.match_id]),
        missing=[(person, ANSWERS[place.partstat]) for place, person in places if place.partstat != "ACCEPTED"],
        letters=shown(request, letters),
    )


@router.post("/desk/sessions/{session_id}/confirm")
def confirm(request: Request, db: Db, now: Now, actor: OrganizerActor, session_id: Number) -> Response:
    """The session takes place, whoever has answered."""
    session = queries.by_id(db, session_id, for_change=True)
    try:
        confirm_session(db, session, actor=actor.label, now=now)
    except Refusal as no:
        return session_refused(request, session_id, no.message)
    return see_other(f"/desk/sessions/{session_id}?done=confirmed")


@router.post("/desk/sessions/{session_id}/close")
def close(request: Request, db: Db, now: Now, actor: OrganizerActor, session_id: Number) -> Response:
    """The session was held."""
    session = queries.by_id(db, session_id, for_change=True)
    try:
        close_session(db, session, actor=actor.label, now=now)
    except Refusal as no:
        return session_refused(request, session_id, no.message)
    return see_other(f"/desk/sessions/{session_id}?done=closed")

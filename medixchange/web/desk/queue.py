"""The first page of the desk: requests by state, sessions that are coming, and what else waits for an organizer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import APIRouter
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.intake import queries as intake
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.models import RequestSeries, SessionRequest
from medixchange.intake.series_rows import place_of_series, series_of
from medixchange.intake.together import joined
from medixchange.matching import queries as matching
from medixchange.matching.late import late_for_decision
from medixchange.matching.models import ProposedMatch
from medixchange.matching.searching import stale_searches
from medixchange.matching.stored import disruptions
from medixchange.messages import Message, say
from medixchange.outbox import queries as outbox
from medixchange.outbox.models import DeliveryState
from medixchange.people import queries as people
from medixchange.people.models import Hospital
from medixchange.sessions import queries as sessions
from medixchange.sessions.lifecycle import SessionState
from medixchange.sessions.models import SharingSession
from medixchange.web.access import Organizer, policy
from medixchange.web.desk.booked import Booked, answers, booked
from medixchange.web.desk.said import HOLDERS, REQUESTS, SESSIONS, URGENCIES, Tag, age_of, lasting
from medixchange.web.numbers import number_in
from medixchange.web.page import Db, Now, render

QUEUED = (RequestState.MATCHED, RequestState.WAITING, RequestState.SUBMITTED, RequestState.SENT)
"""The queue's parts, what needs a decision first."""
BOOKED = (RequestState.JOINED, RequestState.APPROVED, RequestState.DONE)
ENDED = (RequestState.JOINED, RequestState.APPROVED, RequestState.DONE, RequestState.WITHDRAWN, RequestState.DECLINED)
MOST = 25
NEAR = timedelta(hours=24)
"""How long before a session its run sheet is offered here."""

NOTE, WRITE = say("Note how it went"), say("Write and publish the recap")

Shown = Mapping[RequestState, list[tuple[SessionRequest, Hospital]]]

router = APIRouter()


@dataclass(frozen=True)
class Waiting:
    """A request: how long it waits and the best that was found for it, or the session that it has.

    ``is_over`` says that it is too late for all that was found.
    """

    request: SessionRequest
    hospital: Hospital
    age: Tag
    urgency: Tag
    best: ProposedMatch | None
    others: int
    is_over: bool
    booked: Booked | None
    of_series: Message | None


@dataclass(frozen=True)
class Part:
    """The requests in one state; ``total`` counts those that are not shown as well.

    ``has_series`` says that there are some of a series among those that wait, whose later ones come last.
    """

    state: RequestState
    title: Tag
    holder: Message | None
    total: int
    rows: list[Waiting]
    has_series: bool


@dataclass(frozen=True)
class Coming:
    """A session that is coming, with the other hospitals that take part, and what may be missing there."""

    session: SharingSession
    hospital: Hospital
    others: Sequence[Hospital]
    tag: Tag
    answers: Sequence[Message]
    is_near: bool


@dataclass(frozen=True)
class Unfinished:
    """A session whose hour has passed, with the other hospitals that took part: what is left to do, and where."""

    session: SharingSession
    hospital: Hospital
    others: Sequence[Hospital]
    tag: Tag
    act: Message
    href: str


@router.get("/desk", dependencies=[policy(Organizer)])
def show(request: Request, db: Db, now: Now) -> Response:
    """The queue; with ``state`` the requests in one state, page by page."""
    chosen = _state(request.query_params.get("state", ""))
    totals = intake.counts(db)
    last = max(1, -(-totals.get(chosen, 0) // MOST)) if chosen else 1
    page = min(number_in(request.query_params.get("page", "")) or 1, last)
    shown = (chosen,) if chosen else QUEUED
    return render(
        request,
        "desk/queue.html",
        sections=_parts(db, shown, totals, page=page, now=now),
        page=page,
        pages=last,
        chosen=chosen,
        queued=QUEUED,
        filters=[(state, REQUESTS[state].words, totals.get(state, 0)) for state in (*QUEUED, *ENDED)],
        unfinished=[] if chosen else _unfinished(db, now=now),
        broken=[] if chosen else _coming(db, now=now, broken=True),
        mendable=max(len(sessions.broken(db, is_demo=each, now=now)) for each in (False, True)),
        coming=[] if chosen else _coming(db, now=now),
        most=MOST,
        unapproved=people.unapproved(db),
        unsent=_unsent(db),
        delay=_delay(db, now=now),
        stale=stale_searches(db, now=now),
    )


def _state(text: str) -> RequestState | None:
    return RequestState(text) if text in set(RequestState) else None


def _parts(
    db: Session, states: Sequence[RequestState], totals: Mapping[RequestState, int], *, page: int, now: datetime
) -> list[Part]:
    skip = (page - 1) * MOST
    shown = {state: _rows(db, state, skip, now=now) for state in states}
    found = matching.on_the_desk(db, _ids(shown, QUEUED))
    late = late_for_decision(db, list(found), now=now)
    sessions_of = booked(db, _ids(shown, BOOKED))
    series = series_of(db, [asked for rows in shown.values() for asked, _ in rows])
    return [
        Part(
            state,
            REQUESTS[state],
            HOLDERS.get(state),
            totals.get(state, 0),
            [
                _waiting(asked, hospital, found.get(asked.id, []), late, sessions_of.get(asked.id), series, now=now)
                for asked, hospital in rows
            ],
            state in QUEUED and any(asked.series_id is not None for asked, _ in rows),
        )
        for state, rows in shown.items()
    ]


def _rows(db: Session, state: RequestState, skip: int, *, now: datetime) -> list[tuple[SessionRequest, Hospital]]:
    if state in QUEUED:
        return intake.due(db, state, most=MOST, skip=skip, now=now)
    return intake.ended(db, state=state, most=MOST, skip=skip)


def _ids(shown: Shown, states: Sequence[RequestState]) -> list[int]:
    return [asked.id for state in states for asked, _ in shown.get(state, ())]


def _waiting(
    asked: SessionRequest,
    hospital: Hospital,
    found: list[ProposedMatch],
    late: Collection[int],
    session: Booked | None,
    series: Mapping[int, RequestSeries],
    *,
    now: datetime,
) -> Waiting:
    age = age_of(asked, in_queue=asked.state in HOLDERS, now=now)
    ahead = [each for each in found if each.id not in late]
    best, others = next(iter(ahead), None), max(0, len(ahead) - 1)
    is_over = bool(found) and not ahead
    of_series = place_of_series(asked, series)
    return Waiting(asked, hospital, age, URGENCIES[asked.urgency], best, others, is_over, session, of_series)


def _unfinished(db: Session, *, now: datetime) -> list[Unfinished]:
    found, rows = [], sessions.unfinished(db, now=now, most=MOST)
    others = _others(db, rows)
    for session, hospital in rows:
        page = f"/desk/sessions/{session.id}"
        left = (WRITE, f"{page}/recap") if session.state is SessionState.HELD else (NOTE, f"{page}/run")
        found.append(Unfinished(session, hospital, others[session.id], SESSIONS[session.state], *left))
    return found


def _coming(db: Session, *, now: datetime, broken: bool = False) -> list[Coming]:
    rows = sessions.upcoming(db, since=now, most=MOST, broken=broken)
    places = sessions.places(db, [session.id for session, _ in rows])
    others = _others(db, rows)
    disrupted = disruptions(db, [session.match_id for session, _ in rows])
    return [
        Coming(
            session,
            hospital,
            others[session.id],
            SESSIONS[session.state],
            answers(session, places[session.id], disrupted[session.match_id]),
            session.starts_at - NEAR <= now,
        )
        for session, hospital in rows
    ]


def _others(db: Session, rows: Sequence[tuple[SharingSession, Hospital]]) -> Mapping[int, list[Hospital]]:
    """The hospitals that have joined each session, by its number."""
    found = joined(db, [session.request_id for session, _ in rows])
    return {session.id: [there for _, there in found[session.request_id]] for session, _ in rows}


def _unsent(db: Session) -> int:
    """How many letters did not go and are not tried any more."""
    return outbox.counts(db).get(DeliveryState.GIVEN_UP, 0)


def _delay(db: Session, *, now: datetime) -> Message | None:
    late = outbox.delay(db, now=now)
    return lasting(late) if late is not None else None

"""The pages of whoever is signed in: their sessions with their answers, their language and their clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar

from fastapi import APIRouter
from pydantic import AfterValidator, BaseModel
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.documents.tongues import ranked
from medixchange.feeds import queries as feeds
from medixchange.i18n import LANGUAGES, Words
from medixchange.intake import together
from medixchange.intake.series_rows import places_of_series
from medixchange.intake.together import Asking
from medixchange.languages.texts import Wrong
from medixchange.messages import Message, say
from medixchange.people import queries as people
from medixchange.people.actions import change_profile
from medixchange.people.models import Hospital, Person
from medixchange.recaps import queries as recaps
from medixchange.sessions import queries as sessions
from medixchange.sessions.absence import MEANWHILE, without_experts
from medixchange.sessions.models import Attendance, SharingSession
from medixchange.times.zones import is_zone
from medixchange.web.access import SignedInActor
from medixchange.web.answer import ANSWERED, state_of
from medixchange.web.cookies import LANGUAGE, take_cookie
from medixchange.web.desk.said import SESSIONS, Tag
from medixchange.web.form import Sent, Typed, read
from medixchange.web.liaison.linked import link
from medixchange.web.page import Db, Now, Reading, render, see_other
from medixchange.web.zones import by_country

MOST_RECAPS = 20
MOST_OVER = 10

router = APIRouter()


@dataclass(frozen=True)
class Mine:
    """One session of the reader: its hospitals, their own first, how it stands, what they have answered, the page where
    they answer, and that all its experts are ``lost``."""

    session: SharingSession
    hospitals: Sequence[Hospital]
    tag: Tag
    answer: Tag | None
    href: str
    lost: Message | None
    of_series: Message | None


def _on_offer(tag: str) -> str:
    if tag not in LANGUAGES:
        raise Wrong(say("Choose one of the languages."))
    return tag


def _known_zone(zone: str) -> str:
    if not is_zone(zone):
        raise Wrong(say("Choose a place whose clock is yours."))
    return zone


class Profile(BaseModel):
    """The form of language and clock."""

    asks: ClassVar[Mapping[str, Message]] = {
        "language": say("Choose one of the languages."),
        "zone": say("Choose a place whose clock is yours."),
    }

    language: Annotated[str, AfterValidator(_on_offer)]
    zone: Annotated[str, AfterValidator(_known_zone)]


@dataclass(frozen=True)
class ToRead:
    """A recap to read: its title in the language nearest to the reader, and when its session was."""

    href: str
    title: str
    language: str
    at: datetime


@router.get("/me")
def mine(request: Request, db: Db, reader: Reading, now: Now, actor: SignedInActor) -> Response:
    """What waits for an answer, what is to come, and how everything reaches the reader."""
    rows = sessions.of_person(db, actor.person_id, since=now)
    asking = together.asking_of_each(db, {session.request_id for session, _ in rows})
    comers = sessions.places(db, [session.id for session, _ in rows])
    series = places_of_series(db, {place.joined_id or session.request_id for session, place in rows})
    shown = [
        _shown(
            request,
            session,
            place,
            asking[session.request_id],
            comers[session.id],
            series.get(place.joined_id or session.request_id),
            now=now,
        )
        for session, place in rows
    ]
    feed = feeds.of_person(db, actor.person_id)
    return render(
        request,
        "attendee/me.html",
        waiting=[each for each in shown if each.answer is ANSWERED["asked"]],
        others=[each for each in shown if each.answer is not ANSWERED["asked"]],
        meanwhile=MEANWHILE,
        over=[
            (session, SESSIONS[session.state], link(request, "answer", place.seed))
            for session, place in sessions.over_of_person(db, actor.person_id, until=now, most=MOST_OVER)
        ],
        recaps=_to_read(db, actor.person_id, reader.words.language),
        has_address=feed is not None and feed.token_hash is not None,
        tongue=LANGUAGES.get(actor.language, actor.language),
        now=now,
        saved="saved" in request.query_params,
    )


@router.get("/me/profile")
def before_change(request: Request, reader: Reading, now: Now, actor: SignedInActor) -> Response:
    """Language and clock, to be changed."""
    return _profile(request, reader.words, Typed.of({"language": actor.language, "zone": actor.zone}), now=now)


@router.post("/me/profile")
def change(request: Request, db: Db, reader: Reading, now: Now, sent: Sent, actor: SignedInActor) -> Response:
    """Keep language and clock; what this browser had chosen before does not stand against it."""
    filled = read(Profile, sent)
    if filled.value is None:
        return _profile(request, reader.words, sent, now=now, errors=filled.errors, status=422)
    person = people.persons(db, [actor.person_id])[actor.person_id]
    change_profile(db, person, **filled.value.model_dump(), actor=actor.label, now=now)
    response = see_other("/me?saved")
    take_cookie(request, response, LANGUAGE)
    return response


def _shown(
    request: Request,
    session: SharingSession,
    place: Attendance,
    asking: Sequence[Asking],
    comers: Sequence[tuple[Attendance, Person]],
    of_series: Message | None,
    *,
    now: datetime,
) -> Mine:
    answer = ANSWERED.get(state_of(session, place, now=now))
    lost = without_experts(session, comers, now=now) if place.partstat != "DECLINED" else None
    href = link(request, "answer", place.seed)
    own = place.joined_id or session.request_id
    hospitals = [hospital for _, hospital in sorted(asking, key=lambda each: each[0].id != own)]
    return Mine(session, hospitals, SESSIONS[session.state], answer, href, lost, of_series)


def _to_read(db: Session, person_id: int, language: str) -> list[ToRead]:
    found = recaps.of_person(db, person_id, most=MOST_RECAPS)
    titles = recaps.titles(db, [recap.id for recap, _ in found])
    nearest = {recap.id: ranked(list(titles[recap.id]), language)[0] for recap, _ in found}
    return [
        ToRead(f"/recaps/{recap.slug}", titles[recap.id][nearest[recap.id]], nearest[recap.id], session.starts_at)
        for recap, session in found
    ]


def _profile(
    request: Request,
    words: Words,
    typed: Typed,
    *,
    now: datetime,
    errors: Mapping[str, Message] | None = None,
    status: int = 200,
) -> Response:
    offered = [(country, places) for _, country, places in by_country(words, now=now)]
    known = {zone for _, places in offered for zone, _ in places}
    return render(
        request,
        "attendee/profile.html",
        status=status,
        typed=typed,
        errors=errors or {},
        tongues=list(LANGUAGES.items()),
        zones=offered,
        other=words.zone if words.zone not in known else "",
        now=now,
    )

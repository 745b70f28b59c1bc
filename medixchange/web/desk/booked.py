"""The session that a request has, as the desk's other pages show it: its hour, its state, and who is missing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from medixchange.matching.models import Disruption
from medixchange.matching.stored import disruptions, words_of
from medixchange.messages import Message, count, listed, say
from medixchange.people.models import Person
from medixchange.sessions import queries as sessions
from medixchange.sessions.lifecycle import ALIVE, SessionState
from medixchange.sessions.models import Attendance, SharingSession
from medixchange.web.desk.said import SESSIONS, Tag


@dataclass(frozen=True)
class Booked:
    """A session, its state in words, and while it is ahead what may be missing there or that everybody comes."""

    session: SharingSession
    tag: Tag
    answers: Sequence[Message]


def booked(db: Session, request_ids: Collection[int]) -> Mapping[int, Booked]:
    """The latest session of each request that ever had one, by the request's number."""
    latest = sessions.of_requests(db, request_ids)
    places = sessions.places(db, [session.id for session in latest.values()])
    disrupted = disruptions(db, [session.match_id for session in latest.values()])
    return {
        request_id: Booked(
            session, SESSIONS[session.state], answers(session, places[session.id], disrupted[session.match_id])
        )
        for request_id, session in latest.items()
    }


def answers(
    session: SharingSession, places: Sequence[tuple[Attendance, Person]], disrupted: Iterable[Disruption]
) -> Sequence[Message]:
    """Who may be missing in a session that is ahead and what disrupts it, or that everybody comes."""
    if session.state not in ALIVE:
        return ()
    found = missing(session, places)
    return [*([found] if found else []), *words_of(disrupted)] or [say("Everybody comes.")]


def missing(session: SharingSession, places: Sequence[tuple[Attendance, Person]]) -> Message | None:
    """Who cannot come, and whose answers it waits for or how many; None where everybody comes."""
    declined = [person.name for place, person in places if place.partstat == "DECLINED"]
    silent = [person.name for place, person in places if place.partstat not in ("ACCEPTED", "DECLINED")]
    if declined and silent:
        return count(
            "Cannot come: %(names)s; %(num)s other has not accepted",
            "Cannot come: %(names)s; %(num)s others have not accepted",
            len(silent),
            names=listed([*declined]),
        )
    if declined:
        return say("Cannot come: %(names)s", names=listed([*declined]))
    if silent and session.state is not SessionState.TENTATIVE:
        return count("%(num)s person has not accepted", "%(num)s people have not accepted", len(silent))
    return say("Waits for the answers of %(names)s", names=listed([*silent])) if silent else None

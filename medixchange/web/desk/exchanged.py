"""What would become of a session that stands, were parts of it exchanged: what changes, and what is told to whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from sqlmodel import Session

from medixchange.errors import Refusal
from medixchange.intake.models import SessionRequest
from medixchange.matching import queries as matching
from medixchange.matching.match import Match
from medixchange.matching.stored import members_of, value_of
from medixchange.messages import Message, Term, language, say
from medixchange.people import queries as people
from medixchange.sessions import queries
from medixchange.sessions.invites import conversation
from medixchange.sessions.models import SharingSession
from medixchange.sessions.stepping import ensure_ahead
from medixchange.times.intervals import Interval
from medixchange.web.desk.refused import SessionRefused


@dataclass(frozen=True)
class Standing:
    """A session that can be exchanged still, and the match that it stands by."""

    session: SharingSession
    match: Match

    @property
    def mark(self) -> str:
        """What tells whether it is another one since a page was written."""
        return str(self.session.match_id)


@dataclass(frozen=True)
class Difference:
    """What changes of a session: who comes and who goes, the hour from now on, the new room and the old one, the
    languages from now on, and who interprets between other languages; empty and None where all stays."""

    comes: Sequence[str]
    goes: Sequence[str]
    hour: Interval | None
    room: tuple[str, str] | None
    spoken: Message | None
    legs: Sequence[Message]

    @property
    def is_any(self) -> bool:
        """Whether anything changes."""
        return bool(self.comes or self.goes or self.hour or self.told_to_all or self.legs)

    @property
    def told_to_all(self) -> bool:
        """Whether everybody is told of it at its hour."""
        return self.room is not None or self.spoken is not None


def standing_of(db: Session, asked: SessionRequest, *, now: datetime) -> Standing | None:
    """The session of the request; None where it has none of its own, or one that is off.

    Raises SessionRefused where nothing of it is exchanged any more.
    """
    session = queries.of_request(db, asked.id)
    if session is None or session.request_id != asked.id or session.state in queries.OFF:
        return None
    try:
        ensure_ahead(session, now=now)
    except Refusal as no:
        raise SessionRefused(session.id, no.message) from no
    members = members_of(db, [session.match_id])[session.match_id]
    return Standing(session, value_of(matching.by_id(db, session.match_id), members))


def difference(db: Session, stands: Standing, match: Match) -> Difference:
    """What changes when the session becomes ``match``."""
    was, routes = stands.match, (match.route, stands.match.route)
    persons = people.persons(db, [int(who) for who in was.people | match.people])
    new, old = (people.room_by_id(db, int(each.room)).name for each in (match, was))
    hour, before = (Interval(each.start, each.end) for each in (match, was))
    ways = [(each.mode, each.speech, each.audiences, each.relay) for each in routes]
    theirs, former = (_legs(each) for each in (match, was))
    return Difference(
        comes=[persons[int(who)].name for who in _ordered(match) if who not in was.people],
        goes=[persons[int(who)].name for who in _ordered(was) if who not in match.people],
        hour=hour if hour != before else None,
        room=(new, old) if match.room != was.room else None,
        spoken=conversation(match.route) if ways[0] != ways[1] else None,
        legs=[
            say("%(name)s interprets between %(one)s and %(other)s.", name=persons[int(who)].name, one=one, other=other)
            for who, (one, other) in theirs.items()
            if former.get(who, (one, other)) != (one, other)
        ],
    )


def _ordered(match: Match) -> Iterable[str]:
    return chain(match.panel, match.route.interpreters)


def _legs(match: Match) -> Mapping[str, tuple[Term, Term]]:
    """The two languages between which each interprets."""
    return {who: (language(leg.source), language(leg.target)) for leg in match.route.legs for who in leg.interpreters}

"""How a request stands, for the hospital: the steps of its way, what comes next, and who has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from medixchange.intake.lifecycle import RequestState, Verb, may
from medixchange.intake.models import SessionRequest
from medixchange.intake.queries import is_ahead
from medixchange.messages import N_, Message, instant, say
from medixchange.sessions.absence import MEANWHILE
from medixchange.sessions.joining import TOOK_PLACE
from medixchange.sessions.lifecycle import ALIVE, SessionState
from medixchange.sessions.lifecycle import Verb as SessionVerb
from medixchange.sessions.lifecycle import may as may_be
from medixchange.sessions.models import SharingSession

STEPS = (
    N_("Request sent"),
    N_("Address confirmed"),
    N_("Hour, experts and language found"),
    N_("Agreed by the organizers"),
    N_("Everybody has accepted"),
    N_("Session held"),
)
REACHED: Mapping[RequestState, int] = MappingProxyType(
    {
        RequestState.SENT: 1,
        RequestState.SUBMITTED: 2,
        RequestState.WAITING: 2,
        RequestState.MATCHED: 3,
        RequestState.JOINED: 2,
        RequestState.APPROVED: 4,
        RequestState.DONE: 6,
        RequestState.WITHDRAWN: 0,
        RequestState.DECLINED: 0,
    }
)
"""How many of the steps lie behind a request in each state."""

WITH_SESSION = (RequestState.APPROVED, RequestState.JOINED)
"""States in which a session may stand for a request."""

YOU, ORGANIZERS, INVITED, PROGRAM = (
    N_("You"),
    N_("The organizers"),
    N_("Those who are invited"),
    N_("The program, by itself"),
)


@dataclass(frozen=True)
class Standing:
    """How the request stands: the headline, what comes next, and in whose hands it is (empty where it has ended)."""

    headline: Message
    next_step: Message
    holder: Message | None
    kind: str = ""


@dataclass(frozen=True)
class Step:
    """One step of the way; ``at`` where its moment is known."""

    name: Message
    done: bool
    current: bool
    at: datetime | None


def standing(
    asked: SessionRequest, session: SharingSession | None, *, lost: Message | None = None, now: datetime
) -> Standing:
    """Where the request is now, in plain words; ``lost`` says that no expert comes to its session."""
    if lost is not None:
        return Standing(lost, MEANWHILE, Message(ORGANIZERS), "warn")
    if asked.state in WITH_SESSION and session is not None:
        if session.state in ALIVE and session.ends_at <= now:
            return _PASSED
        return _SESSIONS.get(session.state, _SESSIONS[SessionState.TENTATIVE])
    if asked.state is RequestState.SENT:
        told = say(
            "Open our letter to %(address)s and press the button on the page it leads to.", address=asked.contact_email
        )
        return Standing(say("Confirm your address"), told, Message(YOU), "warn")
    if _was_missed(asked, session):
        return _CLOSED
    if asked.look_from is not None and asked.state is RequestState.SUBMITTED and is_ahead(asked, now=now):
        told = say(
            "Sessions are planned eight weeks ahead. The program looks for an hour from %(at)s on.",
            at=instant(asked.look_from, place=asked.zone),
        )
        return Standing(say("It is too early to look for an hour"), told, Message(PROGRAM))
    if asked.state is RequestState.DONE and session is not None and session.state in _FINISHED:
        return _SESSIONS[session.state]
    return _REQUESTS[asked.state]


def _was_missed(asked: SessionRequest, session: SharingSession | None) -> bool:
    """Whether the request is closed without a session having been held."""
    return asked.state is RequestState.DONE and session is not None and session.state is SessionState.NOT_HELD


def way(asked: SessionRequest, session: SharingSession | None) -> list[Step]:
    """The steps of the request, those behind it done; none where it ended before a session."""
    joined = asked.state is RequestState.JOINED and session is not None
    reached = REACHED[RequestState.APPROVED if joined else asked.state]
    if reached == 0 or _was_missed(asked, session):
        return []
    if asked.state in WITH_SESSION and session is not None and session.state is not SessionState.TENTATIVE:
        reached = len(STEPS) if session.state in TOOK_PLACE else reached + 1
    at = (asked.created_at, asked.submitted_at, None, asked.decided_at, None, None)
    return [
        Step(Message(name), number < reached, number == reached, at[number] if number < reached else None)
        for number, name in enumerate(STEPS)
    ]


def is_standing(session: SharingSession | None, *, now: datetime) -> bool:
    """Whether people are expected in the session."""
    return session is not None and session.state in ALIVE and session.ends_at > now


def may_withdraw(asked: SessionRequest, session: SharingSession | None, *, now: datetime) -> bool:
    """Whether the request can still be taken back: not when the hour of its session has passed."""
    if asked.state not in WITH_SESSION or session is None:
        return may(asked.state, Verb.WITHDRAW)
    verb = SessionVerb.CANCEL if asked.state is RequestState.APPROVED else SessionVerb.SUBSTITUTE
    return is_standing(session, now=now) and may_be(session.state, verb)


def is_over(asked: SessionRequest, session: SharingSession | None, *, now: datetime) -> bool:
    """Whether nothing is left to change or to take back, so that another session can only be asked for anew."""
    return not may(asked.state, Verb.CHANGE) and not may_withdraw(asked, session, now=now)


def took_place(session: SharingSession | None) -> bool:
    """Whether a session was held for the request."""
    return session is not None and session.state in TOOK_PLACE


_REQUESTS: Mapping[RequestState, Standing] = MappingProxyType(
    {
        RequestState.SUBMITTED: Standing(
            say("We are looking for an hour"),
            say("The program looks for an hour, experts and a common language. This takes about a minute."),
            Message(PROGRAM),
        ),
        RequestState.WAITING: Standing(
            say("Nothing fits yet"),
            say("Give more or longer windows if you can. The organizers look for other ways meanwhile."),
            Message(N_("You and the organizers")),
            "warn",
        ),
        RequestState.MATCHED: Standing(
            say("We have found hours and experts"),
            say("The organizers choose one of the proposals. You then get an invitation."),
            Message(ORGANIZERS),
        ),
        RequestState.JOINED: Standing(
            say("Your question is answered together with another hospital"),
            say("An hour is looked for that suits all of you, and the organizers decide. You then get an invitation."),
            Message(ORGANIZERS),
        ),
        RequestState.APPROVED: Standing(
            say("Your session is being prepared"),
            say("The organizers send the invitations."),
            Message(ORGANIZERS),
        ),
        RequestState.DONE: Standing(
            say("Your session has been held"), say("Ask for another session whenever you need one."), None, "ok"
        ),
        RequestState.WITHDRAWN: Standing(
            say("This request was withdrawn"), say("Ask for a new session whenever you need one."), None
        ),
        RequestState.DECLINED: Standing(
            say("This request was declined"), say("You can ask for another session."), None, "warn"
        ),
    }
)
_CLOSED = Standing(say("Your session was not held"), say("You can ask for another session."), None, "warn")
_FINISHED = frozenset({SessionState.RECAPPED, SessionState.UNWRITTEN})
_PASSED = Standing(
    say("The hour of your session has passed"),
    say("The organizers note how it went, and write its recap."),
    Message(ORGANIZERS),
)
_SESSIONS: Mapping[SessionState, Standing] = MappingProxyType(
    {
        SessionState.TENTATIVE: Standing(
            say("Your session is held in everybody's calendar"),
            say("Answer the invitation in your mail. When everybody has accepted, the session is certain."),
            Message(INVITED),
        ),
        SessionState.CONFIRMED: Standing(
            say("Your session takes place"),
            say("Join at the hour below; the link is in the letter that says that the session is certain."),
            Message(YOU),
            "ok",
        ),
        SessionState.OPEN: Standing(
            say("Your session is running"),
            say("Join now; the link is in the letter that says that the session is certain."),
            Message(YOU),
            "ok",
        ),
        SessionState.HELD: Standing(
            say("Your session has been held"), say("Its recap is being written."), Message(ORGANIZERS), "ok"
        ),
        SessionState.RECAPPED: Standing(say("Your session has been held"), say("Its recap is published."), None, "ok"),
        SessionState.UNWRITTEN: Standing(
            say("Your session has been held"),
            say("No recap of it is published. Ask for another session whenever you need one."),
            None,
            "ok",
        ),
        SessionState.NOT_HELD: Standing(
            say("Your session was not held"), say("The organizers look for another hour."), Message(ORGANIZERS), "warn"
        ),
    }
)

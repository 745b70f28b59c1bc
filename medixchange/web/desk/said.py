"""What the desk says of states, answers and waits: words beside every colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from medixchange.intake.lifecycle import RequestState
from medixchange.intake.models import SessionRequest
from medixchange.intake.promise import answer_by
from medixchange.intake.queries import is_ahead, waits_since
from medixchange.intake.together import Asking
from medixchange.messages import Message, count, instant, say
from medixchange.outbox.letters import Letter
from medixchange.outbox.models import Delivery, DeliveryState
from medixchange.plans.lifecycle import PlannedState, PlanState, Purpose
from medixchange.plans.models import Change, MatchPlan
from medixchange.recaps.lifecycle import VersionState
from medixchange.sessions.lifecycle import SessionState
from medixchange.sessions.models import Attendance, Role
from medixchange.sessions.roll import Presence

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Tag:
    """A state in words, and the class that colours it."""

    words: Message
    kind: str = ""


REQUESTS: Mapping[RequestState, Tag] = {
    RequestState.SENT: Tag(say("Address not confirmed")),
    RequestState.SUBMITTED: Tag(say("Being matched")),
    RequestState.MATCHED: Tag(say("Waiting for your decision"), "warn"),
    RequestState.WAITING: Tag(say("No match yet"), "bad"),
    # Translators: it is answered in one session with the request of another hospital.
    RequestState.JOINED: Tag(say("Joined to another request"), "ok"),
    RequestState.APPROVED: Tag(say("Has a session"), "ok"),
    RequestState.DONE: Tag(say("Done"), "ok"),
    RequestState.WITHDRAWN: Tag(say("Withdrawn")),
    RequestState.DECLINED: Tag(say("Declined")),
}

HOLDERS: Mapping[RequestState, Message] = {
    RequestState.SENT: say("The hospital has it: its contact has not answered our letter yet."),
    RequestState.SUBMITTED: say("The program has it: it looks for proposals."),
    RequestState.MATCHED: say("You have it: choose a proposal and approve it."),
    RequestState.WAITING: say("You have it: see what stands in the way and what would help."),
}
"""What each request in the queue waits for, and whose turn it is."""

SESSIONS: Mapping[SessionState, Tag] = {
    # Translators: the hour is kept free in the calendars; it is not certain yet.
    SessionState.TENTATIVE: Tag(say("Held tentatively"), "warn"),
    SessionState.CONFIRMED: Tag(say("Confirmed"), "ok"),
    SessionState.OPEN: Tag(say("Running"), "ok"),
    # Translators: the session has taken place.
    SessionState.HELD: Tag(say("Held")),
    SessionState.RECAPPED: Tag(say("Recap published"), "ok"),
    # Translators: the session has taken place, and no recap of it will be written.
    SessionState.UNWRITTEN: Tag(say("Held, without a recap")),
    SessionState.CANCELLED: Tag(say("Cancelled"), "bad"),
    SessionState.NOT_HELD: Tag(say("Not held"), "bad"),
}

VERSIONS: Mapping[VersionState, Tag] = {
    # Translators: the state of a text: nobody has checked it yet; somebody has.
    VersionState.DRAFT: Tag(say("Draft"), "warn"),
    VersionState.CHECKED: Tag(say("Checked"), "ok"),
}

PRESENCES: Mapping[Presence, Tag] = {
    # Translators: what the roll call found of somebody.
    Presence.PRESENT: Tag(say("Present"), "ok"),
    Presence.LATE: Tag(say("Came late"), "warn"),
    Presence.NO_SHOW: Tag(say("Did not come"), "bad"),
    Presence.UNKNOWN: Tag(say("Not noted yet")),
}

ANSWERS: Mapping[str, Tag] = {
    "NEEDS-ACTION": Tag(say("No answer yet"), "warn"),
    # Translators: said of an invited person who has accepted.
    "ACCEPTED": Tag(say("Comes"), "ok"),
    "TENTATIVE": Tag(say("Comes perhaps"), "warn"),
    "DECLINED": Tag(say("Cannot come"), "bad"),
}

PLANS: Mapping[PlanState, Tag] = {
    PlanState.WANTED: Tag(say("Begins in a moment"), "warn"),
    PlanState.RUNNING: Tag(say("Being made"), "warn"),
    # Translators: said of a plan.
    PlanState.DONE: Tag(say("Ready"), "ok"),
    PlanState.STOPPED: Tag(say("Stopped before there was a plan")),
    PlanState.FAILED: Tag(say("Broke off"), "bad"),
}

CHANGES: Mapping[Change, Tag] = {
    # Translators: what a plan does to a request, against its best proposal of today.
    Change.NEW: Tag(say("New"), "ok"),
    Change.SAME: Tag(say("As proposed today")),
    Change.HOUR: Tag(say("Another hour than today"), "warn"),
    Change.PEOPLE: Tag(say("Other people than today"), "warn"),
    Change.ROOM: Tag(say("Another room than today")),
    Change.UNSERVED: Tag(say("Not served"), "bad"),
}

BESIDE: Mapping[Change, Tag] = {
    # Translators: what a plan by other house rules does to a request, against the plan by those in use.
    Change.NEW: Tag(say("Served only by these rules"), "ok"),
    Change.SAME: Tag(say("The same by both rules")),
    Change.HOUR: Tag(say("At another hour"), "warn"),
    Change.PEOPLE: Tag(say("With other people"), "warn"),
    Change.ROOM: Tag(say("In another room")),
    Change.UNSERVED: Tag(say("Not served"), "bad"),
}


MENDING: Mapping[Change, Tag] = {
    # Translators: what a plan does to a session that cannot be as agreed.
    Change.NEW: Tag(say("New"), "ok"),
    Change.SAME: Tag(say("Stays as it is")),
    Change.HOUR: Tag(say("Moves to another hour"), "warn"),
    Change.PEOPLE: Tag(say("Others take over"), "ok"),
    Change.ROOM: Tag(say("In another room")),
    Change.UNSERVED: Tag(say("Nobody can take over, at no hour"), "bad"),
}


def part_of(place: Attendance, asking: Sequence[Asking]) -> Message:
    """In what capacity somebody comes; where several hospitals take part also for which."""
    if place.role is not Role.LIAISON or len(asking) == 1:
        return ROLES[place.role]
    names = {request.id: hospital.name for request, hospital in asking}
    return say("for %(hospital)s", hospital=names.get(place.joined_id or asking[0][0].id, ""))


def said_of(change: Change, plan: MatchPlan) -> Tag:
    """What ``plan`` does to a request, against today, the plan beside it, or the session that it mends."""
    if plan.purpose is Purpose.MENDING:
        return MENDING[change]
    return (CHANGES if plan.beside_id is None else BESIDE)[change]


PLANNED: Mapping[PlannedState, Tag] = {
    PlannedState.ACCEPTED: Tag(say("Accepted, becomes a session"), "warn"),
    PlannedState.APPROVED: Tag(say("Has its session"), "ok"),
    # Translators: an organizer has refused what a plan holds for a request.
    PlannedState.REFUSED: Tag(say("Refused")),
    PlannedState.FAILED: Tag(say("Could not become a session"), "bad"),
}
"""What became of a request in a plan; nothing is said of one that nobody decided about."""

METHODS: Mapping[str, Message] = {
    "begun": say("each request in turn, not all of them yet"),
    "greedy": say("each request in turn"),
    "weeks": say("week by week"),
    "columns": say("proving how good any plan can be"),
    "rounding": say("from the shares of the proof"),
    "windows": say("a few days or weeks at a time"),
    "exact": say("among all good ways at once"),
    "proof": say("among all ways that could be better"),
}
"""What the last step of a plan did."""

LETTERS: Mapping[DeliveryState, Tag] = {
    DeliveryState.SCHEDULED: Tag(say("Waits for its hour")),
    DeliveryState.QUEUED: Tag(say("Waits to be sent")),
    DeliveryState.SENDING: Tag(say("Being sent")),
    DeliveryState.SENT: Tag(say("Sent"), "ok"),
    DeliveryState.FAILED: Tag(say("Failed, is tried again"), "warn"),
    DeliveryState.GIVEN_UP: Tag(say("Given up"), "bad"),
    DeliveryState.SUPERSEDED: Tag(say("Not sent any more")),
}

KINDS: Mapping[str, Message] = {
    "hold": say("Invitation"),
    "confirmed": say("Confirmation"),
    "moved": say("New hour or people"),
    "room": say("Another room"),
    "languages": say("Interpreted otherwise"),
    "address": say("New address of the room"),
    "parted": say("A hospital has left"),
    "cancelled": say("Cancellation"),
    "removed": say("No longer needed"),
    "not-held": say("Did not take place"),
    "reminder-day": say("Reminder, a day before"),
    "reminder-hour": say("Reminder, an hour before"),
    "nudge": say("Please answer"),
    "recap-wanted": say("Please write the recap"),
    "signin": say("Link to sign in"),
    "test": say("Test letter"),
    "confirm-address": say("Link to confirm the address"),
    "request-received": say("Request is in the queue"),
    "request-withdrawn": say("Request is withdrawn"),
    "request-declined": say("Request is declined"),
    "request-joined": say("Request is answered together with another"),
    "request-separated": say("Request is answered on its own again"),
    "recap": say("Recap"),
    "recap-corrected": say("Correction of a recap"),
}

ROLES: Mapping[Role, Message] = {
    Role.EXPERT: say("Expert"),
    Role.INTERPRETER: say("Interpreter"),
    Role.LIAISON: say("Hospital"),
}

URGENCIES: Mapping[int, Tag] = {
    1: Tag(say("Routine")),
    2: Tag(say("Urgent"), "warn"),
    3: Tag(say("Very urgent"), "bad"),
}


def kind_of(letter: Delivery | Letter) -> Message:
    """What a letter is about; its own word for one that has no name here."""
    return KINDS.get(letter.kind) or Message(letter.kind)


def lasting(how_long: timedelta) -> Message:
    """A length of time in its largest unit, rounded down: "3 days"."""
    if how_long >= DAY:
        return count("%(num)s day", "%(num)s days", how_long // DAY)
    if how_long >= HOUR:
        return count("%(num)s hour", "%(num)s hours", how_long // HOUR)
    return count("%(num)s minute", "%(num)s minutes", max(how_long, timedelta()) // timedelta(minutes=1))


def age_of(asked: SessionRequest, *, in_queue: bool, now: datetime) -> Tag:
    """How long a request has been waiting, against what was promised; or from when on hours are looked for."""
    if asked.look_from is not None and in_queue and is_ahead(asked, now=now):
        return Tag(say("Looked for from %(at)s on", at=instant(asked.look_from, place=asked.zone)))
    return waited(waits_since(asked), answer_by(asked) if in_queue else None, now=now)


def waited(since: datetime, promised: datetime | None, *, now: datetime) -> Tag:
    """How long something has been waiting, against what was promised."""
    age = lasting(now - since)
    if promised is None:
        return Tag(say("Asked %(age)s ago", age=age))
    if now > promised:
        late = lasting(now - promised)
        return Tag(say("Waiting for %(age)s; the answer is %(late)s late", age=age, late=late), "bad")
    left = lasting(promised - now)
    return Tag(say("Waiting for %(age)s; answer promised within %(left)s", age=age, left=left))

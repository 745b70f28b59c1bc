"""What those who are invited are told when all experts of a session that is certain have said that they cannot come."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from medixchange.messages import Message, count, say
from medixchange.people.models import Person
from medixchange.sessions.joining import CERTAIN
from medixchange.sessions.models import Attendance, Role, SharingSession

MEANWHILE = say(
    "The organizers look for somebody else. Please keep the hour free: if it changes or the session is called off, you "
    "get a letter."
)


def without_experts(
    session: SharingSession, places: Iterable[tuple[Attendance, Person]], *, now: datetime
) -> Message | None:
    """That no expert comes to a session that is certain and not over; None while one does.

    Before a session is certain its page says so, and nobody counts on it.
    """
    experts = [place for place, _ in places if place.role is Role.EXPERT]
    lost = [place for place in experts if place.partstat == "DECLINED" and place.present_at is None]
    is_ahead = session.state in CERTAIN and now < session.ends_at
    if not is_ahead or not experts or len(lost) < len(experts):
        return None
    return count("The expert cannot come after all.", "None of the %(num)s experts can come after all.", len(experts))

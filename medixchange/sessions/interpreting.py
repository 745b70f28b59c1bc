"""Who of a session interprets when, on each leg."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from medixchange.people.models import Person
from medixchange.sessions.models import Attendance, Role, SharingSession
from medixchange.sessions.turns import Turn, turns
from medixchange.times.intervals import Interval

Place = tuple[Attendance, Person]


@dataclass(frozen=True, slots=True)
class Leg:
    """The turns of those who interpret between two languages (BCP 47)."""

    one: str
    other: str
    turns: tuple[Turn[Person], ...]


def legs_in_turns(session: SharingSession, places: Iterable[Place]) -> Sequence[Leg]:
    """Each leg of ``session`` on which a team takes turns, of those among ``places`` who come.

    Consecutive interpreters take none: they rest while the others speak.
    """
    if session.mode == "consecutive":
        return []
    span = Interval(session.starts_at, session.ends_at)
    coming = [each for each in places if each[0].role is Role.INTERPRETER and each[0].partstat != "DECLINED"]
    found = []
    ordered = sorted(coming, key=lambda each: _order(each, session.speech))
    for leg, team in groupby(ordered, key=lambda each: each[0].leg):
        one, _, other = leg.partition(">")
        found.append(Leg(one, other, turns([person for _, person in team], span, minutes=session.turn_minutes)))
    return [leg for leg in found if leg.turns]


def turns_with(session: SharingSession, places: Iterable[Place], person_id: int) -> tuple[Turn[Person], ...]:
    """The turns of the team of somebody, none where they take none."""
    legs = legs_in_turns(session, places)
    return next((leg.turns for leg in legs if any(each.who.id == person_id for each in leg.turns)), ())


def _order(place: Place, speech: str) -> tuple[bool, str, int]:
    """First the legs that begin with what the panel speaks; on each who is known the longest begins."""
    attendance, person = place
    return not attendance.leg.startswith(f"{speech}>"), attendance.leg, person.id

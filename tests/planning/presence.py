"""Whether people and hospitals can be there, by every key that says when: standard library only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from tests.planning.clocks import clock, inside, instant, pieces, span
from tests.planning.facts import Busy, Data, Facts, Party


def is_open(party: Party, session: Busy, facts: Facts) -> bool:
    """H2 for one audience: its hospital's hours, holidays and weekend, its windows where it comes only then."""
    hospital, wants = party.hospital, party.wants
    country = facts.instance["countries"][hospital["country"]]
    rest = [] if wants["weekend_ok"] else country["weekend"]
    hours = [span(facts.policy["hospital_hard"])]
    for piece in pieces(session.start, session.end, hospital["tz"]):
        day = piece[0]
        if not inside(piece, hours) or day.weekday() in rest or day.isoformat() in country["holidays"]:
            return False
    at_work = wants["weekend_ok"] or _within(session, hospital.get("working"))
    wished = not wants.get("windows_only", False) or _wished_throughout(party, session, facts)
    return at_work and wished and _within(session, hospital.get("free"))


def is_free(person: Data, session: Busy, facts: Facts) -> bool:
    """H4 and H7 for one person: own hours, humane hours, no blackout, no holiday."""
    holidays = facts.instance["countries"][person["country"]]["holidays"]
    hard = [span(facts.policy["expert_hard"])]
    for piece in pieces(session.start, session.end, person["tz"]):
        day, first, last = piece
        own = [
            (clock(each["start"]), clock(each["end"]))
            for each in person["availability"]
            if each["weekday"] == day.weekday()
        ]
        if not inside(piece, own) or not inside(piece, hard) or day.isoformat() in holidays:
            return False
        if _is_away(person["blackout"], day, first, last):
            return False
    return _within(session, person.get("free"))


def best_window(party: Party, session: Busy) -> int:
    """The weight of the best window of an audience that holds the whole session; 0 for none."""
    zone = party.hospital["tz"]
    held = (each for each in party.wants["windows"] if _holds(each, session.start, session.end, zone))
    return max((int(each["weight"]) for each in held), default=0)


def _is_away(blackout: Iterable[Sequence[str]], day: date, first: int, last: int) -> bool:
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001  # wall clock of a known zone
    begin, end = midnight + timedelta(minutes=first), midnight + timedelta(minutes=last)
    return any(
        begin < datetime.fromisoformat(until) and datetime.fromisoformat(since) < end for since, until in blackout
    )


def _wished_throughout(party: Party, session: Busy, facts: Facts) -> bool:
    """Whether each slot of a session lies in some window."""
    at, step = session.start, timedelta(minutes=facts.instance["horizon"]["slot_minutes"])
    while at < session.end:
        if not any(_holds(each, at, at + step, party.hospital["tz"]) for each in party.wants["windows"]):
            return False
        at += step
    return True


def _holds(window: Data, start: datetime, end: datetime, zone: str) -> bool:
    if "free" in window:
        return _covered(start, end, window["free"])
    hours = [(clock(window["start"]), clock(window["end"]))]
    return all(_is_of(window, piece[0]) and inside(piece, hours) for piece in pieces(start, end, zone))


def _is_of(window: Data, day: date) -> bool:
    """A date counts instead of a weekday."""
    return day == date.fromisoformat(window["day"]) if "day" in window else day.weekday() == int(window["weekday"])


def _within(session: Busy, stretches: Sequence[Sequence[str]] | None) -> bool:
    return stretches is None or _covered(session.start, session.end, stretches)


def _covered(start: datetime, end: datetime, stretches: Iterable[Sequence[str]]) -> bool:
    """Whether stretches of instants hold all between two; those that meet count as one."""
    for since, until in sorted((instant(one), instant(other)) for one, other in stretches):
        if since <= start < until:
            start = until
    return start >= end

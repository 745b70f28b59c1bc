"""A problem as an instance file: what FORMAT.md has no words for is said by keys of our own, all of them optional.

Masks say when somebody is there, not why; so hours, holidays and absence are written as exact stretches (``free``),
beside hours, a policy and calendars that take nothing away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from typing import Any

from medixchange.errors import Refusal
from medixchange.matching.format_plan import INSTANT, write_session, write_solution
from medixchange.matching.format_values import INSTANCE
from medixchange.matching.match import Held, Match
from medixchange.matching.presence import joined
from medixchange.matching.problem import Problem
from medixchange.matching.requests import Party, Request, Window
from medixchange.matching.resources import Expert, Hospital, Interpreter, Mask, Person
from medixchange.messages import say
from medixchange.policies.values import Minutes
from medixchange.times.grid import Grid, runs
from medixchange.times.intervals import MINUTE
from medixchange.times.zones import clock_words

Data = dict[str, Any]
WEEK = 7 * 1440
ALWAYS = [{"weekday": day, "start": "00:00", "end": "24:00"} for day in range(7)]


def write_instance(problem: Problem, *, name: str = "medixchange") -> Data:
    """The file of which ``read_instance`` makes a problem that is planned as this one is.

    Raises Refusal where the horizon is no whole number of weeks, there is no room, or one is not always open.
    """
    weeks, rest = divmod(problem.grid.slots * problem.grid.minutes, WEEK)
    if rest or not problem.rooms or any(room.masks for room in problem.rooms):
        raise Refusal(say("An instance needs whole weeks, and rooms that are always open, at least one."))
    return _Writer(problem).instance(name, weeks)


OF_WAITING = ("waited", "waited_most", "behind", "behind_most")


class _Writer:
    def __init__(self, problem: Problem) -> None:
        self.problem, self.grid = problem, problem.grid

    def instance(self, name: str, weeks: int) -> Data:
        problem = self.problem
        return {
            "format": INSTANCE,
            "name": name,
            "seed": 0,
            "horizon": {
                "start": self.grid.start.strftime(INSTANT),
                "weeks": weeks,
                "slot_minutes": self.grid.minutes,
            },
            "rooms": len(problem.rooms),
            "room_sizes": [{"seats": room.seats, "channels": room.channels} for room in problem.rooms],
            "countries": {country: {"weekend": [], "holidays": []} for country in sorted(self._countries())},
            "policy": self._policy(),
            "weights": self._weights(),
            "hospitals": [self._hospital(each) for each in problem.hospitals],
            "requests": [self._request(each) for each in problem.requests],
            "experts": [self._expert(each) for each in problem.experts],
            "interpreters": [self._interpreter(each) for each in problem.interpreters],
            "confirmed": write_solution(problem.confirmed.values(), replace(problem, held=()))["sessions"],
            "tentative": [self._earlier(problem.tentative[key]) for key in sorted(problem.tentative)],
            "standing": [self._standing(held) for held in problem.held if held.fixed is None],
        }

    def _countries(self) -> set[str]:
        people: tuple[Person, ...] = (*self.problem.experts, *self.problem.interpreters)
        return {each.country for each in self.problem.hospitals} | {each.country for each in people}

    def _weights(self) -> Data:
        """Those that the format knows; what waiting is worth by the others is written as a request's rise."""
        plain = asdict(self.problem.weights)
        known = {name: points for name, points in plain.items() if name not in OF_WAITING}
        return known | {"serve": {str(urgency): points for urgency, points in plain["serve"].items()}}

    def _policy(self) -> Data:
        policy = self.problem.policy
        return {
            "hospital_hard": ["00:00", "24:00"],
            "hospital_soft": _hours(policy.hospital_soft),
            "expert_hard": ["00:00", "24:00"],
            "expert_soft": _hours(policy.expert_soft),
            "lang_min_expert": policy.lang_min_expert,
            "lang_min_audience": policy.lang_min_audience,
            "relay": policy.relay,
            "pair_over_minutes": min(policy.team_sizes[0][0], 1440),
            "relay_last": policy.relay_last,
            "multilingual_team": policy.multilingual_team,
            "team_sizes": [list(each) for each in policy.team_sizes],
            **({"consecutive": self._passages()} if policy.consecutive else {}),
        }

    def _passages(self) -> Data:
        policy = self.problem.policy
        return {"percent": policy.consecutive_percent, "team": policy.consecutive_team}

    def _hospital(self, each: Hospital) -> Data:
        weekend = [mask for mask in each.masks if mask.kind == "weekend"]
        others = [mask for mask in each.masks if mask.kind != "weekend"]
        return {
            "id": each.id,
            "country": each.country,
            "tz": each.zone,
            "free": self._free(others),
            "working": self._free(weekend),
        }

    def _request(self, each: Request) -> Data:
        known = self.problem.expert
        return {
            "id": each.id,
            "hospital": each.hospital,
            "duration_min": each.minutes,
            "specialties": list(each.specialties),
            "audience": _levels(each.audience),
            "windows": [self._window(window) for window in each.windows],
            "windows_only": each.windows_only,
            "earliest": each.earliest.strftime(INSTANT),
            # What cannot be at all, as a week of a series that is over, has no room for a session here either.
            "deadline": max(each.deadline, each.earliest + MINUTE).strftime(INSTANT),
            "urgency": each.urgency,
            "panel_min": each.panel_min,
            "panel_max": each.panel_max,
            "exclude": sorted(each.exclude & set(known)),
            "continuity": each.continuity if each.continuity in known else None,
            "weekend_ok": each.weekend_ok,
            "seats": each.seats,
            "interpreting": each.interpreting,
            "rise": each.rise,
            **({"joint": [self._party(party) for party in each.joint]} if each.joint else {}),
            **({"agreed": asdict(each.agreed)} if each.agreed else {}),
        }

    def _party(self, each: Party) -> Data:
        return {
            "hospital": each.hospital,
            "audience": _levels(each.audience),
            "windows": [self._window(window) for window in each.windows],
            "windows_only": each.windows_only,
            "weekend_ok": each.weekend_ok,
        }

    def _window(self, each: Window) -> Data:
        # A date has its weekday beside it, for those who know the format and no keys of ours.
        dated = {} if each.day is None else {"day": each.day.isoformat()}
        day = {"weekday": each.weekday if each.day is None else each.day.weekday(), **dated}
        start, end = _hours(each.minutes)
        return {**day, "start": start, "end": end, "weight": each.weight, "free": list(self._stretches(each.slots))}

    def _person(self, each: Person) -> Data:
        return {
            "id": each.id,
            "country": each.country,
            "tz": each.zone,
            "availability": ALWAYS,
            "blackout": [],
            "free": self._free(each.masks),
            "rest_min": each.rest_minutes,
            "exclude_hospitals": sorted(each.exclude_hospitals & set(self.problem.hospital)),
        }

    def _expert(self, each: Expert) -> Data:
        return {
            **self._person(each),
            "specialties": _levels(each.specialties),
            "languages": _levels(each.speaking),
            "max_day": each.max_day,
            "max_week": each.max_week,
            "max_month": each.max_month,
            "past_load": each.counted,
        }

    def _interpreter(self, each: Interpreter) -> Data:
        both = {tuple(sorted(pair)) for pair in each.pairs if each.joins(*pair)}
        return {
            **self._person(each),
            "pairs": [list(pair) for pair in sorted(both)],
            "max_min_day": each.max_minutes_day,
            "max_min_week": each.max_minutes_week,
            "simultaneous": each.simultaneous,
            "consecutive": each.consecutive,
        }

    def _standing(self, held: Held) -> Data:
        rooms = [room.id for room in self.problem.rooms]
        return {
            "start": held.start.strftime(INSTANT),
            "end": held.end.strftime(INSTANT),
            "hospital": held.hospital,
            **({"guests": list(held.guests)} if held.guests else {}),
            "experts": list(held.experts),
            "interpreters": list(held.interpreters),
            **({"room": rooms.index(held.room) + 1} if held.room in rooms else {}),
        }

    def _earlier(self, match: Match) -> Data:
        """What a request goes by, which may be longer than it asks for, and of people of whom some are no more."""
        known = {"experts": self.problem.expert, "interpreters": self.problem.interpreter}
        written = {**write_session(match), "minutes": match.minutes}
        return written | {kind: [who for who in written[kind] if who in there] for kind, there in known.items()}

    def _free(self, masks: Iterable[Mask]) -> list[list[str]]:
        return list(self._stretches(joined(masks, self.grid)))

    def _stretches(self, slots: int) -> Iterator[list[str]]:
        return stretches(slots, self.grid)


def stretches(slots: int, grid: Grid) -> Iterator[list[str]]:
    """The stretches of instants that ``slots`` fill."""
    for first, length in runs(slots):
        yield [grid.at(first).strftime(INSTANT), grid.at(first + length).strftime(INSTANT)]


def _hours(minutes: Minutes) -> list[str]:
    start, end = minutes
    return [clock_words(start), clock_words(end)]


def _levels(found: Any) -> dict[str, int]:
    """Levels of 1 and more; who has none is not named."""
    return {key: level for key, level in found.items() if level > 0}

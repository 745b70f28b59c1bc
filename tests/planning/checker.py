"""Judges plans by the text of the exchange format (FORMAT.md), with the standard library alone.

It shares nothing with the program that plans, and works otherwise: no grid, no masks, only stretches of local days.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from tests.planning.clocks import clock, inside, instant, local_day, pieces, span
from tests.planning.facts import Data, Facts, Session
from tests.planning.points import points_of
from tests.planning.seating import Wish, all_have_rooms

Fault = tuple[str, str]
"""A rule, and the request or person that it is about."""


@dataclass
class Verdict:
    """The rules that a plan breaks, and what it scores by term."""

    faults: set[Fault] = field(default_factory=set)
    points: Counter[str] = field(default_factory=Counter)

    @property
    def score(self) -> int:
        """All terms together."""
        return sum(self.points.values())


def check(instance: Data, solution: Data) -> Verdict:
    """Judge ``solution``; everybody whom it names must be known to ``instance``."""
    return _Judge(instance).judge(solution)


class _Judge:
    def __init__(self, instance: Data) -> None:
        self.facts, self.instance, self.policy = Facts(instance), instance, instance["policy"]
        self.verdict = Verdict()

    def judge(self, solution: Data) -> Verdict:
        sessions = [self.facts.session(each) for each in solution["sessions"]]
        for each in sessions:
            self._dates(each)
            self._open(each)
            self._panel(each)
            self._languages(each)
        for rule, who in (*self._unrested(sessions), *self._over_caps(sessions), *self._crowded(sessions)):
            self._fault(rule, who)
        self._rooms(sessions)
        self._confirmed(solution)
        self.verdict.points = points_of(sessions, self.facts)
        return self.verdict

    def _fault(self, rule: str, who: str) -> None:
        self.verdict.faults.add((rule, who))

    def _dates(self, session: Session) -> None:
        """H1."""
        horizon, request = self.instance["horizon"], session.request
        first = instant(horizon["start"])
        last = first + timedelta(weeks=horizon["weeks"])
        on_grid = not (session.start - first) % timedelta(minutes=horizon["slot_minutes"])
        early, late = max(first, instant(request["earliest"])), min(last, instant(request["deadline"]))
        if not on_grid or session.start < early or session.end > late:
            self._fault("H1", session.id)

    def _open(self, session: Session) -> None:
        """H2."""
        for party in session.parties:
            country = self.instance["countries"][party.hospital["country"]]
            rest = [] if party.wants["weekend_ok"] else country["weekend"]
            hours = [span(self.policy["hospital_hard"])]
            for piece in pieces(session.start, session.end, party.hospital["tz"]):
                day = piece[0]
                if not inside(piece, hours) or day.weekday() in rest or day.isoformat() in country["holidays"]:
                    self._fault("H2", session.id)

    def _panel(self, session: Session) -> None:
        """H3, H4, and H6 as far as it is about experts."""
        request, panel = session.request, [self.facts.experts[who] for who in session.data["experts"]]
        wanted = set(request["specialties"])
        known = set[str]().union(*(each["specialties"] for each in panel))
        excluded = any(
            each["id"] in request["exclude"] or session.hospitals.keys() & each["exclude_hospitals"] for each in panel
        )
        fits = request["panel_min"] <= len(panel) <= request["panel_max"]
        useful = wanted <= known and all(wanted & set(each["specialties"]) for each in panel)
        if not fits or not useful or excluded or len(set(session.data["experts"])) != len(panel):
            self._fault("H3", session.id)
        for each in panel:
            if not self._free(each, session):
                self._fault("H4", session.id)
            if each["languages"].get(session.data["speech"], 0) < self.policy["lang_min_expert"]:
                self._fault("H6", session.id)

    def _free(self, person: Data, session: Session) -> bool:
        """Own hours, humane hours, no blackout, no holiday."""
        holidays = self.instance["countries"][person["country"]]["holidays"]
        hard = [span(self.policy["expert_hard"])]
        for piece in pieces(session.start, session.end, person["tz"]):
            day, first, last = piece
            own = [
                (clock(each["start"]), clock(each["end"]))
                for each in person["availability"]
                if each["weekday"] == day.weekday()
            ]
            midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001  # wall clock of a known zone
            begin, end = midnight + timedelta(minutes=first), midnight + timedelta(minutes=last)
            away = any(
                begin < datetime.fromisoformat(until) and datetime.fromisoformat(since) < end
                for since, until in person["blackout"]
            )
            if not inside(piece, own) or not inside(piece, hard) or away or day.isoformat() in holidays:
                return False
        return True

    def _languages(self, session: Session) -> None:
        """H6 and H7 as far as they are about one session."""
        data = session.data
        for party in session.parties:
            if party.wants["audience"].get(party.tongue, 0) < self.policy["lang_min_audience"]:
                self._fault("H6", session.id)
        if self.facts.modes(session) is None:
            self._fault("H6", session.id)
        for who in data["interpreters"]:
            person = self.facts.interpreters[who]
            able = person.get("consecutive", False) if data.get("consecutive") else person.get("simultaneous", True)
            if not able:
                self._fault("H7", session.id)
            if session.hospitals.keys() & person["exclude_hospitals"] or not self._free(person, session):
                self._fault("H7", session.id)

    def _people(self, sessions: list[Session]) -> Iterator[tuple[str, Data, list[Session]]]:
        """Everybody with the rule that is about their load, and their sessions by start."""
        for rule, kind, known in (
            ("H5", "experts", self.facts.experts),
            ("H7", "interpreters", self.facts.interpreters),
        ):
            busy = defaultdict(list)
            for each in sorted(sessions, key=lambda session: session.start):
                for who in each.data[kind]:
                    busy[who].append(each)
            for who, mine in busy.items():
                yield rule, known[who], mine

    def _unrested(self, sessions: list[Session]) -> Iterator[Fault]:
        """H5 and H7: rest."""
        for rule, person, mine in self._people(sessions):
            rest = timedelta(minutes=person["rest_min"])
            if any(later.start < earlier.end + rest for earlier, later in pairwise(mine)):
                yield rule, person["id"]

    def _over_caps(self, sessions: list[Session]) -> Iterator[Fault]:
        """H5 and H7: caps, by the day on which a session begins."""
        for rule, person, mine in self._people(sessions):
            load = Counter[tuple[str, object]]()
            for each in mine:
                day = local_day(each.start, person["tz"])
                year, week, _ = day.isocalendar()
                amount = 1 if rule == "H5" else each.minutes
                load.update(
                    {("day", day): amount, ("week", (year, week)): amount, ("month", (day.year, day.month)): amount}
                )
            name = {"H5": "max_{}", "H7": "max_min_{}"}[rule]
            if any(count > person.get(name.format(kind), count) for (kind, _), count in load.items()):
                yield rule, person["id"]

    def _crowded(self, sessions: list[Session]) -> Iterator[Fault]:
        """H1 twice, H8, H9."""
        for request, count in Counter(each.id for each in sessions).items():
            if count > 1:
                yield "H1", request
        for each in sessions:
            at_once = [other for other in sessions if other.start <= each.start < other.end]
            if len(at_once) > self.instance["rooms"]:
                yield "H8", "rooms"
            for hospital in each.hospitals:
                if sum(hospital in other.hospitals for other in at_once) > 1:
                    yield "H9", hospital

    def _rooms(self, sessions: list[Session]) -> None:
        """H8 where rooms have sizes; those that are confirmed are in any of them."""
        fixed = {each["request"] for each in self.instance["confirmed"]}
        wishes = [
            Wish(each.start, each.end, each.request.get("seats", 0), self.facts.channels(each))
            for each in sessions
            if each.id not in fixed
        ]
        if "room_sizes" in self.instance and not all_have_rooms(wishes, self.instance["room_sizes"]):
            self._fault("H8", "sizes")

    def _confirmed(self, solution: Data) -> None:
        """H10."""
        planned = {each["request"]: _told(each) for each in solution["sessions"]}
        for each in self.instance["confirmed"]:
            if planned.get(each["request"]) != _told(each):
                self._fault("H10", each["request"])


def _told(session: Data) -> tuple[object, ...]:
    lists = (frozenset(session["experts"]), frozenset(session["interpreters"]), tuple(session.get("others", ())))
    return session["start"], session["speech"], session["audience"], bool(session.get("consecutive")), *lists

"""Judges plans by the text of the exchange format (FORMAT.md) and of its extension (docs/matching.md), with the
standard library alone.

It shares nothing with the program that plans, and works otherwise: no grid, no masks, only stretches of local days.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from tests.planning.clocks import instant
from tests.planning.conversing import Conversing
from tests.planning.facts import Busy, Data, Facts, Session
from tests.planning.loads import EXPERT, INTERPRETER, is_too_much
from tests.planning.points import points_of
from tests.planning.presence import is_free, is_open
from tests.planning.seating import Wish, all_have_rooms

Fault = tuple[str, str]
"""A rule, and the request or person that it is about."""
LOADS = (("H5", "experts", EXPERT), ("H7", "interpreters", INTERPRETER))


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
        self.conversing, self.verdict = Conversing(self.facts), Verdict()

    def judge(self, solution: Data) -> Verdict:
        sessions = [self.facts.session(each) for each in solution["sessions"]]
        for each in sessions:
            self._dates(each)
            self._open(each)
            self._panel(each)
            self._languages(each)
        for rule, who in (*self._too_much(sessions), *self._crowded(sessions)):
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
        if not all(is_open(party, session, self.facts) for party in session.parties):
            self._fault("H2", session.id)

    def _panel(self, session: Session) -> None:
        """H3, H4, and H6 as far as it is about experts."""
        request, panel = session.request, [self.facts.experts[who] for who in session.data["experts"]]
        wanted = set(request["specialties"])
        known = set[str]().union(*(each["specialties"] for each in panel))
        excluded = any(
            each["id"] in request["exclude"] or session.hospitals & {*each["exclude_hospitals"]} for each in panel
        )
        fits = request["panel_min"] <= len(panel) <= request["panel_max"]
        useful = wanted <= known and all(wanted & set(each["specialties"]) for each in panel)
        if not fits or not useful or excluded or len(set(session.data["experts"])) != len(panel):
            self._fault("H3", session.id)
        for each in panel:
            if not is_free(each, session, self.facts):
                self._fault("H4", session.id)
            if each["languages"].get(session.data["speech"], 0) < self.policy["lang_min_expert"]:
                self._fault("H6", session.id)

    def _languages(self, session: Session) -> None:
        """H6 and H7 as far as they are about one session."""
        for party in session.parties:
            if party.wants["audience"].get(party.tongue, 0) < self.policy["lang_min_audience"]:
                self._fault("H6", session.id)
        modes = self.conversing.modes(session)
        if len(session.data.get("others", [])) != len(session.parties) - 1:
            self._fault("H6", session.id)
        if modes is None or ("relay" in modes and self._is_needless_relay(session)):
            self._fault("H6", session.id)
        if not all(self._works(self.facts.interpreters[who], session) for who in session.data["interpreters"]):
            self._fault("H7", session.id)

    def _works(self, person: Data, session: Session) -> bool:
        """H7 for one interpreter, but for rest and caps."""
        consecutively = session.data.get("consecutive", False)
        able = person.get("consecutive", False) if consecutively else person.get("simultaneous", True)
        return able and not session.hospitals & {*person["exclude_hospitals"]} and is_free(person, session, self.facts)

    def _is_needless_relay(self, session: Session) -> bool:
        """Whether the house takes a relay last, and teams are free, beside what stands, that do with fewer."""
        fixed = {each["request"] for each in self.facts.confirmed}
        if not self.policy.get("relay_last", False) or session.id in fixed:
            return False
        confirmed = [self.facts.session(each) for each in self.facts.confirmed]
        standing = [*self.facts.standing, *confirmed]
        free = [
            who
            for who, person in self.facts.interpreters.items()
            if self._works(person, session)
            and not is_too_much(
                person, INTERPRETER, [each for each in standing if who in each.data["interpreters"]], [session]
            )
        ]
        return self.conversing.needs_no_relay(session, free)

    def _too_much(self, sessions: list[Session]) -> Iterator[Fault]:
        """H5 and H7: rest and caps."""
        for rule, people, kind in LOADS:
            busy, new = _by_person(self.facts.standing, people), _by_person(sessions, people)
            known = {each["id"]: each for each in self.instance[people]}
            for who, mine in new.items():
                if is_too_much(known[who], kind, busy[who], mine):
                    yield rule, who

    def _crowded(self, sessions: list[Session]) -> Iterator[Fault]:
        """H1 twice, H8, H9."""
        for request, count in Counter(each.id for each in sessions).items():
            if count > 1:
                yield "H1", request
        for at in {each.start for each in (*sessions, *self.facts.standing)}:
            there = [each for each in sessions if each.start <= at < each.end]
            taken = {each.data.get("room") for each in self.facts.standing if each.start <= at < each.end} - {None}
            if there and len(there) + len(taken) > self.instance["rooms"]:
                yield "H8", "rooms"
        every = (*sessions, *self.facts.standing)
        for each in sessions:
            for hospital in each.hospitals:
                if sum(hospital in other.hospitals and each.meets(other) for other in every) > 1:
                    yield "H9", hospital

    def _rooms(self, sessions: list[Session]) -> None:
        """H8 where rooms have sizes, or sessions that stand are in one; those that are confirmed are in any of them."""
        fixed = {each["request"] for each in self.facts.confirmed}
        wishes = [
            Wish(each.start, each.end, each.request.get("seats", 0), self.conversing.channels(each))
            for each in sessions
            if each.id not in fixed
        ]
        held = [(each.data["room"], Wish(each.start, each.end)) for each in self.facts.standing if "room" in each.data]
        anything = [{"seats": None, "channels": None}] * self.instance["rooms"]
        sizes = self.instance.get("room_sizes", anything)
        if (held or sizes is not anything) and not all_have_rooms(wishes, sizes, held):
            self._fault("H8", "sizes")

    def _confirmed(self, solution: Data) -> None:
        """H10."""
        planned = {each["request"]: _told(each) for each in solution["sessions"]}
        for each in self.facts.confirmed:
            if planned.get(each["request"]) != _told(each):
                self._fault("H10", each["request"])


def _by_person(sessions: Sequence[Busy], people: str) -> dict[str, list[Busy]]:
    found = defaultdict[str, list[Busy]](list)
    for each in sessions:
        for who in each.data[people]:
            found[who].append(each)
    return found


def _told(session: Data) -> tuple[object, ...]:
    lists = (frozenset(session["experts"]), frozenset(session["interpreters"]), tuple(session.get("others", ())))
    return session["start"], session["speech"], session["audience"], bool(session.get("consecutive")), *lists

"""How panel and audiences of a session converse, for the checker: standard library only."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import combinations

from tests.planning.facts import Facts, Session

Legs = set[tuple[str, str]]


class Conversing:
    """The sides of a session and who joins them."""

    def __init__(self, facts: Facts) -> None:
        self.facts, self.policy = facts, facts.policy

    def modes(self, session: Session) -> list[str] | None:
        """How each audience of a session is reached, its own first; None where some are not."""
        speech, people = session.data["speech"], session.data["interpreters"]
        heard = [party.tongue for party in session.parties]
        if len(set(people)) != len(people) or (people and not session.request.get("interpreting", True)):
            return None
        if session.data.get("consecutive", False):
            fits = len(heard) == 1 and heard != [speech] and len(people) in self.consecutive_teams(session)
            return ["consecutive"] if fits and all(self._joins(who, speech, heard[0]) for who in people) else None
        legs = self._legs_of(session)
        return None if legs is None else [_mode(tag, speech, legs) for tag in heard]

    def channels(self, session: Session) -> int:
        """How many languages the room of a session carries beside the floor."""
        return 0 if session.data.get("consecutive", False) else len(self._legs_of(session) or ())

    def needs_no_relay(self, session: Session, free: Sequence[str]) -> bool:
        """Whether teams of those who are ``free`` reach the same languages with fewer relays."""
        speech, legs = session.data["speech"], self._legs_of(session) or set()
        return any(
            _relays(other, speech) < _relays(legs, speech) and self._shared_out(free, other, team)
            for other in self._ways(session)
            for team in self.teams(session)
        )

    def teams(self, session: Session) -> set[int]:
        """How many may work on each leg: as many as the house wants, none where nobody works so long, or as agreed."""
        table = self.policy.get("team_sizes", [[self.policy["pair_over_minutes"], 1], [10**9, 2]])
        sizes = [int(people) for longest, people in table if session.minutes <= longest][:1]
        if len({session.data["speech"], *(party.tongue for party in session.parties)}) > 2:
            sizes = [max(each, int(self.policy.get("multilingual_team", 1))) for each in sizes]
        agreed = session.request.get("agreed", {"team": 0, "consecutive": True})
        return {*sizes, *([] if agreed["consecutive"] else [int(agreed["team"])])} - {0}

    def consecutive_teams(self, session: Session) -> set[int]:
        """How many may take turns passage by passage; none where the house does without, and nobody agreed to it."""
        agreed = session.request.get("agreed", {"consecutive": False})
        house = {int(self.policy["consecutive"]["team"])} if "consecutive" in self.policy else set()
        return house | ({int(agreed["team"])} if agreed["consecutive"] else set())

    def _legs_of(self, session: Session) -> Legs | None:
        """The legs on which the interpreters of a session work, those with the fewest relays; None where that cannot
        be."""
        people = session.data["interpreters"]
        for legs in self._ways(session):
            for team in self.teams(session) if legs else {0}:
                if len(people) == team * len(legs) and self._shared_out(people, legs, team):
                    return legs
        return None

    def _ways(self, session: Session) -> Iterator[Legs]:
        """Every set of legs that reaches all audiences, those with the fewest relays first."""
        speech, relay = session.data["speech"], self.policy["relay"]
        foreign = {party.tongue for party in session.parties} - {speech}
        far = sorted(tag for tag in foreign if relay not in (speech, tag))
        for number in range(len(far) + 1):
            for relayed in combinations(far, number):
                legs = {(relay if tag in relayed else speech, tag) for tag in foreign}
                yield legs | ({(speech, relay)} if relayed else set())

    def _shared_out(self, people: Sequence[str], legs: Collection[tuple[str, str]], team: int) -> bool:
        """Whether each leg can have its own team."""
        if not legs:
            return True
        first, *others = sorted(legs)
        able = [who for who in people if self._joins(who, *first)]
        return any(
            self._shared_out([who for who in people if who not in some], others, team)
            for some in combinations(able, team)
        )

    def _joins(self, who: str, one: str, other: str) -> bool:
        return {one, other} in [set(pair) for pair in self.facts.interpreters[who]["pairs"]]


def _relays(legs: Legs, speech: str) -> int:
    return sum(source != speech for source, _ in legs)


def _mode(tag: str, speech: str, legs: Legs) -> str:
    if tag == speech:
        return "direct"
    return "interpreter" if (speech, tag) in legs else "relay"

"""What a plan scores by the text of the exchange format (S1 to S10), for the checker: standard library only."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from tests.planning.clocks import clock, inside, instant, minutes_outside, pieces, span
from tests.planning.facts import Facts, Party, Session


def points_of(sessions: list[Session], facts: Facts) -> Counter[str]:
    """The points of a plan by term."""
    judge = _Points(facts)
    for each in sessions:
        judge.count(each)
    judge.fairness(sessions)
    return judge.points


class _Points:
    def __init__(self, facts: Facts) -> None:
        self.facts, self.weights, self.policy = facts, facts.weights, facts.policy
        self.points = Counter[str]()

    def count(self, session: Session) -> None:
        """S1 to S8 and S10."""
        data, request, weights, points = session.data, session.request, self.weights, self.points
        points["S1"] += weights["serve"][str(request["urgency"])] + request.get("rise", 0)
        points["S2"] += self._conversing(session)
        for topic in request["specialties"]:
            levels = [self.facts.experts[who]["specialties"].get(topic, 0) for who in data["experts"]]
            points["S3"] += weights["specialty"] * max(levels, default=0)
        wishing = [party for party in session.parties if party.wants["windows"]]
        wished = sum(self._wished(session, party) * weights["window"] // 100 for party in wishing)
        points["S4"] += wished // max(1, len(wishing))
        points["S5"] -= self._inhumane(session)
        points["S6"] += weights["continuity"] * (request["continuity"] in data["experts"])
        waited = (session.start - instant(request["earliest"])) // timedelta(days=1)
        points["S7"] -= weights["soon"] * request["urgency"] * waited
        points["S8"] -= weights["interp_cost"] * len(data["interpreters"])
        for earlier in self.facts.instance.get("tentative", []):
            if earlier["request"] == session.id:
                kept = len(set(earlier["experts"]) & set(data["experts"]))
                points["S10"] += weights["stable_expert"] * kept
                before = self.facts.session(earlier)
                same_hour = before.start == session.start and session.end <= before.end
                points["S10"] += weights["stable_start"] * same_hour

    def _conversing(self, session: Session) -> int:
        """What the audience hears that has it the worst."""
        modes, weights = self.facts.modes(session) or ["relay"] * len(session.parties), self.weights
        least = int(self.policy["lang_min_audience"])
        heard = zip(modes, session.parties, strict=True)
        levels = [(mode, int(party.wants["audience"].get(party.tongue, 0)) - least) for mode, party in heard]
        if modes == ["consecutive"]:
            levels = [("interpreter", level) for _, level in levels]
        lost = int(weights.get("consecutive", 30)) if modes == ["consecutive"] else 0
        return min(int(weights["lang"][mode]) + int(weights["lang_aud"][mode]) * level for mode, level in levels) - lost

    def _wished(self, session: Session, party: Party) -> int:
        """The weight of the best window of an audience that holds the session."""
        taken = list(pieces(session.start, session.end, party.hospital["tz"]))
        best = 0
        for window in party.wants["windows"]:
            hours = [(clock(window["start"]), clock(window["end"]))]
            if all(piece[0].weekday() == window["weekday"] and inside(piece, hours) for piece in taken):
                best = max(best, window["weight"])
        return best

    def _inhumane(self, session: Session) -> int:
        soft, expert_soft = (span(self.policy[name]) for name in ("hospital_soft", "expert_soft"))
        people = [
            *((each["tz"], soft, self.weights["humane_hospital"]) for each in session.hospitals.values()),
            *(
                (self.facts.experts[who]["tz"], expert_soft, self.weights["humane_expert"])
                for who in session.data["experts"]
            ),
            *(
                (self.facts.interpreters[who]["tz"], expert_soft, self.weights["humane_interp"])
                for who in session.data["interpreters"]
            ),
        ]
        lost = 0
        for zone, (begin, end), weight in people:
            lost += weight * -(-minutes_outside(session.start, session.end, zone, (begin, end)) // 30)
        return lost

    def fairness(self, sessions: list[Session]) -> None:
        """S9."""
        for who, count in Counter(who for each in sessions for who in each.data["experts"]).items():
            past = self.facts.experts[who]["past_load"]
            self.points["S9"] -= self.weights["fair"] * sum(range(past + 1, past + count + 1))

"""What a plan scores by the text of the exchange format (S1 to S10), for the checker: standard library only."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from tests.planning.clocks import instant, minutes_outside, span
from tests.planning.conversing import Conversing
from tests.planning.facts import Data, Facts, Session
from tests.planning.presence import best_window


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
        self.points, self.conversing = Counter[str](), Conversing(facts)

    def count(self, session: Session) -> None:
        """S1 to S8 and S10."""
        data, request, weights, points = session.data, session.request, self.weights, self.points
        points["S1"] += weights["serve"][str(request["urgency"])] + request.get("rise", 0)
        points["S2"] += self._conversing(session)
        for topic in request["specialties"]:
            levels = [self.facts.experts[who]["specialties"].get(topic, 0) for who in data["experts"]]
            points["S3"] += weights["specialty"] * max(levels, default=0)
        wishing = [party for party in session.parties if party.wants["windows"]]
        wished = sum(best_window(party, session) * weights["window"] // 100 for party in wishing)
        points["S4"] += wished // max(1, len(wishing))
        points["S5"] -= self._inhumane(session)
        points["S6"] += weights["continuity"] * (request["continuity"] in data["experts"])
        waited = (session.start - instant(request["earliest"])) // timedelta(days=1)
        points["S7"] -= weights["soon"] * request["urgency"] * waited
        points["S8"] -= weights["interp_cost"] * len(data["interpreters"])
        points["S10"] += sum(
            self._kept(session, each) for each in self.facts.tentative if each["request"] == session.id
        )

    def _kept(self, session: Session, earlier: Data) -> int:
        """What of an earlier plan is kept."""
        data, weights = session.data, self.weights
        experts, interpreters = (len({*earlier[kind]} & {*data[kind]}) for kind in ("experts", "interpreters"))
        same_hour = instant(earlier["start"]) == session.start and session.end <= self.facts.ended(earlier)
        kept = weights["stable_expert"] * experts + weights.get("stable_interpreter", 0) * interpreters
        return int(kept + weights["stable_start"] * same_hour)

    def _conversing(self, session: Session) -> int:
        """What the audience hears that has it the worst."""
        modes, weights = self.conversing.modes(session) or ["relay"] * len(session.parties), self.weights
        least = int(self.policy["lang_min_audience"])
        heard = zip(modes, session.parties, strict=True)
        levels = [(mode, int(party.wants["audience"].get(party.tongue, 0)) - least) for mode, party in heard]
        if modes == ["consecutive"]:
            levels = [("interpreter", level) for _, level in levels]
        lost = int(weights.get("consecutive", 30)) if modes == ["consecutive"] else 0
        return min(int(weights["lang"][mode]) + int(weights["lang_aud"][mode]) * level for mode, level in levels) - lost

    def _inhumane(self, session: Session) -> int:
        soft, expert_soft = (span(self.policy[name]) for name in ("hospital_soft", "expert_soft"))
        people = [
            *((self.facts.hospitals[each]["tz"], soft, self.weights["humane_hospital"]) for each in session.hospitals),
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
            past = self.facts.experts[who]["past_load"] + sum(
                who in each.data["experts"] for each in self.facts.standing
            )
            self.points["S9"] -= self.weights["fair"] * sum(range(past + 1, past + count + 1))

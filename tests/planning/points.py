"""What a plan scores by the text of the exchange format (S1 to S10), for the checker: standard library only."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from tests.planning.clocks import clock, inside, instant, minutes_outside, pieces, span
from tests.planning.facts import Facts, Session


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
        mode = self.facts.mode(session) or "relay"
        points["S1"] += weights["serve"][str(request["urgency"])] + request.get("rise", 0)
        level = request["audience"].get(data["audience"], 0) - self.policy["lang_min_audience"]
        points["S2"] += weights["lang"][mode] + weights["lang_aud"][mode] * level
        for topic in request["specialties"]:
            levels = [self.facts.experts[who]["specialties"].get(topic, 0) for who in data["experts"]]
            points["S3"] += weights["specialty"] * max(levels, default=0)
        points["S4"] += self._wished(session) * weights["window"] // 100
        points["S5"] -= self._inhumane(session)
        points["S6"] += weights["continuity"] * (request["continuity"] in data["experts"])
        waited = (session.start - instant(request["earliest"])) // timedelta(days=1)
        points["S7"] -= weights["soon"] * request["urgency"] * waited
        points["S8"] -= weights["interp_cost"] * len(data["interpreters"])
        for earlier in self.facts.instance.get("tentative", []):
            if earlier["request"] == session.id:
                kept = len(set(earlier["experts"]) & set(data["experts"]))
                points["S10"] += weights["stable_expert"] * kept
                points["S10"] += weights["stable_start"] * (instant(earlier["start"]) == session.start)

    def _wished(self, session: Session) -> int:
        """The weight of the best window that holds the session."""
        taken = list(pieces(session.start, session.end, session.hospital["tz"]))
        best = 0
        for window in session.request["windows"]:
            hours = [(clock(window["start"]), clock(window["end"]))]
            if all(piece[0].weekday() == window["weekday"] and inside(piece, hours) for piece in taken):
                best = max(best, window["weight"])
        return best

    def _inhumane(self, session: Session) -> int:
        soft, expert_soft = (span(self.policy[name]) for name in ("hospital_soft", "expert_soft"))
        people = [
            (session.hospital["tz"], soft, self.weights["humane_hospital"]),
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

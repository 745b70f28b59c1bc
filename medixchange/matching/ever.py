"""Whether a request could be served at all, were everybody free at every hour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import replace
from functools import cached_property

from medixchange.matching.layers import NONE, Kinds
from medixchange.matching.pools import Pool, Presenter, known, team_starts
from medixchange.matching.presence import gives_any, interprets_so_long, room_fits
from medixchange.matching.problem import Expert, Problem, Request
from medixchange.matching.ways import ways

Sort = tuple[int, frozenset[str], bool]
"""What tells experts apart whatever the hour: the topics that they know, the languages, whether they are excluded."""
ALWAYS = 1
"""One start at which everybody is free."""


class Ever:
    """One request among people who are always free; asked what would be without some standing conditions.

    These are: "excluded" (nobody is), "topics" (all experts know all of them), "panel" (of any size up to the number of
    topics), "interpreting" (is wanted), "languages" (everybody uses that of relay), "rooms" (there is one more, large
    enough).
    """

    def __init__(self, problem: Problem, request: Request) -> None:
        self._problem, self._request = problem, request
        self._answers: dict[Kinds, bool] = {}

    def possible(self, lifted: Kinds = NONE) -> bool:
        """Whether it could be served without the ``lifted`` conditions."""
        if lifted not in self._answers:
            asked = self._asked(lifted)
            self._answers[lifted] = any(
                Pool(people, asked.panel_min).starts(asked) and self._understood(asked, speech, lifted)
                for speech, people in self._by_speech(asked, lifted).items()
            )
        return self._answers[lifted]

    def _asked(self, lifted: Kinds) -> Request:
        asked = self._request
        if "panel" in lifted:
            asked = replace(asked, panel_min=1, panel_max=max(1, len(asked.specialties)))
        if "languages" in lifted:
            relayed = {self._problem.policy.relay: self._problem.policy.lang_min_audience}
            joint = tuple(replace(party, audience=relayed) for party in asked.joint)
            asked = replace(asked, audience=relayed, joint=joint)
        return asked

    @cached_property
    def _able(self) -> Mapping[Sort, int]:
        """How many know some topic, of each sort."""
        topics = self._request.specialties
        return self._sorted(each for each in self._problem.experts if not each.specialties.keys().isdisjoint(topics))

    @cached_property
    def _everybody(self) -> Mapping[Sort, int]:
        return self._sorted(self._problem.experts)

    def _sorted(self, experts: Iterable[Expert]) -> Mapping[Sort, int]:
        request, least = self._request, self._problem.policy.lang_min_expert
        return Counter(
            (
                known(each, request),
                frozenset(tag for tag, level in each.speaking.items() if level >= least),
                each.id in request.exclude or not each.exclude_hospitals.isdisjoint(request.hospitals),
            )
            for each in experts
            if gives_any(each)
        )

    def _by_speech(self, asked: Request, lifted: Kinds) -> dict[str, list[Presenter]]:
        """Those who could sit on a panel, by language; of a sort no more than one panel could want."""
        found: dict[str, list[Presenter]] = {}
        all_topics = (1 << len(asked.specialties)) - 1
        for (knows, tongues, excluded), many in (self._everybody if "topics" in lifted else self._able).items():
            topics = all_topics if "topics" in lifted else knows
            if topics and (not excluded or "excluded" in lifted):
                people = [Presenter(topics, ALWAYS)] * min(many, max(1, asked.panel_min))
                for tag in tongues | {self._problem.policy.relay} if "languages" in lifted else tongues:
                    found.setdefault(tag, []).extend(people)
        return found

    def _understood(self, asked: Request, speech: str, lifted: Kinds) -> bool:
        interpreting = asked.interpreting or "interpreting" in lifted
        for way in ways(asked, self._problem, speech):
            if interpreting or not way.legs:
                legs = [self._joining(leg, lifted) for leg in way.legs]
                if self._room(len(way.legs), lifted) and team_starts(way.team, legs):
                    return True
        return False

    def _joining(self, pair: tuple[str, str], lifted: Kinds) -> Mapping[Hashable, int]:
        hospitals, minutes = self._request.hospitals, self._request.minutes
        return {
            each.id: ALWAYS
            for each in self._problem.interpreters
            if each.joins(*pair)
            and each.simultaneous
            and interprets_so_long(each, minutes)
            and (each.exclude_hospitals.isdisjoint(hospitals) or "excluded" in lifted)
        }

    def _room(self, channels: int, lifted: Kinds) -> bool:
        return "rooms" in lifted or any(room_fits(each, self._request, channels) for each in self._problem.rooms)

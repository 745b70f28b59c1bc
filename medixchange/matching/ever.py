"""Whether a request could be served at all, in one manner of interpreting, were everybody free at every hour."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from medixchange.matching.layers import NONE, Kinds
from medixchange.matching.opened import room_enough
from medixchange.matching.pools import Joining, Pool
from medixchange.matching.presence import interprets_so_long
from medixchange.matching.problem import Problem
from medixchange.matching.requests import Request
from medixchange.matching.sorts import Alike, alike
from medixchange.matching.ways import Pair, Way, team_starts, ways

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
        self._interpreters: dict[bool, Joining] = {}
        self._ways: dict[tuple[str, bool], tuple[Way, ...]] = {}

    def possible(self, lifted: Kinds = NONE) -> bool:
        """Whether it could be served without the ``lifted`` conditions."""
        if lifted not in self._answers:
            asked = self._asked(lifted)
            self._answers[lifted] = any(
                _pool(knowing, asked.panel_min).starts(asked) and self._understood(asked, speech, lifted)
                for speech, knowing in self._by_speech(asked, lifted).items()
            )
        return self._answers[lifted]

    def understood(self, speech: str) -> bool:
        """Whether the audience could be reached from ``speech``."""
        return self._understood(self._request, speech, NONE)

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
    def able(self) -> Alike:
        """The experts who know some topic."""
        return alike(self._request, self._problem)

    @cached_property
    def _everybody(self) -> Alike:
        return alike(self._request, self._problem, everybody=True)

    def _by_speech(self, asked: Request, lifted: Kinds) -> dict[str, Counter[int]]:
        """How many could sit on a panel, by language and by the topics that they know."""
        found = defaultdict[str, Counter[int]](Counter)
        all_topics = (1 << len(asked.specialties)) - 1
        for sort, places in (self._everybody if "topics" in lifted else self.able).items():
            topics = all_topics if "topics" in lifted else sort.knows
            if topics and sort.gives and (not sort.excluded or "excluded" in lifted):
                for tag in {*sort.tongues, self._problem.policy.relay} if "languages" in lifted else sort.tongues:
                    found[tag][topics] += len(places)
        return found

    def _understood(self, asked: Request, speech: str, lifted: Kinds) -> bool:
        interpreting = asked.interpreting or "interpreting" in lifted
        joining = self._joining(with_excluded="excluded" in lifted)

        def free(legs: Sequence[Pair], most: int) -> int:
            return ALWAYS if len(joining.some_of(legs)) >= most else 0

        return any(
            self._room(way.channels, lifted) and team_starts(way, free)
            for way in self._ways_from(speech, asked, lifted)
            if interpreting or not way.legs
        )

    def _ways_from(self, speech: str, asked: Request, lifted: Kinds) -> tuple[Way, ...]:
        """The ways from ``speech``; of what can be lifted only the languages matter for them."""
        key = speech, "languages" in lifted
        if key not in self._ways:
            self._ways[key] = tuple(ways(asked, self._problem, speech))
        return self._ways[key]

    def _joining(self, *, with_excluded: bool) -> Joining:
        if with_excluded not in self._interpreters:
            asked, hospitals = self._request, self._request.hospitals
            able = [
                place
                for place, each in enumerate(self._problem.interpreters)
                if each.interprets(asked)
                and interprets_so_long(each, asked.minutes)
                and (with_excluded or each.exclude_hospitals.isdisjoint(hospitals))
            ]
            self._interpreters[with_excluded] = Joining(able, self._problem)
        return self._interpreters[with_excluded]

    def _room(self, channels: int, lifted: Kinds) -> bool:
        problem, asked = self._problem, self._request
        return "rooms" in lifted or any(room_enough(each, asked, channels, problem) for each in problem.rooms)


def _pool(knowing: Mapping[int, int], most: int) -> Pool:
    """So many people who are always free, by the topics that they know."""
    everybody = sum(knowing.values())
    return Pool(dict.fromkeys(knowing, ALWAYS), [ALWAYS if everybody >= many else 0 for many in range(1, most + 1)])

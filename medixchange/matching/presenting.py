"""When panels can present, by language: what experts leave of a request's hours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, chain

import numpy as np

from medixchange.matching.kernel.bits import Indexes, indexes
from medixchange.matching.kernel.rows import WORD, Rows, Words, masks_of, rows_of, rungs_of
from medixchange.matching.layers import CAPPED, EXPERTS, NONE, TAKEN, Kinds, layer, of_experts
from medixchange.matching.pools import Pool
from medixchange.matching.presence import expert_left
from medixchange.matching.problem import Problem
from medixchange.matching.requests import Request
from medixchange.matching.sorts import Alike, Sort
from medixchange.matching.steps import LARGEST_PANEL, Step, raised

SESSIONS = frozenset({layer(EXPERTS, TAKEN), layer(EXPERTS, CAPPED)})
"""The layers of what an expert gives."""


@dataclass(frozen=True, slots=True)
class Speakers:
    """The ``places`` of those who can present in one language, by the topics that they ``know`` (bits), which they come
    in the order of; ``firsts`` of them are the first who know just these."""

    places: Indexes
    firsts: Indexes
    know: Sequence[int]

    def pool(self, most: int, starts: Rows) -> Pool:
        """Them with their ``starts``, for panels that want ``most`` people or fewer."""
        free = starts[self.places]
        knowing = masks_of(np.bitwise_or.reduceat(free, self.firsts, axis=0))
        return Pool(dict(zip(self.know, knowing, strict=True)), rungs_of(most, free))


class Presenting:
    """The experts for one request; where so many are free who know and speak the same is all that matters."""

    def __init__(self, request: Request, problem: Problem, able: Alike) -> None:
        self.request, self._problem = request, problem
        wanted = {sort: places for sort, places in able.items() if sort.is_of_use}
        self.experts = of_experts(list(chain.from_iterable(wanted.values())), request, problem)
        self._most = max(1, request.panel_min)
        ends = accumulate(map(len, wanted.values()))
        self._alike = {sort: range(end - len(wanted[sort]), end) for sort, end in zip(wanted, ends, strict=True)}
        self._speakers = _speakers(self._alike)
        self._pools: dict[tuple[str, Words, Kinds], Pool] = {}

    @cached_property
    def sorts(self) -> Mapping[int, Sort]:
        """The sort of each expert, by place."""
        return {place: sort for sort, alike in self._alike.items() for place in alike}

    def tongues(self, steps: Iterable[Step] = ()) -> Iterable[str]:
        """The languages in which somebody presents once ``steps`` are taken."""
        return dict.fromkeys((*self._speakers, *(step.what[0] for step in steps if step.kind == "expert")))

    def starts(self, speech: str, within: Words, lifted: Kinds = NONE, steps: Iterable[Step] = ()) -> int:
        """When, ``within`` some words, a panel can present in ``speech``, without the ``lifted`` layers, once ``steps``
        are taken."""
        request, newcomers = self.request, list[int]()
        for step in steps:
            if step.kind == "expert" and step.what[0] == speech:
                newcomers.append(
                    sum(1 << topic for topic, code in enumerate(request.specialties) if code in step.what[1:])
                )
            elif step.kind == "panel":
                request = replace(request, panel_min=1, panel_max=LARGEST_PANEL)
        pool = self._pool(speech, within, lifted & self.experts.kinds)
        return pool.starts(request, newcomers) << within[0] * WORD

    def starts_with_one_more(self, speech: str, within: Words, knows: int) -> int:
        """When a panel could present in ``speech`` were one more there who ``knows`` these topics (bits)."""
        return self._pool(speech, within, NONE).starts(self.request, (knows,)) << within[0] * WORD

    def starts_more_often(self) -> Rows:
        """The starts that each expert is left who has sessions, and would give one more a day, week and month."""
        people, problem, held = self.experts.who, self._problem, self._problem.held_by_person
        more = {
            place: expert_left(raised(each), self.request, problem) & problem.grid.full if each.id in held else 0
            for place, each in enumerate(people)
        }
        return self.experts.starts(SESSIONS) & rows_of(more, len(people), problem.grid.slots)

    def _pool(self, speech: str, within: Words, lifted: Kinds) -> Pool:
        """Those who can present in ``speech``; slots are counted from the first ``within`` these words."""
        key = speech, within, lifted
        if key not in self._pools:
            speakers = self._speakers.get(speech)
            starts = self.experts.starts(lifted)[:, slice(*within)]
            self._pools[key] = speakers.pool(self._most, starts) if speakers else Pool({}, [0] * self._most)
        return self._pools[key]


def _speakers(rows: Alike) -> Mapping[str, Speakers]:
    """By language those who present in it."""
    able = defaultdict[str, defaultdict[int, list[int]]](lambda: defaultdict(list))
    for sort, alike in rows.items():
        for tag in sort.tongues:
            able[tag][sort.knows] += alike
    return {tag: _in_order(knowing) for tag, knowing in able.items()}


def _in_order(knowing: Mapping[int, Sequence[int]]) -> Speakers:
    firsts = [0, *accumulate(map(len, knowing.values()))][:-1]
    return Speakers(indexes(list(chain(*knowing.values()))), indexes(firsts), tuple(knowing))

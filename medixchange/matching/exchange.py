"""One match whose parts are exchanged: what each choice would be worth, or what stands in its way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property, partial
from itertools import groupby
from typing import TypeVar

from medixchange.matching.candidates import by_size, gathering
from medixchange.matching.match import Match, Team
from medixchange.matching.parts import NOBODY, Option, Parts, Seat, search_of_panel, seated
from medixchange.matching.presence import expert_starts, interpreter_starts
from medixchange.matching.problem import Problem
from medixchange.matching.reasons import Reason, Rule
from medixchange.matching.repair import nearest
from medixchange.matching.resources import Expert, Interpreter
from medixchange.matching.rules import a_room_is_free, why_not
from medixchange.matching.rules_of_experts import experts_are_free, experts_have_rest, panel_covers_the_topic
from medixchange.matching.rules_of_languages import interpreters_are_free
from medixchange.matching.score import TERMS, Score, score
from medixchange.matching.solver import Ranked, Search
from medixchange.matching.sorts import alike
from medixchange.matching.terms import Term
from medixchange.matching.terms_of_experts import again, fair, know, steady
from medixchange.matching.terms_of_hours import humane
from medixchange.matching.terms_of_languages import interpreters_cost
from medixchange.matching.words import interprets_one_way
from medixchange.messages import Message
from medixchange.times.grid import slots_of
from medixchange.times.intervals import Interval
from medixchange.times.zones import local

SERVED = "S1"
MOST_TOLD = 8
"""Of how many who cannot take a seat it is told why before they are chosen."""
OF_EXPERTS: tuple[Term, ...] = (know, humane, again, fair, steady)
"""The terms that differ with who sits on the panel, at one hour and over one way to converse."""
OF_THE_SAME_ZONE = tuple(term for term in OF_EXPERTS if term is not humane)
"""Those that differ where whoever sits there has the same clock."""
OF_INTERPRETERS: tuple[Term, ...] = (humane, interpreters_cost, steady)
"""Those that differ with who interprets."""
Who = TypeVar("Who", Expert, Interpreter)


class Exchange:
    """What was chosen for a request, and what each part of it could be exchanged for.

    Raises KeyError when the problem does not know the request, somebody chosen or the room.
    """

    def __init__(self, problem: Problem, request_id: str, parts: Parts, *, search: Search | None = None) -> None:
        self.problem, self.parts = problem, parts
        self.request = problem.request[request_id]
        self._search = search or Search(problem, request_id)
        self.match = parts.match(self.request, problem)
        self._asked = replace(self.request, minutes=self.match.minutes)
        self._at = self._slot(parts.start)

    def names_of(self, match: Match) -> list[str]:
        """Who comes to a match of its request, the experts first."""
        experts = [self.problem.expert[who].name for who in match.panel]
        return experts + [self.problem.interpreter[who].name for who in match.route.interpreters]

    def changed(self, parts: Parts) -> Exchange:
        """The same with other parts."""
        return Exchange(self.problem, self.request.id, parts, search=self._search)

    def understood(self) -> Exchange:
        """The same; where not all of its panel present in its language, over the best way in which they could converse,
        in its own room where that will do."""
        if all(self._presents(self.problem.expert[who]) for who in self.match.panel) or self.best_of_panel is None:
            return self
        return self.in_its_room(self.best_of_panel.match)

    def in_its_room(self, match: Match) -> Exchange:
        """``match`` with the seats of its panel, in its own room where that will do."""
        found = replace(Parts.of(match), panel=self.parts.panel)
        there = self.changed(replace(found, room=self.parts.room))
        return there if a_room_is_free(there.match, self.problem) is None else self.changed(found)

    @cached_property
    def conflicts(self) -> tuple[Message, ...]:
        """Why it cannot be; empty where it can."""
        return words_of(why_not(self.match, self.problem))

    @cached_property
    def score(self) -> Score | None:
        """What it is worth; None without any expert."""
        return score(self.match, self.problem) if self.match.panel else None

    @property
    def ranked(self) -> Ranked | None:
        """It with its score, where nothing stands in its way."""
        return Ranked(self.match, self.score) if self.score is not None and not self.conflicts else None

    @cached_property
    def best(self) -> Ranked | None:
        """The best match of all hours; None where there is none."""
        return self.valued(next((match for _, match in self._search.ranked()), None))

    @cached_property
    def best_here(self) -> Ranked | None:
        """The best match at its hour; None where there is none."""
        here = self._at & self._search.starts
        found = self._search.best_at(self.problem.grid.slot(self.parts.start)) if here else None
        return self.valued(found[1]) if found else None

    @cached_property
    def best_of_panel(self) -> Ranked | None:
        """The best match of its panel at its hour; None where there is none."""
        found = self.of_panel.best_at(self.problem.grid.slot(self.parts.start)) if self.of_panel else None
        return self.valued(found[1]) if found else None

    @cached_property
    def nearest(self) -> Ranked | None:
        """The match at its hour that keeps the most of its people; None where there is none."""
        return self.valued(nearest(self.problem, self.match)) if self._at else None

    @property
    def day(self) -> date:
        """The day of its hour on the hospital's clock."""
        return self._day(self.parts.start)

    @cached_property
    def starts(self) -> Mapping[date, Sequence[datetime]]:
        """When a session could be, by day on the hospital's clock, ascending."""
        found = [self.problem.grid.at(slot) for slot in slots_of(self._search.starts)]
        return {day: list(several) for day, several in groupby(found, key=self._day)}

    def hours(self) -> list[Option]:
        """The starts of its day at which a session could be, and its own, in their order; the first at which its people
        cannot say why."""
        can, told, found = gathering(self.match, self.problem), 0, list[Option]()
        for at in sorted({*self.starts.get(self.day, ()), self.parts.start}):
            moved, is_free = replace(self.match, start=at), bool(can & self._slot(at))
            told += not is_free
            against = words_of(why_not(moved, self.problem)) if not is_free and told <= MOST_TOLD else ()
            found.append(self.option(at.isoformat(), "", moved, against, is_free=is_free))
        return found

    def rooms(self) -> list[Option]:
        """The rooms, the smallest first."""
        moved = ((room, replace(self.match, room=room.id)) for room in sorted(self.problem.rooms, key=by_size))
        rules = (a_room_is_free,)
        return [
            self.option(room.id, room.name, match, words_of(_found(rules, match, self.problem)))
            for room, match in moved
        ]

    def experts(self, seat: int) -> Seat:
        """Who could take one seat of the panel; who sits on another one is left out."""
        others = {*self.parts.on(seat, NOBODY).panel} - {self.parts.panel[seat]}
        free, away = ([each for each in several if each.id not in others] for several in self._experts)
        asked = [self._expert(each, seat) for each in free if self._presents(each)]
        return Seat(
            can=_best_first(asked),
            converse=[Option(each.id, each.name, is_free=True) for each in free if not self._presents(each)],
            cannot=[*(each for each in asked if each.against), *self._away(away, self._why_no_expert)],
        )

    def interpreters(self, leg: int, seat: int) -> Seat:
        """Who could take one seat of a leg's team; who sits on another one is left out."""
        source, target = self.parts.way.legs[leg]
        chosen, either = self.parts.teams[leg][seat], {(source, target), (target, source)}
        others = {who for team in self.parts.interpreted_by(leg, seat, NOBODY).teams for who in team} - {chosen}
        holding = (each for each in self.problem.interpreters if each.pairs & either or each.id == chosen)
        able = sorted((each for each in holding if each.id not in others), key=lambda each: each.name)
        free, away = _parted(able, lambda each: each.joins(source, target) and self.works(each))
        asked = [self._interpreter(each, leg, seat) for each in free]
        why = partial(self._why_no_interpreter, Team(source, target, ()))
        return Seat(can=_best_first(asked), converse=(), cannot=list(self._away(away, why)))

    def _expert(self, expert: Expert, seat: int) -> Option:
        """Somebody free on one seat: the panel may lack something still."""
        match = replace(self.match, panel=seated(self.parts.on(seat, expert.id).panel))
        lacking = words_of(_found((panel_covers_the_topic,), match, self.problem))
        other = self.problem.expert.get(self.parts.panel[seat])
        terms = OF_EXPERTS if other is None or other.zone != expert.zone else OF_THE_SAME_ZONE
        return self.option(expert.id, expert.name, match, lacking, terms=terms)

    def _interpreter(self, interpreter: Interpreter, leg: int, seat: int) -> Option:
        match = self.parts.interpreted_by(leg, seat, interpreter.id).match(self.request, self.problem)
        return self.option(interpreter.id, interpreter.name, match, terms=OF_INTERPRETERS)

    def _away(self, people: Sequence[Who], why: Callable[[Who], tuple[Message, ...]]) -> Iterator[Option]:
        for place, each in enumerate(people):
            yield Option(each.id, each.name, against=why(each) if place < MOST_TOLD else ())

    def _why_no_expert(self, expert: Expert) -> tuple[Message, ...]:
        alone = replace(self.match, panel=(expert.id,))
        return words_of(_found((experts_are_free, experts_have_rest), alone, self.problem))

    def _why_no_interpreter(self, team: Team, interpreter: Interpreter) -> tuple[Message, ...]:
        if not interpreter.joins(team.source, team.target):
            given = (team.source, team.target)
            return (interprets_one_way(interpreter, *(given if given in interpreter.pairs else given[::-1])),)
        alone = replace(self.match.route, legs=(replace(team, interpreters=(interpreter.id,)),))
        return words_of(_found((interpreters_are_free,), replace(self.match, route=alone), self.problem))

    def option(
        self,
        key: str,
        name: str,
        match: Match,
        against: Sequence[Message] = (),
        *,
        is_free: bool = True,
        terms: Sequence[Term] = TERMS,
    ) -> Option:
        """What ``match`` would be worth instead by ``terms``, the only ones by which it differs from its own, where
        nothing is ``against`` it and it ``is_free``."""
        if against or not is_free or not match.panel:
            return Option(key, name, against=tuple(against), is_free=is_free and not against)
        parts = (term(match, self.problem) for term in terms)
        other = ((part, part.points - self._worth.get(part.id, 0)) for part in parts)
        told = tuple(replace(part, points=more) for part, more in other if more and part.id != SERVED)
        return Option(key, name, sum(part.points for part in told), told, is_free=True)

    @cached_property
    def of_panel(self) -> Search | None:
        """The search for what its panel could do at its hour; None where it is empty or the hour is none."""
        return search_of_panel(self.problem, self.request, self.parts) if self._at else None

    @cached_property
    def _worth(self) -> Mapping[str, int]:
        """What each term of the score gives to what was chosen."""
        return {part.id: part.points for part in self.score.parts} if self.score else {}

    @cached_property
    def _experts(self) -> tuple[list[Expert], list[Expert]]:
        """The experts who know a topic of the request or were chosen, the deepest knowledge first: those who are free,
        and the others."""
        topics, chosen = self.request.specialties, {self.problem.expert_place[who] for who in self.match.panel}
        places = chosen.union(*alike(self.request, self.problem).values())
        knowing = [self.problem.experts[place] for place in places]
        knowing.sort(key=lambda each: (-max(each.specialties.get(code, 0) for code in topics), each.name))
        return _parted(knowing, self._is_free)

    def _day(self, at: datetime) -> date:
        return local(at, self._zone).date()

    def _slot(self, at: datetime) -> int:
        """The slot (bit) that begins at ``at``; 0 where none does."""
        grid = self.problem.grid
        return 0 if (at - grid.start) % grid.step else grid.mask([Interval(at, at + grid.step)])

    @property
    def _zone(self) -> str:
        return self.problem.hospital[self.request.hospital].zone

    def _is_free(self, expert: Expert) -> bool:
        return expert_starts(expert, self._asked, self.problem, within=self._at) != 0

    def _presents(self, expert: Expert) -> bool:
        return expert.speaking.get(self.parts.way.speech, 0) >= self.problem.policy.lang_min_expert

    def works(self, interpreter: Interpreter) -> bool:
        """Whether somebody is free at the hour, in the way that is chosen, for these hospitals."""
        asked = replace(self._asked, consecutive=self.parts.way.mode == "consecutive")
        works = interpreter.interprets(asked) and interpreter.exclude_hospitals.isdisjoint(asked.hospitals)
        return works and interpreter_starts(interpreter, asked, self.problem, within=self._at) != 0

    def valued(self, match: Match | None) -> Ranked | None:
        """``match`` with what it is worth."""
        return Ranked(match, score(match, self.problem)) if match else None


def _parted(people: Iterable[Who], is_free: Callable[[Who], bool]) -> tuple[list[Who], list[Who]]:
    """Those who are free, and the others."""
    free, away = list[Who](), list[Who]()
    for each in people:
        (free if is_free(each) else away).append(each)
    return free, away


def _best_first(options: Iterable[Option]) -> list[Option]:
    return sorted((each for each in options if each.is_free), key=lambda each: -each.points)


def _found(rules: Iterable[Rule], match: Match, problem: Problem) -> Iterator[Reason]:
    return (reason for rule in rules if (reason := rule(match, problem)) is not None)


def words_of(reasons: Iterable[Reason]) -> tuple[Message, ...]:
    """All words of the reasons, each once."""
    every = [words for reason in reasons for words in (reason.message, *reason.more)]
    return tuple(words for place, words in enumerate(every) if words not in every[:place])

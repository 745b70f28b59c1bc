"""How long one question takes among 1,000 experts and four weeks: goal and figure side by side.

    python -m bench.questions [--seed 1] [--asked 200]

Makes an instance of ``bench.instances``, lets a hundred sessions stand, and asks about the other requests, each time of
a problem of its own with the same people and sessions; what follows from these alone is worked out by the first of them
(in the column "first") and kept with them. The questions: the best match at every start; why there is none, for
requests that a day or two leaves no match (now, or ever) and what would help them; who else could come when an
expert declines, at the same hour and at another; what two hours of a morning would give, and what more; and all that
the desk's page says when one part of a match is exchanged, at last with all that is read for it from a database of
1,000 experts (``bench.matching``), whose people were read once before; what of that it takes to find that nobody has
changed, and to read everybody after somebody has. Counted is CPU time, which is the time on the wall where nobody else
uses the core; with PostgreSQL, where there is one, that of the server's own processes here as well. Ends with exit
status 1 where a goal is missed.
"""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice
from os import cpu_count, getloadavg
from pathlib import Path
from random import Random
from time import process_time
from typing import TypeVar

from sqlalchemy import event
from sqlmodel import col, select

from bench.databases import KINDS, Missing
from bench.instances import instance
from bench.matching import NOW, world
from bench.pace import said
from medixchange.db import Database
from medixchange.intake.models import SessionRequest
from medixchange.intake.windows import AskedWindow, hours_of
from medixchange.matching.chances import chances
from medixchange.matching.conflict import conflict, never
from medixchange.matching.exchange import Exchange
from medixchange.matching.exchange_ways import ways_of
from medixchange.matching.facts import problem_of
from medixchange.matching.format import read_instance
from medixchange.matching.format_plan import held_of
from medixchange.matching.match import Match
from medixchange.matching.parts import NOBODY, Parts
from medixchange.matching.problem import Problem
from medixchange.matching.proposing import search
from medixchange.matching.relaxations import relaxations
from medixchange.matching.remembered import mark
from medixchange.matching.repair import other_hour, same_hour
from medixchange.matching.requests import Request, Window
from medixchange.matching.resources import Mask
from medixchange.matching.sides import Sides
from medixchange.matching.solver import Search
from medixchange.people.models import Person

SETTLED, EXPERTS = 100, 1000
CHANGES = 50
"""How often everybody is read anew."""
HOURS = (12, 24, 36, 48)
"""What is left of a request's time where there shall be no match."""
Asked = TypeVar("Asked")


@dataclass(frozen=True)
class Question:
    """What is asked, and within how many milliseconds half and 99 of a hundred are to be answered (None: not said)."""

    name: str
    half: float | None = None
    most: float | None = None


@dataclass(frozen=True)
class Row:
    """The answers to one question, in milliseconds each."""

    question: Question
    taken: list[float]

    @property
    def missed(self) -> bool:
        """Whether a goal was missed."""
        goals = ((self.question.half, 50), (self.question.most, 99))
        return any(goal is not None and share(self.taken, percent) > goal for goal, percent in goals)


def main() -> int:
    """Print a row for each question; 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1, help="another seed, another instance")
    parser.add_argument("--asked", type=int, default=200, help="how often each question is asked")
    chosen = parser.parse_args()
    print(said())
    problem = settled(read_instance(instance("Q", chosen.seed)))
    rows = [*answered(problem, chosen.asked), *read_and_answered(chosen.asked)]
    print(f"{len(problem.experts)} experts, {len(problem.held)} sessions stand; CPU milliseconds")
    print("| question                     | asked | first |   p50 |  goal |   p99 |  goal |        |")
    print("| ---------------------------- | ----- | ----- | ----- | ----- | ----- | ----- | ------ |")
    for each in rows:
        print(line(each))
    print(f"load {getloadavg()[0]:.1f} on {cpu_count()} cores")
    return 1 if any(each.missed for each in rows) else 0


def settled(problem: Problem) -> Problem:
    """The problem in which the first requests are served, each in the best way that the others left."""
    for request in problem.requests[:SETTLED]:
        found = search(problem, request.id, limit=1).matches
        if found:
            problem = replace(problem, held=(*problem.held, replace(held_of(found[0].match, problem), fixed=None)))
    return replace(problem, requests=problem.requests[SETTLED:])


def answered(problem: Problem, many: int) -> Iterator[Row]:
    """Every question, asked ``many`` times."""
    requests = list(problem.requests[:many])
    yield timed(Question("best match at every start", 8, 20), requests, lambda each: every_start(problem, each))
    narrowed = list(hopeless(problem))
    for name, ever in (("why not, as things stand", True), ("why not, whatever the hour", False)):
        some = [each for each, was in narrowed if was is ever][:many]
        yield timed(Question(name, None, 5), some, lambda each: conflict(Sides(alone(problem, each), each.id)))
    some = [each for each, _ in narrowed][:many]
    yield timed(Question("what would help"), some, lambda each: relaxations(Sides(alone(problem, each), each.id)))
    declined = list(islice(declines(problem), many))
    yield timed(Question("a substitute at that hour", None, 10), declined, lambda each: same_hour(*each))
    yield timed(Question("another hour"), declined, lambda each: other_hour(*each))
    named = [in_a_morning(problem, each) for each in requests]
    yield timed(Question("windows named", None, 50), named, lambda each: chances(alone(problem, each), each.id))
    changed = list(islice(changes(problem), many))
    yield timed(Question("parts exchanged", None, 50), changed, everything_offered)


def read_and_answered(many: int) -> Iterator[Row]:
    """The page that exchanges parts with all that is read for it, after a first answer, from each kind of database that
    there is."""
    for kind, name in zip(KINDS, ("SQLite", "PostgreSQL"), strict=True):
        with ExitStack() as stack:
            try:
                made = stack.enter_context(world(Random(many), requests=many, experts=EXPERTS, kind=kind))
            except Missing as missing:
                print(missing)
            else:
                yield from of_database(*made, name)


def of_database(database: Database, ids: list[int], name: str) -> Iterator[Row]:
    """The page, whether nobody has changed, and everybody read anew."""
    clock, goal = cpu_of(database), 50 if database.is_sqlite else None
    matches = dict(found_in(database, ids))
    asked = Question(f"parts exchanged, {name}", goal)
    yield timed(asked, list(matches.items()), lambda each: offered_from(database, *each), clock)
    yield timed(Question(f"people as before, {name}"), ids, lambda _: is_marked(database), clock)
    yield timed(Question(f"people changed, {name}"), ids[:CHANGES], lambda each: read_anew(database, each), clock)


def cpu_of(database: Database) -> Callable[[], float]:
    """A clock of the CPU seconds of this process, and of the server's processes for its connections where they run on
    this machine."""
    if database.is_sqlite:
        return process_time
    serving = set[Path]()
    database.engine.dispose()
    event.listen(
        database.engine, "connect", lambda made, _: serving.add(Path(f"/proc/{made.info.backend_pid}/schedstat"))
    )
    return lambda: process_time() + sum(int(each.read_text().split()[0]) for each in serving if each.exists()) / 1e9


def is_marked(database: Database) -> bytes:
    """What says whether anybody has changed."""
    with database.read() as db:
        return mark(db)


def read_anew(database: Database, number: int) -> Problem:
    """The problem of one request once somebody has another name."""
    with database.write() as db:
        db.exec(select(Person).order_by(col(Person.id)).limit(1)).one().name = f"Renamed {number}"
    return read_from(database, number)


def found_in(database: Database, ids: Iterable[int]) -> Iterator[tuple[int, Match]]:
    """The best match of each of the requests that has any."""
    for number in ids:
        found = next(Search(read_from(database, number), str(number)).ranked(), None)
        if found is not None:
            yield number, found[1]


def read_from(database: Database, number: int) -> Problem:
    """The problem of one request, read in a transaction of its own."""
    with database.read() as db:
        return problem_of(db, db.get_one(SessionRequest, number), now=NOW)


def offered_from(database: Database, number: int, match: Match) -> None:
    """All that the page says of ``match``."""
    chosen = Exchange(read_from(database, number), match.request, Parts.of(match))
    everything_offered(chosen)


def every_start(problem: Problem, request: Request) -> None:
    """The best match at every start, best first."""
    for _ in Search(replace(problem), request.id).ranked():
        pass


def alone(problem: Problem, request: Request) -> Problem:
    """The problem with this one request."""
    return replace(problem, requests=(request,))


def hopeless(problem: Problem) -> Iterator[tuple[Request, bool]]:
    """Requests with little time and no match, and whether there would be one were everybody free."""
    chance = Random(problem.grid.slots)
    for request in problem.requests:
        for hours, least in ((hours, least) for hours in HOURS for least in (1, 2, 3)):
            day = timedelta(hours=chance.randrange(0, 24 * 7))
            begin = min(request.earliest + day, request.deadline - timedelta(hours=hours))
            little = replace(
                request,
                earliest=max(begin, request.earliest),
                deadline=min(begin + timedelta(hours=hours), request.deadline),
                panel_min=least,
                panel_max=3,
            )
            sides = Sides(alone(problem, little), little.id)
            if not sides.possible():
                yield little, not never(sides)


def declines(problem: Problem) -> Iterator[tuple[Problem, Match]]:
    """Matches at whose hour the first expert cannot come."""
    for request in problem.requests:
        for ranked in search(problem, request.id, limit=1).matches:
            match, length = ranked.match, problem.length(request.minutes)
            taken = ((1 << length) - 1) << problem.grid.slot(match.start)
            busy = Mask("busy", problem.grid.full & ~taken)
            experts = (
                replace(each, masks=(*each.masks, busy)) if each.id == match.panel[0] else each
                for each in problem.experts
            )
            yield replace(problem, experts=tuple(experts)), match


def in_a_morning(problem: Problem, request: Request) -> Request:
    """The request for two hours of one morning of its second week."""
    zone, day = problem.hospital[request.hospital].zone, (problem.grid.start + timedelta(days=9)).date()
    hours = hours_of(AskedWindow(day, 8 * 60, 10 * 60), zone)
    window = Window(problem.grid.mask([hours]) if hours else 0, 100, (8 * 60, 10 * 60), day=day)
    return replace(request, windows=(window,))


def changes(problem: Problem) -> Iterator[Exchange]:
    """Matches of which something was chosen anew: every other one at an hour that was found for other people."""
    for place, request in enumerate(problem.requests):
        found = [match for _, match in islice(Search(problem, request.id).ranked(), 50)]
        if found:
            parts = Parts.of(found[-1])
            one_more = (NOBODY,) if len(parts.panel) < request.panel_max else ()
            start = found[0].start if place % 2 else parts.start
            yield Exchange(replace(problem), request.id, replace(parts, panel=parts.panel + one_more, start=start))


def everything_offered(chosen: Exchange) -> object:
    """All that the page says of what was chosen, and of what each part can be exchanged for."""
    for seat in range(len(chosen.parts.panel)):
        chosen.experts(seat)
    for leg, team in enumerate(chosen.parts.teams):
        for seat in range(len(team)):
            chosen.interpreters(leg, seat)
    nearest = chosen.nearest if chosen.conflicts else None
    beside = nearest, chosen.best_of_panel, chosen.best_here, chosen.best
    return chosen.score, beside, chosen.rooms(), chosen.hours(), ways_of(chosen)


def timed(
    question: Question,
    asked: Iterable[Asked],
    answer: Callable[[Asked], object],
    clock: Callable[[], float] = process_time,
) -> Row:
    """Ask it of each, against the clock; what was made before is left out of the collector's rounds."""
    taken, asked = [], list(asked)
    gc.collect()
    gc.freeze()
    for each in asked:
        begin = clock()
        answer(each)
        taken.append(1000 * (clock() - begin))
    return Row(question, taken)


def share(values: list[float], percent: int) -> float:
    """What so many percent of the ``values`` do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def line(row: Row) -> str:
    """One row of the table."""
    question, goals = row.question, (row.question.half, row.question.most)
    told = ["" if goal is None else f"{goal:g}" for goal in goals]
    verdict = "" if goals == (None, None) else "MISSED" if row.missed else "well"
    first, half, most = row.taken[0], share(row.taken, 50), share(row.taken, 99)
    return (
        f"| {question.name:<28} | {len(row.taken):>5} | {first:>5.1f} | {half:>5.1f} | {told[0]:>5} "
        f"| {most:>5.1f} | {told[1]:>5} | {verdict:<6} |"
    )


if __name__ == "__main__":
    sys.exit(main())

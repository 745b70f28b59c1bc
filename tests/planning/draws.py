"""Small instances in which every rule is tight, and plans a step away from one, most of which break a rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import timedelta
from random import Random
from typing import Any

from bench.instances import instance
from medixchange.matching.format import read_instance
from medixchange.matching.format_plan import write_solution
from medixchange.matching.proposing import search
from medixchange.planning.making import plans
from medixchange.planning.plan import Order
from tests.planning.clocks import instant

Data = dict[str, Any]
INSTANT = "%Y-%m-%dT%H:%MZ"


def drawn(seed: int, shape: str = "small") -> Data:
    """An instance of few requests with one room or two, an earlier plan for some, and often a session that stands."""
    given, chance = instance(shape, seed), Random(f"drawn-{seed}")
    given["rooms"] = 1 + seed // 2 % 2
    if given["rooms"] == 2:
        for each in given["requests"]:
            each["hospital"] = given["hospitals"][0]["id"]
    problem = read_instance(given)
    first = next(each for each in plans(Order(problem)) if not each.is_begun)
    sessions = write_solution(first.matches, problem)["sessions"]
    chance.shuffle(sessions)
    stands = sessions[: seed % 2]
    given["tentative"] = [moved(each, chance.choice((0, 0, -30, 30))) for each in sessions[seed % 2 :]]
    for each in stands:
        ranked = search(problem, each["request"], limit=5).matches
        given["confirmed"] = write_solution([ranked[-1].match], problem)["sessions"]
    return given


def moved(session: Data, minutes: int) -> Data:
    """The same session so much later."""
    return {**session, "start": (instant(session["start"]) + timedelta(minutes=minutes)).strftime(INSTANT)}


def neighbours(given: Data, solution: Data, chance: Random, *, number: int) -> Iterator[Data]:
    """Plans that differ from ``solution`` in one session, by its hour, a person, a language, or being there at all."""
    for _ in range(number):
        other = deepcopy(solution)
        step = chance.choice(STEPS)
        step(given, other["sessions"], chance)
        yield other


Step = Callable[[Data, list[Data], Random], None]


def _later(_: Data, sessions: list[Data], chance: Random) -> None:
    if sessions:
        at = chance.randrange(len(sessions))
        minutes = chance.choice((-1440, -120, -60, -30, -15, 15, 30, 60, 120, 1440))
        sessions[at] = moved(sessions[at], minutes)


def _other_expert(given: Data, sessions: list[Data], chance: Random) -> None:
    if sessions:
        panel = chance.choice(sessions)["experts"]
        panel[chance.randrange(len(panel))] = chance.choice(given["experts"])["id"]


def _one_more(given: Data, sessions: list[Data], chance: Random) -> None:
    if sessions:
        chance.choice(sessions)["experts"].append(chance.choice(given["experts"])["id"])


def _other_words(given: Data, sessions: list[Data], chance: Random) -> None:
    if sessions:
        session = chance.choice(sessions)
        request = next(each for each in given["requests"] if each["id"] == session["request"])
        language = chance.choice(list(request["audience"]))
        session.update(speech=language, audience=language, interpreters=[])


def _other_interpreter(given: Data, sessions: list[Data], chance: Random) -> None:
    hired = [each for each in sessions if each["interpreters"]]
    if hired:
        people = chance.choice(hired)["interpreters"]
        people[chance.randrange(len(people))] = chance.choice(given["interpreters"])["id"]


def _added(given: Data, sessions: list[Data], chance: Random) -> None:
    """A request that is not served, beside or in place of another session's hour and people."""
    served = {each["request"] for each in sessions}
    waiting = [each for each in given["requests"] if each["id"] not in served]
    if sessions and waiting:
        like, request = chance.choice(sessions), chance.choice(waiting)
        panel = [each["id"] for each in given["experts"] if set(each["specialties"]) & set(request["specialties"])]
        chance.shuffle(panel)
        size = chance.randint(request["panel_min"], request["panel_max"])
        new = {**deepcopy(like), "request": request["id"], "experts": panel[:size] or like["experts"]}
        sessions.append(moved(new, 30 * chance.randrange(-8, 9)))


STEPS: tuple[Step, ...] = (_later, _other_expert, _one_more, _other_words, _other_interpreter, _added, _added)

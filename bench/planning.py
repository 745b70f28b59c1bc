"""How good a plan for all requests is, how soon, and how much memory it takes: goal and figure side by side.

    python -m bench.planning [--shapes S M L XL] [--seeds 1] [--workers 2]

For each shape and seed an instance of ``bench.instances`` is made and ``medixchange plan`` runs on it for as long as
the goal allows. The format's own checker, which shares nothing with the program, then judges the plan: it is "checked"
where it breaks no rule, serves and scores what was told, and no more than the bound. The gap is between the plan's
score and the bound that it proves, the memory that of all its processes together at its highest: what was seen, which
the goal is about, and what it was at most (see ``bench.memory``; Linux only). The first plan is timed alone, in CPU
time, and the end by Ctrl-C in the middle of a search. Of ten thousand requests more have to be served than by the first
plan, and with no fewer points in any term; the checker counts those of both plans, and a table says them. Ends with
exit status 1 where a goal is missed or a plan is not as it was told.
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from os import cpu_count, getloadavg
from pathlib import Path
from time import monotonic, process_time, sleep
from typing import Any

from bench.instances import instance
from bench.memory import Most, Sampler
from bench.pace import said
from medixchange.matching.format import read_instance
from medixchange.matching.format_plan import write_solution
from medixchange.planning.board import board
from medixchange.planning.columns import matches_of
from medixchange.planning.greedy import greedy
from tests.planning.judging import TERMS, verifier

FIRST, END = 0.010, 1.0
"""Seconds for a request in the first plan, and from Ctrl-C to the end."""
SERVED = TERMS["S1"]
SHOWN = 5
"""Faults of a plan that are printed."""


@dataclass(frozen=True)
class Goal:
    """By when which gap is to be proven (None: better than the first plan will do) with how much memory (MB)."""

    seconds: float
    gap: float | None
    memory: int | None


GOALS = {"S": Goal(5, 0.002, None), "M": Goal(60, 0.003, 500), "L": Goal(180, 0.010, 1000), "XL": Goal(600, None, 3000)}


@dataclass(frozen=True)
class Figures:
    """What one instance came to, what the checker says of it, and the first plan."""

    told: dict[str, Any]
    verdict: Verdict
    memory: Most
    first: First


@dataclass(frozen=True)
class Verdict:
    """What the format's checker has against a plan, or finds otherwise than it was told; and its points by term."""

    faults: list[str]
    parts: dict[str, int]


@dataclass(frozen=True)
class First:
    """The first plan: its points by term, as the checker counts them, and CPU seconds for each request."""

    parts: dict[str, int]
    seconds: float


def main() -> int:
    """Print a row for each instance and one for the end by Ctrl-C; 1 where a goal is missed or a plan is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shapes", nargs="+", choices=GOALS, default=list(GOALS))
    parser.add_argument("--seeds", nargs="+", type=int, default=[1])
    parser.add_argument("--workers", type=int, default=cpu_count() or 1)
    chosen = parser.parse_args()
    print(said())
    print(f"{cpu_count()} cores, load {getloadavg()[0]:.1f}, {chosen.workers} workers")
    print(
        "instance  served         score checked     gap (goal)          seconds (goal)   MB, at most (goal)"
        "     first, ms/request (goal)"
    )
    is_reached = True
    with tempfile.TemporaryDirectory() as folder:
        for shape in chosen.shapes:
            for seed in chosen.seeds:
                file = Path(folder) / f"{shape}{seed}.json"
                data = instance(shape, seed)
                file.write_text(json.dumps(data))
                figures = measure(file, data, GOALS[shape], workers=chosen.workers)
                is_reached = report(file.stem, figures, GOALS[shape]) and is_reached
        if "M" in chosen.shapes:
            took = interrupted(Path(folder) / f"M{chosen.seeds[0]}.json")
            print(f"Ctrl-C in the middle of a search: ended after {took:.2f} s (goal {END:.0f})")
            is_reached = is_reached and took <= END
    return 0 if is_reached else 1


def report(name: str, figures: Figures, goal: Goal) -> bool:
    """Print one row, and under it what is wrong; whether the plan is as it was told and every goal is reached."""
    told, faults, first, memory = figures.told, figures.verdict.faults, figures.first, figures.memory
    most = "" if goal.memory is None else f" ({goal.memory})"
    gap = 1.0 if told["gap"] is None else told["gap"]
    of_all = f"{told['served']} of {told['requests']}"
    wanted = "" if goal.gap is None else f" ({goal.gap:.1%})"
    print(
        f"{name:<9} {of_all:<13} {told['score']:>9} {'NO' if faults else 'yes':>7} {gap:>8.3%}{wanted}"
        f" {told['seconds']:>12.1f} ({goal.seconds:.0f}) {memory.seen:>8.0f}, {memory.bound:.0f}{most}"
        f" {first.seconds * 1000:>12.2f} ({FIRST * 1000:.0f})",
        flush=True,
    )
    for fault in faults[:SHOWN]:
        print(f"{'':<9} {fault}")
    is_better = goal.gap is not None or compared(figures)
    fits = goal.memory is None or memory.seen <= goal.memory
    is_near = goal.gap is None or gap <= goal.gap
    return not faults and is_near and is_better and fits and first.seconds <= FIRST


def compared(figures: Figures) -> bool:
    """Print each term of the plan beside that of the first one; whether more are served and none is worth less."""
    parts, first = figures.verdict.parts, figures.first.parts
    for term in sorted({*parts, *first}, key=lambda each: int(each.split()[0][1:])):
        now, before = parts.get(term, 0), first.get(term, 0)
        print(f"{'':<9} {term:<16} {now:>10} (first plan {before}){'' if now >= before else '  LESS'}")
    is_less = any(parts.get(term, 0) < first.get(term, 0) for term in {*parts, *first})
    return not is_less and parts.get(SERVED, 0) > first.get(SERVED, 0)


def measure(file: Path, data: dict[str, Any], goal: Goal, *, workers: int) -> Figures:
    """Plan as long as the goal allows, have the plan judged, and make the first plan alone."""
    out = file.with_suffix(".plan.json")
    command = [*PLAN, str(file), "--out", str(out), "--json"]
    command += ["--seconds", str(goal.seconds), "--workers", str(workers)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        sampler = Sampler(process.pid)
        answer, _ = process.communicate()
        memory = sampler.stop()
    if process.returncode:
        raise SystemExit(process.returncode)
    told = json.loads(answer)
    return Figures(told, judged(data, json.loads(out.read_text()), told), memory, first_plan(data))


def judged(data: dict[str, Any], solution: dict[str, Any], told: dict[str, Any]) -> Verdict:
    """What the format's checker says of a plan, and of what was told of it."""
    broken, score, parts, facts = verifier().verify(data, solution)
    found = {"served": facts["served"], "score": score, "quality": score - parts.get(SERVED, 0)}
    differ = [f"{name} {told[name]} was told, it is {value}" for name, value in found.items() if told[name] != value]
    is_beyond = told["bound"] is not None and score > told["bound"]
    beyond = [f"the score {score} is above the bound {told['bound']}"] if is_beyond else []
    return Verdict([*broken, *differ, *beyond], parts)


def first_plan(data: dict[str, Any]) -> First:
    """The first plan, with the tables that it needs. Raises AssertionError where it breaks a rule."""
    problem = read_instance(data)
    began = process_time()
    found = greedy(board(problem))
    seconds = (process_time() - began) / len(problem.requests)
    solution = write_solution(matches_of(found.plan.values(), found.board), problem)
    broken, _, parts, _ = verifier().verify(data, solution)
    assert not broken, broken
    return First(parts, seconds)


def interrupted(file: Path) -> float:
    """Seconds from Ctrl-C to the end."""
    command = [*PLAN, str(file), "--seconds", "60"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        next(line for line in process.stderr if "gap" in line)
        sleep(1)
        began = monotonic()
        process.send_signal(signal.SIGINT)
        process.wait()
        return monotonic() - began


PLAN = (sys.executable, "-m", "medixchange", "plan")


if __name__ == "__main__":
    sys.exit(main())

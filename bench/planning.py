"""How good a plan for all requests is, how soon, and how much memory it takes: goal and figure side by side.

    python -m bench.planning [--shapes S M L XL] [--seeds 1] [--workers 2]

For each shape and seed an instance of ``bench.instances`` is made and ``medixchange plan`` runs on it for as long as
the goal allows. The format's own checker, which shares nothing with the program, then judges the plan: it is "checked"
where it breaks no rule, serves and scores what was told, and no more than the bound. The gap is between the plan's
score and the bound that it proves, the memory that of all its processes together at its highest: what was seen, which
the goal is about, and what it was at most (see ``bench.memory``; Linux only). The first plan is timed alone, in CPU
time, and the end by Ctrl-C in the middle of a search. Of ten thousand requests more have to be served than by the first
plan, and with more quality (the score without S1). Ends with exit status 1 where a goal is missed or a plan is not as
it was told.
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
from medixchange.matching.score import served
from medixchange.planning.board import board
from medixchange.planning.greedy import greedy
from tests.planning.judging import verifier

FIRST, END = 0.010, 1.0
"""Seconds for a request in the first plan, and from Ctrl-C to the end."""
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
    """What one instance came to, what the checker has against it, and the first plan."""

    told: dict[str, Any]
    faults: list[str]
    memory: Most
    first: First


@dataclass(frozen=True)
class First:
    """The first plan: how many it serves, its points without S1, and CPU seconds for each request."""

    served: int
    quality: int
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
    told, first, memory = figures.told, figures.first, figures.memory
    most = "" if goal.memory is None else f" ({goal.memory})"
    gap = 1.0 if told["gap"] is None else told["gap"]
    of_all = f"{told['served']} of {told['requests']}"
    wanted = "" if goal.gap is None else f" ({goal.gap:.1%})"
    print(
        f"{name:<9} {of_all:<13} {told['score']:>9} {'NO' if figures.faults else 'yes':>7} {gap:>8.3%}{wanted}"
        f" {told['seconds']:>12.1f} ({goal.seconds:.0f}) {memory.seen:>8.0f}, {memory.bound:.0f}{most}"
        f" {first.seconds * 1000:>12.2f} ({FIRST * 1000:.0f})",
        flush=True,
    )
    for fault in figures.faults[:SHOWN]:
        print(f"{'':<9} {fault}")
    is_better = goal.gap is not None or (told["served"] > first.served and told["quality"] > first.quality)
    if goal.gap is None:
        print(f"{'':<9} served {told['served']} (> {first.served}), quality {told['quality']} (> {first.quality})")
    fits = goal.memory is None or memory.seen <= goal.memory
    is_near = goal.gap is None or gap <= goal.gap
    return not figures.faults and is_near and is_better and fits and first.seconds <= FIRST


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
    return Figures(told, faults(data, json.loads(out.read_text()), told), memory, first_plan(data))


def faults(data: dict[str, Any], solution: dict[str, Any], told: dict[str, Any]) -> list[str]:
    """What the format's checker has against a plan, or finds otherwise than it was told."""
    broken, score, parts, facts = verifier().verify(data, solution)
    found = {"served": facts["served"], "score": score, "quality": score - parts.get("S1 served", 0)}
    differ = [f"{name} {told[name]} was told, it is {value}" for name, value in found.items() if told[name] != value]
    is_beyond = told["bound"] is not None and score > told["bound"]
    return [*broken, *differ, *([f"the score {score} is above the bound {told['bound']}"] if is_beyond else [])]


def first_plan(data: dict[str, Any]) -> First:
    """The first plan, with the tables that it needs."""
    problem = read_instance(data)
    began = process_time()
    found = greedy(board(problem))
    seconds = (process_time() - began) / len(problem.requests)
    points = sum(served(found.board.asks[each.ask].request, problem) for each in found.plan.values())
    return First(len(found.plan), found.score - points, seconds)


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

"""How a plan is told on the terminal: while it is made, and when it is ready."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from threading import Event
from time import monotonic
from typing import Any, NamedTuple

from rich.live import Live
from rich.table import Table

from medixchange.cli.terminal import errors, tell
from medixchange.matching.problem import Problem
from medixchange.matching.standing import Contradiction, contradictions
from medixchange.messages import say, sentences
from medixchange.planning.plan import Plan
from medixchange.planning.running import Broken

METHODS = {
    "begun": "each request in turn, not all of them yet",
    "greedy": "each request in turn",
    "weeks": "week by week",
    "columns": "proving a bound",
    "rounding": "from the bound's fractions",
    "windows": "a few days or weeks at a time",
    "exact": "among all good ways",
    "proof": "among all ways that could be better",
}
OFTEN = 1.0
"""How many seconds at least lie between two tellings of the first plan while it grows."""


class Last(NamedTuple):
    """The best plan that came, None where none did, and whether its process broke off before its time."""

    plan: Plan | None
    is_broken: bool = False


IsEnough = Callable[[], bool]
"""Whether no better plan is wanted."""


def last_of(plans: Callable[[IsEnough], Iterator[Plan]], *, quiet: bool, confirmed: int = 0) -> Last:
    """The last of ``plans`` before they end or somebody ends the program, with progress on the terminal, where those
    who have a ``confirmed`` session count as served."""
    found: Plan | None = None
    with _ended_by_signal() as is_enough:
        try:
            for each in _shown(plans(is_enough), quiet=quiet, confirmed=confirmed):
                found = each
        except Broken:
            return Last(found, is_broken=True)
    return Last(found)


@contextmanager
def _ended_by_signal() -> Iterator[IsEnough]:
    """Whether somebody has pressed Ctrl-C in the block, or sent SIGTERM; it goes on until it has noticed.

    Also where it was started in the background of a script, which lets Ctrl-C be ignored (POSIX, asynchronous lists).
    """
    asked = Event()
    before = {each: signal.signal(each, lambda *_: asked.set()) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked.is_set
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _shown(plans: Iterator[Plan], *, quiet: bool, confirmed: int) -> Iterator[Plan]:
    """The plans, each told as it comes: in one place on a terminal, line by line elsewhere."""
    if quiet:
        yield from plans
        return
    began, told_at = monotonic(), None
    with Live(console=errors, refresh_per_second=4, transient=True) if errors.is_terminal else nullcontext() as live:
        for each in plans:
            yield each
            seconds = monotonic() - began
            told_at = seconds if told_at is None else told_at
            if each.is_begun and seconds < told_at + OFTEN:
                continue
            told, told_at = _progress(each, seconds=seconds, confirmed=confirmed), seconds
            live.update(told) if live is not None else errors.print(told)


def _progress(plan: Plan, *, seconds: float, confirmed: int) -> str:
    bound = "" if plan.gap is None else f", bound {plan.bound}, gap {plan.gap:.2%}"
    served = f"{confirmed + len(plan.matches)} of {plan.requests} served"
    return f"{seconds:.0f} s: {served}, score {plan.score}{bound} ({METHODS[plan.method]})"


def warn(problem: Problem) -> None:
    """Name on the terminal every confirmed session that breaks a rule."""
    for each in contradictions(problem):
        told = say(
            "The confirmed session %(id)s breaks a rule and stays all the same: %(why)s",
            id=each.match.request,
            why=sentences([reason.message for reason in each.reasons]),
        )
        errors.print(tell(told))


def _contradiction(each: Contradiction) -> dict[str, Any]:
    return {
        "request": each.match.request,
        "rules": [reason.rule for reason in each.reasons],
        "why": [tell(reason.message) for reason in each.reasons],
    }


def facts_of(plan: Plan, problem: Problem, *, number: int | None, seconds: float) -> dict[str, Any]:
    """What is said of a plan, as plain JSON; ``number`` is the one under which it is kept, if it is."""
    return {
        **({"plan": number} if number is not None else {}),
        "served": len(plan.matches) + len(problem.confirmed),
        "requests": plan.requests,
        "score": plan.score,
        "quality": plan.quality,
        "bound": plan.bound,
        "gap": plan.gap,
        "best": plan.is_best,
        "method": plan.method,
        "step": plan.step,
        "seed": plan.seed,
        "inputs": plan.inputs,
        "contradictions": [_contradiction(each) for each in contradictions(problem)],
        "seconds": round(seconds, 1),
    }


def table(facts: dict[str, Any]) -> Table:
    """The same for people."""
    told = Table(show_header=False, box=None)
    if "plan" in facts:
        told.add_row("plan", f"{facts['plan']}, to be seen at the desk")
    told.add_row("served", f"{facts['served']} of {facts['requests']} requests")
    told.add_row("score", f"{facts['score']}, {facts['quality']} of it without counting who is served")
    if facts["bound"] is None:
        told.add_row("bound", "not known yet: give it more time")
    elif facts["best"]:
        told.add_row("bound", "no plan is better: proven")
    else:
        told.add_row("bound", f"{facts['bound']}: no plan is better by more than {facts['gap']:.2%}")
    told.add_row("found", f"{METHODS[facts['method']]}, step {facts['step']}, seed {facts['seed']}")
    told.add_row("inputs", facts["inputs"])
    told.add_row("seconds", str(facts["seconds"]))
    return told

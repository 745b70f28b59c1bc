"""medixchange plan: plans all requests of an instance file at once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from pathlib import Path
from time import monotonic
from typing import Annotated, Any

import typer
from rich.live import Live
from rich.table import Table

from medixchange.cli.import_ import read
from medixchange.cli.terminal import errors, output
from medixchange.errors import Malformed, Refusal
from medixchange.matching.format import read_instance
from medixchange.matching.format_plan import write_solution
from medixchange.matching.problem import Problem
from medixchange.messages import say
from medixchange.planning.plan import Order, Plan
from medixchange.planning.running import run

METHODS = {
    "greedy": "each request in turn",
    "columns": "proving a bound",
    "rounding": "from the bound's fractions",
    "windows": "fortnight by fortnight",
    "exact": "among all good ways",
    "proof": "among all ways that could be better",
}


def plan(
    instance: Annotated[Path, typer.Argument(help="The instance, in the exchange format.")],
    out: Annotated[Path | None, typer.Option("--out", help="Where the plan goes, in the exchange format.")] = None,
    seconds: Annotated[float, typer.Option("--seconds", min=0, help="Take the best plan after so long.")] = 60,
    workers: Annotated[
        int, typer.Option("--workers", min=1, help="Threads; with more than one a plan cannot be repeated exactly.")
    ] = 1,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Another seed searches in another order.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")] = False,
) -> None:
    """Plan all requests of an instance at once. Ctrl-C and the time limit give the best plan so far."""
    problem = _problem(instance)
    began = monotonic()
    found = _best(Order(problem, seed=seed, workers=workers), seconds=seconds, quiet=as_json)
    if found is None:
        raise Refusal(say("It was stopped before there was a plan."))
    if out is not None:
        _write(out, write_solution(found.matches, problem))
    facts = _facts(found, problem, seconds=monotonic() - began)
    output.print(json.dumps(facts) if as_json else _table(facts))


def _problem(file: Path) -> Problem:
    """Raises Refusal where the file cannot be read, Malformed where it is no instance."""
    try:
        data = json.loads(read(file))
    except json.JSONDecodeError as wrong:
        raise Malformed(say("%(file)s is not JSON: %(why)s.", file=str(file), why=str(wrong))) from wrong
    if not isinstance(data, dict):
        raise Malformed(say("%(file)s is no instance: it has to be one object.", file=str(file)))
    return read_instance(data)


def _best(order: Order, *, seconds: float, quiet: bool) -> Plan | None:
    """The last plan before the time is over or somebody presses Ctrl-C, with progress on the terminal."""
    found: Plan | None = None
    with suppress(KeyboardInterrupt):
        for each in _shown(run(order, seconds=seconds), quiet=quiet):
            found = each
    return found


def _shown(plans: Iterator[Plan], *, quiet: bool) -> Iterator[Plan]:
    """The plans, each told as it comes: in one place on a terminal, line by line elsewhere."""
    if quiet:
        yield from plans
        return
    began = monotonic()
    with Live(console=errors, refresh_per_second=4, transient=True) if errors.is_terminal else nullcontext() as live:
        for each in plans:
            yield each
            told = _progress(each, seconds=monotonic() - began)
            live.update(told) if live is not None else errors.print(told)


def _progress(plan: Plan, *, seconds: float) -> str:
    bound = "" if plan.gap is None else f", bound {plan.bound}, gap {plan.gap:.2%}"
    served = f"{len(plan.matches)} of {plan.requests} served"
    return f"{seconds:.0f} s: {served}, score {plan.score}{bound} ({METHODS[plan.method]})"


def _facts(plan: Plan, problem: Problem, *, seconds: float) -> dict[str, Any]:
    confirmed = sum(1 for held in problem.held if held.fixed is not None)
    return {
        "served": len(plan.matches) + confirmed,
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
        "seconds": round(seconds, 1),
    }


def _table(facts: dict[str, Any]) -> Table:
    table = Table(show_header=False, box=None)
    table.add_row("served", f"{facts['served']} of {facts['requests']} requests")
    table.add_row("score", f"{facts['score']}, {facts['quality']} of it without counting who is served")
    if facts["bound"] is None:
        table.add_row("bound", "not known yet: give it more time")
    elif facts["best"]:
        table.add_row("bound", "no plan is better: proven")
    else:
        table.add_row("bound", f"{facts['bound']}: no plan is better by more than {facts['gap']:.2%}")
    table.add_row("found", f"{METHODS[facts['method']]}, step {facts['step']}, seed {facts['seed']}")
    table.add_row("inputs", facts["inputs"])
    table.add_row("seconds", str(facts["seconds"]))
    return table


def _write(file: Path, solution: dict[str, Any]) -> None:
    """Write beside and put in its place, so that there is never half a plan."""
    beside = file.with_name(f".{file.name}.part")
    try:
        beside.write_text(json.dumps(solution, indent=1) + "\n", "utf-8")
        beside.replace(file)
    except OSError as wrong:
        raise Refusal(say("%(file)s cannot be written: %(why)s.", file=str(file), why=str(wrong.strerror))) from wrong

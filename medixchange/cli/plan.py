"""medixchange plan: plans all requests at once, those that wait or those of an instance file, and repeats a plan."""

from __future__ import annotations

import json
from pathlib import Path
from time import monotonic
from typing import Annotated, NamedTuple

import typer

from medixchange.cli.opened import clock_of, database_of
from medixchange.cli.plan_file import problem_in
from medixchange.cli.plan_out import attempt, write
from medixchange.cli.plan_told import Last, facts_of, last_of, table, warn
from medixchange.cli.terminal import Misuse, errors, output, tell
from medixchange.errors import Malformed, NotFound, Refusal
from medixchange.journal.record import PROGRAM
from medixchange.matching.format_plan import write_solution
from medixchange.matching.format_write import write_instance
from medixchange.matching.problem import Problem
from medixchange.messages import say
from medixchange.planning.plan import Order, Plan
from medixchange.planning.running import run
from medixchange.plans import actions, making, replaying
from medixchange.plans.inputs import unpacked
from medixchange.plans.lifecycle import EMPTY
from medixchange.plans.models import MatchPlan

MOST_SECONDS, MOST_WORKERS, LARGEST = 7 * 24 * 3600, 64, 2**31 - 1
BROKEN = say("The process that plans ended before its time; a better plan may be found by another try.")
STOPPED = Refusal(say("It was stopped before the plan was made again."))


def plan(
    instance: Annotated[
        Path | None, typer.Argument(help="An instance in the exchange format; without one the requests that wait.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Where the plan goes, in the exchange format.")] = None,
    handed_on: Annotated[
        Path | None,
        typer.Option("--instance", help="Where the waiting requests go as an instance, without names."),
    ] = None,
    seconds: Annotated[
        float,
        typer.Option("--seconds", min=0, max=MOST_SECONDS, help="Take the best plan after so long; 0 takes the first."),
    ] = 60,
    workers: Annotated[
        int,
        typer.Option(
            "--workers",
            min=1,
            max=MOST_WORKERS,
            help="Processes and threads at once; with more than one a plan cannot be repeated exactly.",
        ),
    ] = 1,
    seed: Annotated[
        int, typer.Option("--seed", min=0, max=LARGEST, help="Another seed searches in another order.")
    ] = 0,
    replay: Annotated[
        int | None, typer.Option("--replay", min=1, max=LARGEST, help="Make the plan with this number again.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")] = False,
) -> None:
    """Plan all requests at once. Ctrl-C and the time limit give the best plan so far; nobody is told of it."""
    if instance is not None and replay is not None:
        raise Misuse("Give an instance or --replay, not both.")
    if handed_on is not None and not (instance is None and replay is None):
        raise Misuse("--instance writes the requests that wait; leave out the other instance and --replay.")
    attempt(filter(None, (out, handed_on)), instance=instance)
    began = monotonic()
    made = _made(instance, replay, seconds=seconds, workers=workers, seed=seed, quiet=as_json)
    facts = facts_of(made.best, made.problem, number=made.number, seconds=monotonic() - began)
    output.print(json.dumps(facts) if as_json else table(facts))
    if made.best.is_nothing:
        errors.print(tell(EMPTY))
    if handed_on is not None:
        write(handed_on, json.dumps(write_instance(made.problem)))
    if out is not None:
        write(out, json.dumps(write_solution(made.best.matches, made.problem), indent=1))
    if made.is_broken:
        errors.print(tell(BROKEN))
        raise typer.Exit(1)


class _Made(NamedTuple):
    """What was planned, its best plan with the number under which it is kept, and whether its process broke off."""

    problem: Problem
    best: Plan
    number: int | None = None
    is_broken: bool = False


def _made(instance: Path | None, replay: int | None, *, seconds: float, workers: int, seed: int, quiet: bool) -> _Made:
    if replay is not None:
        return _again(replay, quiet=quiet)
    if instance is None:
        return _queue(seconds=seconds, workers=workers, seed=seed, quiet=quiet)
    problem = problem_in(instance)
    warn(problem)
    order = Order(problem, seed=seed, workers=workers)
    confirmed = len(problem.confirmed)
    last = last_of(lambda is_enough: run(order, seconds=seconds, is_enough=is_enough), quiet=quiet, confirmed=confirmed)
    return _Made(problem, _wanted(last), is_broken=last.is_broken)


def _wanted(last: Last) -> Plan:
    """The plan; raises Refusal where none came."""
    if last.plan is None:
        raise Refusal(BROKEN)
    return last.plan


def _queue(*, seconds: float, workers: int, seed: int, quiet: bool) -> _Made:
    """Plan the requests that wait; the desk shows the plan under its number."""
    with database_of() as database:
        clock = clock_of(database)
        with database.write() as db:
            row = actions.want(
                db, seconds=round(seconds), seed=seed, workers=workers, is_here=True, actor=PROGRAM, now=clock()
            )
            number = row.id
        last = last_of(lambda is_enough: making.make(database, number, clock, is_enough), quiet=quiet)
        with database.read() as db:
            row = db.get_one(MatchPlan, number)
            inputs, fault, attempts = row.inputs, row.error, row.attempts
    if inputs is None or attempts != 1:
        raise Refusal(say("A worker makes plan %(number)s by now; see at the desk what comes of it.", number=number))
    return _Made(unpacked(inputs), _wanted(last), number, is_broken=bool(fault))


def _again(number: int, *, quiet: bool) -> _Made:
    """Make a plan again; raises Refusal where it is another one, Malformed where there is none."""
    with database_of() as database:
        try:
            with database.read() as db:
                before, problem = replaying.kept(db, number)
        except NotFound as unknown:
            raise Malformed(unknown.message) from unknown
        found = _wanted(last_of(lambda is_enough: replaying.again(before, problem, is_enough), quiet=quiet))
        if found.step < before.step:
            raise STOPPED
        with database.read() as db:
            if not replaying.is_same(db, before, problem, found):
                raise Refusal(say("That is not the plan that it was; another version of this program made it."))
    return _Made(problem, found, number)

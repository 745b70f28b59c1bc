"""The best choice among given columns, exactly or as far as the effort goes: CP-SAT on the program of their rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from ortools.sat.python import cp_model_helper

from medixchange.planning.board import Board
from medixchange.planning.columns import Column
from medixchange.planning.rows import Program, conflicts, program_over

WHOLE = 6_000
"""Up to how many columns are searched in one piece: with more, a search begins with nothing in the time that it has."""
EFFORT_OF_PART = 4.0
"""For what begins within some days or weeks, and not for everything."""
LEAST = -(2**63)
"""No lower bound."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The columns that were chosen, and a bound on the points of any choice among those given."""

    columns: tuple[Column, ...]
    bound: int


def choose(
    board: Board,
    columns: Sequence[Column],
    *,
    known: Iterable[Column],
    effort: float,
    fixed: Iterable[Column] = (),
    seed: int = 0,
    workers: int = 1,
) -> Choice | None:
    """Search with ``fixed`` columns in the plan beside a choice of ``columns``; None where nothing was found in time.
    Raises ValueError where the solver refuses the program or its parameters.

    ``known`` is a valid choice to begin from. ``effort`` counts in CP-SAT's own deterministic time (about seconds):
    with one worker the same inputs give the same choice.
    """
    given = list(dict.fromkeys((*fixed, *columns)))
    model = _model(program_over(board, given))
    kept, hinted = set(fixed), set(known)
    for variable, each in enumerate(given):
        if each in kept:
            _sum(model, [variable], [1], (1, 1))
    model.solution_hint.vars.extend(range(len(given)))
    model.solution_hint.values.extend([int(each in hinted) for each in given])
    solver = cp_model_helper.SolveWrapper()
    solver.set_parameters(_parameters(effort, seed=seed, workers=workers))
    found = solver.solve(model)  # type: ignore[no-untyped-call]  # it comes without types
    if found.status == cp_model_helper.MODEL_INVALID:
        raise ValueError("CP-SAT refuses the model or its parameters")
    if found.status not in (cp_model_helper.OPTIMAL, cp_model_helper.FEASIBLE):
        return None
    chosen = tuple(each for each, is_taken in zip(given, found.solution, strict=False) if is_taken)
    bound = int(np.floor(found.best_objective_bound + 1e-6))
    return Choice(chosen, bound)


def _parameters(effort: float, *, seed: int, workers: int) -> cp_model_helper.SatParameters:
    parameters = cp_model_helper.SatParameters()
    parameters.max_deterministic_time = effort
    parameters.num_workers = workers
    parameters.random_seed = seed
    parameters.linearization_level = 2
    return parameters


def _model(program: Program) -> cp_model_helper.CpModelProto:
    """The program as CP-SAT reads it: its own classes around that bring pandas, most of the start of a process."""
    model = cp_model_helper.CpModelProto()
    for _ in program.gains:
        model.variables.add().domain.extend((0, 1))
    plain = conflicts(program)
    ends = np.searchsorted(program.row, np.arange(len(program.bounds) + 1)).tolist()
    for row, (first, end) in enumerate(pairwise(ends)):
        mine = program.variable[first:end].tolist()
        if plain[row]:
            model.constraints.add().at_most_one.literals.extend(mine)
        else:
            _sum(model, mine, program.amount[first:end].tolist(), (LEAST, int(program.bounds[row])))
    model.objective.scaling_factor = -1.0  # it minimizes
    model.objective.vars.extend(range(len(program.gains)))
    model.objective.coeffs.extend((-program.gains).tolist())
    return model


def _sum(
    model: cp_model_helper.CpModelProto, variables: Sequence[int], amounts: Sequence[int], within: tuple[int, int]
) -> None:
    """The sum of the amounts of the variables that are taken lies ``within`` these bounds."""
    row = model.constraints.add().linear
    row.vars.extend(variables)
    row.coeffs.extend(amounts)
    row.domain.extend(within)

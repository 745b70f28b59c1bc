"""The best choice among given columns, exactly or as far as the effort goes: CP-SAT on the program of their rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from ortools.sat.python import cp_model

from medixchange.planning.board import Board
from medixchange.planning.columns import Column
from medixchange.planning.rows import Rows, conflicts, rows


@dataclass(frozen=True, slots=True)
class Choice:
    """The columns that were chosen, a bound on the points of any choice among those given, and whether it is proven."""

    columns: tuple[Column, ...]
    bound: int
    proven: bool


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

    ``known`` is a valid choice to begin from. ``effort`` counts in CP-SAT's own deterministic time (about seconds):
    with one worker the same inputs give the same choice.
    """
    given = list(dict.fromkeys((*fixed, *columns)))
    program = rows(board, given)
    model, variables = _model(program)
    kept, hinted = set(fixed), set(known)
    for variable, each in zip(variables, given, strict=False):
        if each in kept:
            model.add(variable == 1)
        model.add_hint(variable, each in hinted)
    solver = cp_model.CpSolver()
    solver.parameters.max_deterministic_time = effort
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    solver.parameters.linearization_level = 2
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    chosen = tuple(each for variable, each in zip(variables, given, strict=False) if solver.boolean_value(variable))
    return Choice(chosen, int(np.floor(solver.best_objective_bound + 1e-6)), status == cp_model.OPTIMAL)


def _model(program: Rows) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
    model = cp_model.CpModel()
    variables = [model.new_bool_var("") for _ in range(len(program.gains))]
    plain = conflicts(program)
    ends = np.searchsorted(program.row, np.arange(len(program.bounds) + 1)).tolist()
    for row, (first, end) in enumerate(pairwise(ends)):
        mine = [variables[place] for place in program.variable[first:end].tolist()]
        if plain[row]:
            model.add_at_most_one(mine)
        else:
            total = cp_model.LinearExpr.weighted_sum(mine, program.amount[first:end].tolist())
            model.add(total <= int(program.bounds[row]))
    model.maximize(cp_model.LinearExpr.weighted_sum(variables, program.gains.tolist()))
    return model, variables

"""The linear relaxation of the program over columns: its value, how much of each column it takes, its duals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ortools.math_opt import callback_pb2, model_parameters_pb2, model_pb2, parameters_pb2, sparse_containers_pb2
from ortools.math_opt.core.python import solver

from medixchange.matching.kernel.bits import Numbers
from medixchange.planning.rows import Program

ABSOLUTE = 1e-6
MOST_ITERATIONS = 200_000
"""Of one relaxation; it then ends less exactly, and the bound that follows from it is as true."""


@dataclass(frozen=True, slots=True)
class Relaxed:
    """A nearly best solution in fractions: the share of each variable, and the dual of each row (at least 0)."""

    value: float
    shares: Numbers
    duals: Numbers


def relax(program: Program, *, tolerance: float, hint: Relaxed | None = None) -> Relaxed:
    """Solve with every variable between 0 and 1, by PDLP in one thread, to a relative ``tolerance``.

    ``hint`` holds shares and duals of the same shape to begin from. The same inputs give the same solution.
    Raises RuntimeError when the solver gives none.
    """
    parameters = parameters_pb2.SolveParametersProto(threads=1, iteration_limit=MOST_ITERATIONS)
    criteria = parameters.pdlp.termination_criteria.simple_optimality_criteria
    criteria.eps_optimal_relative, criteria.eps_optimal_absolute = tolerance, ABSOLUTE
    scale = _scale(program)
    result = solver.solve(
        _model(program, scale),
        parameters_pb2.SOLVER_TYPE_PDLP,
        parameters_pb2.SolverInitializerProto(),
        parameters,
        _from(hint, scale),
        None,
        callback_pb2.CallbackRegistrationProto(),
        None,
        None,
    )
    if not result.solutions:
        raise RuntimeError(f"PDLP found nothing: {result.termination.detail}")
    found = result.solutions[0]
    shares = _dense(found.primal_solution.variable_values, len(program.gains))
    duals = _dense(found.dual_solution.dual_values, len(program.bounds)) / scale
    return Relaxed(float(program.gains @ shares), shares, np.maximum(duals, 0.0))


def _scale(program: Program) -> Numbers:
    """The largest amount of each row, so that minutes weigh no more than sessions; [rows]."""
    found = np.ones(len(program.bounds))
    np.maximum.at(found, program.row, np.abs(program.amount).astype(float))
    return found


def _model(program: Program, scale: Numbers) -> model_pb2.ModelProto:
    """The program as MathOpt reads it: whole arrays, since object by object it takes twenty times as long."""
    model, variables, rows = model_pb2.ModelProto(), len(program.gains), len(program.bounds)
    model.variables.ids.extend(range(variables))
    model.variables.lower_bounds.extend([0.0] * variables)
    model.variables.upper_bounds.extend([1.0] * variables)
    model.variables.integers.extend([False] * variables)
    model.objective.maximize = True
    gainful = np.flatnonzero(program.gains)
    model.objective.linear_coefficients.ids.extend(gainful.tolist())
    model.objective.linear_coefficients.values.extend(program.gains[gainful].astype(float).tolist())
    model.linear_constraints.ids.extend(range(rows))
    model.linear_constraints.lower_bounds.extend([-np.inf] * rows)
    model.linear_constraints.upper_bounds.extend((program.bounds / scale).tolist())
    order = np.lexsort((program.variable, program.row))
    cells = model.linear_constraint_matrix
    cells.row_ids.extend(program.row[order].tolist())
    cells.column_ids.extend(program.variable[order].tolist())
    cells.coefficients.extend((program.amount / scale[program.row])[order].tolist())
    return model


def _from(hint: Relaxed | None, scale: Numbers) -> model_parameters_pb2.ModelSolveParametersProto:
    found = model_parameters_pb2.ModelSolveParametersProto()
    if hint is not None:
        told = found.solution_hints.add()
        for values, into in ((hint.shares, told.variable_values), (hint.duals * scale, told.dual_values)):
            some = np.flatnonzero(values)
            into.ids.extend(some.tolist())
            into.values.extend(values[some].tolist())
    return found


def _dense(vector: sparse_containers_pb2.SparseDoubleVectorProto, size: int) -> Numbers:
    found = np.zeros(size)
    found[list(vector.ids)] = list(vector.values)
    return found

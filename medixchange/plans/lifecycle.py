"""The life of a plan and of each request in it, as tables: which act leads from which state to which."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from medixchange.errors import Refusal
from medixchange.messages import N_, Message, say

ATTEMPTS = 3
"""How often a plan is begun."""
LOST_AFTER = timedelta(seconds=60)
"""A plan whose process was not heard of for so long is made anew by another."""
EMPTY = say(
    "It was stopped before there was anything in it, so it changes nothing. Plan again, and let it go on for a while."
)
"""What is said of a plan that was stopped while it was nothing."""


class Purpose(StrEnum):
    """What a plan is for."""

    QUEUE = "queue"  # the requests that wait
    MENDING = "mending"  # the sessions that cannot be as agreed


class PlanState(StrEnum):
    """How far a plan is."""

    WANTED = "wanted"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"  # while there was nothing of the plan
    FAILED = "failed"


class PlannedState(StrEnum):
    """What became of one request in a plan."""

    OPEN = "open"
    ACCEPTED = "accepted"  # it becomes a session in a moment
    APPROVED = "approved"
    REFUSED = "refused"
    FAILED = "failed"  # it could not become a session


class Verb(StrEnum):
    """What can be done with one request in a plan."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    APPROVE = "approve"
    FAIL = "fail"


WAYS: dict[PlannedState, dict[Verb, PlannedState]] = {
    PlannedState.OPEN: {Verb.ACCEPT: PlannedState.ACCEPTED, Verb.REFUSE: PlannedState.REFUSED},
    PlannedState.ACCEPTED: {Verb.APPROVE: PlannedState.APPROVED, Verb.FAIL: PlannedState.FAILED},
    PlannedState.APPROVED: {},
    PlannedState.REFUSED: {Verb.ACCEPT: PlannedState.ACCEPTED},
    PlannedState.FAILED: {Verb.ACCEPT: PlannedState.ACCEPTED, Verb.REFUSE: PlannedState.REFUSED},
}

_WHY_NOT: dict[PlannedState, str] = {
    PlannedState.OPEN: N_("This request was neither accepted nor refused yet."),
    PlannedState.ACCEPTED: N_("This request was accepted; its session is made in a moment."),
    PlannedState.APPROVED: N_("This request has its session already."),
    PlannedState.REFUSED: N_("This request was refused; accept it if it is to have its session."),
    PlannedState.FAILED: N_("This request could not have its session; see why."),
}


def step(state: PlannedState, verb: Verb) -> PlannedState:
    """The state that ``verb`` leads to from ``state``. Raises Refusal where the table has no such way."""
    found = WAYS[state].get(verb)
    if found is None:
        raise Refusal(Message(_WHY_NOT[state]))
    return found


def may(state: PlannedState, verb: Verb) -> bool:
    """Whether ``verb`` can be done in ``state``: pages offer nothing else."""
    return verb in WAYS[state]

"""The life of a sharing session as a table: which act leads from which state to which."""

from __future__ import annotations

from enum import StrEnum

from medixchange.errors import Refusal
from medixchange.messages import N_, Message


class SessionState(StrEnum):
    """The life of a sharing session."""

    TENTATIVE = "tentative"
    CONFIRMED = "confirmed"
    OPEN = "open"
    HELD = "held"
    RECAPPED = "recapped"
    UNWRITTEN = "unwritten"  # held, and no recap of it will be written
    CANCELLED = "cancelled"
    NOT_HELD = "not-held"


class Verb(StrEnum):
    """What can be done to a sharing session."""

    APPROVE = "approve"
    CONFIRM = "confirm"
    RESCHEDULE = "reschedule"
    SUBSTITUTE = "substitute"
    CANCEL = "cancel"
    REINSTATE = "reinstate"
    OPEN = "open"
    CLOSE = "close"
    MISS = "miss"
    PUBLISH = "publish"
    FORGO = "forgo"  # no recap will be written


# None is a session that does not exist yet. A new hour is agreed with nobody: moving makes it tentative again. For
# somebody else at the same hour a session that is certain stays so. What nobody confirmed in time may have been held.
WAYS: dict[SessionState | None, dict[Verb, SessionState]] = {
    None: {Verb.APPROVE: SessionState.TENTATIVE},
    SessionState.TENTATIVE: {
        Verb.CONFIRM: SessionState.CONFIRMED,
        Verb.RESCHEDULE: SessionState.TENTATIVE,
        Verb.SUBSTITUTE: SessionState.TENTATIVE,
        Verb.CANCEL: SessionState.CANCELLED,
        Verb.CLOSE: SessionState.HELD,
        Verb.MISS: SessionState.NOT_HELD,
    },
    SessionState.CONFIRMED: {
        Verb.OPEN: SessionState.OPEN,
        Verb.RESCHEDULE: SessionState.TENTATIVE,
        Verb.SUBSTITUTE: SessionState.CONFIRMED,
        Verb.CANCEL: SessionState.CANCELLED,
        Verb.CLOSE: SessionState.HELD,
        Verb.MISS: SessionState.NOT_HELD,
    },
    SessionState.OPEN: {
        Verb.SUBSTITUTE: SessionState.OPEN,
        Verb.CLOSE: SessionState.HELD,
        Verb.MISS: SessionState.NOT_HELD,
    },
    SessionState.HELD: {Verb.PUBLISH: SessionState.RECAPPED, Verb.FORGO: SessionState.UNWRITTEN},
    SessionState.RECAPPED: {},
    SessionState.UNWRITTEN: {Verb.PUBLISH: SessionState.RECAPPED},
    SessionState.CANCELLED: {Verb.REINSTATE: SessionState.TENTATIVE},
    SessionState.NOT_HELD: {},
}

ALIVE = frozenset({SessionState.TENTATIVE, SessionState.CONFIRMED, SessionState.OPEN})
"""States in which people are expected, so their time is taken and their answers count."""

_WHY_NOT: dict[SessionState, str] = {
    SessionState.TENTATIVE: N_("This session is only held tentatively; confirm it first."),
    SessionState.CONFIRMED: N_("This session is confirmed already; reschedule or cancel it instead."),
    SessionState.OPEN: N_("This session is running; close it first."),
    SessionState.HELD: N_("This session has been held; what is left is its recap."),
    SessionState.RECAPPED: N_("This session has been held and its recap is published; nothing about it changes."),
    SessionState.UNWRITTEN: N_(
        "This session has been held, and no recap will be written; you can publish one after all."
    ),
    SessionState.CANCELLED: N_("This session was cancelled; approve a proposal to hold another one."),
    SessionState.NOT_HELD: N_("This session was not held; approve a proposal to hold another one."),
}

_WHY_NOT_YET: dict[SessionState, str] = dict.fromkeys(
    ALIVE, N_("Note first that this session was held; only then can no recap of it be written.")
)


def step(state: SessionState | None, verb: Verb) -> SessionState:
    """The state that ``verb`` leads to from ``state`` (None: no session yet).

    Raises Refusal, with what to do instead, where the table has no such way.
    """
    found = WAYS[state].get(verb)
    if found is None:
        why_not = {**_WHY_NOT, **_WHY_NOT_YET} if verb is Verb.FORGO else _WHY_NOT
        raise Refusal(Message(why_not[state] if state else N_("This session does not exist yet; approve a proposal.")))
    return found


def may(state: SessionState | None, verb: Verb) -> bool:
    """Whether ``verb`` can be done in ``state``: pages offer nothing else."""
    return verb in WAYS[state]

"""The life of a request as a table: which act leads from which state to which."""

from __future__ import annotations

from enum import StrEnum

from medixchange.errors import Refusal
from medixchange.messages import N_, Message


class RequestState(StrEnum):
    """The life of a request after its draft."""

    SENT = "sent"  # the address is not confirmed yet
    SUBMITTED = "submitted"
    MATCHED = "matched"
    WAITING = "waiting"  # no match yet; the reason is kept
    JOINED = "joined"  # takes part in the session of another request
    APPROVED = "approved"
    DONE = "done"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"


class Verb(StrEnum):
    """What can be done to a request after it was sent."""

    CONFIRM = "confirm"  # the contact answers the letter
    CHANGE = "change"
    CONCEDE = "concede"  # its hospital agrees to other hours, to interpreters, to a shorter session
    READDRESS = "readdress"  # another contact address, to be confirmed as well
    MATCH = "match"
    WAIT = "wait"
    APPROVE = "approve"
    REOPEN = "reopen"  # its session was called off
    FINISH = "finish"  # its recap is published or not to come, or there is no other session for it
    WITHDRAW = "withdraw"
    DECLINE = "decline"
    JOIN = "join"  # another request is answered in the same session, and leads
    SEPARATE = "separate"  # it is answered on its own again
    TAKE_IN = "take-in"  # another request has joined this one
    LET_GO = "let-go"  # one that had joined has left


_IN_QUEUE: dict[Verb, RequestState] = {
    Verb.CHANGE: RequestState.SUBMITTED,
    Verb.CONCEDE: RequestState.SUBMITTED,
    Verb.READDRESS: RequestState.SENT,
    Verb.MATCH: RequestState.MATCHED,
    Verb.WAIT: RequestState.WAITING,
    Verb.WITHDRAW: RequestState.WITHDRAWN,
    Verb.DECLINE: RequestState.DECLINED,
    Verb.JOIN: RequestState.JOINED,
    Verb.TAKE_IN: RequestState.SUBMITTED,
    Verb.LET_GO: RequestState.SUBMITTED,
}

WAYS: dict[RequestState, dict[Verb, RequestState]] = {
    RequestState.SENT: {
        Verb.CONFIRM: RequestState.SUBMITTED,
        Verb.CHANGE: RequestState.SENT,
        Verb.READDRESS: RequestState.SENT,
        Verb.WITHDRAW: RequestState.WITHDRAWN,
        Verb.LET_GO: RequestState.SENT,
    },
    RequestState.SUBMITTED: _IN_QUEUE,
    RequestState.MATCHED: {**_IN_QUEUE, Verb.APPROVE: RequestState.APPROVED},
    RequestState.WAITING: _IN_QUEUE,
    RequestState.JOINED: {
        Verb.CONCEDE: RequestState.JOINED,
        Verb.SEPARATE: RequestState.SUBMITTED,
        Verb.FINISH: RequestState.DONE,
        Verb.WITHDRAW: RequestState.WITHDRAWN,
    },
    RequestState.APPROVED: {
        Verb.REOPEN: RequestState.SUBMITTED,
        Verb.FINISH: RequestState.DONE,
        Verb.WITHDRAW: RequestState.WITHDRAWN,
        Verb.LET_GO: RequestState.APPROVED,
    },
    RequestState.DONE: {},
    RequestState.WITHDRAWN: {},
    RequestState.DECLINED: {},
}

IN_QUEUE = frozenset({RequestState.SUBMITTED, RequestState.MATCHED, RequestState.WAITING})
"""States in which the organizers have something to decide."""

_WHY_NOT: dict[RequestState, str] = {
    RequestState.SENT: N_("The address of this request is not confirmed yet; its contact has a letter with a link."),
    RequestState.SUBMITTED: N_("This request is in the queue; it can be matched, changed, withdrawn or declined."),
    RequestState.MATCHED: N_("This request is matched; approve a proposal, or change, withdraw or decline it."),
    RequestState.WAITING: N_("This request waits for a match; it can be changed, withdrawn or declined."),
    RequestState.JOINED: N_("This request takes part in the session of another one; separate it first."),
    RequestState.APPROVED: N_("This request has a session; reschedule or cancel the session instead."),
    RequestState.DONE: N_("This request is closed; ask for another session."),
    RequestState.WITHDRAWN: N_("This request was withdrawn; ask for a new one."),
    RequestState.DECLINED: N_("This request was declined; ask for a new one."),
}

# What its hospital cannot do with a session, and the desk can.
_WHY_NO_CHANGE = {
    RequestState.JOINED: N_(
        "This request is answered together with that of another hospital; withdraw it, or write to the organizers."
    ),
    RequestState.APPROVED: N_("This request has a session already; withdraw it, or write to the organizers."),
}


def step(state: RequestState, verb: Verb) -> RequestState:
    """The state that ``verb`` leads to from ``state``.

    Raises Refusal, with what to do instead, where the table has no such way.
    """
    found = WAYS[state].get(verb)
    if found is None:
        raise Refusal(why_not(state, verb))
    return found


def why_not(state: RequestState, verb: Verb) -> Message:
    """What to do instead, where ``verb`` cannot be done in ``state``."""
    told = {**_WHY_NOT, **_WHY_NO_CHANGE} if verb is Verb.CHANGE else _WHY_NOT
    return Message(told[state])


def may(state: RequestState, verb: Verb) -> bool:
    """Whether ``verb`` can be done in ``state``: pages offer nothing else."""
    return verb in WAYS[state]

"""Why a proposal on the desk cannot be approved any more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from medixchange.matching.disruption import retired
from medixchange.matching.models import MatchMember, ProposedMatch, Repair
from medixchange.matching.problem import Problem
from medixchange.matching.repair import at_short_notice
from medixchange.matching.rules import why_not
from medixchange.matching.stored import value_of
from medixchange.messages import Message, say


def objections(
    problem: Problem, row: ProposedMatch, members: Sequence[MatchMember], names: Mapping[str, str]
) -> tuple[Message, ...]:
    """Why a proposal cannot be as things stand; ``names`` are those of its people, by id."""
    match = value_of(row, members)
    if match.start < problem.grid.start:
        return (say("This hour has begun already."),)
    gone = tuple(words for _, words, _ in retired(match, problem, names))
    if gone:
        return gone
    if match.room not in problem.room:
        return (say("The video room is not in use any more."),)
    standing = at_short_notice(problem) if row.repair is Repair.SAME_HOUR else problem
    return tuple(words for reason in why_not(match, standing) for words in (reason.message, *reason.more))

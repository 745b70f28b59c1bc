"""Thinks about one request, and says the outcome as plain JSON and in words; no I/O."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from medixchange.matching.explain import Explanation, explain
from medixchange.matching.fingerprint import fingerprint
from medixchange.matching.match import Match
from medixchange.matching.problem import Problem
from medixchange.matching.proposing import search
from medixchange.matching.relaxations import Relaxation
from medixchange.matching.repair import Repairs, repairs
from medixchange.matching.solver import Ranked
from medixchange.matching.steps import SHORTER
from medixchange.matching.terms import Part
from medixchange.matching.uncounted import uncounted
from medixchange.messages import Message, from_json, say, sentences, to_json
from medixchange.policies.values import Policy, Weights

PROPOSALS = 5
PERSONAL = ("asked", "cap")
"""Kinds of steps that name people."""
OF_PEOPLE = ("experts", "interpreters", "languages", "topics")
"""How the kinds of those blockers begin that are about who can come and converse."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What a search for one request found on which inputs; where nothing fits ``explanation`` says why.

    ``uncounted`` are people who seem to be of use and do not count, where that may have mattered. ``repairs`` are for
    a session that the request has and that cannot be as agreed.
    """

    inputs_hash: str
    weights: Mapping[str, Any]
    policy: Mapping[str, Any]
    starts: int
    matches: tuple[Ranked, ...]
    explanation: Explanation | None
    uncounted: tuple[Message, ...]
    repairs: Repairs | None = None

    @property
    def reason(self) -> Message:
        """Why there is no match, in one sentence for the hospital and the desk."""
        if self.starts:
            return say("What was found so far did not suit; nothing else fits at present.")
        blockers = self.explanation.blockers if self.explanation else ()
        if not blockers:
            return say("Nobody can answer this request at the hours that it names.")
        return say("No match yet. %(why)s", why=sentences([each.message for each in blockers]))

    def outcome(self) -> dict[str, Any]:
        """What is kept beside the matches: how many starts are possible, else what stands in the way and what helps."""
        said = self.explanation
        found = {"starts": self.starts, "uncounted": [to_json(each) for each in self.uncounted]}
        if said is None:
            return found
        return found | {
            "never": said.never,
            "taken": said.taken,
            "blockers": [to_json(each.message) for each in said.blockers],
            "takers": [to_json(each) for each in said.takers],
            "relaxations": [_kept(each) for each in said.relaxations],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Relief:
    """A change that would make the request possible, as it is kept: how many starts it gives, the first of them.

    ``kinds`` are those of its steps, ``people`` the experts and interpreters who would have to agree, ``minutes``
    the length of a shorter session.
    """

    message: Message
    starts: int
    first: datetime
    kinds: tuple[str, ...] = ()
    people: tuple[int, ...] = ()
    minutes: int | None = None


def think(
    problem: Problem, request_id: str, *, dismissed: Collection[Match] = (), broken: Match | None = None
) -> Findings:
    """The best matches for one request that were not ``dismissed``, or why there are none.

    ``broken`` is a session of it that wants mending.
    """
    found = search(problem, request_id, limit=PROPOSALS, dismissed=dismissed)
    said = None if found.starts else explain(problem, request_id)
    return Findings(
        inputs_hash=fingerprint(problem, request_id, dismissed=dismissed, broken=broken),
        weights=plain(problem.weights),
        policy=plain(problem.policy),
        starts=found.starts.bit_count(),
        matches=found.matches,
        explanation=said,
        uncounted=uncounted(problem, request_id) if _may_lie_in_languages(found.matches, said) else (),
        repairs=repairs(problem, broken) if broken else None,
    )


def _may_lie_in_languages(matches: tuple[Ranked, ...], said: Explanation | None) -> bool:
    """Whether somebody more who converses could have made the outcome a better one."""
    if said is None:
        return all(each.match.route.mode != "direct" for each in matches)
    return any(each.kind.startswith(OF_PEOPLE) for each in said.blockers)


def parts_to_json(parts: tuple[Part, ...]) -> list[dict[str, Any]]:
    """The terms of a score as they are kept with a proposal."""
    return [{"id": part.id, "points": part.points, "message": part.message and to_json(part.message)} for part in parts]


def parts_from_json(data: list[dict[str, Any]]) -> tuple[Part, ...]:
    """The terms that ``parts_to_json`` wrote."""
    return tuple(Part(each["id"], each["points"], message_from_json(each["message"])) for each in data)


def reliefs_from_json(data: Iterable[Mapping[str, Any]]) -> Iterator[Relief]:
    """The changes that a search kept."""
    for each in data:
        message = message_from_json(each["message"])
        if message is not None:
            yield Relief(
                message=message,
                starts=each["starts"],
                first=datetime.fromisoformat(each["first"]),
                kinds=tuple(each.get("kinds", ())),
                people=tuple(each.get("people", ())),
                minutes=each.get("minutes"),
            )


def message_from_json(data: Any) -> Message | None:
    """A kept message, None where none was kept."""
    found = from_json(data) if data is not None else None
    return found if isinstance(found, Message) else None


def messages_from_json(data: Iterable[Any]) -> list[Message]:
    """The messages that were kept."""
    return [message for each in data if (message := message_from_json(each)) is not None]


def _kept(relaxation: Relaxation) -> dict[str, Any]:
    """A relaxation as plain JSON: what it gives, the kinds of its steps, and which people would have to agree."""
    steps = relaxation.steps
    return {
        "message": to_json(relaxation.message),
        "starts": relaxation.starts,
        "first": relaxation.first.isoformat(),
        "kinds": [step.kind for step in steps],
        "people": sorted({int(who) for step in steps if step.kind in PERSONAL for who in step.who}),
        "minutes": next((int(step.what[0]) for step in steps if step.kind == SHORTER), None),
    }


def plain(value: Policy | Weights) -> dict[str, Any]:
    """A frozen set of settings as JSON keeps it: keys are texts, tuples are lists."""
    return {name: _jsonable(each) for name, each in asdict(value).items()}


def _jsonable(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _jsonable(each) for key, each in value.items()}
    return [_jsonable(each) for each in value] if isinstance(value, (list, tuple)) else value

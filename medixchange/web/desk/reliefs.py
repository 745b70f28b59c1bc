"""What would give a request a match, with how to get there: whom to ask, or a button where the desk can do it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from medixchange.intake.actions import IF_NEEDED
from medixchange.intake.models import SessionRequest
from medixchange.intake.together import Asking
from medixchange.matching.queries import Ranking
from medixchange.matching.search import Relief
from medixchange.matching.steps import SHORTER
from medixchange.messages import Message, say
from medixchange.people import queries as people
from medixchange.people.models import Person

WINDOWS, INTERPRETING = "windows", "interpreting"
AGREED = frozenset({WINDOWS, INTERPRETING, SHORTER})
"""What a hospital agrees to in a word: the desk writes it into the request."""
ADVICE: Mapping[str, Message] = {
    "room": say("Add a video room, or move another session to free one. Then search again."),
    "interpreters": say("Find interpreters for these languages and import them with their hours. Then search again."),
    "expert": say("Ask the panels for such an expert and import them with their hours. Then search again."),
    "asked": say("Ask them. When they agree, import their new hours. Then search again."),
    "cap": say("Ask them. When they agree, import them with a higher limit. Then search again."),
    WINDOWS: say("Ask the hospital. When it agrees, press the button; it can also change its hours on its own page."),
    INTERPRETING: say("Ask the hospital. When it agrees, press the button."),
    SHORTER: say("Ask the hospital. When it agrees, press the button."),
    "weekend": say("Ask the hospital. When it agrees, it adds a window at the weekend on its own page."),
    "panel": say("Ask the hospital whether a smaller or a larger panel would do, or fewer topics."),
    "calendar": say("Ask the hospital. When it agrees, it adds such a window on its own page."),
    "earliest": say("Ask the hospital whether it could be sooner."),
    "deadline": say("Ask the hospital whether it could be later."),
}


@dataclass(frozen=True)
class Agreement:
    """A hospital that may agree to a change, and what its button then writes into its request, by field; ``is_one`` of
    several hospitals in the session."""

    request_id: int
    hospital: str
    fields: Mapping[str, str]
    is_one: bool


@dataclass(frozen=True)
class Help:
    """A change that would help: what it gives, what to do, whom to ask, and the buttons of those who may agree."""

    relief: Relief
    advice: list[Message]
    people: list[Person]
    agreed: list[Agreement]


def helps(db: Session, ranking: Ranking, asking: Sequence[Asking]) -> list[Help]:
    """The changes that would help those ``asking``, the cheapest first."""
    known = people.persons(db, {who for relief in ranking.reliefs for who in relief.people})
    return [
        Help(
            relief,
            [ADVICE[kind] for kind in dict.fromkeys(relief.kinds) if kind in ADVICE],
            [known[who] for who in relief.people if who in known],
            _agreements(relief, asking),
        )
        for relief in ranking.reliefs
    ]


def _agreements(relief: Relief, asking: Sequence[Asking]) -> list[Agreement]:
    """A button for each hospital that has something to agree to; none where somebody has to do more than agree."""
    if not relief.kinds or not AGREED.issuperset(relief.kinds):
        return []
    found = ((request.id, hospital.name, _fields(relief, request)) for request, hospital in asking)
    return [Agreement(number, name, fields, len(asking) > 1) for number, name, fields in found if fields]


def _fields(relief: Relief, request: SessionRequest) -> Mapping[str, str]:
    """What of the change its hospital has not agreed to yet."""
    open_still = {
        WINDOWS: request.windows_only,
        INTERPRETING: request.interpreting != IF_NEEDED,
        SHORTER: relief.minutes is not None and relief.minutes < request.minutes,
    }
    said = {WINDOWS: "yes", INTERPRETING: "yes", SHORTER: str(relief.minutes)}
    return {kind: said[kind] for kind in relief.kinds if open_still[kind]}

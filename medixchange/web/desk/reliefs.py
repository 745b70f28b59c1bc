"""What would give a request a match, with how to get there: whom to ask, or a button where the desk can do it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session

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
class Help:
    """A change that would help: what it gives, what to do, whom to ask, and what a button writes into the request."""

    relief: Relief
    advice: list[Message]
    people: list[Person]
    agreed: dict[str, str]


def helps(db: Session, ranking: Ranking) -> list[Help]:
    """The changes that would help, the cheapest first."""
    known = people.persons(db, {who for relief in ranking.reliefs for who in relief.people})
    return [
        Help(
            relief,
            [ADVICE[kind] for kind in dict.fromkeys(relief.kinds) if kind in ADVICE],
            [known[who] for who in relief.people if who in known],
            _agreed(relief),
        )
        for relief in ranking.reliefs
    ]


def _agreed(relief: Relief) -> dict[str, str]:
    """The fields of the button that applies the change; empty where somebody has to do more than agree."""
    if not relief.kinds or not AGREED.issuperset(relief.kinds):
        return {}
    return {kind: str(relief.minutes) if kind == SHORTER else "yes" for kind in relief.kinds}

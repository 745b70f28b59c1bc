"""What a session stays as it is for, as an organizer decided, though it cannot be as agreed. No I/O."""

from __future__ import annotations

from dataclasses import dataclass

from medixchange.times.intervals import Interval

NO_EXPERT, NO_INTERPRETER, OUT_OF_USE, SIZE = "no-expert", "no-interpreter", "out-of-use", "size"
PERSON, HOSPITAL, ROOM = "person", "hospital", "room"


def concerning(side: str, number: str) -> str:
    """Whom or what something is about: ``person:7``."""
    return f"{side}:{number}"


@dataclass(frozen=True, slots=True)
class Kept:
    """A cause for all of which a session stays as it is: the kind of fact, whom or what it concerns (``person:7``),
    the ``hour`` of the session, and the ``channels`` that it needs then."""

    kind: str
    concerns: str
    hour: Interval
    channels: int = 0

    @property
    def number(self) -> str:
        """The id of the person, hospital or room."""
        return self.concerns.partition(":")[2]

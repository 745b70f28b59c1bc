"""What is wrong with an instance file, as one sentence that names the place in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from medixchange.errors import Malformed
from medixchange.messages import Message, Value, count, say

Place = Sequence[str | int]
LONGEST = 64
"""How much of a name that nobody expects is shown."""

KINDS: Mapping[str, Message] = {
    "int_type": say("a whole number"),
    "string_type": say("a text"),
    "list_type": say("a list"),
    "dict_type": say("an object"),
    "bool_type": say("true or false"),
    "name": say("a name of 1 to 100 characters without control characters"),
    "zone": say("a time zone such as Africa/Kigali"),
    "instant": say("a UTC instant of the years 2020 to 2099 such as 2027-03-08T06:30Z"),
    "local": say("a local time such as 2027-03-08T06:30"),
    "day": say("a day such as 2027-03-08"),
    "clock": say("a time of the day such as 09:30, at most 24:00"),
}
"""What a value has to be, by the type of pydantic's fault, or by the kind that a fault of our own names."""


def malformed(place: Place, what: Message, data: Any = None) -> Malformed:
    """The refusal of ``data`` for ``what`` is wrong at ``place``."""
    return Malformed(say("%(place)s: %(what)s", place=where(place, data), what=what))


def refusal(wrong: ValidationError, data: Any) -> Malformed:
    """The refusal that the first fault of a shape makes."""
    fault = wrong.errors(include_url=False, include_input=False)[0]
    place, told = list(fault["loc"]), fault.get("ctx", {})
    if place and place[-1] == "[key]":
        place = place[:-1]
    kind = KINDS.get(told.get("kind", fault["type"]))
    if kind is not None:
        return malformed(place, say("it has to be %(kind)s.", kind=kind), data)
    words = WORDS.get(fault["type"])
    told_so = words(told) if words else say("it cannot be read (%(why)s).", why=shown(fault["msg"]))
    return malformed(place, told_so, data)


WORDS: Mapping[str, Callable[[Mapping[str, Any]], Message]] = {
    "missing": lambda _: say("it is missing."),
    "extra_forbidden": lambda _: say("the format knows no such key."),
    "greater_than_equal": lambda told: say("it has to be %(least)s at least.", least=told["ge"]),
    "less_than_equal": lambda told: say("it has to be %(most)s at most.", most=told["le"]),
    "too_short": lambda told: _length("least", told["min_length"]),
    "too_long": lambda told: _length("most", told["max_length"]),
    "literal_error": lambda told: say("it has to be %(kind)s.", kind=str(told["expected"])),
}


def _length(bound: str, number: int) -> Message:
    if bound == "least":
        return count("it needs at least %(num)s entry.", "it needs at least %(num)s entries.", number)
    return count("it takes at most %(num)s entry.", "it takes at most %(num)s entries.", number)


def where(place: Place, data: Any) -> Value:
    """A place as one would write it in code, with the id of what it is in: ``requests[3].deadline (R00003)``."""
    text = "".join(f"[{each}]" if isinstance(each, int) else f".{shown(each)}" for each in place).lstrip(".")
    if not text:
        return say("The instance")
    owner = _at(data, place[:2])
    name = owner.get("id", owner.get("request")) if isinstance(owner, Mapping) else None
    return f"{text} ({shown(name)})" if isinstance(name, str) and len(place) > 1 else text


def _at(data: Any, place: Place) -> Any:
    for each in place:
        try:
            data = data[each]
        except (LookupError, TypeError):
            return None
    return data


def shown(text: str) -> str:
    """A text from a file in so few characters that it fits on a line, all of which can be printed."""
    short = text if len(text) <= LONGEST else text[:LONGEST] + "…"
    return short if short.isprintable() else ascii(short)[1:-1]

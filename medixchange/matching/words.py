"""What to say when a mask, a held session, a cap or a language stands in the way."""

from __future__ import annotations

from medixchange.matching.resources import Expert, Hospital, Interpreter, Mask, Person
from medixchange.messages import N_, Message, Value, language, listed, say

PERSON: dict[str, str] = {
    "hours": N_("%(name)s does not work at that hour."),
    "leave": N_("%(name)s is on leave."),
    "busy": N_("%(name)s has something else in the calendar."),
    "notice": N_("%(name)s wants longer notice than that."),
    "humane": N_("It is too early or too late in the day for %(name)s."),
    "holiday": N_("It is a day off where %(name)s works."),
    "custom": N_("It is a time of rest or prayer where %(name)s works."),
    "taken": N_("%(name)s is in another session, or resting before or after it."),
    **dict.fromkeys(("no-expert", "no-interpreter"), N_("%(name)s does not take part any more.")),
}

PERSON_NAMED = {
    "leave": N_("%(name)s is on leave: %(what)s."),
    "busy": N_("%(name)s has something else in the calendar: %(what)s."),
    "holiday": N_("It is a day off where %(name)s works: %(what)s."),
    "custom": N_("Where %(name)s works that hour is kept free: %(what)s."),
    "taken": N_("%(name)s is in another session, or resting before or after it: %(what)s."),
}

HOSPITAL = {
    "hours": N_("It is too early or too late in the day for %(name)s."),
    "holiday": N_("It is a day off for %(name)s."),
    "weekend": N_("It is the weekend for %(name)s."),
    "custom": N_("It is a time of rest or prayer for %(name)s."),
    "windows": N_("%(name)s can come only at the times that it named."),
    "taken": N_("%(name)s has another session at that time."),
}

HOSPITAL_NAMED = {
    "holiday": N_("It is a day off for %(name)s: %(what)s."),
    "custom": N_("%(name)s keeps that hour free: %(what)s."),
    "taken": N_("%(name)s has another session at that time: %(what)s."),
}

ROOM = {
    # Translators: %(name)s is a video room.
    "hours": N_("%(name)s is closed at that time."),
    # Translators: %(name)s is a video room.
    "taken": N_("%(name)s is taken at that time."),
    # Translators: %(name)s is a video room.
    "out-of-use": N_("%(name)s is not in use any more."),
}

ROOM_NAMED = {"taken": N_("%(name)s is taken at that time: %(what)s.")}


def cause(mask: Mask, slots: int) -> Value | None:
    """All that takes some of ``slots`` from ``mask``, as far as it has a name."""
    found = tuple(dict.fromkeys(block.what for block in mask.blocks if block.slots & slots))
    return listed(found) if len(found) > 1 else next(iter(found), None)


def person_blocked(person: Person, mask: Mask, slots: int) -> Message:
    """Why ``person`` cannot be there in all of ``slots``."""
    return _sentence(PERSON, PERSON_NAMED, mask, slots, person.name)


def hospital_blocked(hospital: Hospital, mask: Mask, slots: int) -> Message:
    """Why ``hospital`` cannot have a session in all of ``slots``."""
    return _sentence(HOSPITAL, HOSPITAL_NAMED, mask, slots, hospital.name)


def room_blocked(name: str, mask: Mask, slots: int) -> Message:
    """Why the room ``name`` is not free in all of ``slots``."""
    return _sentence(ROOM, ROOM_NAMED, mask, slots, name)


def only_presents(expert: Expert, tag: str) -> Message:
    """That the language ``tag`` of ``expert`` does not count: questions come in it."""
    return say(
        "%(name)s presents in %(language)s, but does not follow questions in it.",
        name=expert.name,
        language=language(tag),
    )


def interprets_one_way(interpreter: Interpreter, source: str, target: str) -> Message:
    """That a pair of ``interpreter`` does not count: questions come back."""
    return say(
        "%(name)s interprets only from %(source)s into %(target)s; questions could not come back.",
        name=interpreter.name,
        source=language(source),
        target=language(target),
    )


def _sentence(plain: dict[str, str], named: dict[str, str], mask: Mask, slots: int, name: Value) -> Message:
    what = cause(mask, slots & ~mask.slots)
    if what is not None and mask.kind in named:
        return say(named[mask.kind], name=name, what=what)
    return say(plain.get(mask.kind, plain["hours"]), name=name)
